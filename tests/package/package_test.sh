#!/bin/sh
# The Debian packages and the container image are built, and what is in them works. Both compile
# everything anew, which takes minutes: `./ringsim test` leaves it out, `./ringsim test --suite
# package` runs it. Speaks TAP.
# usage: package_test.sh SOURCE-ROOT
set -u
root=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

. "$(dirname "$0")/../tap.sh"

# Why the tools $@ are no help; nothing if all of them are there.
lacking() {
    for tool; do command -v "$tool" >/dev/null 2>&1 || { echo "there is no $tool" && return; }; done
}

echo 'TAP version 13'
echo '1..5'

why=$(lacking dpkg-buildpackage dh lintian)
if [ -z "$why" ]; then
    # -O1 -g0: it is the package that is tested, and not how fast what is in it runs. A package of
    # debugging symbols would then have none, of which lintian warns.
    DEB_CXXFLAGS_APPEND='-O1 -g0' DEB_BUILD_OPTIONS="parallel=$(nproc) noautodbgsym" \
        sh "$root/packaging/build_package.sh" "$work" >"$work/out" 2>&1
    check 'dpkg-buildpackage builds the packages'
    lintian --allow-root --fail-on error,warning "$work"/*.changes >"$work/out" 2>&1
    check 'lintian has nothing to say against them'
    for package in "$work"/*.deb; do dpkg -x "$package" "$work/root"; done
    HOME=$work "$work/root/usr/bin/ringsim" verify lost-wakeup --model sc >"$work/out" 2>&1 &&
        grep -q '^HOLDS\|^AS EXPECTED' "$work/out"
    check 'the packaged program runs'
    [ -f "$work"/root/usr/lib/*/libringsim.a ] &&
        [ -f "$work/root/usr/include/ringsim/sim/graph/explore.hpp" ] &&
        [ -f "$work/root/usr/share/man/man1/ringsim.1.gz" ] &&
        [ -f "$work/root/usr/share/zsh/vendor-completions/_ringsim" ]
    check 'library, manual page and completions are in the packages'
else
    for name in 'dpkg-buildpackage builds the packages' 'lintian has nothing to say against them' \
        'the packaged program runs' 'library, manual page and completions are in the packages'; do
        skip "$name" "$why"
    done
fi

why=$(lacking podman)
[ -n "$why" ] || podman image exists debian:bookworm-slim ||
    podman pull -q debian:bookworm-slim >"$work/out" 2>&1 ||
    why='the image debian:bookworm-slim cannot be had'
if [ -z "$why" ]; then
    podman build -q -t ringsim-test -f "$root/packaging/Containerfile" "$root" >"$work/out" 2>&1 &&
        podman run --rm ringsim-test verify lost-wakeup --model sc >"$work/out" 2>&1 &&
        grep -q '^HOLDS\|^AS EXPECTED' "$work/out"
    check 'the container image is built, and its program runs'
    podman rmi ringsim-test >/dev/null 2>&1
else
    skip 'the container image is built, and its program runs' "$why"
fi
