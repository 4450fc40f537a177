apiVersion: v1
kind: Secret
metadata:
  name: [=name]
  namespace: kube-system
type: bootstrap.kubernetes.io/token
stringData:
  token-id: "[=id]"
  token-secret: "[=secret]"
  expiration: "[=expires]"
  usage-bootstrap-authentication: "true"
  auth-extra-groups: system:bootstrappers:kubeadm:default-node-token
  description: for machines of the lab to join, by kubelab
