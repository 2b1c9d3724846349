#!/bin/sh
# Searches cut into shards: what comes of them together, whatever happened to those who went through
# them. Speaks TAP.
set -u
ringsim=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/killing.sh"
. "$(dirname "$0")/search.sh"

run split --into 12 -o "$work/shards"
says 0 "12 shards of $scenario"
check 'a search is cut into shards'

run "$ringsim" merge "$work/shards"
says 3 '0001.shard: was not run'
check 'what nobody went through is named'

run "$ringsim" run "$work/shards/0003.shard"
says 0 "0003.shard: "
check 'one shard is gone through'

run "$ringsim" run "$work/shards"
says 0 "0012.shard: "
check 'all shards of a directory are gone through'

run "$ringsim" merge "$work/shards"
says 0 "$counts in 12 shards" && says 0 " $violating violating"
check 'together they are the whole search'
cp "$work/out" "$work/expected"

cp -r "$work/shards" "$work/less"
rm "$work/less/0005.shard" "$work/less/0005.result"
run "$ringsim" merge "$work/less"
says 3 'a shard is missing: '
check 'a shard that is missing is named'

cp -r "$work/shards" "$work/more"
cp "$work/more/0005.shard" "$work/more/extra.shard"
cp "$work/more/0005.result" "$work/more/extra.result"
run "$ringsim" merge "$work/more"
says 2 'is counted twice'
check 'a shard that is there twice is refused'

cp -r "$work/shards" "$work/damaged"
sed -i 's/^executions: ./&1/' "$work/damaged/0007.result"
run "$ringsim" merge "$work/damaged"
says 2 '0007.result: is damaged'
check 'a damaged result is refused'
run "$ringsim" run "$work/damaged/0007.shard"
says 2 '0007.result: is damaged'
check 'and no shard goes on from it'

cp "$work/shards/0002.result" "$work/damaged/0007.result"
run "$ringsim" merge "$work/damaged"
says 2 '0007.result: is not the result of'
check 'the result of another shard is refused'

head -c 40 "$work/shards/0001.shard" >"$work/cut.shard"
run "$ringsim" run "$work/cut.shard"
says 2 'cut.shard: is damaged'
check 'half a shard is refused'

cp "$ringsim" "$work/another" && printf 'x' >>"$work/another"
run "$work/another" merge "$work/shards"
says 2 'is of another build of ringsim'
check 'another build of the program is refused'

# Under models with load buffering, shards say where some read may be promised a write: what comes
# of that is in none of them. The numbers are those of a search in one go.
numbers() {
    grep -E '"(executions|ended_early|blocked|violating)": ' "$work/out" | tr -d ' ,' | sort
}
weak='libbpf consumer.store_consumer_pos=relaxed'
for ahead in armv8 armv8-rcpc riscv power lkmm; do
    run "$ringsim" verify reuse --orders "$weak" --model $ahead --json
    numbers >"$work/whole.numbers"
    "$ringsim" split reuse --orders "$weak" --model $ahead --into 3 -o "$work/$ahead" >/dev/null &&
        "$ringsim" run "$work/$ahead" --every 1ms >/dev/null
    run "$ringsim" merge "$work/$ahead" --json
    numbers | cmp - "$work/whole.numbers" && grep -q '^points: ' "$work/$ahead"/*.result &&
        [ "$(grep -c . "$work/whole.numbers")" -eq 4 ]
    check "shards have what needs load buffering, under $ahead"
    run "$ringsim" merge "$work/$ahead"
    sed 's/ in 3 shards//' "$work/out" >"$work/merged"
    run "$ringsim" verify reuse --orders "$weak" --model $ahead --checkpoint "$work/$ahead.whole" \
        --every 1ms
    cmp "$work/out" "$work/merged" && run "$ringsim" verify --resume "$work/$ahead.whole" &&
        cmp "$work/out" "$work/merged"
    check "so has a search with a checkpoint, under $ahead"
done

# A run that is killed, again and again, at any moment: a few milliseconds after it began, where no
# machine is through, then later and later, so that a busy one comes to an end as well.
split --into 3 -o "$work/killed" >/dev/null
while [ $kills -lt 200 ]; do
    next_delay
    milliseconds=$((delay + 3))
    [ $kills -ge 8 ] || milliseconds=$((delay % 8 + 3))
    [ $kills -lt 40 ] || milliseconds=$((milliseconds * 10))
    begin "$ringsim" run "$work/killed" --every 10ms --jobs 3
    kill_after $milliseconds || break
done
run "$ringsim" run "$work/killed"
run "$ringsim" merge "$work/killed"
[ $kills -gt 3 ] && says 0 "$counts in 3 shards" && says 0 " $violating violating"
check "what was killed $kills times has the same counts"
sed 's/in 3 shards/in 12 shards/' "$work/out" | cmp -s - "$work/expected"
check 'and the same first violation'

split --into 2 -o "$work/budget" >/dev/null
run "$ringsim" run "$work/budget/0001.shard" --budget 1ms --every 1ms
says 3 'and not finished'
check 'a budget leaves the rest for later'
run "$ringsim" merge "$work/budget"
says 3 '0001.shard: is not finished'
check 'which a merge says'
run "$ringsim" run "$work/budget"
run "$ringsim" merge "$work/budget"
says 0 "$counts in 2 shards"
check 'and a later run makes up for'

# One search with a checkpoint: killed again and again, and at once.
search() { "$ringsim" verify $scenario --orders "$orders" --model $model "$@"; }
run search --checkpoint "$work/whole"
says 0 "$counts, " && says 0 " $violating violating"
check 'a search writes a checkpoint'
cp "$work/out" "$work/expected"
run "$ringsim" verify --resume "$work/whole"
[ "$last" -eq 0 ] && cmp -s "$work/out" "$work/expected"
check 'what is finished is told again'
run search --checkpoint "$work/whole"
says 2 'whole: is there already'
check 'a checkpoint is not overwritten'
sed 's/^blocked: ./&1/' "$work/whole" >"$work/wrong"
run "$ringsim" verify --resume "$work/wrong"
says 2 'wrong: is damaged'
check 'a damaged checkpoint is refused'
run "$ringsim" verify --resume "$work/shards/0002.result"
says 2 'is no checkpoint of a whole search'
check 'what came of a shard is no checkpoint'
run "$work/another" verify --resume "$work/whole"
says 2 'is of another build of ringsim'
check 'a checkpoint of another build is refused'
run "$ringsim" verify $scenario --resume "$work/whole"
says 2 'leave out two-producers'
check 'a checkpoint says itself what is searched'
run "$ringsim" verify --resume "$work/whole" --model sc
says 2 'leave out what says it here'
check 'and under which model'
run search --checkpoint "$work/limited" --time 1s
says 2 'leave out --time' && [ ! -e "$work/limited" ]
check 'a limit and a checkpoint do not go together'
run "$ringsim" verify $scenario --model $model --checkpoint "$work/several"
says 2 'takes one order table' && [ ! -e "$work/several" ]
check 'a checkpoint is of one search'
: >"$work/empty"
run "$ringsim" verify --resume "$work/empty"
says 2 'empty: cannot be read, or is empty'
check 'an empty file is no checkpoint'
run "$ringsim" verify --resume "$work"
says 2 'is a directory'
check 'nor is a directory'
kills=0
resumed=0
same=yes
tries=0
while [ $kills -lt 200 ] && [ $tries -lt 400 ]; do
    tries=$((tries + 1))
    if [ -e "$work/cut" ]; then
        set -- verify --resume "$work/cut"
        resumed=$((resumed + 1))
    else
        set -- verify $scenario --orders "$orders" --model $model --checkpoint "$work/cut"
    fi
    begin "$ringsim" "$@" --every 10ms
    # Mostly when there is a checkpoint, however slow the machine is. Of those that go on from it,
    # some are killed while they begin, and some later.
    [ $((tries % 8)) -eq 0 ] || wait_for_file "$work/cut"
    next_delay
    milliseconds=$(((delay + 3) * 10))
    [ $((tries % 2)) -eq 0 ] || milliseconds=$((milliseconds / 10))
    # Once it has come to its end, it begins again.
    kill_after $milliseconds && continue
    cmp -s "$work/out" "$work/expected" || same=no
    rm "$work/cut"
done
if [ -e "$work/cut" ]; then
    run "$ringsim" verify --resume "$work/cut"
    cmp -s "$work/out" "$work/expected" || same=no
fi
[ $kills -ge 150 ] && [ $resumed -gt 20 ] && [ $same = yes ]
check "a search that was killed $kills times and resumed $resumed times says the same, to the byte"

# One search by several processes.
for what in 'verify --json' 'verify' 'explore --engine graph --no-save --no-fix'; do
    set -- $what
    command=$1
    shift
    for jobs in 1 2 3; do
        run "$ringsim" "$command" $scenario --orders "$orders" --model $model "$@" --jobs $jobs
        sed 's/[0-9.]* s\b//g' "$work/out" >"$work/with-$jobs"
    done
    [ -s "$work/with-1" ] && cmp "$work/with-1" "$work/with-2" && cmp "$work/with-1" "$work/with-3"
    check "$what: the same with one process, two and three"
done
run env RINGSIM_JOBS=0 "$ringsim" verify $scenario
says 2 'RINGSIM_JOBS'
check 'a wrong number of processes is refused'
echo "1..$number"
