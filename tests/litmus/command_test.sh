#!/bin/sh
# `ringsim litmus` from the outside: what goes to which stream, and with which status.
# Speaks TAP. Arguments: the program, and the directory with the litmus files.
set -u
program=$1
tests=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

# Runs the program; sets status, and leaves out and err.
run() {
    "$program" litmus "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
}
# The name of the case; the rest is a condition.
check() {
    name=$1
    shift
    number=$((number + 1))
    if "$@"; then
        echo "ok $number $name"
    else
        echo "not ok $number $name"
        { echo "status $status"; cat "$work/out" "$work/err"; } | sed 's/^/# /'
    fi
}
ended() { [ "$status" = "$1" ]; }
printed() { grep -q -- "$1" "$work/out"; }
said() { grep -q -- "$1" "$work/err"; }
silent() { [ ! -s "$work/$1" ]; }
one_line() { [ "$(wc -l <"$work/err")" = 1 ]; }
all_of() {  # conditions, separated by --
    ok=0 condition=
    for word in "$@" --; do
        if [ "$word" = -- ]; then
            eval "$condition" || ok=1
            condition=
        else
            condition="$condition '$word'"
        fi
    done
    return $ok
}
refused() {  # name, status, pattern, arguments
    name=$1 expected=$2 pattern=$3
    shift 3
    run "$@"
    check "$name" all_of ended "$expected" -- silent out -- one_line -- said "$pattern"
}

cat >"$work/SB.block" <<'END'
Test SB+rlx+rlx Allowed
States 4
0:r0=0; 1:r0=0;
0:r0=0; 1:r0=1;
0:r0=1; 1:r0=0;
0:r0=1; 1:r0=1;
Ok
Witnesses
Positive: 1 Negative: 3
Condition exists (0:r0=0 /\ 1:r0=0)
Observation SB+rlx+rlx Sometimes 1 3

END
run "$tests/SB+rlx+rlx.litmus"
check 'the block, and nothing else, on stdout' cmp -s "$work/SB.block" "$work/out"
check 'status 0' ended 0
check 'the mapping on stderr' all_of one_line -- said '^C11 under rc11: '

run --model sc "$tests/SB+rlx+rlx.litmus"
check 'a condition that does not hold is status 0' all_of ended 0 -- printed '^No$'

run --quiet --summary "$tests/SB+rlx+rlx.litmus" "$tests/K-SB+mb+mb.litmus"
check '--summary: one line each' [ "$(wc -l <"$work/out")" = 2 ]
check '--summary: name, verdict, observation' all_of printed '^SB+rlx+rlx *Ok *Sometimes 1 3$' -- \
    printed '^K-SB+mb+mb *No *Never 0 3$'
check '--quiet: no remarks' silent err

printf 'C bad\n{}\nP0(int *x) {\n    frob(x);\n}\n' >"$work/bad.litmus"
run --quiet "$tests/CoRR.litmus" "$work/bad.litmus" "$tests/CoWW.litmus"
check 'a bad file does not stop the others' all_of ended 2 -- printed '^CoRR ' -- \
    printed '^CoWW '
check 'and is named by line' all_of one_line -- said "bad.litmus:4: the function .frob. is not supported"

run --json "$tests/SB+rlx+rlx.litmus"
check '--json' all_of ended 0 -- printed '"schema": "ringsim/litmus"' -- \
    printed '"observation": "Sometimes"'

run --graph "$tests/SB+rlx+rlx.litmus"
check '--graph: a witness' all_of ended 0 -- printed '^digraph "SB+rlx+rlx"' -- \
    printed 'label="fr"'
run --graph --quiet "$tests/CoRR.litmus"
check '--graph: no witness is said' all_of ended 0 -- silent out -- said 'no execution to draw'

printf 'C long\n{}\n' >"$work/long.litmus"
for t in 0 1 2 3 4 5 6 7; do
    echo "P$t(int *x) { WRITE_ONCE(*x, 1); WRITE_ONCE(*x, 2); WRITE_ONCE(*x, 3); }"
done >>"$work/long.litmus"
run --quiet --executions 1000 "$work/long.litmus"
check 'a limit makes it inconclusive' all_of ended 3 -- printed 'incomplete$' -- one_line -- said 'limit'
printf 'C more\n{}\nP0(int *x) { while (1) { WRITE_ONCE(*x, 1); } }\n' >"$work/more.litmus"
run --quiet --unroll 3 "$work/more.litmus"
check 'so does a loop that goes on' all_of ended 3 -- one_line -- said 'more than 3 turns'

refused 'no file' 2 'at least one FILE'
refused 'a missing file' 2 'missing.litmus:1: cannot be read' "$work/missing.litmus"
refused 'a directory' 2 'it is a directory' "$work"
refused 'an unknown model' 2 'not one of: sc' --model alpha "$tests/CoRR.litmus"
refused 'C11 under lkmm' 2 'C11 is not judged under lkmm' --model lkmm "$tests/CoRR.litmus"
head -c 10000000 /dev/zero | tr '\0' 'x' >"$work/large.litmus"
refused '10 MB' 2 'larger than 1048576 bytes' "$work/large.litmus"
head -c 100000 "$program" >"$work/binary.litmus"
refused 'a binary' 2 'no litmus test' "$work/binary.litmus"
echo "1..$number"
