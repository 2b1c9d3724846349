#!/bin/sh
# A bounded run of the fuzzer over the kept corpus. What it finds stays in the build directory.
#
# Usage: litmus_fuzz_test.sh FUZZER CORPUS...
set -u
fuzzer=$1
shift
found=$(mktemp -d "${TMPDIR:-/var/tmp}/ringsim-fuzz-XXXXXX") || exit 1
trap 'rm -rf "$found"' EXIT
"$fuzzer" -runs=20000 -seed=1 -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$PWD/" "$found" "$@"
