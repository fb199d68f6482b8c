#compdef valence
# Completion of valence for zsh. It asks valence-complete, or the shell itself
# where that is not installed.
_valence() {
    local command=${(Q)words[1]} line files text
    local -a helper before candidates
    command=${command/#\~/$HOME}
    (( $+commands[$command] )) || [[ -x $command ]] || command=valence
    helper=($command-complete)
    (( $+commands[$helper[1]] )) || [[ -x $helper[1] ]] || helper=($command __complete)

    (( CURRENT > 2 )) && before=("${(@Q)words[2,CURRENT-1]}")
    while IFS= read -r line; do
        if [[ $line == :file ]]; then
            files=1
            continue
        fi
        text=${line%%$'\t'*}
        candidates+=("${${text//\\/\\\\}//:/\\:}:${line#*$'\t'}")
    done < <($helper "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)
    (( $#candidates )) && _describe -V valence candidates
    if [[ -n $files ]]; then
        [[ $PREFIX == --*=* ]] && compset -P '*='
        _files
    fi
}
if [[ ${funcstack[1]} == _valence ]]; then
    _valence "$@"
else
    compdef _valence valence
fi
