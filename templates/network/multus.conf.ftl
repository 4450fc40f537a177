# Written by kubelab: Multus as the node's kubelet, by way of the service of the API servers.
apiVersion: v1
kind: Config
clusters:
- name: cluster
  cluster:
    server: https://[=service]:443
    certificate-authority: /etc/kubernetes/pki/ca.crt
users:
- name: node
  user:
    client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem
    client-key: /var/lib/kubelet/pki/kubelet-client-current.pem
contexts:
- name: node
  context: {cluster: cluster, user: node}
current-context: node
