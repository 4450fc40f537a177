#!/bin/sh
# A host with a firewalld of its own, for tests: this machine in namespaces for mounts and the network. Prints 'ready' and stays; enter it
# with nsenter --mount --net. In it, beside the host, is a machine: the network namespace of the process whose number it prints first.
set -eu

inside() {
  mount -t tmpfs -o mode=755 run /run
  mount -t tmpfs firewalld /etc/firewalld
  mkdir -p /run/dbus
  ip link set lo up
  dbus-daemon --system --nofork --nopidfile &
  until [ -S /run/dbus/system_bus_socket ]; do sleep 0.1; done
  firewalld --nofork --nopid > /run/firewalld.log 2>&1 &
  unshare --net sleep infinity &
  echo $!
  until firewall-cmd --state > /dev/null 2>&1; do sleep 0.2; done
  echo ready
  wait
}

case ${1:-} in
  inside) inside ;;
  *) exec unshare --mount --propagation slave --net sh "$0" inside ;;
esac
