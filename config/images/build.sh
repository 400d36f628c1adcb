#!/bin/bash
# Builds an image without a registry: Debian by debootstrap, Python packages as wheels.
# usage: build.sh trial|builder
#
#   trial    berth/trial:1     Debian, Python and JupyterLab 4 on the CPU, to try Berth with
#   builder  berth/builder:1   the solver and installer of environments (py-rattler)
#
# What is slow lies in $BERTH_CACHE (/var/cache/berth), keyed by the content of its
# inputs; an image that is there and was made from the same inputs is left alone.
set -euo pipefail
cd "$(dirname "$0")"

purpose=${1:-}
case $purpose in
    trial | builder) ;;
    *) echo "usage: $0 trial|builder" >&2; exit 2 ;;
esac
cache=${BERTH_CACHE:-/var/cache/berth}
image=berth/$purpose:1
suite=bookworm
mirror=${BERTH_DEBIAN_MIRROR:-http://deb.debian.org/debian}
packages=$(grep -v '^#' base-packages.txt | paste -sd, -)
mkdir -p "$cache"

key() { cat "$@" | sha256sum | cut -c1-16; }
label_of() { docker image inspect --format "{{index .Config.Labels \"org.berth.inputs\"}}" "$1" 2>/dev/null || true; }

base_key=$(echo "1 $(uname -m) $suite $packages" | key -)
inputs=$( (echo "$base_key"; cat "$purpose.txt" "$purpose.Dockerfile") | key -)
if [ "$(label_of "$image")" = "$inputs" ]; then
    echo "$image is there"
    exit 0
fi

# One build at a time: they share the base and the caches.
exec 9>"$cache/images.lock"
flock 9

base() {
    [ -z "$(label_of "berth/base:$base_key")" ] || return 0
    local archive=$cache/base-$base_key.tar
    if [ ! -f "$archive" ]; then
        echo "Making the base: Debian $suite"
        local tree
        tree=$(mktemp -d "$cache/base.XXXXXX")
        trap 'rm -rf "$tree"' EXIT
        debootstrap --variant=minbase --include="$packages" "$suite" "$tree" "$mirror" >"$cache/debootstrap.log" 2>&1 || {
            tail -n 20 "$cache/debootstrap.log" >&2
            exit 1
        }
        rm -rf "$tree"/var/cache/apt/archives/*.deb "$tree"/var/lib/apt/lists/* "$tree"/var/log/*.log
        tar -C "$tree" --numeric-owner -cf "$archive.part" .
        mv "$archive.part" "$archive"
        rm -rf "$tree"
        trap - EXIT
    fi
    docker import --change "LABEL org.berth.inputs=$base_key" --change 'CMD ["/bin/bash"]' \
        --change 'ENV LANG=C.UTF-8' "$archive" "berth/base:$base_key" >/dev/null
}

wheels() {
    local folder=$cache/wheels-$purpose-$(key "$purpose.txt")
    if [ ! -f "$folder/complete" ]; then
        echo "Fetching Python packages"
        rm -rf "$folder"
        mkdir -p "$folder"
        local machine platforms=()
        machine=$(uname -m)
        for version in 2_36 2_34 2_31 2_28 2_27 2_26 2_24 2_17 2_12 2_5; do
            platforms+=(--platform "manylinux_${version}_$machine")
        done
        platforms+=(--platform "manylinux2014_$machine" --platform "manylinux1_$machine" --platform "linux_$machine")
        python3 -m pip download --quiet --disable-pip-version-check --only-binary=:all: --python-version 3.11 \
            --implementation cp --abi cp311 --abi abi3 --abi none "${platforms[@]}" --dest "$folder" --requirement "$purpose.txt"
        touch "$folder/complete"
    fi
    ln -sfn "$folder" "$cache/wheels-$purpose"
}

base
wheels
echo "Making $image"
context=$(mktemp -d "$cache/context.XXXXXX")
trap 'rm -rf "$context"' EXIT
cp "$purpose.Dockerfile" "$context/Dockerfile"
cp "$purpose.txt" "$context/requirements.txt"
mkdir "$context/wheels"
cp -l "$(readlink -f "$cache/wheels-$purpose")"/*.whl "$context/wheels/"
DOCKER_BUILDKIT=0 docker build --quiet --network none --build-arg "BASE=berth/base:$base_key" \
    --label "org.berth.inputs=$inputs" --tag "$image" "$context" 2>&1 | grep -vE '^$|DEPRECATED|BuildKit|environment-variable'
