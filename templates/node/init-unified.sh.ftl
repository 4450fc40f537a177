#!/bin/sh
# Process 1 of a container node until systemd is. It gives systemd and kubelet the mounts and cgroups they expect, on a
# virthost that has cgroup v2 only. Why it gave up stands in the log.
set -eu
log='[=log]'
group='[=group]'

case ${1-} in
  '')
    exec 2> "$log"
    mount --make-rshared /
[#list narrow as link]
    ip link set dev [=link.device] mtu [=link.mtu]
[/#list]
    # The network's settings are the node's own; all others are the virthost's and stay out of reach. kubelet insists on
    # some of these, and finds files in their place.
    mount --bind /proc/sys/net /proc/sys/net
    mount -o remount,rw,bind /proc/sys/net
    for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1; do
      file=[=settings]/${setting%=*}
      mkdir -p "${file%/*}"
      echo "${setting#*=}" > "$file"
      mount --bind "$file" "/proc/sys/${setting%=*}"
    done
    # libvirt keeps a process of its own beside us, so that our group can't hand controllers on; a new one in the
    # machine's scope can
    own=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
    case $own in
      */libvirt) scope=${own%/libvirt} ;;
      *)
        echo "libvirt made the cgroup $own, not one that ends in /libvirt: it is older than 7.0" >&2
        exit 1
        ;;
    esac
    mkdir -p "$scope/$group"
    for controller in $(cat "$scope/cgroup.controllers"); do
      echo "+$controller" > "$scope/cgroup.subtree_control"
    done
    cat "$own/memory.max" > "$scope/$group/memory.max"
    echo $$ > "$scope/$group/cgroup.procs"
    umount -R /sys/fs/cgroup
    exec unshare --cgroup -- "$0" namespaced
    ;;
  namespaced)
    mount -t cgroup2 -o nosuid,nodev,noexec,relatime cgroup2 /sys/fs/cgroup
    echo '[=handedOver]' >&2
    exec /sbin/init
    ;;
esac
