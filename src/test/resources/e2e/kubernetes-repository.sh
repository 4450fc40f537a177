#!/bin/sh
# Repositories of Kubernetes' packages, of the layout of pkgs.k8s.io, for tests: deb/ and rpm/ in each of
#   good      packages of these versions, signed by the vendor, whose key is beside them
#   impostor  the same, signed by somebody else, whose key is beside them
#   forged    the same, signed by somebody else, beside the vendor's key
# Programs are scripts that print their version, or those of a directory. rpm/ is made where rpmbuild is.
# Usage: kubernetes-repository.sh DIRECTORY VERSIONS [PROGRAMS]
set -eu
directory=$1 versions=$2 programs=${3:-}
export LC_ALL=C GNUPGHOME="$directory/keys"
architecture=$(dpkg --print-architecture)
number=7

key() { # NAME
  gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key "$1@example.org" rsa3072 sign never
  gpg --batch --armor --output "$directory/$1.asc" --export "$1@example.org"
}

# name, version and files of one package, in the directory 'tree'
tree() { # NAME VERSION
  rm -rf "$directory/tree"
  mkdir -p "$directory/tree"
  cd "$directory/tree"
  case $1 in
    kubernetes-cni)
      mkdir -p opt/cni/bin etc/cni/net.d
      printf '#!/bin/sh\n' > opt/cni/bin/dummy
      chmod 755 opt/cni/bin/dummy
      ;;
    *)
      program=$1
      [ "$1" != cri-tools ] || program=crictl
      mkdir -p usr/bin
      if [ -n "$programs" ]; then
        cp "$programs/$program" usr/bin/
      else
        printf '#!/bin/sh\necho %s %s\n' "$program" "$2" > "usr/bin/$program"
      fi
      chmod 755 "usr/bin/$program"
      ;;
  esac
  case $1 in
    kubelet)
      mkdir -p usr/lib/systemd/system var/lib/kubelet etc/kubernetes/manifests
      printf '[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\nRestartSec=10\n[Install]\nWantedBy=multi-user.target\n' > usr/lib/systemd/system/kubelet.service
      ;;
    kubeadm)
      mkdir -p usr/lib/systemd/system/kubelet.service.d
      printf '[Service]\nEnvironment=KUBELET_EXTRA_ARGS=--of-the-package\nExecStart=\nExecStart=/usr/bin/kubelet --of-the-package\n' > usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf
      ;;
  esac
}

deb() { # NAME VERSION DEPENDS
  tree "$1" "$2"
  mkdir DEBIAN
  printf '%s\n' "Package: $1" "Version: $2-1.1" "Architecture: $architecture" 'Maintainer: test <test@example.org>' ${3:+"Depends: $3"} 'Description: test' > DEBIAN/control
  if [ "$1" = kubelet ]; then
    touch etc/kubernetes/manifests/.kubelet-keep var/lib/kubelet/.kubelet-keep
    mkdir -p etc/default
    echo KUBELET_EXTRA_ARGS= > etc/default/kubelet
    echo /etc/default/kubelet > DEBIAN/conffiles
    # what the packages' systemd macros come to
    printf '#!/bin/sh\nsystemctl preset kubelet.service > /dev/null 2>&1 || true\n' > DEBIAN/postinst
    printf '#!/bin/sh\n[ "$1" != remove ] || systemctl disable --now kubelet.service > /dev/null 2>&1 || true\n' > DEBIAN/prerm
    chmod 755 DEBIAN/postinst DEBIAN/prerm
  fi
  dpkg-deb --root-owner-group -Zgzip -z1 --build . "$directory/good/deb/$1_$2.deb" > /dev/null
  cd /
}

rpm() { # NAME VERSION REQUIRES
  tree "$1" "$2"
  if [ "$1" = kubelet ]; then
    mkdir -p etc/sysconfig
    echo KUBELET_EXTRA_ARGS= > etc/sysconfig/kubelet
  fi
  cd /
  {
    printf '%s\n' "Name: $1" "Version: $2" 'Release: 150500.1.1' 'Summary: test' 'License: Apache-2.0' 'AutoReqProv: no' ${3:+"Requires: $3"}
    printf '%s\n' '%description' 'test' '%install' "cp -a $directory/tree/. %{buildroot}/" '%files'
    (cd "$directory/tree" && find . -type f | sed 's/^\.//; s/^\/etc\/sysconfig/%config(noreplace) &/')
    [ "$1" != kubelet ] || echo '%dir /etc/kubernetes/manifests'
  } > "$directory/$1.spec"
  rpmbuild --quiet -bb --define "_topdir $directory/built" --define '_build_id_links none' --define 'debug_package %{nil}' --define '__os_install_post %{nil}' --define '_binary_payload w1.gzdio' --define "_rpmdir $directory/good/rpm" --define '_build_name_fmt %%{NAME}-%%{VERSION}.rpm' "$directory/$1.spec"
}

# by whom, and whose key is beside them
sign() { # REPOSITORY SIGNER KEY
  here=$directory/$1/deb
  (
    cd "$here"
    for file in *.deb; do
      dpkg-deb --field "$file"
      printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d' ' -f1)"
    done > Packages
    printf 'Origin: test\nDate: %s\nSHA256:\n %s %s Packages\n' "$(date -u -R | sed 's/+0000/UTC/')" "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" > Release
    rm -f InRelease Release.gpg
    gpg --batch --quiet --local-user "$2@example.org" --clearsign --output InRelease Release
    gpg --batch --quiet --local-user "$2@example.org" --armor --detach-sign --output Release.gpg Release
    cp "$directory/$3.asc" Release.key
  )
  command -v rpmbuild > /dev/null || return 0
  here=$directory/$1/rpm
  rpmsign --define "__gpg $(command -v gpg)" --define "_gpg_name $2@example.org" --resign "$here"/*.rpm > /dev/null 2>&1
  createrepo_c --quiet "$here"
  cp "$directory/$3.asc" "$here/repodata/repomd.xml.key"
}

mkdir -m 0700 "$GNUPGHOME"
key vendor
key somebody
mkdir -p "$directory/good/deb" "$directory/good/rpm"
for version in $versions; do
  for kind in deb rpm; do
    [ "$kind" = deb ] || command -v rpmbuild > /dev/null || continue
    "$kind" kubelet "$version" kubernetes-cni
    "$kind" kubeadm "$version" ''
    "$kind" kubectl "$version" ''
    "$kind" cri-tools "${version%.*}.0" ''
    "$kind" kubernetes-cni 1.$number.0 ''
  done
done
for other in impostor forged; do
  [ -n "$programs" ] || cp -R "$directory/good" "$directory/$other"
done
sign good vendor vendor
if [ -z "$programs" ]; then
  sign impostor somebody somebody
  sign forged somebody vendor
fi
rm -rf "$directory/tree" "$directory/built"
gpgconf --kill gpg-agent
