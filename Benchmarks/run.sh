#!/bin/bash
# Runs all benchmarks with a release binary, or those that are named: run.sh [NAME...].
set -euo pipefail
cd "$(dirname "$0")/.."
export BERTH_CACHE=${BERTH_CACHE:-/var/cache/berth}

swift build -c release --product berth
config/images/build.sh trial
config/images/build.sh builder
Tests/prepare-python.sh
BERTH_CHANNEL=$(Tests/Channel/make-channel.sh | tail -n 1)
export BERTH_CHANNEL BERTH_BINARY=$PWD/.build/release/berth

names=("$@")
[ ${#names[@]} -gt 0 ] || for folder in Benchmarks/*/; do names+=("$(basename "$folder")"); done
for name in "${names[@]}"; do
    echo "== $name"
    "$BERTH_CACHE/python/bin/python" "Benchmarks/$name/$name.py"
done
