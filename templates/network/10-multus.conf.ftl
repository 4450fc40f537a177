{
  "cniVersion": "0.3.1",
  "name": "multus-cni-network",
  "type": "multus",
  "kubeconfig": "[=kubeconfig]",
  "clusterNetwork": "[=defaultNetwork]",
  "multusNamespace": "[=namespace]",
  "globalNamespaces": "[=namespace]",
  "logFile": "/var/log/multus.log",
  "logLevel": "verbose"
}
