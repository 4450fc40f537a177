#!/bin/sh
# Makes a network interface of this host the port of a bridge that has its addresses and routes from then on, and undoes that. Who is
# logged in over the interface stays so.
#
#   lan-bridge BRIDGE on NIC MANAGER   begins it; it is undone unless it is confirmed. MANAGER is who NIC is configured by:
#                                      NetworkManager, networkd (netplan's as well) or ifupdown
#   lan-bridge BRIDGE state            none, switching, waiting (to be confirmed), confirmed (to be kept), kept, abandoned, or undone, and why
#   lan-bridge BRIDGE confirm          who wanted it can still reach this host: it is kept, after a boot as well
#   lan-bridge BRIDGE explain          fails if it was undone, and says why
#   lan-bridge BRIDGE off              the interface is as it was, if the bridge is ours
#
# Nothing is written outside of /run until it is confirmed, so that a boot undoes it, too.
# What is wrong, and what to do about it, are the last lines of standard error.
set -u
export LC_ALL=C
umask 022

bridge=$1
action=$2
# how long it waits to be confirmed, and for the addresses to be where they belong; seconds
confirmation=30
patience=45
run=/run/kubelab-lan-bridge/$bridge
# as long as the bridge is ours: nic, manager, addresses; files/ is what we wrote, former/ what we wrote over, by their paths
kept='[=store]'/$bridge

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# What must be on the bridge when it is done: every address of the interface, and every default route through it.
ways() {
  {
    ip -o -4 address show dev "$1" scope global | awk '{print $4}'
    ip -4 route show default dev "$1" | awk '{print $1, $2, $3}'
  } | sort -u
}

# Waits for what stands in a file to be on an interface.
await() {
  left=$((patience * 5))
  while ways "$1" | comm -13 - "$2" | grep -q .; do
    left=$((left - 1))
    [ $left -gt 0 ] || return 1
    sleep 0.2
  done 2>/dev/null
}

# The lines of a configuration, each after its section and the section's place: "[Route]", a tab, 4, a tab, "Gateway=192.168.1.1".
sectioned() {
  awk '/^[ \t]*\[.*\][ \t]*$/ {gsub(/[ \t]/, ""); section = $0; place = NR; next} section != "" && !/^[ \t]*([;#]|$)/ {print section "\t" place "\t" $0}' "$@"
}

unsectioned() {
  awk -F '\t' '
    $1 "\t" $2 != section {printf "\n%s\n", $1; section = $1 "\t" $2}
    {sub(/^[^\t]*\t[^\t]*\t/, ""); print}'
}

# Puts files of a directory where they are to be, each at once.
put() { # FROM TO MODE NAME...
  from=$1 to=$2 mode=$3
  shift 3
  mkdir -p "$to"
  for name; do
    install -m "$mode" "$from/$name" "$to/.$name.kubelab" && mv -f "$to/.$name.kubelab" "$to/$name" || return 1
  done
}

# --- systemd-networkd, whose files netplan writes as well ------------------------------------------------------------
#
# A file of ours that comes first by its name has the interface; the file that had it stays as it is.

networkd_names="00-kubelab-$bridge.netdev 00-kubelab-$bridge.network 00-kubelab-$bridge-port.network"
# for whoever waits at a boot until the interface has an address, as netplan has it: there it never comes
wait_unit=systemd-networkd-wait-online.service
wait_name=90-kubelab-$bridge.conf

networkd_prepare() {
  file=$(networkctl --no-pager status "$nic" | sed -n 's/^ *Network File: *//p')
  [ -f "$file" ] || fail "systemd-networkd has no file for $nic ('networkctl status $nic')." \
    "Write one below /etc/systemd/network, and run the same command again."
  name=${file##*/}
  [ "$(printf '%s\n' "$name" "00-kubelab-$bridge" | sort | tail -n 1)" = "$name" ] || fail "$file comes before every file of ours by its name." \
    "Give it a name that begins with a number larger than 00."
  iaid=$(networkctl --no-pager status "$nic" | sed -n 's/.*DHCPv4 Client ID: *IAID:\(0x[0-9a-f]*\).*/\1/p')
  {
    sectioned "$file"
    for directory in /usr/lib /usr/local/lib /run /etc; do
      for more in "$directory/systemd/network/$name.d"/*.conf; do
        [ ! -f "$more" ] || sectioned "$more"
      done
    done
  } >"$run/sections"
  mkdir -p "$run/files"
  cat >"$run/files/00-kubelab-$bridge.netdev" <<END
# Written by kubelab, which removes it with the bridge.
[NetDev]
Name=$bridge
Kind=bridge
MACAddress=$mac

[Bridge]
STP=no
ForwardDelaySec=0
END
  {
    echo "# Written by kubelab, which removes it with the bridge: what $file says of $nic."
    {
      printf '[Match]\t0\tName=%s\n' "$bridge"
      # who asks for an address is who asked before: else it gets another one
      grep -v '^\[\(Match\|Link\)\]' "$run/sections"
      [ -z "$iaid" ] || printf '[DHCPv4]\t0\tIAID=%d\n' "$iaid"
    } | unsectioned
  } >"$run/files/00-kubelab-$bridge.network"
  {
    echo "# Written by kubelab, which removes it with the bridge."
    {
      printf '[Match]\t0\tName=%s\n' "$nic"
      grep '^\[Link\]' "$run/sections"
      printf '[Network]\t0\tBridge=%s\n[Network]\t0\tLinkLocalAddressing=no\n' "$bridge"
    } | unsectioned
  } >"$run/files/00-kubelab-$bridge-port.network"
  systemctl cat "$wait_unit" 2>/dev/null | awk -v nic="$nic" -v bridge="$bridge" '
    $0 == "ExecStart=" {count = 0; next}
    /^ExecStart=/ {
      for (i = 2; i <= NF; i++) {
        option = sub(/^--interface=/, "", $i)
        split($i, name, ":")
        if (name[1] == nic) {$i = bridge substr($i, length(nic) + 1); ours = 1}
        if (option) $i = "--interface=" $i
      }
      lines[++count] = $0
    }
    END {
      if (!ours) exit
      print "# Written by kubelab, which removes it with the bridge.\n[Service]\nExecStart="
      for (i = 1; i <= count; i++) print lines[i]
    }' >"$run/files/$wait_name"
  [ -s "$run/files/$wait_name" ] || rm "$run/files/$wait_name"
}

networkd_apply() {
  put "$run/files" /run/systemd/network 644 $networkd_names && networkctl reload
}

networkd_keep() {
  # networkd isn't told: it would let go of the addresses for a moment, and they are the same
  put "$kept/files" /etc/systemd/network 644 $networkd_names || return 1
  [ ! -e "$kept/files/$wait_name" ] || put "$kept/files" "/etc/systemd/system/$wait_unit.d" 644 "$wait_name" || return 1
  networkd_remove /run
}

networkd_remove() {
  for name in $networkd_names; do
    rm -f "$1/systemd/network/$name"
  done
}

networkd_undo() {
  networkd_remove /run
  networkd_remove /etc
  rm -f "/etc/systemd/system/$wait_unit.d/$wait_name"
  rmdir "/etc/systemd/system/$wait_unit.d" 2>/dev/null
  ip link delete dev "$bridge" 2>/dev/null
  networkctl reload
  networkctl reconfigure "$nic"
}

# --- NetworkManager ------------------------------------------------------------------------------------------------
#
# A profile for the bridge, and one for its port, which is preferred to the one that the interface had and that stays as it is.

nm=NetworkManager/system-connections
nm_names="kubelab-$bridge.nmconnection kubelab-$bridge-port.nmconnection"

nm_prepare() {
  former=$(nmcli -g GENERAL.CON-UUID device show "$nic")
  file=$(nmcli -t -e no -f UUID,FILENAME connection show | sed -n "s/^$former://p")
  [ -n "$former" ] && [ -f "$file" ] || fail "NetworkManager has no profile for $nic ('nmcli device show $nic')." \
    "Make one with 'nmcli connection add', and run the same command again."
  case $file in
    */system-connections/*) ;;
    *) fail "NetworkManager's profile of $nic is $file, of a format that NetworkManager gives up." \
      "Let it be made a key file: nmcli connection migrate $former" ;;
  esac
  echo "$former" >"$run/former"
  # NetworkManager made it by itself, for an interface that nobody has a profile for, and makes no other one when the bridge has gone
  case $file in
    /run/*) mkdir "$run/automatic" && cp -p "$file" "$run/automatic/" ;;
  esac
  client=$(nmcli -t -f DHCP4 device show "$nic" | sed -n 's/.*dhcp_client_identifier = //p')
  sectioned "$file" >"$run/sections"
  mkdir -p "$run/files"
  (
    umask 077
    {
      echo "# Written by kubelab, which removes it with the bridge."
      {
        printf '[connection]\t0\t%s\n' "id=kubelab-$bridge" "uuid=$(cat /proc/sys/kernel/random/uuid)" type=bridge "interface-name=$bridge"
        sed -n 's/^\(.connection.\)\t[0-9]*/\1\t0/p' "$run/sections" | grep -v -E '	(id|uuid|type|interface-name|timestamp|autoconnect[a-z-]*|permissions|stable-id) *='
        printf '[bridge]\t0\t%s\n' stp=false "mac-address=$mac"
        grep '^\[\(ipv4\|ipv6\|proxy\)\]' "$run/sections"
        # who asks for an address is who asked before: else it gets another one
        [ -z "$client" ] || grep -q '^.ipv4.*	dhcp-client-id *=' "$run/sections" || printf '[ipv4]\t0\tdhcp-client-id=%s\n' "$client"
      } | unsectioned
    } >"$run/files/kubelab-$bridge.nmconnection"
    {
      echo "# Written by kubelab, which removes it with the bridge."
      {
        printf '[connection]\t0\t%s\n' "id=kubelab-$bridge-port" "uuid=$(cat /proc/sys/kernel/random/uuid)" type=ethernet "interface-name=$nic" \
          "master=$bridge" slave-type=bridge autoconnect-priority=999
        grep '^\[\(ethernet\|802-1x\)\]' "$run/sections"
      } | unsectioned
    } >"$run/files/kubelab-$bridge-port.nmconnection"
  )
}

nm_load() {
  for name in $nm_names; do
    nmcli connection load "$1/$nm/$name" || return 1
  done
}

nm_apply() {
  put "$run/files" "/run/$nm" 600 $nm_names && nm_load /run &&
    nmcli --wait 0 connection up id "kubelab-$bridge" && nmcli --wait 30 connection up id "kubelab-$bridge-port"
}

nm_keep() {
  put "$kept/files" "/etc/$nm" 600 $nm_names && nm_load /etc && nm_remove /run
}

nm_remove() {
  for name in $nm_names; do
    rm -f "$1/$nm/$name"
  done
}

nm_undo() {
  nmcli connection delete id "kubelab-$bridge-port" id "kubelab-$bridge"
  nm_remove /run
  nm_remove /etc
  former=$(cat "$place/former")
  if [ -d "$place/automatic" ] && ! nmcli connection show uuid "$former" >/dev/null; then
    mkdir -p "/run/$nm"
    for profile in "$place/automatic"/*; do
      cp -p "$profile" "/run/$nm/" && nmcli connection load "/run/$nm/${profile##*/}"
    done
  fi
  nmcli --wait 30 connection up uuid "$former" ifname "$nic"
}

# --- ifupdown --------------------------------------------------------------------------------------------------------
#
# What is said of the interface is said of the bridge instead; the files are kept as they were.

ifupdown_files() {
  find /etc/network/interfaces /etc/network/interfaces.d -type f 2>/dev/null | sort
}

ifupdown_prepare() {
  mkdir -p "$run/files" "$run/former"
  # shellcheck disable=SC2046 # paths of Debian's
  if grep -q -E "^[ 	]*(mapping[ 	].*|iface.*inherits.*|.*\\\\)\$" $(ifupdown_files); then
    fail "/etc/network/interfaces has mappings, 'inherits' or lines that go on in the next one, which kubelab doesn't read." \
      "Write what it says of $nic without them, or make the bridge yourself and name it with bridge_network_name."
  fi
  for file in $(ifupdown_files); do
    awk -v nic="$nic" -v bridge="$bridge" -v mac="$mac" '
      function hooks() {
        print "  # written by kubelab, which puts back what was here"
        print "  pre-up [ -e /sys/class/net/" bridge " ] || ip link add name " bridge " address " mac " type bridge stp_state 0 forward_delay 0"
        print "  pre-up ip link set dev " nic " master " bridge " up"
        print "  post-down ip link delete dev " bridge
      }
      $1 == "iface" && $2 == nic {
        sub(nic, bridge)
        print
        if ($3 == "inet") hooks()
        next
      }
      ($1 == "auto" || $1 ~ /^allow-/) {
        kind = $1
        rest = ""
        for (i = 2; i <= NF; i++) if ($i == nic) ours = 1; else rest = rest " " $i
        # no event brings a bridge up
        if (ours) {print "auto " bridge; ours = 0; if (rest != "") print kind rest; next}
      }
      {print}
    ' "$file" >"$run/new"
    cmp -s "$file" "$run/new" && continue
    mkdir -p "$run/files/${file%/*}" "$run/former/${file%/*}"
    cp -p "$file" "$run/former/$file"
    cp -p "$file" "$run/files/$file"
    cat "$run/new" >"$run/files/$file"
  done
  grep -r -h -A 1000 "^[ 	]*iface[ 	]\+$bridge[ 	]" "$run/files" | awk -v bridge="$bridge" '
    $1 ~ /^(iface|auto|allow-.*|mapping|source|source-directory)$/ {ours = $1 == "iface" && $2 == bridge}
    ours {print}
  ' >"$run/alone"
  grep -q ' inet ' "$run/alone" || fail "/etc/network/interfaces says nothing of $nic ('iface $nic inet ...')." \
    "Write it there, and run the same command again."
}

ifupdown_apply() {
  ifdown "$nic"
  ifup -i "$run/alone" "$bridge"
}

ifupdown_written() {
  (cd "$kept/files" && find . -type f | sed 's/^\.//')
}

ifupdown_keep() {
  for file in $(ifupdown_written); do
    cp -p "$kept/files/$file" "$file.kubelab" && mv -f "$file.kubelab" "$file" || return 1
  done
}

ifupdown_undo() {
  if [ "$place" = "$kept" ]; then
    for file in $(ifupdown_written); do
      cmp -s "$file" "$kept/files/$file" || cmp -s "$file" "$kept/former/$file" || fail "$file was changed since kubelab wrote it." \
        "Take the bridge out of it yourself, compare with $kept/former$file, remove $kept, and run the same command again."
    done
  fi
  ifdown -i "$place/alone" "$bridge"
  ip link delete dev "$bridge" 2>/dev/null
  if [ "$place" = "$kept" ]; then
    for file in $(ifupdown_written); do
      cp -p "$kept/former/$file" "$file.kubelab" && mv -f "$file.kubelab" "$file" || return 1
    done
  fi
  ifup "$nic"
}

# -----------------------------------------------------------------------------------------------------------------------

# Runs what the interface's manager does; where the notes are is in place.
managed() {
  manager=$(cat "$place/manager")
  nic=$(cat "$place/nic")
  case $manager in
    NetworkManager) nm_"$1" ;;
    networkd) networkd_"$1" ;;
    ifupdown) ifupdown_"$1" ;;
    *) fail "kubelab makes no bridge with '$manager'." "Make it yourself, and name it with bridge_network_name." ;;
  esac
}

forget() {
  rm -rf "$1"
  rmdir "${1%/*}" 2>/dev/null
}

on() {
  nic=$1
  place=$run
  case $(state) in
    switching | waiting | confirmed) fail "$bridge is being made already." "Run the same command again." ;;
    abandoned) managed undo ;;
  esac
  rm -rf "$run"
  mkdir -p -m 755 "${run%/*}"
  mkdir -m 700 "$run"
  echo "$nic" >"$run/nic"
  echo "$2" >"$run/manager"
  mac=$(cat "/sys/class/net/$nic/address")
  ways "$nic" >"$run/ways"
  managed prepare
  : >"$run/switching"
  setsid "$0" "$bridge" switch </dev/null >"$run/log" 2>&1 &
}

# Goes on when who asked for it is gone. Waits a moment at first, so that they see that it has begun.
switch() {
  echo $$ >"$run/watcher"
  place=$run
  trap '' HUP INT TERM
  sleep 1
  managed apply || refuse "$manager could not make it: $(tail -n 1 "$run/log")"
  await "$bridge" "$run/ways" || refuse "after $patience seconds $bridge had $(ways "$bridge" | tr '\n' ' '), and not what $nic had: $(tr '\n' ' ' <"$run/ways")"
  mv "$run/switching" "$run/waiting"
  left=$confirmation
  while [ -e "$run/waiting" ] && [ $left -gt 0 ]; do
    sleep 1
    left=$((left - 1))
  done
  if mv "$run/waiting" "$run/switching" 2>/dev/null; then
    refuse "this host could not be reached over $bridge for $confirmation seconds"
  fi
}

# As it was before, and why: who asks soon is told.
refuse() {
  managed undo
  await "$nic" "$run/ways"
  echo "$1" >"$run/undone"
  rm -f "$run/switching"
  exit 1
}

state() {
  for word in confirmed waiting switching; do
    if [ -e "$run/$word" ]; then
      [ $word != switching ] || kill -0 "$(cat "$run/watcher" 2>/dev/null || echo $$)" 2>/dev/null || word=abandoned
      echo $word
      return
    fi
  done
  # who comes later tries again
  if [ -n "$(find "$run/undone" -mmin -2 2>/dev/null)" ]; then
    echo undone
    cat "$run/undone"
  elif [ -d "$kept" ]; then
    echo kept
  else
    echo none
  fi
}

confirm() {
  mv "$run/waiting" "$run/confirmed" 2>/dev/null
  [ -e "$run/confirmed" ] || explain
  place=$kept
  # the notes come first, the interface's files last: whatever is there then, 'off' finds its way back
  if [ ! -d "$kept" ]; then
    rm -rf "$kept.new"
    mkdir -p "$kept.new"
    cp -a "$run/." "$kept.new/"
    rm -f "$kept.new/confirmed" "$kept.new/watcher" "$kept.new/log" "$kept.new/sections" "$kept.new/new"
    mv "$kept.new" "$kept"
  fi
  managed keep || fail "$bridge could not be kept for the next boot." "See that /etc can be written, and run the same command again."
  forget "$run"
}

explain() {
  if [ -e "$run/undone" ]; then
    why=$(cat "$run/undone")
    forget "$run"
    fail "$bridge was undone, and the interface is as it was: $why." \
      "See that the switch that it is plugged into lets several MAC addresses through, and what 'journalctl -b' says."
  fi
  fail "$bridge is not there any more." "Run the same command again."
}

off() {
  place=$kept
  [ -d "$place" ] || place=$run
  [ -d "$place" ] || return 0
  managed undo
  await "$nic" "$place/ways" || fail "$nic did not get back what it had within $patience seconds: $(tr '\n' ' ' <"$place/ways")" \
    "See what 'ip address' and the interface's manager say, and run the same command again."
  forget "$run"
  forget "$kept"
}

case $action in
  on | off | state | confirm | explain | switch)
    shift 2
    "$action" "$@"
    ;;
  *) fail "'$action' is nothing that lan-bridge does." "Call it as its first lines say." ;;
esac
