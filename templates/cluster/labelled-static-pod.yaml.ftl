# Written by kubelab: kubeadm's static pod [=component] where SELinux is on. Its directories are the node's and not labelled for containers.
spec:
  securityContext:
    seLinuxOptions:
      type: spc_t
