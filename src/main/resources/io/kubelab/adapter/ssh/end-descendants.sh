# Ends every process that descends from $ancestor: asks them, and forces them two seconds later.

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
        case $found in *" $2 "*) found="$found$pid " ;; esac
    done
done
found=${found#" $ancestor "}

alive() {
    for pid in $found; do
        { read -r line <"/proc/$pid/stat"; } 2>/dev/null || continue
        case ${line##*) } in
        Z*) ;;
        *) return ;;
        esac
    done
    return 1
}

for pid in $found; do
    kill -TERM "$pid" 2>/dev/null
done
tries=20
while alive && [ $tries -gt 0 ]; do
    sleep 0.1
    tries=$((tries - 1))
done
for pid in $found; do
    kill -KILL "$pid" 2>/dev/null
done
:
