# Completion of valence for bash. It asks valence-complete, or the shell itself
# where that is not installed, and puts nothing of the answer to execution.
_valence() {
    local command=${1:-valence} word text line skip=0 quoted= files=
    local -a words=() helper=()
    command=${command/#\~/$HOME}
    type -P -- "$command" >/dev/null || command=valence
    helper=("$command-complete")
    type -P -- "${helper[0]}" >/dev/null || helper=("$command" __complete)

    # bash cuts words at = and :, valence does not.
    local i glue= typed=${COMP_LINE:0:${COMP_POINT:-0}}
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        text=${words[*]: -1}$word
        if [[ ${#words[@]} -gt 0 && ($glue || $word == [=:]*) ]] &&
            { [[ -z $typed ]] || [[ $i -lt $COMP_CWORD && $typed == *"$text"* ]] || [[ $typed == *"$text" ]]; }; then
            words[${#words[@]} - 1]=$text
        else
            words+=("$word")
        fi
        glue=
        [[ $word == *[=:] ]] && glue=1
    done

    # What the person quoted is compared as it will be read.
    word=${words[*]: -1}
    if [[ $word == [\"\']* ]]; then
        quoted=1
        word=${word:1}
    fi
    word=${word//\\/}
    words[${#words[@]} - 1]=$word
    if [[ $COMP_WORDBREAKS == *=* && $word == *=* ]]; then
        text=${word%=*}
        skip=$((${#text} + 1))
    fi
    if [[ $COMP_WORDBREAKS == *:* && ${word:skip} == *:* ]]; then
        text=${word%:*}
        skip=$((${#text} + 1))
    fi

    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == :file ]]; then
            files=1
            continue
        fi
        text=${line%%$'\t'*}
        text=${text:skip}
        [[ $quoted ]] || printf -v text %q "$text"
        COMPREPLY+=("$text")
    done < <("${helper[@]}" "${words[@]}" 2>/dev/null)
    if [[ $files ]]; then
        compopt -o filenames 2>/dev/null
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done < <(compgen -f -- "${word:skip}")
    fi
}
complete -F _valence valence
