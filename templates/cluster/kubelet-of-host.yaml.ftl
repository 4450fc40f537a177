# Written by kubelab: what this host's kernel has, and the control plane's may not have.
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
[#if !cgroupV2]
failCgroupV1: false
[/#if]
[#if swap]
failSwapOn: false
[/#if]
