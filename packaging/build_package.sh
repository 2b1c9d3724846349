#!/bin/sh
# Builds the Debian packages of this tree in DIRECTORY, where nothing of that may be yet.
# usage: build_package.sh DIRECTORY
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
version=$(sed -n '1s/.*(\(.*\)-.*).*/\1/p' "$root/packaging/debian/changelog")
tree=$1/ringsim-$version
mkdir -p "$tree"
# What belongs to the tree: build directories do not.
(cd "$root" && tar -cf - --exclude-vcs LICENSE README.md CHANGELOG.md CONTRIBUTING.md meson.build \
    meson_options.txt ringsim $(for d in */; do [ -d "$d/meson-private" ] || echo "$d"; done)) |
    tar -xf - -C "$tree"
tar -czf "$1/ringsim_$version.orig.tar.gz" -C "$1" "ringsim-$version"
cp -R "$root/packaging/debian" "$tree/debian"
cd "$tree"
dpkg-buildpackage --no-sign
