# What the tests of shards have in common: cases, the program's output, and the search that is cut.
# To be sourced; $ringsim is the program, and $work a directory to work in.
number=0

check() { # NAME: the status of the command before it
    status=$?
    number=$((number + 1))
    if [ "$status" -eq 0 ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        cat "$work/out" "$work/err" 2>/dev/null | sed 's/^/# /'
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

# The numbers that `ringsim verify` holds this search to.
scenario=two-producers
orders='libbpf reserve.lock=none'
model=x86-tso
all=84024
violating=82696
split() { "$ringsim" split $scenario --orders "$orders" --model $model "$@"; }
counts="$all executions"
