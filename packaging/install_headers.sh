#!/bin/sh
# Installs the headers of the rooms, with their directories: sources include them by the path from
# the top of the tree.
# usage: install_headers.sh DIRECTORY-BELOW-PREFIX
set -eu
to=$MESON_INSTALL_DESTDIR_PREFIX/$1
cd "$MESON_SOURCE_ROOT"
find kernel_model consumer sim scenarios -name '*.hpp' | while read -r header; do
    mkdir -p "$to/$(dirname "$header")"
    cp "$header" "$to/$header"
    chmod 644 "$to/$header"
done
