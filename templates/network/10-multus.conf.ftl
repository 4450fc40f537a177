{
  "cniVersion": "0.3.1",
  "name": "multus-cni-network",
  "type": "multus",
  "kubeconfig": "/etc/kubernetes/kubelet.conf",
  "clusterNetwork": "[=defaultNetwork]",
  "multusNamespace": "[=namespace]",
  "globalNamespaces": "[=namespace]",
  "logFile": "/var/log/multus.log",
  "logLevel": "verbose"
}
