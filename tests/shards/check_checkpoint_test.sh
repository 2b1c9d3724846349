#!/bin/sh
# `ringsim check` with a checkpoint: killed at any moment and gone on with, it says what one says
# that was left alone, to the byte. Speaks TAP.
set -u
ringsim=$(realpath "$1")
programs=$(realpath "$2")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/killing.sh"
needs_compiler 'checkpoints of programs'
cd "$programs" || exit 1

# ALONE RESUMED FILE OPTIONS FLAGS: killed until so many have gone on; then one is left alone, and
# one is told what is finished. Each has another number of processes.
same() {
    # shellcheck disable=SC2086  # options and flags are lists of words
    run env RINGSIM_ALONE=40ms "$ringsim" check "$3" $4 --jobs 1 -- $5
    cat "$work/out" "$work/err" >"$work/expected"
    expected=$last
    rm -f "$work/cut" "$work/before"
    export RINGSIM_ALONE="$1"
    resumed=0
    tries=0
    kills=0
    while [ $tries -lt 100 ]; do
        tries=$((tries + 1))
        if [ -e "$work/cut" ]; then
            resumed=$((resumed + 1))
            cp "$work/cut" "$work/before"
            begin "$ringsim" check --resume "$work/cut" --every 1ms --jobs $((tries % 3 + 1))
        else
            # shellcheck disable=SC2086
            begin "$ringsim" check "$3" $4 --checkpoint "$work/cut" --every 1ms -- $5
            wait_for_file "$work/cut"
        fi
        next_delay
        if [ $resumed -gt "$2" ]; then
            wait $pid
            last=$?
            [ $kills -eq 0 ] || break
            # It came to its end each time before it was killed: once more from the beginning.
            rm -f "$work/cut" "$work/before"
            resumed=0
            continue
        fi
        # Some while they compile, and most when there is more than before.
        [ $((tries % 4)) -eq 0 ] || [ ! -e "$work/before" ] ||
            wait_for_change "$work/cut" "$work/before"
        kill_after $((delay * (tries % 5)))
    done
    cat "$work/out" "$work/err" | cmp - "$work/expected" && [ $last -eq $expected ] &&
        run "$ringsim" check --resume "$work/cut" && cat "$work/out" "$work/err" |
        cmp - "$work/expected" && [ $last -eq $expected ] && [ $kills -gt 0 ]
    check "$3 $4 $5 (alone for $1): killed $kills times"
    unset RINGSIM_ALONE
}
same 0ms 3 seqlock.c '' ''
same 0ms 3 seqlock.c '' -DWRONG
same 0ms 6 reduced/late_news.c '' ''
same 1ms 6 reduced/late_news.c '' -DSTARTS
same 0ms 6 reduced/late_news.c '--model sc' -DWAITS
same 0ms 6 reduced/late_news.c '--loop-bound 5' -DTURNS
same 0ms 6 reduced/late_news.c '' -DFAILS
same 0ms 6 reduced/late_news.c --keep-going -DFAILS
same 0ms 3 reduced/seldom_wrong.c '' -DWRONG=0345
same 0ms 6 reduced/counted_tries.c '' ''
same 0ms 3 reduced/started_by_chance.c '' ''
same 0ms 6 ms_queue.c '--model x86-tso' ''
same 0ms 6 ms_queue.c '--model all' ''
same 0ms 3 dekker.c '--model power --keep-going' ''
same 1ms 3 reads_ahead.c '--model riscv --keep-going' ''
same 1ms 6 reduced/stack.c '--reduce none --keep-going' ''
same 0ms 3 reduced/twins.c '' '-DREADS -DOTHER'
# One that takes longer.
same 40ms 12 reduced/counter.c '--reduce none --model sc --keep-going' '-DN=4 -DCOUNTED -DBAD=4'

# Refusals.
run "$ringsim" check seqlock.c --checkpoint "$work/whole"
says 0 'HOLDS'
check 'a search writes a checkpoint'
run "$ringsim" check seqlock.c --checkpoint "$work/whole"
says 2 'whole: is there already'
check 'which is not overwritten'
(cd / && run "$ringsim" check --resume "$work/whole" && says 0 'HOLDS')
check 'it is gone on with from anywhere'
size=$(wc -c <"$work/whole")
for at in 0 30 300 $((size / 2)) $((size - 3)); do
    cp "$work/whole" "$work/wrong"
    printf '\377' | dd of="$work/wrong" bs=1 seek="$at" conv=notrunc 2>/dev/null
    run "$ringsim" check --resume "$work/wrong"
    says 2 'wrong: ' && [ "$(wc -l <"$work/err")" -eq 1 ] || break
done
says 2 'wrong: is damaged'
check 'a damaged checkpoint is refused with one line'
head -c $((size / 2)) "$work/whole" >"$work/half"
run "$ringsim" check --resume "$work/half"
says 2 'half: is damaged'
check 'so is half of one'
: >"$work/empty"
run "$ringsim" check --resume "$work/empty"
says 2 'empty: cannot be read, or is empty'
check 'and an empty file'
cp "$ringsim" "$work/another" && printf 'x' >>"$work/another"
run "$work/another" check --resume "$work/whole"
says 2 'is of another build of ringsim'
check 'and one of another build'
run "$ringsim" verify --resume "$work/whole"
says 2 "whole: does not begin with 'ringsim shard result"
check 'verify refuses one of check'
run "$ringsim" check --resume "$work/whole" --model rc11
says 2 '--resume: the file says what is searched; leave out --model'
check 'a checkpoint says itself under which model'
run "$ringsim" check seqlock.c --resume "$work/whole"
says 2 'leave out seqlock.c'
check 'and of which program'
run "$ringsim" check --resume "$work/whole" --keep-going
says 2 'leave out --keep-going'
check 'and with which options'
run "$ringsim" check --resume "$work/whole" -- -DN=3
says 2 'leave out what is behind --'
check 'and flags'
for option in '--time 1s' '--executions 3' '--search random' --estimate '--replay 2' --fix; do
    # shellcheck disable=SC2086
    run "$ringsim" check seqlock.c --checkpoint "$work/none" $option
    says 2 "leave out ${option%% *}" && [ ! -e "$work/none" ] || break
done
says 2 'go through all of a search; leave out --fix'
check 'what does not go through all of a search has no checkpoint'
run "$ringsim" check seqlock.c --every 1s
says 2 '--every goes with --checkpoint or --resume'
check 'without a checkpoint it is not written often'
run "$ringsim" check seqlock.c --checkpoint "$work/nowhere/file"
[ "$last" -ne 0 ] && says "$last" "cannot write $work/nowhere/file"
check 'a file that cannot be written is told at once'

# Another program than the one that was begun with.
mkdir "$work/sources" && cd "$work/sources" || exit 1
printf '#define FIRST 1\n' >first.h
printf '#include "first.h"\n' >changed.c
cat "$programs/seqlock.c" >>changed.c
run "$ringsim" check changed.c --checkpoint cut --save shown --replay 1
says 2 'leave out --replay'
run "$ringsim" check changed.c --checkpoint cut
cp changed.c before.c
echo '// changed' >>changed.c
run "$ringsim" check --resume cut
says 2 'changed.c is another one than when the search began'
check 'a source that was changed is refused'
cp before.c changed.c
printf 'int another;\n' >>first.h
run "$ringsim" check --resume cut
says 2 'becomes another program than when the search began'
check 'so is a header'
printf '#define FIRST 1\n' >first.h
printf '#!/bin/sh\n[ "$1" = --version ] && echo another compiler && exit\nexec %s "$@"\n' \
    "${CC:-cc}" >other && chmod +x other
run env CC="$work/sources/other" "$ringsim" check --resume cut
says 2 "and here by 'another compiler'"
check 'so is another compiler'
run "$ringsim" check --resume cut --json
"$ringsim" check changed.c --json >"$work/expected" 2>&1
cmp -s "$work/out" "$work/expected"
check 'as it was it is told, also as JSON'
cd "$programs" || exit 1

# Ctrl-C says how to go on.
begin "$ringsim" check reduced/counter.c --reduce none --model sc --checkpoint "$work/stopped" \
    --every 1ms -- -DN=5 -DCOUNTED
wait_for_file "$work/stopped"
cp "$work/stopped" "$work/before"
wait_for_change "$work/stopped" "$work/before"
kill -TERM $pid
wait $pid
last=$?
says 3 "to go on: ringsim check --resume $work/stopped"
check 'who is interrupted is told how to go on'
echo "1..$number"
