# Written by kubelab.
version = 3

[plugins.'io.containerd.cri.v1.runtime']
  # "can't get final child's PID from pipe: EOF" is what a missing CAP_SYS_RESOURCE looks like
  restrict_oom_score_adj = [=restrictOomScore]
  # profiles can't be loaded from inside a container
  disable_apparmor = [=container]
  enable_selinux = [=selinux]

  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = 'io.containerd.runc.v2'

    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      SystemdCgroup = [=systemdCgroup]
[#if runtime?has_content]
      BinaryName = '[=runtime]'
[/#if]

  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ['/opt/cni/bin']
    conf_dir = '/etc/cni/net.d'

[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = '[=sandboxImage]'

[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = '/etc/containerd/certs.d'
