#!/bin/bash
# Makes the virtual environment for tests and benchmarks, kept by what it is made of.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${BERTH_CACHE:-/var/cache/berth}
key=$(sha256sum Tests/EndToEnd/requirements.txt | cut -c1-16)
venv=$cache/python-$key
if [ ! -f "$venv/complete" ]; then
    rm -rf "$venv"
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement Tests/EndToEnd/requirements.txt
    touch "$venv/complete"
fi
ln -sfn "$venv" "$cache/python"
