#!/bin/sh
# The engine decides the same in every build: what print_executions says in this build, byte for
# byte also when another compiler built it without optimisation.
# usage: builds_test.sh SOURCE-ROOT PRINT-EXECUTIONS OTHER-COMPILER
set -u
root=$1
here=$2
other=$3
if ! command -v "$other" >/dev/null 2>&1; then
    echo "skipped: there is no $other to compare with"
    exit 77
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
# The engine and the scenarios are built, and nothing else is looked for.
if ! CXX=$other meson setup "$work/build" "$root" -Dbuildtype=plain -Doptimization=0 \
    -Drelacy=disabled -Dlive=disabled -Dgate=disabled -Drapidcheck=disabled -Dfuzz=disabled \
    >"$work/log" 2>&1 ||
    ! ninja -C "$work/build" tests/determinism/print_executions >"$work/log" 2>&1; then
    tail -n 30 "$work/log"
    exit 1
fi
"$here" >"$work/here" || exit 1
"$here" >"$work/again" || exit 1
"$work/build/tests/determinism/print_executions" >"$work/there" || exit 1
if [ "$(wc -l <"$work/here")" -lt 100 ]; then
    echo "print_executions says next to nothing"
    exit 1
fi
cmp "$work/here" "$work/again" && cmp "$work/here" "$work/there" || {
    diff "$work/here" "$work/there" | head -n 20
    exit 1
}
echo "$(wc -l <"$work/here") lines, the same from this build twice and from $other -O0"
