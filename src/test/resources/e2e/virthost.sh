#!/bin/sh
# A virthost made of namespaces, for tests. For kubelab it is a machine of its own: own root (an overlay of this machine's, in
# memory), /var/lib on disk, users, processes, cgroups, address and sshd. Nothing that is done in it reaches the machine below, and it
# ends as a whole with its first process. Needs root, and cgroup v1 or hybrid.
# Usage: virthost.sh start DIRECTORY (empty, on a real disk) PUBLIC_KEY PORT
#          boots for each line on standard input, as long as the machine is off; prints the host key when sshd listens. Root and
#          /var/lib, that is its disk, outlive its processes and end with this one
#        virthost.sh sweep       removes the cgroups of virthosts that are no more
set -eu
name=kubelab-test-virthost
. "$(dirname "$0")/namespaces.sh"

# Linux 6.18 numbers namespaces in batches of each processor, and lets a process mount the file of a mount namespace only
# if its own has a lower number, or it returns EINVAL. The lowest numbers come from the processor whose namespaces may
# mount those of all others.
lowest_processor() {
  place=$(mktemp -d)
  for processor in $(seq 0 $(($(nproc --all) - 1))); do
    if taskset -c "$processor" unshare --mount --propagation private sh -ec '
      mount -t tmpfs place "$1"
      touch "$1/namespace"
      for other in $(seq 0 $(($(nproc --all) - 1))); do
        taskset -c "$other" unshare --mount="$1/namespace" true
        umount "$1/namespace"
      done' sh "$place" 2> /dev/null; then
      break
    fi
  done
  rmdir "$place"
  echo "$processor"
}

start() {
  exec unshare --mount --propagation private sh "$0" installed "$@"
}

# The disk's mount is this process' own: a machine that is off has no other.
installed() {
  directory=$1
  shift
  mkdir -p "$directory/memory" "$directory/root" "$directory/lib"
  mount -t tmpfs -o mode=755 virthost "$directory/memory"
  mkdir "$directory/memory/upper" "$directory/memory/work"
  # /var/lib holds overlays of the nodes, which can't lie on an overlay
  tar -C /var/lib --exclude=./libvirt --exclude=./kubelab --exclude=./apt/lists --exclude=./docker --exclude=./containerd -cf - . |
    tar -C "$directory/lib" -xf -
  # libvirt's package has it
  install -d -m 711 "$directory/lib/libvirt/images"
  while read -r _; do
    sh "$0" boot "$directory" "$@" < /dev/null || true
    sh "$0" sweep
  done
}

boot() {
  own_cgroups
  taskset -p -c "$(lowest_processor)" $$ > /dev/null
  own_namespaces "$@"
}

first_boot() {
  # what other labs left on this machine, and make there from now on, isn't taken along
  [ ! -d /etc/libvirt ] || tar -C /etc --exclude=libvirt/lxc --exclude='libvirt/qemu/*.xml' -cf /tmp/libvirt.tar libvirt
  rm -rf /etc/libvirt /root/.ssh /root/.config /home
  [ ! -f /tmp/libvirt.tar ] || tar -C /etc -xf /tmp/libvirt.tar
  mkdir /home
  echo '127.0.1.1 virthost' >> /etc/hosts
  useradd --create-home --shell /bin/bash labadmin
  usermod --password '*' labadmin
  echo 'labadmin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/labadmin
  # sudo wants a password from this one; nobody may log in with it
  useradd --create-home --shell /bin/bash labuser
  echo 'labuser:correct horse kubelab staple' | chpasswd
  echo 'labuser ALL=(ALL) ALL' > /etc/sudoers.d/labuser
  for user in labadmin labuser; do
    install -d -m 700 -o $user -g $user /home/$user/.ssh
    install -m 600 -o $user -g $user /dev/null /home/$user/.ssh/authorized_keys
    echo "$1" > /home/$user/.ssh/authorized_keys
  done
  printf '%s\n' "Port $2" 'HostKey /etc/ssh/virthost' 'PasswordAuthentication no' 'PermitRootLogin no' 'UsePAM no' \
    'PidFile none' 'AllowUsers labadmin labuser' > /etc/ssh/sshd_config
  ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/virthost
}

inside() {
  directory=$1 key=$2 port=$3
  taskset -p -c "0-$(($(nproc --all) - 1))" $$ > /dev/null
  new=$directory/root

  hostname virthost
  mount -t overlay -o "lowerdir=/,upperdir=$directory/memory/upper,workdir=$directory/memory/work" overlay "$new"
  mount --bind "$directory/lib" "$new/var/lib"
  for place in run tmp var/tmp var/log/libvirt var/cache/libvirt; do
    mkdir -p "$new/$place"
    mount -t tmpfs -o mode=755 virthost "$new/$place"
  done
  chmod 1777 "$new/tmp" "$new/var/tmp"

  mount_kernel "$new"
  mount --rbind /dev "$new/dev"
  mkdir -p "$new/.upper"
  mount --bind "$directory/memory/upper" "$new/.upper"
  enter "$new"

  ip link set lo up
  [ -e /etc/ssh/virthost ] || first_boot "$key" "$port"
  mkdir -p /run/sshd /run/lock
  /usr/sbin/sshd
  cat /etc/ssh/virthost.pub
  exec > /dev/null 2>&1 < /dev/null

  # nobody else reaps what is orphaned here
  sleep infinity &
  wait
}

"$@"
