# Runs a command that outlives this shell, or finds it running, and follows its log.
#
# In:  $identity  name of the work, one path component
#      $script    what to run, ending in "#complete"; $digest: of it
#      $keeper    the program keeper.sh
#      $limit     seconds that the command may take
#      $age       seconds since this connection was made; a result that is older than that was
#                 there when the question was asked that led to this run, so it answers nothing
#      $nonce     marks our own words
# Out: standard output: "\001NONCE\n", then the log
#      standard error: "NONCE ended STATUS BYTES" when the command has ended and its log has that
#      many bytes; STATUS is empty if its keeper was killed
# Then reads one line: "forget" removes the directory; anything else, or the end, leaves it.
#
# While other work of the same name runs, it is waited for: standard error says "NONCE free" when it
# has ended, and the line "again" begins anew. (Whoever waited may have gone: nothing is started
# unasked.)

mode=0700
if [ "$(id -u)" = 0 ]; then
    base=/run/kubelab
    mode=0755
elif [ -n "$XDG_RUNTIME_DIR" ] && [ -w "$XDG_RUNTIME_DIR" ]; then
    base=$XDG_RUNTIME_DIR/kubelab
else
    base=${TMPDIR:-/tmp}/kubelab-$(id -u)
fi
dir=$base/$identity

fail() {
    echo "$*" >&2
    exit 1
}

# Holds the base directory's lock (fd 9) while something is made or removed below it.
enter() {
    tries=0
    until mkdir -p -m "$mode" "$base" 2>/dev/null && [ -O "$base" ] &&
        { command exec 9<"$base"; } 2>/dev/null && flock 9 && [ "$base" -ef /proc/self/fd/9 ]; do
        # whoever is done with it removes it, at any point of this
        [ -e "$base" ] && [ ! -O "$base" ] && fail "$base belongs to someone else"
        tries=$((tries + 1))
        [ $tries -lt 200 ] || fail "no directory for running commands: $(mkdir -p "$base" 2>&1)"
    done
}

leave() {
    exec 9<&-
}

# What a killed keeper left running, told by the mark in its environment.
end_orphans() {
    { read -r pgid <"$dir/pgid"; } 2>/dev/null || return
    for process in $(grep -lzxF "KUBELAB_RUN=$dir" /proc/[0-9]*/environ 2>/dev/null); do
        { read -r line <"${process%/environ}/stat"; } 2>/dev/null || continue
        set -- ${line##*) }
        if [ "$3" = "$pgid" ]; then
            kill -s KILL -- "-$pgid"
            return
        fi
    done
}

while :; do
    enter
    state=absent
    if [ -f "$dir/lock" ]; then
        exec 8<"$dir/lock"
        same=
        [ "$(cat "$dir/digest" 2>/dev/null)" = "$digest" ] && same=yes
        if ! flock -n 8; then
            state=${same:+present}
            state=${state:-busy}
        elif [ ! -s "$dir/status" ]; then
            end_orphans
        elif [ -n "$same" ] && [ $(($(date +%s) - $(stat -c %Y "$dir/status"))) -le "$age" ]; then
            state=present
        fi
        [ $state = busy ] || exec 8<&-
    fi
    [ $state = busy ] || break
    leave
    (
        flock -s 8 >/dev/null 2>&1
        printf '%s free\n' "$nonce" >&2
    ) </dev/null &
    watcher=$!
    exec 8<&-
    read -r answer
    kill "$watcher" 2>/dev/null
    [ "$answer" = again ] || exit 0
done
if [ $state = absent ]; then
    # what has no lock is not of our making
    if [ -f "$dir/lock" ]; then
        rm -rf "$dir"
    else
        rmdir "$dir" 2>/dev/null
    fi
    mkdir -m 0700 "$dir" || fail "no directory for '$identity'"
    exec 8>"$dir/lock"
    flock -n 8
    printf '%s\n' "$digest" >"$dir/digest"
    : >"$dir/log"
    : >"$dir/status"
    printf '%s\n' "$script" |
        KUBELAB_RUN=$dir setsid sh -c "$keeper" keeper "$limit" >/dev/null 2>&1 9<&- &
    exec 8>&-
fi
# opened now: another follower may remove the directory as soon as it is told the result
exec 6<"$dir/log" 7<"$dir/status" 8<"$dir/lock"
leave

printf '\001%s\n' "$nonce"
tail -c +1 -s 0.1 -f /proc/self/fd/6 </dev/null 2>/dev/null 7<&- 8<&- &
tail=$!
(
    flock -s 8 >/dev/null 2>&1
    read -r status <&7
    printf '%s ended %s %s\n' "$nonce" "$status" "$(stat -L -c %s /proc/self/fd/6)" >&2
) </dev/null &
watcher=$!

read -r answer
kill "$tail" "$watcher" 2>/dev/null
if [ "$answer" = forget ]; then
    enter
    [ "$dir/lock" -ef /proc/self/fd/8 ] && rm -rf "$dir"
    rmdir "$base" 2>/dev/null
    leave
fi
exit 0
