#!/bin/bash
# usage: make-channel.sh [OUTDIR]
# Makes a conda channel of real packages without any conda channel at hand: CPython from Debian's
# source archive, JupyterLab and all it needs from PyPI's wheels, and small packages for the tests.
# The channel is kept in the cache under the hash of its inputs and needs no network from then on.
# OUTDIR, where given, gets a copy by hard links. The last line printed is the channel's directory.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${BERTH_CACHE:-/var/cache/berth}
mkdir -p "$cache"
inputs=$(cd "$here" && cat build-python.sh make-channel.sh ./*.py wheels.txt | sha256sum | cut -c1-16)
channel=$cache/channel-$inputs

make_channel() {
    local tools=$cache/channel-tools-1 wheels=$cache/wheels work
    work=$(mktemp -d "$cache/channel.XXXXXX")
    # The paths are spelled out: locals are gone when the trap runs.
    trap "rm -rf '$work'" EXIT

    local packages=(gcc make pkg-config zlib1g-dev libssl-dev libbz2-dev liblzma-dev libsqlite3-dev libffi-dev
        libreadline-dev libncurses-dev uuid-dev python3-venv curl ca-certificates)
    if ! dpkg --status "${packages[@]}" >/dev/null 2>&1; then
        apt-get -qq update
        DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "${packages[@]}" >/dev/null
    fi
    if [ ! -e "$tools/ready" ]; then
        rm -rf "$tools"
        python3 -m venv "$tools"
        "$tools/bin/pip" install --quiet 'py-rattler==0.28.*' 'conda-package-streaming==0.13.*' packaging
        touch "$tools/ready"
    fi

    # The placeholder is long because a binary can only be patched with a path that is not longer.
    local prefix
    prefix=$(cd "$here" && "$tools/bin/python" -c 'import conda_package; print(conda_package.PLACEHOLDER)')
    "$here/build-python.sh" "$cache/sources" "$work/python" "$prefix" >"$work/python.log" 2>&1 &
    local python=$!

    mkdir -p "$wheels" "$work/wheels"
    download() {
        "$tools/bin/pip" download --quiet --no-deps --only-binary=:all: --python-version 3.11 \
            --platform manylinux_2_34_x86_64 --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 \
            --platform manylinux2014_x86_64 --platform manylinux_2_12_x86_64 --platform manylinux2010_x86_64 \
            --requirement "$here/wheels.txt" --dest "$work/wheels" "$@"
    }
    # The wheels that were fetched before come from the cache, and all of them without a network.
    download --no-index --find-links "$wheels" 2>/dev/null || download --find-links "$wheels"
    cp --update --no-target-directory -r "$work/wheels" "$wheels"

    if ! wait $python; then
        tail -n 40 "$work/python.log" >&2
        echo "make-channel.sh: CPython could not be built; the end of its log is above." >&2
        exit 1
    fi
    "$tools/bin/python" "$here/make_channel.py" "$work/channel" "$work/wheels" "$work/python"
    chmod -R a+rX "$work/channel"
    mv --no-target-directory "$work/channel" "$channel"
}

# One maker at a time; whoever waited finds the channel made.
exec 9>"$cache/channel.lock"
flock 9
[ -e "$channel" ] || (make_channel) >&2
if [ $# -gt 0 ]; then
    mkdir -p "$1"
    cp -rl "$channel/." "$1/" 2>/dev/null || cp -r "$channel/." "$1/"
    channel=$(cd "$1" && pwd)
fi
echo "$channel"
