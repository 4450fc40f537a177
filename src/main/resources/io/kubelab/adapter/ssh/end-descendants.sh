# Ends every process that descends from $ancestor: asks them, and forces them two seconds later.

descendants() {
    found=" $ancestor "
    before=
    while [ "$found" != "$before" ]; do
        before=$found
        for stat in /proc/[0-9]*/stat; do
            { read -r line <"$stat"; } 2>/dev/null || continue
            pid=${line%% *}
            # the name in parentheses may hold anything: what follows it is "state ppid ..."
            set -- ${line##*) }
            case $found in *" $pid "*) continue ;; esac
            case $1 in Z) continue ;; esac
            case $found in *" $2 "*) found="$found$pid " ;; esac
        done
    done
    found=${found# "$ancestor" }
}

descendants
[ -z "$found" ] || kill -TERM $found 2>/dev/null
tries=20
while descendants && [ -n "$found" ] && [ $tries -gt 0 ]; do
    sleep 0.1
    tries=$((tries - 1))
done
[ -z "$found" ] || kill -KILL $found 2>/dev/null
:
