#!/bin/sh
# The endless ring in the language of Spin, which knows nothing of this program: it holds there too,
# and Spin does find a wakeup that is lost. Speaks TAP.
set -u
ringsim=$(realpath "$1")  # before the directory changes
model=$2
page=$3
if ! command -v spin >/dev/null 2>&1; then
    echo "1..0 # SKIP spin is not installed"
    exit 0
fi
if ! command -v cc >/dev/null 2>&1; then
    echo "1..0 # SKIP there is no C compiler, which spin needs"
    exit 0
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

verified() { # DEFINES...: what the verifier says, into out
    spin -a "$@" "$model" >log 2>&1 && cc -O1 -w -DSAFETY -o pan pan.c >>log 2>&1 &&
        ./pan -m200000 >out 2>&1
}
check() { # NUMBER NAME: the status of the command before it
    if [ $? -eq 0 ]; then
        echo "ok $1 - $2"
    else
        echo "not ok $1 - $2"
        cat log out 2>/dev/null | sed 's/^/# /'
    fi
}

echo 1..4
verified -DPRODUCERS=1
grep -q 'errors: 0' out && ! grep -q 'max search depth too small' out
check 1 "the endless ring holds in Spin"

states=$(awk '/states, stored/ { print $1; exit }' out | sed ':a; s/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/; ta')
grep -qF "$states" "$page"
check 2 "the page says how many states Spin visits: $states"

"$ringsim" verify lost-wakeup --engine states --records unbounded --orders edge --model sc \
    >out 2>&1 && grep -q 'HOLDS for every number of records' out
check 3 "and in ringsim"

verified -DEARLY
grep -q 'errors: 1' out && grep -q 'assertion violated' out
check 4 "a commit that looks too early loses a wakeup in Spin"
