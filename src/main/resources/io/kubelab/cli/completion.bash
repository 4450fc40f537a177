# Completion of kubelab for bash: . <(kubelab completion bash)
_kubelab() {
    local line=${COMP_LINE:0:COMP_POINT} current broken found
    local -a words
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    current=${words[-1]}
    # bash replaces only what follows the last of its word breaks
    broken=${current%"${current##*[=:]}"}
    COMPREPLY=()
    while IFS= read -r found; do
        COMPREPLY+=("${found#"$broken"}")
    done < <("${words[0]/#\~/$HOME}" completion --words -- "${words[@]:1}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace
}
complete -o default -F _kubelab kubelab
