#compdef kubelab
# Completion of kubelab for zsh: . <(kubelab completion zsh), after compinit
_kubelab() {
    local -a found open closed
    found=(${(f)"$(${~words[1]} completion --words -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
    (( $#found )) || { _files; return }
    open=(${(M)found:#*[=:]})
    closed=(${found:#*[=:]})
    (( $#open )) && compadd -Q -S '' -- $open
    (( $#closed )) && compadd -Q -- $closed
}
compdef _kubelab kubelab
