# Completion of kubelab for fish: kubelab completion fish | source
function __kubelab_words
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --cut-at-cursor --current-token)
    $words[1] completion --words -- $words[2..] "$current" 2>/dev/null
end
complete --command kubelab --arguments '(__kubelab_words)'
