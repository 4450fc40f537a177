# Holds a lock as long as somebody is at the other end of our standard input.
#
# In:  $path      the lock: a file that is there as long as somebody has it
#      $holder    who wants it, one line
#      $patience  seconds without a line of standard input after which the other end is taken for lost
# Out: "held", or "busy" and who has it

fail() {
    echo "$*" >&2
    exit 1
}

mkdir -p "${path%/*}" || fail "no directory for $path"
while :; do
    { command exec 9>>"$path"; } 2>/dev/null || fail "$path can't be written"
    # whoever ends now has a moment to let go
    if ! flock -w 1 9; then
        printf 'busy %s\n' "$(head -n 1 "$path")"
        exit 0
    fi
    # it is removed before it is let go of
    [ "$path" -ef /proc/self/fd/9 ] && break
done
# cat says why, the shell's own printf doesn't
printf '%s\n' "$holder" | cat >"$path" || {
    rm -f "$path"
    exit 1
}
echo held
while timeout "$patience" head -n 1 9>&- | grep -q '' 9>&-; do
    :
done
rm -f "$path"
