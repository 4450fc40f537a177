#!/bin/sh
# A host of the apt family, for tests: this machine with its own apt, dpkg and packages, in a mount namespace where what they write is in
# memory only. It knows no repository, and has no packages of Kubernetes.
# Usage: apt-host.sh start DIRECTORY            prints 'ready' and stays; enter it with nsenter --mount
set -eu
command=$1 directory=$2
export LC_ALL=C

start() {
  exec unshare --mount --propagation slave sh "$0" inside "$directory"
}

inside() {
  mkdir -p "$directory/memory"
  mount -t tmpfs memory "$directory/memory"
  for place in /etc /root /opt /usr /var/cache /var/lib /var/log; do
    layers=$directory/memory$place
    mkdir -p "$layers/upper" "$layers/work"
    mount -t overlay -o "lowerdir=$place,upperdir=$layers/upper,workdir=$layers/work" overlay "$place"
  done
  mount -t tmpfs -o mode=755 run /run
  rm -rf /etc/apt/sources.list /etc/apt/sources.list.d /var/lib/apt/lists /etc/kubernetes
  mkdir -p /etc/apt/sources.list.d /var/lib/apt/lists/partial
  dpkg --purge --force-all kubelet kubeadm kubectl cri-tools kubernetes-cni > /dev/null 2>&1 || true
  echo ready
  exec sleep infinity
}

"$command"
