#!/bin/sh
# Makes libvirt's modular daemons, which Debian's packages leave out (they have libvirtd), of Debian's source package, for the version that
# is installed: a daemon is four files of C, the rest is in libvirt's libraries and drivers, which the packages have. What it takes is
# installed in an overlay of this machine that ends with the script, and fetched from the machine's own package mirror. Needs root.
# Usage: modular-libvirt.sh make DIRECTORY DAEMON...      puts the daemons into the (empty) directory
set -eu

# A pared-down list: Build-Depends has what all of libvirt's drivers take.
tools="gcc dpkg-dev libc6-dev libglib2.0-dev libgnutls28-dev libjson-c-dev libtirpc-dev libxml2-dev libxml2-utils libyajl-dev meson ninja-build
  pkg-config python3-docutils rpcsvc-proto xsltproc"

make() {
  exec unshare --mount --propagation private sh "$0" inside "$@"
}

inside() {
  directory=$1
  shift
  mount -t tmpfs modular-libvirt "$directory"
  mkdir "$directory/upper" "$directory/work" "$directory/root"
  root=$directory/root
  mount -t overlay -o "lowerdir=/,upperdir=$directory/upper,workdir=$directory/work" overlay "$root"
  mount --rbind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  cp "$0" "$root/modular-libvirt.sh"
  # nothing that is installed here starts
  printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  chroot "$root" sh /modular-libvirt.sh compile "$@"
  tar -C "$root/daemons" -cf "$directory/daemons.tar" .
  exec 3< "$directory/daemons.tar"
  umount -R -l "$directory"
  tar -C "$directory" -xf - <&3
}

compile() {
  version=$(dpkg-query -W -f='${Version}' libvirt0)
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
    case $list in
      *.sources) sed -i 's/^Types: deb$/Types: deb deb-src/' "$list" ;;
      *.list) [ ! -f "$list" ] || sed -i 's/^deb \(.*\)/&\ndeb-src \1/' "$list" ;;
    esac
  done
  apt-get -q update
  # shellcheck disable=SC2086  # one word per package
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $tools
  mkdir /source /daemons
  cd /source
  apt-get -q -o APT::Sandbox::User=root source "libvirt=$version"
  cd /source/libvirt-*/
  # the paths are those of the packages; the library for JSON has changed
  # shellcheck disable=SC2046  # one word per option
  meson setup ../build --prefix=/usr --libexecdir=/usr/lib/libvirt --sysconfdir=/etc --localstatedir=/var -Drunstatedir=/run \
    -Dauto_features=disabled -Ddriver_remote=enabled -Ddriver_libvirtd=enabled -Ddriver_qemu=enabled -Ddriver_lxc=enabled \
    -Ddriver_network=enabled -Ddocs=disabled -Dtests=disabled $(sed -n "s/^option('\(yajl\|json_c\)'.*/-D\1=enabled/p" meson_options.txt)
  cd ../build
  # shellcheck disable=SC2046  # one word per file
  ninja $(ninja -t targets all | sed -n 's/^\(src\/[^:]*\.h\): CUSTOM_COMMAND.*/\1/p')
  for daemon; do
    objects=$(ninja -t query "src/$daemon" | grep '\.p/.*\.o$')
    # shellcheck disable=SC2046,SC2086  # one word per file
    {
      ninja $objects src/admin/libvirt_admin_driver.a
      cc -o "/daemons/$daemon" $objects src/admin/libvirt_admin_driver.a -l:libvirt.so.0 -l:libvirt-qemu.so.0 -l:libvirt-lxc.so.0 \
        $(pkg-config --libs gio-2.0 gnutls libtirpc libxml-2.0)
    }
  done
}

"$@"
