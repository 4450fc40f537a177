#!/bin/sh
# A host of namespaces whose first process is systemd, as people have hosts that kubelab didn't make: a user 'admin' who may sudo,
# sshd, an interface on somebody's bridge, and the packages of a node's root file system. Needs root, and cgroup v1 or hybrid.
# Usage: bare-host.sh root DIRECTORY TAR KEY       unpacks it; KEY may log in
#        bare-host.sh boot DIRECTORY               becomes the host, which ends with this process
#        bare-host.sh plug PROCESS NIC ADDRESS/PREFIX GATEWAY PLACE BRIDGE
#                                                  an interface of the host with that first process, on a bridge of PLACE's network
#        bare-host.sh sweep
set -eu
name=kubelab-bare-host
. "$(dirname "$0")/namespaces.sh"

root() {
  new=$1/root
  mkdir -p "$new"
  tar -C "$new" --numeric-owner --xattrs -xf "$2"
  echo bare-1 >"$new/etc/hostname"
  printf '127.0.0.1 localhost\n127.0.1.1 bare-1\n' >"$new/etc/hosts"
  : >"$new/etc/machine-id"
  rm -f "$new/etc/resolv.conf"
  echo nameserver 192.0.2.1 >"$new/etc/resolv.conf"
  touch "$new/etc/cloud/cloud-init.disabled"
  chroot "$new" useradd --create-home --shell /bin/bash admin
  chroot "$new" usermod --password '*' admin
  echo 'admin ALL=(ALL) NOPASSWD: ALL' >"$new/etc/sudoers.d/admin"
  chmod 440 "$new/etc/sudoers.d/admin"
  mkdir -p "$new/home/admin/.ssh" "$new/root/.kube"
  echo "$3" >"$new/home/admin/.ssh/authorized_keys"
  chroot "$new" chown -R admin: /home/admin/.ssh
  # of a cluster elsewhere
  echo mine >"$new/root/.kube/config"
  rm -f "$new"/etc/ssh/ssh_host_*
  ssh-keygen -q -t ed25519 -N '' -f "$new/etc/ssh/ssh_host_ed25519_key"
  units=$new/etc/systemd/system
  for unit in systemd-networkd-wait-online.service systemd-timesyncd.service; do ln -sf /dev/null "$units/$unit"; done
  mkdir -p "$units/multi-user.target.wants"
  ln -sf /usr/lib/systemd/system/ssh.service "$units/multi-user.target.wants/ssh.service"
}

boot() {
  own_cgroups
  own_namespaces "$@"
}

plug() {
  nsenter --target "$5" --net ip link add "$2" netns "$1" type veth peer name bare
  nsenter --target "$5" --net ip link set bare master "$6" up
  nsenter --target "$1" --net sh -ec "
    ip link set lo up
    ip link set '$2' up
    ip address add '$3' dev '$2'
    ip route add default via '$4'"
}

inside() {
  new=$1/root
  hostname bare-1
  mount --bind "$new" "$new"
  for place in run tmp dev; do
    mount -t tmpfs -o mode=755 bare "$new/$place"
  done
  chmod 1777 "$new/tmp"
  mount_kernel "$new"
  make_devices "$new" null zero full random urandom tty kmsg
  # what kubelet writes there is this machine's
  for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1; do
    file=$new/run/settings/${setting%=*}
    mkdir -p "${file%/*}"
    echo "${setting#*=}" >"$file"
    mount --bind "$file" "$new/proc/sys/${setting%=*}"
  done
  enter "$new"
  mount --make-rshared /
  become_systemd
}

"$@"
