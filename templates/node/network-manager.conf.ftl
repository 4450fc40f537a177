# Written by kubelab: whoever makes these interfaces configures them, CNI's plugins and flannel.
[keyfile]
unmanaged-devices+=interface-name:cni*;interface-name:flannel*;interface-name:veth*
