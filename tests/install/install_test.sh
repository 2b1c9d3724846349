#!/bin/sh
# What `meson install` installs works where it is, and without the source tree: the program, its
# manual page and completions, and the library, for programs of somebody else.
# usage: install_test.sh BUILD-DIRECTORY PREFIX LIBDIR
set -u
build=$1
prefix=$2
libdir=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

. "$(dirname "$0")/../tap.sh"

echo 'TAP version 13'
echo '1..11'

DESTDIR=$work/root meson install -C "$build" --no-rebuild --quiet >"$work/out" 2>&1
check 'it installs'
# Somewhere else than it was installed for.
mv "$work/root$prefix" "$work/moved"
home=$work/moved
program=$home/bin/ringsim
share=$home/share
cd "$work" || exit 1

mkdir "$work/user"
runs() {
    HOME=$work/user "$program" verify lost-wakeup --model sc >"$work/out" 2>&1 &&
        grep -q '^HOLDS\|^AS EXPECTED' "$work/out"
}
runs
check 'the program runs from anywhere'

if [ "$(uname -m)" != x86_64 ]; then
    skip 'it checks a program' 'ringsim check is for x86-64'
else
    "$program" check "$share/doc/ringsim/examples/ticket_lock.c" >"$work/out" 2>&1
    check 'it checks a program'
fi

if command -v man >/dev/null 2>&1; then
    man --warnings -E UTF-8 -l -Tutf8 -Z "$share/man/man1/ringsim.1" 2>"$work/out" >"$work/page" &&
        ! [ -s "$work/out" ] && [ -s "$work/page" ]
    check 'man has no word to say against the manual page'
else
    skip 'man has no word to say against the manual page' 'there is no man'
fi
commands() { "$program" --help | sed -n '/^Subcommands/,/^$/s/^  \([a-z-]*\) .*/\1/p'; }
missing=
for command in $(commands); do
    grep -q "^\.SS \"ringsim $command" "$share/man/man1/ringsim.1" || missing="$missing $command"
done
echo "missing:$missing" >"$work/out"
[ "$(commands | wc -l)" -gt 15 ] && [ -z "$missing" ]
check 'the manual page has every command'

cat >"$work/complete.bash" <<'BASH'
source "$1"
proposed() {
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _ringsim
    echo "${COMPREPLY[*]}"
}
[ "$(proposed ringsim ver)" = verify ] &&
    [ "$(proposed ringsim verify lost-wakeup-p)" = lost-wakeup-prod ] &&
    [ "$(proposed ringsim explore --orders libbpf-)" = libbpf-2026 ] &&
    [ "$(proposed ringsim explore --orders consumer.load_h)" = consumer.load_header= ] &&
    [ "$(proposed ringsim explore --orders consumer.load_header = acq_)" = acq_rel ] &&
    [ "$(proposed ringsim verify --model = x86)" = x86-tso ] &&
    [ "$(proposed ringsim verify --estim)" = --estimate ] &&
    [ "$(proposed ringsim --color al)" = always ] &&
    [ -z "$(proposed ringsim verify --bound '')" ]
BASH
if command -v bash >/dev/null 2>&1; then
    bash "$work/complete.bash" "$share/bash-completion/completions/ringsim" 2>"$work/out"
    check 'bash proposes commands, scenarios, tables, sites, orders and models'
else
    skip 'bash proposes commands, scenarios, tables, sites, orders and models' 'there is no bash'
fi
if command -v zsh >/dev/null 2>&1; then
    zsh -n "$share/zsh/site-functions/_ringsim" 2>"$work/out"
    check 'zsh reads its completion'
else
    skip 'zsh reads its completion' 'there is no zsh'
fi
if command -v fish >/dev/null 2>&1; then
    HOME=$work/user fish --no-execute "$share/fish/vendor_completions.d/ringsim.fish" \
        2>"$work/out" &&
        HOME=$work/user fish -c "source '$share/fish/vendor_completions.d/ringsim.fish'
            complete -C 'ringsim verify lost-wakeup-p'" 2>"$work/out" | grep -q lost-wakeup-prod
    check 'fish proposes scenarios'
else
    skip 'fish proposes scenarios' 'there is no fish'
fi

# The library, from outside: a ring and a scenario of somebody's own.
PKG_CONFIG_PATH=$home/$libdir/pkgconfig
export PKG_CONFIG_PATH
compile() {
    # shellcheck disable=SC2046,SC2086
    ${CXX:-c++} -std=c++20 -Wall -Wextra -Werror "$share/doc/ringsim/examples/$1.cpp" -o "$work/$1" \
        $(pkg-config --cflags --libs ringsim) >"$work/out" 2>&1
}
compile own_ring && "$work/own_ring" >"$work/out" &&
    [ "$(grep -c 'acquire  release .* holds$' "$work/out")" = 3 ] &&
    grep -q '^sc .*relaxed.* holds$' "$work/out" &&
    grep -q '^rc11 .*relaxed.* data race$' "$work/out" &&
    grep -q '^armv8 .*relaxed.* torn record$' "$work/out"
check 'a ring of its own is explored by a program outside'
compile own_scenario && HOME=$work/user "$work/own_scenario" verify two-in-a-row >"$work/out" 2>&1 &&
    grep -q '^AS EXPECTED' "$work/out" && grep -q 'data race' "$work/out" &&
    HOME=$work/user "$work/own_scenario" list >"$work/out" && grep -q '^two-in-a-row ' "$work/out"
check 'a scenario of its own is one for every command'

# Who installs the Debian package of the library gets all that its pkg-config file names.
name='the Debian package asks for what the library takes'
if command -v dpkg >/dev/null 2>&1; then
    control=$root/packaging/debian/control
    missing=
    for part in $(sed -n 's/^Requires: //p' "$PKG_CONFIG_PATH/ringsim.pc" | tr -d ,); do
        package=$(dpkg -S "*/$part.pc" 2>/dev/null | sed -n '1s/[:,].*//p')
        [ -z "$package" ] ||
            sed -n '/^Package: libringsim-dev/,/^Description/p' "$control" | grep -q "$package" ||
            missing="$missing $package"
    done
    echo "missing:$missing" >"$work/out"
    [ -z "$missing" ]
    check "$name"
else
    skip "$name" 'there is no dpkg'
fi
