#!/bin/sh
# Makes sure that a container engine answers; starts Docker where none does.
set -eu

answers() { docker version >/dev/null 2>&1; }

answers && exit 0
if ! command -v dockerd >/dev/null; then
    echo "No container engine answers and dockerd is not installed: apt-get install docker.io" >&2
    exit 1
fi
echo "Starting Docker"
log=/var/log/dockerd.log
if [ -d /run/systemd/system ]; then
    systemctl start docker
else
    setsid dockerd >"$log" 2>&1 </dev/null &
fi
for _ in $(seq 60); do
    answers && exit 0
    sleep 1
done
echo "Docker did not answer within a minute. Its log is in $log; its last lines:" >&2
tail -n 15 "$log" >&2 || true
exit 1
