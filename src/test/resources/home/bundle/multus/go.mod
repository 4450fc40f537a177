module x
go 1.26.0
tool gopkg.in/k8snetworkplumbingwg/multus-cni.v4/cmd/multus
require gopkg.in/k8snetworkplumbingwg/multus-cni.v4 v4.3.0 // indirect
