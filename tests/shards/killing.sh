# Programs that are killed at any moment. To be sourced, behind tap.sh.
kills=0
delay=1

# Another number from 0 to 39 each time, and the same ones in each run of a test.
next_delay() { delay=$(((delay * 7 + 3) % 40)); }
begin() { # COMMAND...: in the background, as run() has it
    "$@" >"$work/out" 2>"$work/err" &
    pid=$!
}
# Ends what has begun. Fails if it came to its end before; $last is how it ended.
kill_after() { # MILLISECONDS
    sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    last=$?
    [ $last -eq 137 ] && kills=$((kills + 1))
}
# Waits until the file is there, or what has begun is over.
wait_for_file() { # FILE
    while [ ! -e "$1" ] && kill -0 $pid 2>/dev/null; do sleep 0.01; done
}
# The same for another text in it than in this file; but not for long.
wait_for_change() { # FILE OLD
    waits=0
    while [ $waits -lt 200 ] && cmp -s "$1" "$2" && kill -0 $pid 2>/dev/null; do
        waits=$((waits + 1))
        sleep 0.01
    done
}
