#!/bin/bash
# Prints a Python that has conda-lock's and rattler's own parsers; made once and kept in the cache.
set -euo pipefail
tools=${BERTH_CACHE:-/var/cache/berth}/lock-tools-1
if [ ! -e "$tools/ready" ]; then
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet 'conda-lock==4.0.*' 'py-rattler==0.28.*' >&2
    touch "$tools/ready"
fi
echo "$tools/bin/python"
