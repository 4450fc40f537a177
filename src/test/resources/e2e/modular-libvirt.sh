#!/bin/sh
# Makes libvirt's modular daemons, which Debian's packages leave out (they have libvirtd), of Debian's source package, and systemd's units for
# them: a daemon is four files of C, the rest is in libvirt's libraries and drivers, which the packages have. Needs root and mmdebstrap.
# Usage: modular-libvirt.sh make DIRECTORY SUITE DAEMON...
#          fills the (empty) directory: sbin/DAEMON and units/DAEMON{.service,.socket,-ro.socket,-admin.socket} for Debian's SUITE
set -eu

# A pared-down list: Build-Depends has what all of libvirt's drivers take.
tools=ca-certificates,curl,gcc,dpkg-dev,libc6-dev,libglib2.0-dev,libgnutls28-dev,libjson-c-dev,libtirpc-dev,libvirt0,libxml2-dev,libxml2-utils,libyajl-dev,meson,ninja-build,patch,pkg-config,python3-docutils,rpcsvc-proto,xsltproc,xz-utils

make() {
  exec unshare --mount --propagation private sh "$0" inside "$@"
}

inside() {
  directory=$1 suite=$2
  shift 2
  mount -t tmpfs modular-libvirt "$directory"
  root=$directory/root
  mmdebstrap --quiet --variant=minbase --include="$tools" "$suite" "$root"
  mount --rbind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  cp "$0" "$root/modular-libvirt.sh"
  chroot "$root" sh /modular-libvirt.sh compile "$@"
  tar -C "$root/made" -cf "$directory/made.tar" .
  exec 3< "$directory/made.tar"
  umount -R -l "$directory"
  tar -C "$directory" -xf - <&3
}

# The archives that the distribution's signed index names. A mirror may have no more of a source package than these.
unpack() {
  sed -i 's/^deb \(.*\)/&\ndeb-src \1/' /etc/apt/sources.list
  apt-get -q update
  mkdir /source /made /made/sbin /made/units
  cd /source
  apt-get -q source --print-uris "libvirt=$(dpkg-query -W -f='${source:Version}' libvirt0)" |
    sed -n "s/^'\(.*\.tar\.xz\)' \(\S*\) [0-9]* SHA256:\(.*\)/\1 \2 \3/p" |
    while read -r url file digest; do
      curl --silent --show-error --fail --output "$file" "$url"
      echo "$digest  $file" | sha256sum --check --quiet
    done
  tar -xf libvirt_*.orig.tar.xz
  cd libvirt-*/
  tar -xf ../libvirt_*.debian.tar.xz
  sed '/^#/d; /^$/d' debian/patches/series | while read -r patch; do
    patch --silent --strip=1 < "debian/patches/$patch"
  done
}

compile() {
  unpack
  # the paths are those of the packages; the library for JSON has changed
  # shellcheck disable=SC2046  # one word per option
  meson setup ../build --prefix=/usr --libexecdir=/usr/lib/libvirt --sysconfdir=/etc --localstatedir=/var -Drunstatedir=/run \
    -Dauto_features=disabled -Ddriver_remote=enabled -Ddriver_libvirtd=enabled -Ddriver_qemu=enabled -Ddriver_lxc=enabled \
    -Ddriver_network=enabled -Dinit_script=systemd -Ddocs=disabled -Dtests=disabled \
    $(sed -n "s/^option('\(yajl\|json_c\)'.*/-D\1=enabled/p" meson_options.txt)
  cd ../build
  # shellcheck disable=SC2046  # one word per file
  ninja $(ninja -t targets all | sed -n 's/^\(src\/[^:]*\.h\): CUSTOM_COMMAND.*/\1/p')
  for daemon; do
    objects=$(ninja -t query "src/$daemon" | grep '\.p/.*\.o$')
    # shellcheck disable=SC2046,SC2086  # one word per file
    {
      ninja $objects src/admin/libvirt_admin_driver.a
      cc -o "/made/sbin/$daemon" $objects src/admin/libvirt_admin_driver.a -l:libvirt.so.0 -l:libvirt-qemu.so.0 -l:libvirt-lxc.so.0 \
        $(pkg-config --libs gio-2.0 gnutls libtirpc libxml-2.0)
    }
    for unit in .service .socket -ro.socket -admin.socket; do cp "src/$daemon$unit" /made/units/; done
  done
}

"$@"
