#!/bin/sh
# The launcher, in a world of stand-ins: a tree with a blank in its path, a meson, a ninja, a
# compiler and an apt that note how they were called and do what the case asks for. Speaks TAP.
set -u
launcher=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0

# Makes a fresh tree and tool box. Everything in $bin/lacking is not installed.
fresh() {
    tree="$work/a tree"
    bin="$work/tools"
    rm -rf "$tree" "$bin"
    mkdir -p "$tree" "$bin"
    cp "$launcher" "$tree/ringsim"
    for tool in sh awk basename cat cp cut dirname env find flock grep id ln mkdir mkfifo mv pwd \
        readlink rm sed sort tail touch tr true; do
        real=$(command -v $tool) && case $real in /*) ln -s "$real" "$bin/$tool" ;; esac
    done
    : >"$bin/calls"
    : >"$bin/lacking"
    stand_in clang
    stand_in bpftool
    stand_in pkg-config
    stand_in meson <<'MESON'
case $1 in
    setup)
        build=  # the last word but one
        last=
        for word; do build=$last last=$word; done
        mkdir -p "$build/meson-private" && : >"$build/build.ninja" && : >"$build/stale"
        ;;
    test) mkdir -p "$3/meson-logs" && cat "$0.tests" >"$3/meson-logs/testlog.json" ;;
esac
MESON
    # `-n` tells whether there is work to do; a real run leaves a program that prints its arguments.
    stand_in ninja <<'NINJA'
[ ! -e "$0.broken" ] || { echo "x.cpp:1: error: oh no"; exit 1; }
if [ "$3" = -n ]; then
    program=$4
    [ "$program" != all ] || program=ringsim
    [ -e "$2/stale" ] || [ ! -e "$2/$program" ] && echo '[0/1] work' || echo 'ninja: no work to do.'
    exit
fi
[ ! -p "$0.wait" ] || read -r _ <"$0.wait"
rm -f "$2/stale"
for target; do :; done
[ "$target" != all ] || target=ringsim
cp "$0.program" "$2/$target"
NINJA
    printf '#!/bin/sh\nprintf "<%%s>" "$@"\necho\nexit 3\n' >"$bin/ninja.program"
    chmod +x "$bin/ninja.program"
    stand_in c++ <<'COMPILER'
case $1 in
    -print-file-name=*) echo "lib/${1#*=}" ;;
    *) awk -v lacking="$(cat "$(dirname "$0")/lacking")" '
        /^#/ { conditional = /^#if/; next }
        !conditional || $2 == lacking' ;;
esac
COMPILER
}

# A tool that notes its call, then does what standard input says, if anything does.
stand_in() {
    {
        echo '#!/bin/sh'
        echo "echo \"$1 \$*\" >>'$bin/calls'"
        [ "$1" = clang ] || [ "$1" = bpftool ] || [ "$1" = pkg-config ] || cat
    } >"$bin/$1"
    chmod +x "$bin/$1"
}

# Runs the launcher with only the stand-ins in reach; leaves $out, $err and $status.
run() { run_as "$tree/ringsim" "$@"; }
run_as() {
    PATH=$bin "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}

called() { grep -c "^$1" "$bin/calls"; }

# check NAME CONDITION...: the condition is a command.
check() {
    number=$((number + 1))
    name=$1
    shift
    if "$@"; then
        echo "ok $number $name"
    else
        echo "not ok $number $name"
        printf '%s\n' "$name" "  failed: $*" "  status: $status" "  out: $out" "  err: $err" \
            "  calls: $(tr '\n' ';' <"$bin/calls")" >&2
    fi
}
says() { case $err in *"$1"*) ;; *) false ;; esac }

echo 'TAP version 13'

fresh
run explore 'a  b' '' '*'
check 'arguments arrive as they are' [ "$out" = '<explore><a  b><><*>' ]
check 'the exit status is the one of the program' [ "$status" = 3 ]
: >"$bin/calls"
run explore
check 'a second run asks ninja, and sets up and builds nothing' [ "$(called .)" = 1 ]
check 'a second run is silent' [ -z "$err" ]

check 'it was built with a part of the program' [ ! -e "$tree/build/ringsim" ]
: >"$tree/build/stale"
run check file.c
check 'a command outside that part has the whole built' [ "$out" = '<check><file.c>' ]
check 'which is another target' grep -q 'ninja -C .* ringsim$' "$bin/calls"
: >"$tree/build/stale"
: >"$bin/calls"
run explore
check 'and then it is the whole that runs' grep -q 'ninja -C .* ringsim$' "$bin/calls"

fresh
run verify
check 'what needs all models has a larger part built' grep -q 'ninja -C .* ringsim-models$' \
    "$bin/calls"
: >"$bin/calls"
run explore
check 'which is then the one that runs' grep -q 'ninja -C .* ringsim-models$' "$bin/calls"

fresh
printf '#!/bin/sh\ncase $0 in *first) exit 75 ;; esac\nprintf "<%%s>" "$@"\n' >"$bin/ninja.program"
run explore --model power
check 'what the first program cannot do, the next one does' [ "$out" = '<explore><--model><power>' ]
check 'and its status is that of the run' [ "$status" = 0 ]

fresh
run x
ln -s "$tree/ringsim" "$work/first link"
ln -sf 'first link' "$work/second"
(cd / && PATH=$bin "$work/second" x) >"$work/out" 2>&1
out=$(cat "$work/out")
check 'it works through links and from anywhere' [ "$out" = '<x>' ]

mv "$tree" "$work/moved"
(PATH=$bin "$work/moved/ringsim" x) >"$work/out" 2>"$work/err"
err=$(cat "$work/err")
check 'a tree that moved is set up again' says "setting up $work/moved/build"
mv "$work/moved" "$tree"

fresh
run x
rm "$tree/build/build.ninja"
run x
check 'a broken build directory is set up again' [ "$out" = '<x>' ]

fresh
run x
run_as env CXX=clang "$tree/ringsim" x
check 'another compiler is set up for' [ "$(called 'meson setup')" = 2 ]
run x
check 'and stays' [ "$(called 'meson setup')" = 2 ]

fresh
(cd "$work" && RINGSIM_BUILD_DIR='else where' PATH=$bin "$tree/ringsim" x) >"$work/out" 2>&1
check 'RINGSIM_BUILD_DIR may be relative' [ -x "$work/else where/ringsim" ]

fresh
touch "$bin/ninja.broken"
run x
check 'a failed build shows its errors' says 'x.cpp:1: error: oh no'
check 'a failed build is status 70' [ "$status" = 70 ]

fresh
rm "$bin/meson"
run x
check 'without apt, what is lacking is listed' says 'meson                  the build system'
check 'without apt, the status is 2' [ "$status" = 2 ]

fresh
rm "$bin/meson"
echo 'libfmt-dev' >"$bin/lacking"
stand_in apt-get <<'APT'
exit 0
APT
run_as env RINGSIM_INSTALL=no "$tree/ringsim" x
check 'RINGSIM_INSTALL=no installs nothing' [ "$(called apt-get)" = 0 ]
check 'headers are looked up too' says 'libfmt-dev             formatting'

if [ "$(id -u)" = 0 ]; then
    fresh
    mv "$bin/meson" "$bin/not-yet"
    stand_in apt-get <<'APT'
case $* in *install*meson*) mv "$(dirname "$0")/not-yet" "$(dirname "$0")/meson" ;; esac
APT
    run x
    check 'apt installs what is lacking, and the run goes on' [ "$out" = '<x>' ]
    check 'and that was said' says 'installing with apt: meson'

    fresh
    rm "$bin/meson"
    stand_in apt-get <<'APT'
case $* in *install*) echo 'E: Unable to locate package meson'; exit 100 ;; esac
APT
    run x
    check 'a failed installation is one line with the reason' says \
        'apt could not install them: E: Unable to locate package meson'
    check 'a failed installation is status 2' [ "$status" = 2 ]

    fresh
    echo 'relacy-dev' >"$bin/lacking"
    stand_in apt-get <<'APT'
exit 100
APT
    run x
    check 'without something optional the build goes on' [ "$out" = '<x>' ]
    check 'and says so' says 'going on without relacy-dev: exploration with Relacy'
    : >"$bin/calls"
    run x
    check 'but does not try apt again' [ "$(called apt-get)" = 0 ]
    : >"$bin/lacking"
    run x
    check 'and takes it in once it is there' [ "$(called 'meson setup')" = 1 ]

    fresh
    stand_in apt-get <<'APT'
exit 100
APT
    run x
    check 'what only a test needs is not installed for another command' \
        [ "$(called apt-get)" = 0 ]
    run test
    check 'it is for the tests' says 'installing with apt, for the tests: chromium-driver'
    check 'which go on without it' says 'going on without chromium-driver'

    fresh
    stand_in apt-get </dev/null
    mkdir -p "$tree/upstream"
    stand_in get_linux.sh <<'GET'
case $1 in --cache) echo "$RINGSIM_LINUX_CACHE" ;; esac
case ${2-} in 6.12.*) exit 77 ;; esac
GET
    mv "$bin/get_linux.sh" "$tree/upstream/get_linux.sh"
    export RINGSIM_LINUX_CACHE="$work/cache"
    run test tidy
    check 'what only tests of upstream need is not downloaded for others' \
        [ "$(called get_linux.sh)" = 0 ]
    run test
    check 'where they are kept is asked of who keeps them' \
        grep -qx 'get_linux.sh --cache' "$bin/calls"
    check 'the files of the kernel are downloaded for them' says 'getting the files of the kernel'
    check 'of one version, or else of its series' \
        [ "$(grep '^get_linux.sh 6' "$bin/calls" | tr '\n' ';')" = \
        'get_linux.sh 6.12 6.12.117-1~deb12u1;get_linux.sh 6.12;' ]
    mkdir -p "$work/cache/linux-6.12.117/fs"
    : >"$bin/calls"
    run test
    check 'again if one is missing that an older version did not take' \
        [ "$(grep -c '^get_linux.sh 6' "$bin/calls")" = 2 ]
    : >"$work/cache/linux-6.12.117/fs/eventpoll.c"
    : >"$bin/calls"
    run test
    check 'once' [ "$(grep -c '^get_linux.sh 6' "$bin/calls")" = 0 ]
    unset RINGSIM_LINUX_CACHE
fi

fresh
cat >"$bin/meson.tests" <<'LOG'
{"name": "tap", "stdout": "TAP version 13\nok 1 a\nnot ok 2 b\nok 3 c # SKIP needs \"root\"\n1..3", "result": "FAIL"}
{"name": "crash", "stdout": "TAP version 13\nok 1 a\n", "result": "ERROR"}
{"name": "plain", "stdout": "\"result\": \"FAIL\"\nok then\n", "result": "OK"}
{"name": "slow", "stdout": "", "result": "TIMEOUT"}
{"name": "live", "stdout": "looking\nneeds CAP_BPF\n\n", "result": "SKIP"}
{"name": "all", "stdout": "TAP version 13\nok 1 d # SKIP why\n1..1", "result": "SKIP"}
LOG
run test
check 'test counts cases, crashes and timeouts' \
    [ "$(tail -n 1 "$work/out")" = '3 passed, 3 failed, 3 skipped' ]
check 'test fails if one of them failed' [ "$status" = 1 ]
check 'test tells why a program was skipped' grep -qx 'skipped: live: needs CAP_BPF' "$work/out"
check 'test tells why a case was skipped' grep -qx 'skipped: c: needs "root"' "$work/out"

echo '{"name": "plain", "stdout": "", "result": "OK"}' >"$bin/meson.tests"
run test --suite tidy
check 'test hands its arguments to meson' grep -q -e '--suite tidy' "$bin/calls"
check 'test succeeds if nothing failed' [ "$status" = 0 ]

if command -v flock >/dev/null 2>&1; then
    fresh
    mkfifo "$bin/ninja.wait"
    PATH=$bin "$tree/ringsim" first >"$work/first" 2>&1 &
    until [ "$(called 'ninja')" = 2 ]; do :; done  # the first one is building
    PATH=$bin "$tree/ringsim" second >"$work/out" 2>"$work/err" &
    until grep -q 'waiting' "$work/err"; do :; done
    calls=$(called ninja)
    check 'a second launcher waits while the first builds' [ "$calls" = 2 ]
    echo go >"$bin/ninja.wait"
    wait
    out=$(cat "$work/out")
    check 'and then goes on' [ "$out" = '<second>' ]

    # The lock is the build directory's: another tree that builds there waits as well.
    fresh
    mkfifo "$bin/ninja.wait"
    mkdir -p "$work/other tree"
    cp "$launcher" "$work/other tree/ringsim"
    RINGSIM_BUILD_DIR="$work/shared" PATH=$bin "$tree/ringsim" first >"$work/first" 2>&1 &
    until [ "$(called 'ninja')" = 2 ]; do :; done
    RINGSIM_BUILD_DIR="$work/shared" PATH=$bin "$work/other tree/ringsim" second \
        >"$work/out" 2>"$work/err" &
    until grep -q 'waiting' "$work/err"; do :; done
    calls=$(called ninja)
    check 'another tree waits for the same build directory' [ "$calls" = 2 ]
    echo go >"$bin/ninja.wait"
    until [ "$(called 'ninja')" = 4 ]; do :; done  # now the other one is building
    echo go >"$bin/ninja.wait"
    wait
    out=$(cat "$work/out")
    check 'and builds when it is free' [ "$out" = '<second>' ]
fi

echo "1..$number"
