module kubelab.io/bundle/pause

go 1.26.0
