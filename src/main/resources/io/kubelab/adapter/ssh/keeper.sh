# Keeps a detached command: holds its lock (fd 8, which nothing else inherits), notes its process
# group, its log and its exit status. The command's text comes through standard input, so that no
# argument shows it.

script=$(cat)
# half a script is none: the one who sent it died
case $script in
*'#complete') ;;
*) exit 1 ;;
esac
cd "$KUBELAB_RUN" || exit 1
limit=$1
begin=$(date +%s)
printf '%s\n' "$script" 8>&- | timeout -k 10 "$limit" sh >>log 2>&1 8>&- &
echo $! >pgid
wait $!
status=$?
# killed by timeout because it did not go when asked
if [ $status -eq 137 ] && [ $(($(date +%s) - begin)) -ge "$limit" ]; then
    status=124
fi
echo $status >status
