#!/bin/sh
# Whether the compiler $1 has libFuzzer.
set -u
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
printf '%s\n' 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) {' \
    'return 0; }' >"$scratch/try.cpp"
"$1" -fsanitize=fuzzer,address "$scratch/try.cpp" -o "$scratch/try" >/dev/null 2>&1
