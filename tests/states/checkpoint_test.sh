#!/bin/sh
# Searches of states that are killed, and gone on with; and what they may take. Speaks TAP.
set -u
ringsim=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/../tap.sh"
# As one line: long ones are broken where the terminal ends.
says() { # STATUS TEXT: the last run ended so and said so
    [ "$last" -eq "$1" ] && cat "$work/out" "$work/err" | tr '\n' ' ' | tr -s ' ' | grep -qF -- "$2"
}
endless() { "$ringsim" verify lost-wakeup --engine states --records unbounded "$@"; }

# One that is killed again and again says what one says that was left alone, to the byte. Under each
# model another one: some have several things to find out about the program first.
for of in 'sc libbpf 1' 'x86-tso edge 1' 'rc11 edge 1' 'x86-tso libbpf 2'; do
    producers=${of##* }
    of=${of% *}
    model=${of% *}
    orders=${of#* }
    run endless --orders "$orders" --model $model --producers $producers
    status=$last
    cp "$work/out" "$work/expected"
    rm -f "$work/cut"
    kills=0
    resumed=0
    tries=0
    same=yes
    # Until some went on from a checkpoint; then one more, which is left alone.
    while [ $tries -lt 600 ]; do
        tries=$((tries + 1))
        if [ -e "$work/cut" ]; then
            set -- "$ringsim" verify --resume "$work/cut"
            resumed=$((resumed + 1))
        else
            set -- "$ringsim" verify lost-wakeup --engine states --records unbounded \
                --orders "$orders" --model $model --producers $producers --checkpoint "$work/cut"
        fi
        "$@" --every 1ms >"$work/out" 2>"$work/err" &
        pid=$!
        # Some while they begin, most when there is a checkpoint.
        while [ $((tries % 5)) -ne 0 ] && [ ! -e "$work/cut" ] && kill -0 $pid 2>/dev/null; do
            sleep 0.01
        done
        sleep "0.0$((tries % 7 + 1))"
        [ $resumed -lt 8 ] && kill -9 $pid 2>/dev/null && kills=$((kills + 1))
        wait $pid 2>/dev/null
        last=$?
        # Of those that came to their end before they were killed, the next begins again.
        [ $last -gt 3 ] && continue
        [ $last -eq $status ] && cmp -s "$work/out" "$work/expected" || same=no
        rm -f "$work/cut"
        [ $resumed -ge 8 ] && break
    done
    [ $same = yes ] && [ $resumed -ge 8 ]
    check "$of, $producers: killed $kills times, resumed $resumed times, says the same to the byte"
done
# Its limits come again and again, and it goes on each time.
run endless --orders edge --model rc11
cp "$work/out" "$work/expected"
run endless --orders edge --model rc11 --checkpoint "$work/parts" --states 2000 --every 1ms
says 3 'the limit of states was reached'
check 'a limit ends a search with a checkpoint'
limit=2000
while [ $last -eq 3 ] && [ $limit -lt 60000 ]; do
    limit=$((limit + 3000))
    run "$ringsim" verify --resume "$work/parts" --states $limit --every 1ms
done
[ $last -eq 0 ] && cmp -s "$work/out" "$work/expected"
check 'which goes on with a larger one, and says the same to the byte'
run "$ringsim" verify --resume "$work/parts"
[ $last -eq 0 ] && cmp -s "$work/out" "$work/expected"
check 'what is finished is told again'
# A scenario as it is, with identical threads.
run "$ringsim" verify two-producers --engine states --orders libbpf --model x86-tso
cp "$work/out" "$work/expected"
run "$ringsim" verify two-producers --engine states --orders libbpf --model x86-tso \
    --checkpoint "$work/scenario" --states 300 --every 1ms
run "$ringsim" verify --resume "$work/scenario"
[ $last -eq 0 ] && cmp -s "$work/out" "$work/expected"
check 'so does a scenario that ends'

# Refusals.
run endless --orders edge --model sc --checkpoint "$work/parts"
says 2 'parts: is there already'
check 'a checkpoint is not overwritten'
size=$(wc -c <"$work/parts")
for at in 0 30 300 $((size / 2)) $((size - 3)); do
    cp "$work/parts" "$work/wrong"
    printf '\377' | dd of="$work/wrong" bs=1 seek=$at conv=notrunc 2>/dev/null
    run "$ringsim" verify --resume "$work/wrong"
    says 2 'wrong: ' || break
done
says 2 'wrong: is damaged'
check 'a damaged checkpoint is refused'
head -c $((size / 2)) "$work/parts" >"$work/half"
run "$ringsim" verify --resume "$work/half"
says 2 'half: is damaged'
check 'half a checkpoint is refused'
cp "$ringsim" "$work/another" && printf 'x' >>"$work/another"
run "$work/another" verify --resume "$work/parts"
says 2 'is of another build of ringsim'
check 'a checkpoint of another build is refused'
run "$ringsim" verify --resume "$work/parts" --records 3
says 2 'leave out what says it here'
check 'a checkpoint says itself what is searched'
run "$ringsim" verify lost-wakeup --resume "$work/parts"
says 2 'leave out lost-wakeup'
check 'and of which scenario'
run endless --model sc --checkpoint "$work/several"
says 2 'takes one order table' && [ ! -e "$work/several" ]
check 'a checkpoint is of one search'
# Memory: what was asked for, and the program itself; far from that the run would be killed here.
two="endless --producers 2 --orders edge --model x86-tso"
run $two --memory 8M
says 3 'the limit of memory was reached' && says 3 'states wait' && says 3 'INCONCLUSIVE'
check 'the limit of memory is an end that says how far it came'
run $two --memory 60M --json
grep -q '"verdict": "INCONCLUSIVE"' "$work/out" && grep -q '"waiting": [1-9]' "$work/out"
check 'for programs too'
bytes=$(sed -n 's/^ *"bytes": \([0-9]*\),*$/\1/p' "$work/out")
[ -n "$bytes" ] && [ "$bytes" -le $((60 * 1024 * 1024)) ] && [ "$bytes" -gt $((20 * 1024 * 1024)) ]
check 'and it takes no more'
run sh -c "ulimit -v 260000; '$ringsim' verify lost-wakeup --engine states --records unbounded \
    --producers 2 --orders edge --model x86-tso --memory 60M"
says 3 'the limit of memory was reached'
check 'nor does the whole program take much more'
run $two --memory 1k
says 2 '--memory'
check 'a wrong size is refused'
echo "1..$number"
