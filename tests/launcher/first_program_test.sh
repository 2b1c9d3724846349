#!/bin/sh
# The small programs that the launcher builds for a first command: they have the commands that the
# launcher thinks they have, and these print what they print in the whole program. Speaks TAP.
# usage: first_program_test.sh LAUNCHER FIRST-PROGRAM PROGRAM-WITH-ALL-MODELS PROGRAM
set -u
launcher=$1
first=$2
models=$3
whole=$4
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
XDG_STATE_HOME=$work
export XDG_STATE_HOME
number=0

result() {  # OK NAME
    number=$((number + 1))
    [ "$1" = yes ] && echo "ok $number $2" || echo "not ok $number $2"
}

# The commands for which the launcher takes one of these programs.
launched() {
    for program in "$@"; do
        sed -n "/^program_for()/,/^}/s/^ *\([a-z].*\)) part=$program ;;\$/\1/p" "$launcher"
    done | tr -d ' ' | tr '|' '\n' | sort
}
commands_of() { "$1" --help | sed -n '/^Subcommands/,/^$/s/^  \([a-z]*\) .*/\1/p' | sort; }

same_commands() {  # PROGRAM, and what the launcher calls it and those with less
    program=$1
    shift
    listed=$(launched "$@")
    has=$(commands_of "$program")
    if [ -n "$listed" ] && [ "$listed" = "$has" ]; then
        result yes "the launcher knows the commands of $(basename "$program")"
    else
        result no "the launcher knows the commands of $(basename "$program")"
        printf 'the launcher: %s\nthe program: %s\n' "$listed" "$has" >&2
    fi
}

# Whether the program prints what the whole one prints.
same_output() {  # PROGRAM COMMAND...
    program=$1
    shift
    "$program" "$@" >"$work/part" 2>&1
    status=$?
    "$whole" "$@" >"$work/whole" 2>&1
    if [ "$status" = "$?" ] && [ -s "$work/part" ] && cmp "$work/part" "$work/whole" >&2; then
        result yes "$(basename "$program"): $*"
    else
        result no "$(basename "$program"): $*"
    fi
}

echo 'TAP version 13'
same_commands "$first" ringsim-first
same_commands "$models" ringsim-first ringsim-models
same_output "$first" explore
same_output "$first" explore publish --engine graph --orders 'libbpf commit.xchg_header=none'
same_output "$first" explore lost-wakeup --model power --engine relacy
same_output "$first" list orders
same_output "$models" verify lost-wakeup
same_output "$models" models
same_output "$models" explore lost-wakeup --engine graph --model power

# A model that the first program lacks: it says nothing, and the launcher takes the next one.
"$first" explore lost-wakeup --engine graph --model power >"$work/part" 2>&1
status=$?
if [ "$status" = 75 ] && [ ! -s "$work/part" ]; then
    result yes 'the first program leaves other models to the next'
else
    result no 'the first program leaves other models to the next'
fi
echo "1..$number"
