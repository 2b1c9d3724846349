#!/bin/sh
# The small program that the launcher builds for a first command: it has the commands that the
# launcher thinks it has, and they print what they print in the whole program. Speaks TAP.
# usage: first_program_test.sh LAUNCHER FIRST-PROGRAM PROGRAM
set -u
launcher=$1
first=$2
whole=$3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
XDG_STATE_HOME=$work
export XDG_STATE_HOME

echo 'TAP version 13'
listed=$(sed -n '/^part_is_enough/,/^}/s/^ *\(explore .*\)) ;;$/\1/p' "$launcher" | tr -d ' ' |
    tr '|' '\n' | sort)
has=$("$first" --help | sed -n '/^Subcommands/,/^$/s/^  \([a-z]*\) .*/\1/p' | sort)
if [ -n "$listed" ] && [ "$listed" = "$has" ]; then
    echo 'ok 1 the launcher knows its commands'
else
    echo 'not ok 1 the launcher knows its commands'
    printf 'the launcher: %s\nthe program: %s\n' "$listed" "$has" >&2
fi

"$first" explore >"$work/first" 2>&1
status=$?
"$whole" explore >"$work/whole" 2>&1
if [ "$status" = "$?" ] && [ -s "$work/first" ] && cmp "$work/first" "$work/whole" >&2; then
    echo 'ok 2 it explores as the whole program does'
else
    echo 'not ok 2 it explores as the whole program does'
fi
echo '1..2'
