#!/bin/sh
# Faults of what adds shards up (scenarios/study/shard_sum.cpp): each is noticed. Speaks TAP.
set -u
with_faults=$(realpath "$1")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/../tap.sh"

# Cut and gone through; and what one says that was left alone.
cut_up() { # NAME SCENARIO OPTIONS...
    name=$1
    shift
    "$with_faults" split "$@" --into 5 -o "$work/$name" >/dev/null &&
        "$with_faults" run "$work/$name" >/dev/null
    "$with_faults" verify "$@" --checkpoint "$work/$name.whole" >"$work/$name.expected"
}
cut_up plain two-producers --orders libbpf --model x86-tso
cut_up ahead reuse --orders 'libbpf consumer.store_consumer_pos=relaxed' --model armv8
cp -r "$work/plain" "$work/less"
rm "$work/less/0002.shard" "$work/less/0002.result"
cp -r "$work/plain" "$work/more"
cp "$work/more/0002.shard" "$work/more/extra.shard"
cp "$work/more/0002.result" "$work/more/extra.result"
# One that was not gone through to its end.
"$with_faults" split two-producers --orders libbpf --model x86-tso --into 2 \
    -o "$work/half" >/dev/null
"$with_faults" run "$work/half/0001.shard" --budget 1ms --every 1ms >/dev/null
"$with_faults" run "$work/half/0002.shard" >/dev/null

adds_up() { # NAME
    run "$with_faults" merge "$work/$1"
    sed 's/ in [0-9]* shards//' "$work/out" | cmp -s - "$work/$1.expected"
}
missed() { run "$with_faults" merge "$work/less" && says 3 'a shard is missing: '; }
counted_once() { run "$with_faults" merge "$work/more" && says 2 'is counted twice'; }
finished() { run "$with_faults" merge "$work/half" && says 3 '0001.shard: is not finished'; }

grep -q '^points: ' "$work"/ahead/*.result
check 'a search has shards with points where reads may be promised writes'
for test in 'adds_up plain' 'adds_up ahead' missed counted_once finished; do
    $test
    check "without a fault: $test"
done
# FAULT TEST: by which test it is noticed.
noticed() {
    export RINGSIM_SHARD_MUTANT="$1"
    shift
    ! "$@"
    check "noticed by $*: $RINGSIM_SHARD_MUTANT"
    unset RINGSIM_SHARD_MUTANT
}
noticed points adds_up ahead
noticed missing missed
noticed twice counted_once
noticed halves finished
echo "1..$number"
