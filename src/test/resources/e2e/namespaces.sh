# What machines of namespaces have in common; read by their scripts, which set $name. Needs root, and cgroup v1 or hybrid.

# Cgroups of this process' own, under this machine's.
own_cgroups() {
  for controller in /sys/fs/cgroup/*/; do
    group=$controller$name.$$
    mkdir "$group"
    [ ! -f "$group/cpuset.cpus" ] || for set in cpuset.cpus cpuset.mems; do cat "$controller$set" >"$group/$set"; done
    echo $$ >"$group/cgroup.procs"
  done
}

# Removes the cgroups of machines that are no more.
sweep() {
  for group in /sys/fs/cgroup/*/"$name".*/; do
    [ ! -d "$group" ] || find "$group" -name cgroup.procs -exec cat {} + | grep -q . ||
      find "$group" -depth -type d -exec rmdir {} \;
  done
}

# own_namespaces ARGUMENTS: becomes the script's function 'inside', with its own of everything, which ends with this process
own_namespaces() {
  exec unshare --mount --propagation private --cgroup --pid --fork --kill-child --uts --ipc --net sh "$0" inside "$@"
}

# mount_kernel ROOT: /proc, /sys and the cgroups
mount_kernel() {
  mount -t proc proc "$1/proc"
  mount -t sysfs sysfs "$1/sys"
  mount -t tmpfs -o mode=755 cgroup "$1/sys/fs/cgroup"
  while IFS=: read -r _ controllers _; do
    case $controllers in
      '') place=unified type=cgroup2 options=rw ;;
      name=*) place=${controllers#name=} type=cgroup options=none,$controllers ;;
      *) place=$controllers type=cgroup options=$controllers ;;
    esac
    mkdir "$1/sys/fs/cgroup/$place"
    mount -t "$type" -o "$options" cgroup "$1/sys/fs/cgroup/$place"
  done </proc/self/cgroup
}

# make_devices ROOT NAME...: an empty /dev with these devices of this machine, and terminals of its own
make_devices() {
  dev=$1/dev
  shift
  for device in "$@"; do
    touch "$dev/$device"
    mount --bind "/dev/$device" "$dev/$device"
  done
  mkdir "$dev/pts" "$dev/shm"
  mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$dev/pts"
  ln -s pts/ptmx "$dev/ptmx"
  ln -s /proc/self/fd "$dev/fd"
  mount -t tmpfs -o mode=1777 shm "$dev/shm"
}

# enter ROOT: it is / from now on
enter() {
  mkdir -p "$1/.below"
  cd "$1"
  pivot_root . .below
  umount -R -l /.below
  rmdir /.below
}

become_systemd() {
  exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init </dev/null >/run/init.out 2>&1
}
