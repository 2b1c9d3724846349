#!/bin/sh
# Programs under check, cut into shards: together they say what `ringsim check` says, to the byte.
# Speaks TAP.
set -u
ringsim=$(realpath "$1")
programs=$(realpath "$2")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/killing.sh"
needs_compiler 'shards of programs'
cd "$programs" || exit 1

# In another order each time, but the same one in each run of this test.
in_some_order() {
    ls "$1"/*.shard | awk -v seed="$2" 'BEGIN { srand(seed) } { print rand(), $0 }' | sort |
        cut -d ' ' -f 2-
}
# ALONE FILE OPTIONS FLAGS: the numbers of executions are the same however it is cut, and so is the
# rest. RINGSIM_ALONE=0ms: nothing is known of the program but from one execution.
same() {
    rm -rf "$work/shards"
    export RINGSIM_ALONE="$1"
    # shellcheck disable=SC2086  # options and flags are lists of words
    run "$ringsim" split "$2" $3 --into 5 -o "$work/shards" -- $4 && [ "$last" -eq 0 ] &&
        for shard in $(in_some_order "$work/shards" $number); do
            run "$ringsim" run "$shard" --every 1ms
            [ "$(wc -l <"$work/out")" -eq 1 ] || last=125 # it says what came of it, and no more
            [ "$last" -eq 0 ] || break
        done
    if [ "$last" -eq 0 ]; then
        # shellcheck disable=SC2086
        "$ringsim" check "$2" $3 --jobs 1 -- $4 >"$work/expected" 2>&1
        expected=$?
        run "$ringsim" merge "$work/shards"
        cat "$work/out" "$work/err" | cmp - "$work/expected" && [ "$last" -eq "$expected" ]
    else
        false
    fi
    check "$2 $3 $4 (alone for $1)"
}
same 0ms seqlock.c '' ''
same 0ms seqlock.c '--model sc' ''
same 40ms seqlock.c '' -DWRONG
same 0ms reduced/late_news.c '' ''
same 1ms reduced/late_news.c '' -DSTARTS
same 0ms reduced/late_news.c '--model sc' -DWAITS
same 0ms reduced/late_news.c '--loop-bound 5' -DTURNS
same 0ms reduced/late_news.c '' -DFAILS
same 40ms reduced/late_news.c --keep-going -DFAILS
same 0ms reduced/seldom_wrong.c '' -DWRONG=0345
same 0ms reduced/seldom_wrong.c --keep-going -DWRONG=0345
same 0ms reduced/counted_tries.c '' ''
same 0ms reduced/started_by_chance.c '' ''
same 0ms ms_queue.c '--model x86-tso' ''
same 0ms dekker.c '--model sc --keep-going' ''
same 0ms reduced/stack.c '--reduce none --keep-going' ''
same 0ms reduced/twins.c '' '-DREADS -DOTHER'
same 0ms ms_queue.c '--model armv8' ''
same 0ms reads_ahead.c '--model armv8' ''
same 0ms reads_ahead.c '--model riscv --keep-going' ''
same 1ms reads_ahead.c '--model power --keep-going' ''
same 1ms library/stop_callback_on_stack.cpp '--model sc' ''
unset RINGSIM_ALONE

# One that takes longer. What a violation is looked at for, and what is counted behind it, is in
# several shards.
split_counter() { "$ringsim" split "$counter" --reduce none --model sc --keep-going "$@" -- $flags; }
counter=reduced/counter.c
flags='-DN=5 -DCOUNTED -DBAD=5'
# shellcheck disable=SC2086
"$ringsim" check $counter --reduce none --model sc --keep-going --jobs 1 -- $flags \
    >"$work/expected" 2>&1
grep -q ' all were visited' "$work/expected"
check 'some of many executions of a program violate'
run split_counter --into 4 -o "$work/killed"
says 0 "4 shards of $counter   model sc"
check 'its search is cut'
run "$ringsim" merge "$work/killed"
says 3 '0001.shard: was not run'
check 'what nobody went through is named'

# Killed again and again, at any moment.
while [ $kills -lt 10 ]; do
    next_delay
    # Some while they compile, and the last ones where a busy machine has gone through something.
    milliseconds=$((delay * 5 + 100))
    [ $kills -lt 7 ] || milliseconds=$((milliseconds * 12))
    begin "$ringsim" run "$work/killed" --every 10ms --jobs 2
    kill_after $milliseconds || break
done
run "$ringsim" run "$work/killed"
run "$ringsim" merge "$work/killed"
[ $kills -gt 3 ] && cmp -s "$work/out" "$work/expected" && [ "$last" -eq 1 ]
check "what was killed again and again says the same, to the byte"

run split_counter --into 3 -o "$work/budget"
run "$ringsim" run "$work/budget/0001.shard" --budget 1ms --every 1ms
says 3 'and not finished'
check 'a budget leaves the rest for later'
run "$ringsim" merge "$work/budget"
says 3 '0001.shard: is not finished' && says 3 '0002.shard: was not run'
check 'which a merge says'

cp -r "$work/killed" "$work/less"
rm "$work/less/0002.shard" "$work/less/0002.result"
run "$ringsim" merge "$work/less"
says 3 'a shard is missing: '
check 'a shard that is missing is named'
cp "$work/killed/0003.shard" "$work/less/extra.shard"
cp "$work/killed/0003.result" "$work/less/extra.result"
run "$ringsim" merge "$work/less"
says 2 'is counted twice'
check 'a shard that is there twice is refused'
cp -r "$work/killed" "$work/damaged"
sed -i 's/^executions: ./&1/' "$work/damaged/0003.result"
run "$ringsim" merge "$work/damaged"
says 2 '0003.result: is damaged'
check 'a damaged result is refused'
cp "$work/killed/0001.result" "$work/damaged/0003.result"
run "$ringsim" merge "$work/damaged"
says 2 '0003.result: is not the result of'
check 'the result of another shard is refused'

# Another program than the one that was split.
mkdir "$work/sources" && cd "$work/sources" || exit 1
printf '#define FIRST 1\n' >first.h
printf '#include "first.h"\n' >changed.c
cat "$programs/seqlock.c" >>changed.c
run "$ringsim" split changed.c --into 3 -o shards
run "$ringsim" run shards/0001.shard
says 0 '0001.shard: '
check 'a program elsewhere is cut'
(cd / && run "$ringsim" run "$work/sources/shards/0002.shard" && says 0 '0002.shard: ')
check 'and gone through from anywhere'
cp changed.c before.c
echo '// changed' >>changed.c
run "$ringsim" run shards/0003.shard
says 2 'changed.c is another one than when the search began'
check 'a source that was changed is refused'
cp before.c changed.c
printf 'int another;\n' >>first.h
run "$ringsim" run shards/0003.shard
says 2 'becomes another program than when the search began'
check 'so is a header'
printf '#define FIRST 1\n' >first.h
printf '#!/bin/sh\n[ "$1" = --version ] && echo another compiler && exit\nexec %s "$@"\n' \
    "${CC:-cc}" >other && chmod +x other
run env CC="$work/sources/other" "$ringsim" run shards/0003.shard
says 2 "and here by 'another compiler'"
check 'so is another compiler'
run "$ringsim" run shards
run "$ringsim" merge shards --json
"$ringsim" check changed.c --json >"$work/expected" 2>&1
cmp -s "$work/out" "$work/expected"
check 'as it was it is gone through, and told as JSON'

cd "$programs" || exit 1
run "$ringsim" split seqlock.c --orders libbpf --into 3 -o "$work/no"
says 2 '--orders: goes with a scenario' && [ ! -e "$work/no" ]
check 'an option of scenarios is refused'
run "$ringsim" split two-producers --orders libbpf --model sc --spurious --into 3 -o "$work/no"
says 2 '--spurious: goes with files' && [ ! -e "$work/no" ]
check 'and one of files with a scenario'
echo "1..$number"
