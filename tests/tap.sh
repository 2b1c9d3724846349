# What tests in shell have in common: cases in TAP, and a program's output. To be sourced; $work is a
# directory to work in.
number=0

check() { # NAME: the status of the command before it
    status=$?
    number=$((number + 1))
    if [ "$status" -eq 0 ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        cat "$work/out" "$work/err" 2>/dev/null | tail -n 40 | sed 's/^/# /'
    fi
}
skip() { # NAME REASON
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}
run() { # COMMAND...: the output into $work/out and $work/err
    "$@" >"$work/out" 2>"$work/err"
    last=$?
}
says() { # STATUS TEXT: the last run ended so and said so
    [ "$last" -eq "$1" ] && cat "$work/out" "$work/err" | grep -qF -- "$2"
}
needs_compiler() { # NAME: without one there is nothing to do, and the test ends
    if ! command -v "${CC:-cc}" >/dev/null 2>&1; then
        skip "$1" 'there is no C compiler'
        echo "1..$number"
        exit 0
    fi
}
