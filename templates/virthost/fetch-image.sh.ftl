#!/bin/sh
# Puts a disk image where virtual machines are cloned from, and only if it is what it should be.
#
#   fetch-image PATH receive BYTES                        takes standard input for the image
#   fetch-image PATH given TRUST                          it was received
#   fetch-image PATH URL TRUST                            http(s)://, or file:// of this host
# with TRUST
#   digest ALGORITHM:HEX                                  what sha256sum or sha512sum prints of it
#   signed LIST KEY FINGERPRINT                           URL of a list of digests that this key has signed; KEY is a file or a URL
#   own                                                   who sent it vouches for it
#
# PATH.part      what has come so far; kept when the connection is lost, so that the next call goes on from there
# PATH.verified  one line: ALGORITHM:HEX, size in bytes, time of last change, format
# What is wrong, and what to do about it, are the last lines of standard error.
set -u
export LC_ALL=C
umask 022

path=$1
source=$2
shift 2
part=$path.part
directory=${path%/*}
# the file's name without what keeps images of the same name apart
name=${path##*/}
name=${name#*-}
called=$source
[ "$source" != given ] || called=$name
work=

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

tidy() {
  [ -z "$work" ] || rm -rf "$work"
}
# of no signal: a shell that is forked while one is caught here may lose it, and 'progress' has to end by one
trap tidy EXIT

size() {
  stat -c %s "$1" 2>/dev/null || echo 0
}

mebibytes() {
  echo $((($1 + 1048575) / 1048576))
}

# That so many bytes more fit.
room() {
  free=$(df -P -B 1 "$directory" | awk 'NR == 2 {print $4}')
  [ "$free" -ge "$1" ] || no_room "$1"
}

no_room() {
  free=$(df -P -B 1 "$directory" | awk 'NR == 2 {print $4}')
  fail "The disk is full: $directory has $(mebibytes "$free") MiB of free space, and the image needs ${1:+$(mebibytes "$1") MiB }more." \
    "Make room there, or name another directory with images_directory, and run the same command again."
}

# curl, with what holds for every request.
request() {
  curl --fail --silent --show-error --location --globoff \
    --proto '=http,https,file' --proto-redir '=http,https' \
    --connect-timeout 30 --speed-limit 1024 --speed-time 60 --url "$@"
}

# What curl said, without its advice.
said() {
  grep '^curl: (' "$work/curl" | tail -n 1
}

# Why curl ended with a status, and what to do.
explain() {
  status=$1
  http=$2
  url=$3
  host=${url#*://}
  host=${host%%/*}
  case $status in
    5 | 6) fail "$url: the name '$host' can't be resolved on this host." \
      "See that the URL is right, and that this host has a name server (/etc/resolv.conf) or a proxy ('proxy = ...' in root's ~/.curlrc)." ;;
    7) fail "$url: nobody answers at $host." \
      "See that the URL is right, and that this host may go there." ;;
    22) fail "$url: the server answers with HTTP status $http." \
      "See that the URL is right: vendors remove older images. A newer one can be named in inventory/images.yml, or with image_url and its image_digest." ;;
    23) no_room "" ;;
    35 | 51 | 53 | 54 | 58 | 59 | 60 | 66 | 77 | 80 | 82 | 83 | 90 | 91) fail "$url: no TLS connection that can be trusted: $(said)" \
      "See that the URL and this host's clock are right, and that it knows the server's authority (package ca-certificates, update-ca-certificates)." ;;
    37) fail "$url: there is no such file on this host, or it can't be read." \
      "file:// names a file of the virthost; a file of the workstation is named by its path alone." ;;
    *) fail "$url: $(said)" \
      "See that the URL is right, and run the same command again." ;;
  esac
}

# A small file, whole.
get() {
  http=$(request "$1" --max-time 300 --max-filesize 16777216 --write-out '%{http_code}' --output "$2" 2>"$work/curl")
}

digest_of() {
  echo "$1:$("${1}sum" "$2" | cut -d ' ' -f 1)"
}

# Says how far it is, as long as the shell that began it lives.
progress() {
  while sleep 2 && kill -0 $$ 2>/dev/null; do
    have=$(size "$part")
    if [ -n "$length" ]; then
      echo "$(mebibytes "$have") of $(mebibytes "$length") MiB, $((have * 100 / length)) %"
    else
      echo "$(mebibytes "$have") MiB"
    fi
  done
}

# In bytes; empty if the server doesn't say.
length_of() {
  request "$1" --head --max-time 60 2>/dev/null | tr -d '\r' |
    awk '/^HTTP\// {n = ""} tolower($1) == "content-length:" {n = $2} END {print n}'
}

download() {
  whole=
  losses=0
  length=$(length_of "$source")
  [ "${length:-0}" -gt 0 ] 2>/dev/null || length=
  while :; do
    had=$(size "$part")
    if [ -n "$length" ]; then
      [ "$had" -eq "$length" ] && return
      [ "$had" -gt "$length" ] && rm -f "$part" && had=0
      room $((length - had))
    fi
    if [ "$had" -gt 0 ]; then
      resumed=yes
      echo "goes on from $(mebibytes "$had") MiB"
    fi
    progress &
    watcher=$!
    http=$(request "$source" --continue-at - --output "$part" --write-out '%{http_code}' 2>"$work/curl")
    status=$?
    kill "$watcher" 2>/dev/null
    wait "$watcher" 2>/dev/null
    have=$(size "$part")
    case $status in
      0) return ;;
      33 | 36)
        # it can't send the rest alone
        [ "$had" -gt 0 ] || explain "$status" "$http" "$source"
        echo "the server sends no parts of files: from the beginning"
        rm -f "$part"
        resumed=
        whole=yes
        ;;
      16 | 18 | 28 | 52 | 55 | 56 | 92)
        if [ -n "$whole" ] || [ "$have" -le "$had" ] || [ $losses -ge 10 ]; then
          fail "$source: the image came only in part, $have${length:+ of $length} bytes: $(said)" \
            "Run the same command again; it goes on from there if the server can. If it ends there again, the server's file is cut off."
        fi
        echo "the connection was lost at $(mebibytes "$have") MiB"
        losses=$((losses + 1))
        sleep 1
        ;;
      23)
        rm -f "$part"
        no_room "${length:-}"
        ;;
      *)
        [ "$have" -gt 0 ] || rm -f "$part"
        explain "$status" "$http" "$source"
        ;;
    esac
  done
}

# OpenPGP keys as gpgv reads them: ASCII armour (RFC 9580, 6) is taken off.
dearmored() {
  if grep -q '^-----BEGIN PGP PUBLIC KEY BLOCK-----' "$1"; then
    awk '
      /^-----BEGIN PGP / {block = 1; body = 0; next}
      /^-----END PGP / {close("base64 -d"); block = 0; next}
      block && /^[ \t\r]*$/ {body = 1; next}
      block && body && !/^=/ {print | "base64 -d"}
    ' "$1"
  else
    cat "$1"
  fi
}

# The digest that a signed list has for the image.
listed() {
  list=$1
  key=$2
  fingerprint=$3
  get "$list" "$work/list" || explain $? "$http" "$list"
  case $key in
    *://*)
      get "$key" "$work/key" || explain $? "$http" "$key"
      dearmored "$work/key" >"$work/keys"
      ;;
    *) dearmored "$key" >"$work/keys" ;;
  esac
  if grep -q '^-----BEGIN PGP SIGNED MESSAGE-----' "$work/list"; then
    gpgv --homedir "$work" --keyring "$work/keys" --status-fd 3 --output "$work/text" "$work/list" 3>"$work/status" 2>"$work/gpgv"
  else
    for ending in gpg asc sign; do
      get "$list.$ending" "$work/signature" && break
      rm -f "$work/signature"
    done
    [ -f "$work/signature" ] || fail "$list is not signed: neither has it a signature in it, nor is there one beside it (.gpg, .asc, .sign)." \
      "Compare the image's digest with what its vendor says, and set image_digest."
    gpgv --homedir "$work" --keyring "$work/keys" --status-fd 3 "$work/signature" "$work/list" 3>"$work/status" 2>"$work/gpgv"
    cp "$work/list" "$work/text"
  fi
  # one good signature by the key that is asked for, and no bad one
  awk -v wanted="$fingerprint" '
    $2 == "NEWSIG" || $2 ~ /^(EXP|EXPKEY|REVKEY|ERR)SIG$/ {good = 0}
    $2 == "BADSIG" {bad = 1}
    $2 == "GOODSIG" {good = 1}
    $2 == "VALIDSIG" && good && (wanted == "any" || $NF == wanted) {found = 1}
    END {exit !found || bad}
  ' "$work/status" || fail "$list is not signed by the key ${fingerprint#any}$([ "$fingerprint" != any ] || echo "$key"): $(grep -v '^gpgv: *using' "$work/gpgv" | tail -n 1)" \
    "See that image_checksums_key (or the key in inventory/images.yml) is the vendor's current one. If it is, don't use this image."
  digest=$(awk -v name="$name" '
    $1 ~ /^SHA(256|512)$/ && $2 == "(" name ")" && $3 == "=" {print tolower($1) ":" tolower($4)}
    ($2 == name || $2 == "*" name) && length($1) == 64 {print "sha256:" tolower($1)}
    ($2 == name || $2 == "*" name) && length($1) == 128 {print "sha512:" tolower($1)}
  ' "$work/text" | grep -E '^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$' | sort | tail -n 1)
  [ -n "$digest" ] || fail "$list has no digest of '$name'." \
    "See that it belongs to the image: its lines name files as they are called in image_url."
}

bytes() {
  od -An -v -tx1 -j "$2" -N "$3" "$1" | tr -d ' \n'
}

# qcow2, or raw if it has a partition table; anything else is refused.
format_of() {
  case $(bytes "$part" 0 6) in
    514649fb*)
      # docs/interop/qcow2.rst of QEMU: a file that it stands on, or that holds its data, would be one of this host's
      other=$(bytes "$part" 8 8)
      features=$(bytes "$part" 79 1)
      if [ "${other:-0}" != 0000000000000000 ] || { [ "$(bytes "$part" 4 4)" != 00000002 ] && [ $((0x${features:-0} & 4)) -ne 0 ]; }; then
        unusable "is a qcow2 image that needs another file beside it" "Make one that stands alone: qemu-img convert -O qcow2."
      fi
      format=qcow2
      ;;
    fd377a58* | 1f8b* | 504b0304* | 28b52ffd* | 425a68*) unusable "is compressed" "Unpack it first and name the unpacked image." ;;
    *)
      [ "$(bytes "$part" 510 2)" = 55aa ] ||
        unusable "is not a disk image, neither qcow2 nor raw with a partition table" "See what it is ('file' says so), and name an image for virtual machines (GenericCloud, genericcloud, cloudimg)."
      format=raw
      ;;
  esac
}

unusable() {
  rm -f "$part"
  fail "$called $1; it was removed." "$2"
}

# Gives the image its name. The record comes first: what has its name has its record.
keep() {
  chmod 0444 "$part"
  sync "$part" 2>/dev/null
  printf '%s %s %s\n' "$digest" "$(stat -c '%s %.9Y' "$part")" "$format" >"$path.verified.new" &&
    mv "$path.verified.new" "$path.verified" &&
    mv "$part" "$path" || no_room ""
  echo "$digest"
}

# What was verified once, and looks changed: somebody's touch(1) is no reason to fetch it again.
same_as_before() {
  [ -f "$path" ] && [ -f "$path.verified" ] || return
  read -r digest _ _ format <"$path.verified" || return
  [ "$(digest_of "${digest%%:*}" "$path")" = "$digest" ] || return
  printf '%s %s %s\n' "$digest" "$(stat -c '%s %.9Y' "$path")" "$format" >"$path.verified.new" &&
    mv "$path.verified.new" "$path.verified"
}

mkdir -p "$directory" || exit 1
if [ "$source" = receive ]; then
  rm -f "$part"
  room "$1"
  cat >"$part" 2>/dev/null
  have=$(size "$part")
  if [ "$have" -ne "$1" ]; then
    rm -f "$part"
    room "$1"
    fail "The image came only in part, $have of $1 bytes." "Run the same command again."
  fi
  exit 0
fi

trust=$1
shift
work=$path.work
rm -rf "$work"
mkdir "$work" || exit 1
resumed=
again=
if [ "$source" != given ] && same_as_before; then
  echo "it is as it was verified, $digest"
  exit 0
fi
if [ -f "$path" ]; then
  echo "$path is not as it was verified: it is replaced"
fi
case $trust in
  digest) digest=$1 ;;
  signed) listed "$@" ;;
  own) digest= ;;
esac
while :; do
  [ "$source" = given ] || download
  algorithm=${digest%%:*}
  found=$(digest_of "${algorithm:-sha256}" "$part")
  [ "$found" = "${digest:-$found}" ] && break
  rm -f "$part"
  { [ -n "$resumed" ] && [ -z "$again" ]; } || fail "$called has another digest than it should have, and was removed." \
    "is      $found" "must be $digest" \
    "Either another image lies there than the one that was asked for, or it was changed on its way: compare with what the vendor says, and name the right digest."
  # the two halves may be of different images
  echo "the parts don't fit together: from the beginning"
  again=yes
done
digest=$found
format_of
keep
