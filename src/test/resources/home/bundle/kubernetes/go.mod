module x
go 1.26.0
tool (
	k8s.io/kubernetes/cmd/kube-proxy
	k8s.io/kubernetes/cmd/kubelet
)
require k8s.io/kubernetes v1.37.2 // indirect
