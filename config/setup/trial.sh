#!/bin/sh
# Prepares what a trial needs — a system account, a demo account, a certificate of its
# own, a PAM service — and runs Berth in the foreground on https://localhost:8443.
set -eu
cd "$(dirname "$0")/../.."

demo=demo
trial=/var/lib/berth-trial

[ "$(id -u)" = 0 ] || { echo "Berth's launcher logs people in and starts containers for them, so it needs root: sudo make run" >&2; exit 1; }

getent passwd berth >/dev/null || useradd --system --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin berth

mkdir -p "$trial"
if getent passwd "$demo" >/dev/null; then
    [ -f "$trial/password" ] || echo "The account “$demo” was here before Berth: log in with its own password."
else
    useradd --create-home --shell /bin/bash --comment "Demo" "$demo"
    password=$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
    echo "$demo:$password" | chpasswd
    (umask 077; echo "$password" >"$trial/password")
fi

[ -f /etc/pam.d/berth ] || install -m 0644 config/pam.d/berth /etc/pam.d/berth

if [ ! -f "$trial/certificate.pem" ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj /CN=localhost \
        -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' -addext 'extendedKeyUsage=serverAuth' \
        -keyout "$trial/key.pem" -out "$trial/certificate.pem" 2>/dev/null
    chgrp berth "$trial/key.pem"
    chmod 0640 "$trial/key.pem"
fi

echo
echo "  Open   https://localhost:8443   (the certificate is this machine's own: the browser asks once)"
[ ! -f "$trial/password" ] || echo "  Log in as $demo with the password $(cat "$trial/password")"
echo
exec .build/release/berth run --config config/trial.yaml
