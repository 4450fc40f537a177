apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: "[=name]"
  namespace: [=namespace]
spec:
  config: [=config]
---
apiVersion: kubernetes.com/v1
kind: Network
metadata:
  name: "[=name]"
  namespace: default
plugin: [=plugin]
args: [=args]
