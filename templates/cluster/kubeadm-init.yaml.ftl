# Written by kubelab: kubeadm init --config
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: "[=address]"
  bindPort: [=port]
nodeRegistration:
  name: "[=node]"
  criSocket: unix://[=socket]
  imagePullSerial: false
[#if ignoredErrors?has_content]
  ignorePreflightErrors:
[#list ignoredErrors as error]
  - [=error]
[/#list]
[/#if]
patches:
  directory: [=patches]
timeouts:
  controlPlaneComponentHealthCheck: [=minutes]m0s
  kubeletHealthCheck: [=minutes]m0s
  kubernetesAPICall: [=minutes]m0s
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
# pinned: without it kubeadm asks the internet
kubernetesVersion: v[=kubernetes.kubeVersion]
clusterName: "[=cluster]"
[#if slow]
# made and used in a tenth of the time that RSA takes, which decides whether a pod gets its networks here
encryptionAlgorithm: ECDSA-P256
[/#if]
[#if endpoint?has_content]
controlPlaneEndpoint: "[=endpoint]:[=port]"
[/#if]
[#if slow]
# a leader that is late by seconds is none to the others, and ends itself
[#list ["controllerManager", "scheduler"] as component]
[=component]:
  extraArgs:
  - {name: leader-elect-lease-duration, value: 120s}
  - {name: leader-elect-renew-deadline, value: 90s}
  - {name: leader-elect-retry-period, value: 20s}
[/#list]
etcd:
  local:
    extraArgs:
    - {name: heartbeat-interval, value: "1000"}
    - {name: election-timeout, value: "10000"}
[/#if]
networking:
  podSubnet: [=kubernetes.podNetworkCidr]
  serviceSubnet: [=kubernetes.serviceNetworkCidr]
apiServer:
  certSANs:
  # whoever comes through the virthost's session
  - 127.0.0.1
  - localhost
[#list names as name]
  - "[=name]"
[/#list]
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: [#if kernel.cgroupV2]systemd[#else]cgroupfs[/#if]
[#if !kernel.cgroupV2]
failCgroupV1: false
[/#if]
[#if kernel.swap]
failSwapOn: false
[/#if]
[#if container && !kernel.sysResource]
featureGates:
  # a sysctl that can't be written is not fatal then
  KubeletInUserNamespace: true
[/#if]
serializeImagePulls: false
[#if container]
# the disk is the virthost's: what matters is how much is left, not which part of it
evictionHard:
  memory.available: 100Mi
  nodefs.available: 1Gi
  nodefs.inodesFree: 1%
  imagefs.available: 1Gi
  imagefs.inodesFree: 1%
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
[/#if]
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
[#if container]
# these sysctls are the virthost's
conntrack:
  maxPerCore: 0
  tcpEstablishedTimeout: 0s
  tcpCloseWaitTimeout: 0s
[/#if]
