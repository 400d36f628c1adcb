#!/bin/bash
# Runs every test. Slow preparations go side by side: the images and the conda channel
# are made while Swift builds.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${BERTH_CACHE:-/var/cache/berth}
artifacts=$PWD/artifacts
logs=$artifacts/logs
mkdir -p "$cache" "$logs"

[ "$(id -u)" = 0 ] || { echo "FAILED: the tests make accounts, log them in and start containers, so they need root." >&2; exit 1; }
docker version >/dev/null 2>&1 || { echo "FAILED: no container engine answers. The tests do not run without one." >&2; exit 1; }
getent passwd berth >/dev/null || useradd --system --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin berth

# prepare NAME COMMAND...: runs in the background; its log is shown if it fails.
declare -A preparations
prepare() {
    local name=$1
    shift
    "$@" >"$logs/$name.log" 2>&1 &
    preparations[$name]=$!
}
finish() {
    local name=$1
    wait "${preparations[$name]}" && return
    echo "FAILED: preparing $name; the end of $logs/$name.log:" >&2
    tail -n 40 "$logs/$name.log" >&2
    exit 1
}

images() { config/images/build.sh trial && config/images/build.sh builder; }

prepare images images
prepare python Tests/prepare-python.sh
prepare channel Tests/Channel/make-channel.sh

echo "Checking the format"
swift format lint --strict --recursive Package.swift Sources Tests

echo "Building"
if ! swift build --build-tests >"$logs/build.log" 2>&1; then
    grep -E 'error:' "$logs/build.log" >&2 || tail -n 40 "$logs/build.log" >&2
    echo "FAILED: the build; its log: $logs/build.log" >&2
    exit 1
fi
if grep -E '^/.*(Sources|Tests)/.*warning:' "$logs/build.log" >&2; then
    echo "FAILED: the build is not free of warnings." >&2
    exit 1
fi

finish images
finish python
finish channel
BERTH_CHANNEL=$(tail -n 1 "$logs/channel.log")
export BERTH_CHANNEL

echo "Testing the modules"
# Module by module: suites that hold engine, accounts and clocks at once would only slow each other down. The program
# itself, as “swift test” starts it: that would look the whole package over before each module.
tests=$(swift build --show-bin-path)/berthPackageTests.xctest
for module in Tests/*Tests; do
    name=$(basename "$module")
    if "$tests" --testing-library swift-testing --filter "^$name\\." >"$logs/$name.log" 2>&1 &&
        ! grep -q 'Test run with 0 tests' "$logs/$name.log"; then
        echo "$name: $(grep -E 'Test run with' "$logs/$name.log" | tail -n 1)"
    else
        grep -E '✘|error:|Fatal error' "$logs/$name.log" >&2 || tail -n 40 "$logs/$name.log" >&2
        echo "FAILED: $name; its log: $logs/$name.log" >&2
        exit 1
    fi
done

echo "Testing from end to end"
export BERTH_BINARY=$PWD/.build/debug/berth BERTH_ARTIFACTS=$artifacts
exec "$cache/python/bin/python" -m pytest -q --tb=short -p no:cacheprovider Tests/EndToEnd
