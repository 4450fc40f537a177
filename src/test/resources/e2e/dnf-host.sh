#!/bin/sh
# A host of the dnf family, for tests: this machine with Debian's own dnf and rpm, in a mount namespace where what they write is in
# memory only. It has no packages yet, and one repository whose packages are signed by its key.
# Usage: dnf-host.sh make DIRECTORY [NAME...]   packages and repository, with further packages of these names, into an empty directory
#        dnf-host.sh start DIRECTORY            prints 'ready' and stays; enter it with nsenter --mount
set -eu
command=$1 directory=$2
shift 2
export LC_ALL=C GNUPGHOME="$directory/keys"

key() { # NAME
  gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key "$1@example.org" rsa3072 sign never
  gpg --batch --armor --output "$directory/$1.asc" --export "$1@example.org"
}

package() { # NAME SIGNED_BY, further lines of the specification on standard input
  {
    printf '%s\n' "Name: $1" 'Version: 1.0' 'Release: 1' 'Summary: test' 'License: MIT' 'BuildArch: noarch'
    cat
    printf '%s\n' '%description' 'test' '%install' "mkdir -p %{buildroot}/usr/share/$1" '%files' "/usr/share/$1"
  } > "$directory/$1.spec"
  rpmbuild --quiet -bb --define "_topdir $directory/built" "$directory/$1.spec"
  [ -z "$2" ] || rpmsign --define "__gpg $(command -v gpg)" --define "_gpg_name $2@example.org" --addsign "$directory/built/RPMS/noarch/$1-1.0-1.noarch.rpm" > /dev/null 2>&1
}

make() {
  mkdir -m 0700 "$GNUPGHOME"
  key vendor
  key somebody
  package small vendor < /dev/null
  echo 'Recommends: small' | package greeter vendor
  echo 'Provides: oldname' | package newname vendor
  package forged somebody < /dev/null
  package unsigned '' < /dev/null
  # nothing else here has a shell
  package slow vendor << EOF
Provides: /bin/sh
%post
touch $directory/begun
while [ ! -e $directory/go-on ]; do sleep 0.1; done
EOF
  for name in "$@"; do
    package "$name" vendor < /dev/null
  done
  createrepo_c --quiet "$directory/built/RPMS/noarch"
  gpgconf --kill gpg-agent
}

start() {
  exec unshare --mount --propagation slave sh "$0" inside "$directory"
}

inside() {
  mkdir -p "$directory/memory"
  mount -t tmpfs memory "$directory/memory"
  for place in /etc /root /usr /var/cache /var/lib /var/log; do
    layers=$directory/memory$place
    mkdir -p "$layers/upper" "$layers/work"
    mount -t overlay -o "lowerdir=$place,upperdir=$layers/upper,workdir=$layers/work" overlay "$place"
  done
  mount -t tmpfs -o mode=755 run /run
  rm -rf /etc/os-release /root/.rpmdb /var/lib/rpm /etc/yum.repos.d
  mkdir -p /etc/yum.repos.d /var/lib/rpm
  printf 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="10"\nPRETTY_NAME="CentOS Stream 10 (Coughlan)"\n' > /etc/os-release
  # as CentOS Stream has it
  printf '[main]\ngpgcheck=1\ninstallonly_limit=3\nclean_requirements_on_remove=True\nbest=True\nskip_if_unavailable=False\n' > /etc/dnf/dnf.conf
  printf '[test]\nname=test\nbaseurl=file://%s\ngpgcheck=1\ngpgkey=file://%s\n' "$directory/built/RPMS/noarch" "$directory/vendor.asc" > /etc/yum.repos.d/test.repo
  echo ready
  exec sleep infinity
}

"$command" "$@"
