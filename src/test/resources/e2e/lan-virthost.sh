#!/bin/sh
# A virthost made of namespaces whose first process is systemd, on a LAN with a router and a DHCP server, for tests of what moves
# addresses. Needs root, and cgroup v1 or hybrid.
# Usage: lan-virthost.sh root DIRECTORY               its root file system, made of packages
#        lan-virthost.sh configure DIRECTORY TOOL MODE KEY   what is to be in its /etc. TOOL: NetworkManager, networkd, netplan,
#                                                      netplan-nm or ifupdown; MODE: dhcp, static or, with NetworkManager, automatic
#        lan-virthost.sh lan DIRECTORY NAME NETWORK    the LAN, NETWORK.0/24: a namespace NAME, and an interface NAME of this machine
#        lan-virthost.sh start DIRECTORY ROOT          boots for each line on standard input; its disk ends with this process
#        lan-virthost.sh plug NAME PROCESS MAC         puts the virthost with that first process on the LAN
#        lan-virthost.sh unlan DIRECTORY NAME
set -eu
name=kubelab-lan-virthost
nic=enp1s0f1
. "$(dirname "$0")/namespaces.sh"

root() {
  mmdebstrap --quiet --variant=minbase \
    --include=systemd-sysv,systemd-resolved,dbus,network-manager,netplan.io,ifupdown,dhcpcd-base,openssh-server,iproute2,procps \
    trixie "$1"
}

lan() {
  ip netns add "$2"
  ip -n "$2" link set lo up
  ip -n "$2" link add lan type bridge
  ip -n "$2" address add "$3.1/24" dev lan
  ip -n "$2" link set lan up
  ip link add "$2" type veth peer name workstation netns "$2"
  ip -n "$2" link set workstation master lan up
  ip address add "$3.50/24" dev "$2"
  ip link set "$2" up
  ip netns exec "$2" dnsmasq --conf-file=/dev/null --no-hosts --no-resolv --interface=lan --bind-interfaces \
    --dhcp-range="$3.100,$3.120,2m" --dhcp-leasefile="$1/leases" --pid-file="$1/dnsmasq.pid"
}

unlan() {
  [ ! -f "$1/dnsmasq.pid" ] || kill "$(cat "$1/dnsmasq.pid")"
  ip link delete "$2" 2>/dev/null || true
  ip netns delete "$2" 2>/dev/null || true
}

plug() {
  ip -n "$1" link delete virthost 2>/dev/null || true
  ip link add "$nic" netns "$2" address "$3" type veth peer name virthost netns "$1"
  ip -n "$1" link set virthost master lan up
}

configure() {
  files=$1/files tool=$2 mode=$3 network=$5
  units=$files/etc/systemd/system
  mkdir -p "$units/multi-user.target.wants" "$files/root/.ssh"
  chmod 700 "$files/root" "$files/root/.ssh"
  echo "$4" >"$files/root/.ssh/authorized_keys"
  echo virthost >"$files/etc/hostname"
  masked=NetworkManager-wait-online.service
  case $tool in
    NetworkManager) masked="$masked networking.service systemd-networkd.service systemd-networkd.socket" ;;
    netplan-nm) masked="$masked networking.service systemd-networkd.service systemd-networkd.socket" ;;
    networkd | netplan) masked="$masked networking.service NetworkManager.service" ;;
    ifupdown) masked="$masked NetworkManager.service systemd-networkd.service systemd-networkd.socket" ;;
  esac
  for unit in $masked; do ln -s /dev/null "$units/$unit"; done
  case $tool in
    networkd | netplan) ln -s /usr/lib/systemd/system/systemd-networkd.service "$units/multi-user.target.wants/" ;;
  esac
  case $tool-$mode in
    # it makes a profile by itself
    NetworkManager-automatic) ;;
    NetworkManager-*)
      profiles=$files/etc/NetworkManager/system-connections
      mkdir -p "$profiles"
      {
        printf '%s\n' '[connection]' id=lan uuid=11111111-2222-3333-4444-555555555555 type=ethernet "interface-name=$nic" '' '[ipv4]'
        case $mode in
          dhcp) echo method=auto ;;
          static) printf '%s\n' method=manual "address1=$network.2/24,$network.1" "dns=$network.1;" ;;
        esac
        printf '%s\n' '' '[ipv6]' method=disabled
      } >"$profiles/lan.nmconnection"
      chmod 600 "$profiles/lan.nmconnection"
      ;;
    networkd-*)
      mkdir -p "$files/etc/systemd/network"
      {
        printf '%s\n' '[Match]' "Name=$nic" '' '[Network]'
        case $mode in
          dhcp) echo DHCP=ipv4 ;;
          static) printf '%s\n' "DNS=$network.1" '' '[Address]' "Address=$network.2/24" '' '[Route]' "Gateway=$network.1" '' '[Route]' Destination=198.51.100.0/24 "Gateway=$network.1" ;;
        esac
      } >"$files/etc/systemd/network/20-lan.network"
      ;;
    netplan-*)
      mkdir -p "$files/etc/netplan"
      case $tool in netplan) renderer=networkd ;; *) renderer=NetworkManager mode=${mode#nm-} ;; esac
      {
        printf '%s\n' network: '  version: 2' "  renderer: $renderer" '  ethernets:' "    $nic:"
        case $mode in
          dhcp) echo '      dhcp4: true' ;;
          static) printf '      %s\n' "addresses: [$network.2/24]" "routes: [{to: default, via: $network.1}]" "nameservers: {addresses: [$network.1]}" ;;
        esac
      } >"$files/etc/netplan/50-lan.yaml"
      chmod 600 "$files/etc/netplan/50-lan.yaml"
      ;;
    ifupdown-*)
      mkdir -p "$files/etc/network/interfaces.d"
      printf '%s\n' 'auto lo' 'iface lo inet loopback' '' 'source /etc/network/interfaces.d/*' >"$files/etc/network/interfaces"
      {
        printf '%s\n' '# the LAN' "auto $nic"
        case $mode in
          dhcp) echo "iface $nic inet dhcp" ;;
          static) printf '%s\n' "iface $nic inet static" "  address $network.2/24" "  gateway $network.1" ;;
        esac
      } >"$files/etc/network/interfaces.d/lan"
      ;;
  esac
}

start() {
  exec unshare --mount --propagation private sh "$0" installed "$@"
}

installed() {
  directory=$1
  mkdir -p "$directory/memory"
  mount -t tmpfs -o mode=755 virthost "$directory/memory"
  mkdir "$directory/memory/upper" "$directory/memory/work" "$directory/memory/root"
  cp -a "$directory/files/." "$directory/memory/upper/"
  while read -r _; do
    sh "$0" boot "$@" </dev/null || true
    sh "$0" sweep
  done
}

boot() {
  own_cgroups
  own_namespaces "$@"
}

inside() {
  new=$1/memory/root
  hostname virthost
  mount -t overlay -o "lowerdir=$2,upperdir=$1/memory/upper,workdir=$1/memory/work" overlay "$new"
  for place in run tmp dev; do
    mount -t tmpfs -o mode=755 virthost "$new/$place"
  done
  chmod 1777 "$new/tmp"
  mount_kernel "$new"
  # without udev: network managers take a /sys that can't be written for a container's
  mount -o remount,ro,bind "$new/sys"
  make_devices "$new" null zero full random urandom tty
  enter "$new"
  while [ ! -e "/sys/class/net/$nic" ]; do sleep 0.05; done
  become_systemd
}

"$@"
