# Written by kubelab: kubeadm join --config
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
nodeRegistration:
  name: "[=node]"
  criSocket: unix://[=socket]
  imagePullSerial: false
[#if nodeIp?has_content]
  kubeletExtraArgs:
  - {name: node-ip, value: "[=nodeIp]"}
[/#if]
[#if ignoredErrors?has_content]
  ignorePreflightErrors:
[#list ignoredErrors as error]
  - [=error]
[/#list]
[/#if]
[#if patches?has_content]
patches:
  directory: [=patches]
[/#if]
[#if address?has_content]
controlPlane:
  localAPIEndpoint:
    advertiseAddress: "[=address]"
    bindPort: [=port]
[/#if]
discovery:
  # of a file: a fresh cluster signs its cluster-info ten seconds late
  file:
    kubeConfigPath: [=discovery]
  tlsBootstrapToken: "[=token]"
timeouts:
  discovery: [=minutes]m0s
[#if address?has_content]
  controlPlaneComponentHealthCheck: [=minutes]m0s
  # others may be joining, and etcd takes in one at a time
  etcdAPICall: [=minutes]m0s
[/#if]
  tlsBootstrap: [=minutes]m0s
  kubeletHealthCheck: [=minutes]m0s
  kubernetesAPICall: [=minutes]m0s
