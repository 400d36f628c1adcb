#!/bin/sh
# Installs the Debian packages that a purpose needs and this machine lacks.
# usage: packages.sh build|run|test|benchmark
set -eu

build="pkg-config make g++ git ca-certificates libpam0g-dev libssl-dev libyaml-dev libcurl4-openssl-dev libzstd-dev libsqlite3-dev zlib1g-dev"
run="iptables debootstrap python3 python3-venv python3-pip openssl passwd libpam-modules curl zstd"
test="nginx-light chromium fonts-dejavu-core fonts-wqy-zenhei libpam-oath oathtool libpam-wrapper util-linux iproute2 xz-utils"
benchmark="haproxy wrk"
# Docker's own packages can't stand beside Debian's, and a host may well have them.
command -v dockerd >/dev/null || docker version >/dev/null 2>&1 || run="$run docker.io"

case "${1:-}" in
    build) wanted="$build" ;;
    run) wanted="$build $run" ;;
    test) wanted="$build $run $test" ;;
    benchmark) wanted="$build $run $test $benchmark" ;;
    *) echo "usage: $0 build|run|test|benchmark" >&2; exit 2 ;;
esac

missing=""
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "These packages are missing, and this is no Debian that could install them:$missing" >&2
    exit 1
fi
if [ "$(id -u)" != 0 ]; then
    echo "These packages are missing; install them or run this as root: apt-get install$missing" >&2
    exit 1
fi
echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# Services that a package brings are not wanted: the engine is started by engine.sh, nginx by the tests.
apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 $missing >/dev/null
