#!/bin/sh
# Process 1 of a container node until systemd is. It gives systemd and kubelet the mounts, devices and cgroups they expect,
# on a virthost whose controllers are cgroup v1. Why it gave up stands in the log.
set -eu
log='[=log]'
group='[=group]'

# Mounts every hierarchy with exactly the virthost's grouping of controllers, and does "$1" in each.
hierarchies() {
  mount -t tmpfs -o mode=755,nosuid,nodev,noexec cgroup /sys/fs/cgroup
  while IFS=: read -r _ controllers path; do
    case $controllers in
      '') tree=unified type=cgroup2 options=rw ;;
      name=*) tree=${controllers#name=} type=cgroup options=none,$controllers ;;
      *) tree=$controllers type=cgroup options=$controllers ;;
    esac
    mkdir "/sys/fs/cgroup/$tree"
    mount -t "$type" -o "nosuid,nodev,noexec,$options" cgroup "/sys/fs/cgroup/$tree"
    "$1" "/sys/fs/cgroup/$tree" "$path"
  done <<END
$(cat /proc/self/cgroup)
END
}

# libvirt has put us into a group of the machine's own, but not in the hierarchies that it does not know: without one
# there, all nodes would share the virthost's, and each kubelet would clear up after the others. runc gives out devices
# by its own rules, which the kernel takes only within what the machine's group allows.
join() {
  case $2 in
    */lxc-*.libvirt-lxc | */lxc-*.libvirt-lxc/* | */machine-lxc*.scope | */machine-lxc*.scope/*) ;;
    *)
      mkdir -p "$1$2/$group"
      echo $$ > "$1$2/$group/cgroup.procs"
      ;;
  esac
  if [ -e "$1$2/devices.allow" ]; then
    echo 'a *:* rwm' > "$1$2/devices.allow"
  fi
}

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
    umount -R /sys/fs/cgroup
    hierarchies join
    umount -R /sys/fs/cgroup
    exec unshare --cgroup -- "$0" namespaced
    ;;
  namespaced)
    hierarchies :
    echo '[=handedOver]' >&2
    exec /sbin/init
    ;;
esac
