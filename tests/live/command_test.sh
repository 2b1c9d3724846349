#!/bin/sh
# `ringsim live` and `ringsim doctor` from the outside: statuses, and one line for what is wrong.
# Speaks TAP. Arguments: the program, and "built" or "absent" for live mode in it.
set -u
program=$1
mode=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

report() {  # result, name, details on a failure
    number=$((number + 1))
    echo "$1 $number $2"
    [ "$1" = ok ] || printf '%s\n' "$3" | sed 's/^/# /'
}
skip() {
    number=$((number + 1))
    echo "ok $number $1 # SKIP $2"
}

# Runs the program; sets status, and leaves out and err.
run() {
    "$program" "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
}
seen() { echo "status $status"; cat "$work/out" "$work/err"; }

# The name of the case, the status, a pattern of the one line on stderr, and the arguments.
refused() {
    name=$1 expected=$2 pattern=$3
    shift 3
    run "$@"
    if [ "$status" = "$expected" ] && [ ! -s "$work/out" ] &&
        [ "$(wc -l <"$work/err")" = 1 ] && grep -q -- "$pattern" "$work/err"; then
        report ok "$name"
    else
        report 'not ok' "$name" "$(seen)"
    fi
}

refused 'an unknown option' 2 'no option' live --frob
refused 'a trigger that does not exist' 2 'not one of: level, edge' live --trigger both

run doctor
if [ "$status" = 0 ] && grep -q '^  kernel  *\(ok\|missing\) ' "$work/out"; then
    report ok 'doctor lists what there is, with status 0'
else
    report 'not ok' 'doctor lists what there is, with status 0' "$(seen)"
fi
run doctor --json
if [ "$status" = 0 ] && grep -q '"schema": "ringsim/doctor"' "$work/out"; then
    report ok 'doctor --json'
else
    report 'not ok' 'doctor --json' "$(seen)"
fi

if [ "$mode" = absent ]; then
    refused 'a build without live mode says so' 77 'no live mode' live
    refused 'whatever the options' 77 'no live mode' live --orders edge --for 1s
    echo "1..$number"
    exit
fi

refused 'an unknown table names near ones' 2 "did you mean fenced" live --orders fencd
refused 'an unknown site names near ones' 2 'consumer.recheck_fence' live --orders rechek_fence=seq_cst
refused 'orders that are not compiled in name the tables' 2 'libbpf, aya-0.12' \
    live --orders consumer.load_header=relaxed
refused 'an order that makes no sense' 2 'release' live --orders consumer.load_header=release
refused 'a duration of nothing' 2 'not a duration' live --for 0
refused 'a duration without a unit' 2 'not a duration' live --for 10
refused 'a duration that is text' 2 'not a duration' live --for soon
refused 'a duration that is too long' 2 'not a duration' live --for 99999h
refused 'a ring of no power of two' 2 'not a power of two' live --size 5000
refused 'a ring below a page' 2 'not a power of two' live --size 1K
refused 'a ring of no bytes' 2 'not a power of two' live --size 0
refused 'a ring that is too large' 2 'not a power of two' live --size 64G
refused 'a batch of nothing' 2 'whole number' live --batch 0
refused 'a batch of text' 2 'whole number' live --batch many
refused 'a record that is too large' 2 'not a power of two' live --record-size 4K
refused 'a record that is too small' 2 'not a power of two' live --record-size 4
refused 'flags that do not exist' 2 'not one of' live --flags wake
refused 'one CPU' 2 'two CPU numbers' live --cpus 0
refused 'the same CPU twice' 2 'two CPUs' live --cpus 0,0
refused 'a CPU that is not there' 2 'may not run on CPU' live --cpus 0,4095
refused 'a CPU below zero' 2 . live --cpus 0,-1
refused 'orders beside libbpf' 2 'leave --orders and --trigger out' \
    live --beside-libbpf --orders fenced
refused 'a trigger beside libbpf, though it is the usual one' 2 'leave --orders and --trigger out' \
    live --beside-libbpf --trigger edge
refused 'orders beside a pin, though they are the usual ones' 2 'means nothing' \
    live --pin x --orders libbpf
refused 'a record size beside a pin, likewise' 2 'means nothing' live --pin x --record-size 8
refused 'libbpf beside a pin' 2 'means nothing' live --beside-libbpf --pin x
refused 'pin and map id' 2 'one of them' live --pin x --map-id 1
refused 'a map id of text' 2 'not the id of a map' live --map-id events
refused 'a map id of zero' 2 'not the id of a map' live --map-id 0
refused 'an empty pin' 2 . live --pin ''
refused 'a missing pin' 2 'does not exist' live --pin "$work/missing"

# One CPU only.
cpu=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\([0-9]*\).*/\1/p' /proc/self/status)
if taskset -c "$cpu" true 2>/dev/null; then
    printf '#!/bin/sh\nexec taskset -c %s "%s" "$@"\n' "$cpu" "$program" >"$work/on_one_cpu"
    chmod +x "$work/on_one_cpu"
    everywhere=$program
    program=$work/on_one_cpu
    refused 'one CPU for the process' 77 'needs two CPUs' live --for 1s
    program=$everywhere
else
    skip 'one CPU for the process' 'taskset does not work here'
fi

# Without privileges: root that has given its capabilities away.
if [ "$(id -u)" != 0 ]; then
    refused 'no privileges' 77 'needs root or CAP_BPF' live --for 1s
elif ! setpriv --bounding-set=-all --inh-caps=-all true 2>/dev/null; then
    skip 'no privileges' 'setpriv does not work here'
else
    printf '#!/bin/sh\nexec setpriv --bounding-set=-all --inh-caps=-all "%s" "$@"\n' "$program" \
        >"$work/unprivileged"
    chmod +x "$work/unprivileged"
    privileged=$program
    program=$work/unprivileged
    refused 'no privileges' 77 'needs root or CAP_BPF' live --for 1s
    refused 'no privileges for a map id' 77 'needs root or CAP_SYS_ADMIN' live --map-id 1
    run doctor
    if [ "$status" = 0 ] && grep -q 'privileges *missing' "$work/out"; then
        report ok 'doctor says that privileges are missing'
    else
        report 'not ok' 'doctor says that privileges are missing' "$(seen)"
    fi
    program=$privileged
fi

# What needs the kernel.
run live --for 1ms --quiet
if [ "$status" = 77 ]; then
    for name in 'a short run' 'JSON' 'beside libbpf' 'beside libbpf: JSON' 'Ctrl-C'; do skip "$name" "$(cat "$work/err")"; done
    echo "1..$number"
    exit
fi

run live --for 300ms --orders edge
if [ "$status" = 0 ] && grep -q '^NO VIOLATION FOUND   no stall' "$work/out" &&
    grep -q 'all in sequence' "$work/out" && [ "$(wc -l <"$work/out")" -le 30 ] &&
    [ "$(wc -L <"$work/out")" -le 100 ] && [ ! -s "$work/err" ]; then
    report ok 'a short run'
else
    report 'not ok' 'a short run' "$(seen)"
fi

run live --for 300ms --orders edge --json
if [ "$status" = 0 ] && grep -q '"schema": "ringsim/live"' "$work/out" &&
    grep -q '"stalls": 0' "$work/out"; then
    report ok 'JSON'
else
    report 'not ok' 'JSON' "$(seen)"
fi

run live --beside-libbpf --for 2s
if [ "$status" = 0 ] && [ "$(grep -c '^\(ringsim\|libbpf\), .* [0-9,]*[1-9][0-9,]* ' "$work/out")" = 4 ] &&
    ! grep -q VIOLATED "$work/out" && [ "$(wc -L <"$work/out")" -le 100 ]; then
    report ok 'beside libbpf'
else
    report 'not ok' 'beside libbpf' "$(seen)"
fi
run live --beside-libbpf --for 2s --json
if [ "$status" = 0 ] && grep -q '"schema": "ringsim/live-beside"' "$work/out" &&
    [ "$(grep -c '"turns": 5' "$work/out")" = 4 ] && grep -q '"sequence_broken": false' "$work/out"; then
    report ok 'beside libbpf: JSON'
else
    report 'not ok' 'beside libbpf: JSON' "$(seen)"
fi

# A shell starts what runs in the background with SIGINT ignored; SIGTERM is handled alike.
"$program" live --for 10m --orders edge >"$work/out" 2>"$work/err" </dev/null &
pid=$!
tries=0
# Producer and consumer run: signals are handled by then.
while [ "$(find "/proc/$pid/task" -maxdepth 1 2>/dev/null | wc -l)" -lt 4 ] && [ $tries -lt 200 ]; do
    sleep 0.05
    tries=$((tries + 1))
done
kill -TERM $pid
wait $pid
status=$?
if [ "$status" = 0 ] && grep -q '(interrupted)' "$work/out"; then
    report ok 'Ctrl-C prints what is known'
else
    report 'not ok' 'Ctrl-C prints what is known' "$(seen)"
fi

echo "1..$number"
