# Completion of valence for fish. It asks valence-complete, or the shell itself
# where that is not installed.
function __valence_complete
    set -l tokens (commandline -opc)
    set -l current (commandline -ct | string collect)
    set -l plain (string unescape -- $current 2>/dev/null | string collect)
    test -n "$plain"; or set plain $current
    set -l name (string replace -r '^~' $HOME -- $tokens[1])
    type -q -- $name; or set name valence
    set -l helper $name-complete
    type -q -- $helper[1]; or set helper $name __complete
    set -e tokens[1]

    for line in ($helper $tokens "$plain" 2>/dev/null)
        if test "$line" = :file
            set -l before (string match -r '^--[^=]*=' -- $plain)
            for path in (__fish_complete_path (string replace -r '^--[^=]*=' '' -- $plain))
                echo $before$path
            end
        else
            echo $line
        end
    end
end
complete -c valence -f -a '(__valence_complete)'
