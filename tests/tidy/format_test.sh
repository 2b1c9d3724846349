#!/bin/sh
# Every C++ file is formatted as .clang-format says. Exit status 77, a skip, without clang-format 16:
# other versions format differently.
set -u
cd "$1" || exit 1

if ! command -v clang-format-16 >/dev/null 2>&1; then
    echo 'needs clang-format-16'
    exit 77
fi
find kernel_model consumer sim scenarios page upstream tests -name '*.?pp' -exec \
    clang-format-16 --dry-run -Werror {} +
