#!/bin/bash
# usage: build-python.sh SOURCES STAGE PREFIX
# Builds CPython from the upstream tarball of Debian's source archive into STAGE, for PREFIX:
# a long placeholder, which the installer replaces by the environment's own path.
set -euo pipefail
sources=$1 stage=$2 prefix=$3
version=3.11.2
tarball=python3.11_$version.orig.tar.gz
sha256=2411c74bda5bbcfcddaf4531f66d1adc73f247f529aee981b029513aefdbf849
mirror=${BERTH_DEBIAN_MIRROR:-http://deb.debian.org/debian}

mkdir -p "$sources"
if ! echo "$sha256  $sources/$tarball" | sha256sum --check --status 2>/dev/null; then
    curl --fail --silent --show-error --location --retry 3 \
        --output "$sources/$tarball.part" "$mirror/pool/main/p/python3.11/$tarball"
    mv "$sources/$tarball.part" "$sources/$tarball"
    echo "$sha256  $sources/$tarball" | sha256sum --check --quiet
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xzf "$sources/$tarball" -C "$work"
cd "$work/Python-$version"
# RPATH rather than RUNPATH: it also serves the libraries that the bundled libraries need.
./configure --quiet --prefix="$prefix" LDFLAGS="-Wl,-rpath,$prefix/lib -Wl,--disable-new-dtags"
# The installed tree gets its bytecode in the store, so "make install" need not compile any.
sed -i 's|-Wi \(-O \|-OO \)\?$(DESTDIR)$(LIBDEST)/compileall.py|-c pass|' Makefile
make --silent -j"$(nproc)"
make --silent install DESTDIR="$work/root" ENSUREPIP=no

cd "$work/root$prefix"
find . -name __pycache__ -prune -exec rm -rf {} +
library=lib/python3.11
rm -rf $library/{test,idlelib,ensurepip,tkinter,turtledemo} $library/config-* lib/*.a lib/pkgconfig share
find $library -depth -type d \( -name test -o -name tests \) -exec rm -rf {} +
rm -f bin/idle* bin/2to3* bin/*-config
ln -sf python3.11 bin/python
# What nobody imports, and would pull in libraries of X11 and NIS.
rm -f $library/lib-dynload/{_tkinter,_test,_ctypes_test,_xx,xx,nis,ossaudiodev,spwd}*.so
strip bin/python3.11 $library/lib-dynload/*.so
# What it links beyond glibc travels with it, so that any image of this age can run it.
ldd bin/python3.11 $library/lib-dynload/*.so | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | sort -u |
    grep -Ev '/(libc|libm|libdl|libpthread|librt|libutil|libcrypt|libnsl|libresolv)\.so' |
    xargs -I{} cp --dereference {} lib/
mkdir -p "$stage"
cp -a . "$stage/"
