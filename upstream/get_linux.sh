#!/bin/sh
# Gets the files of a Debian kernel source that `ringsim upstream` looks at, once, and prints where
# they are. The package is downloaded by apt (130 to 170 MB), unpacked, and not kept.
#
#   upstream/get_linux.sh 6.12                      the newest that apt knows of linux-source-6.12
#   upstream/get_linux.sh 6.12 6.12.107-1~deb12u1   that version
#   upstream/get_linux.sh --cache                   gets nothing: where all that was got is kept
set -eu
series=${1:?usage: get_linux.sh SERIES [VERSION], as 6.12}
version=${2:-}
cache=${RINGSIM_LINUX_CACHE:-${XDG_CACHE_HOME:-${HOME-}/.cache}/ringsim}
if [ "$series" = --cache ]; then echo "$cache"; exit 0; fi
package=linux-source-$series
if [ -z "$version" ]; then
    version=$(apt-cache policy "$package" | sed -n 's/^ *Candidate: //p')
fi
case $version in
    '' | '(none)') echo "get_linux.sh: apt knows no $package" >&2; exit 77 ;;
esac
tree=$cache/linux-${version%%-*}
# The file that came last into the list below: an older cache lacks it.
if [ -f "$tree/kernel/sched/swait.c" ]; then echo "$tree"; exit 0; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get download "$package=$version" >&2) || exit 77
mkdir -p "$work/tree" "$cache"
archive=$(dpkg-deb --fsys-tarfile "$work"/*.deb | tar -t | grep '\.tar\.xz$')
dpkg-deb --fsys-tarfile "$work"/*.deb | tar -xO "$archive" | xz -dc |
    tar -x -C "$work/tree" --strip-components=1 --wildcards \
        '*/Makefile' '*/kernel/bpf/ringbuf.c' '*/kernel/irq_work.c' '*/lib/llist.c' \
        '*/fs/eventpoll.c' '*/kernel/sched/*wait.c' '*/kernel/sched/completion.c' \
        '*/lib/rbtree.c' '*/lib/kfifo.c' \
        '*/include/linux/*.h' '*/include/uapi/linux/*.h' \
        '*/tools/lib/bpf/*' '*/tools/include/*' '*/tools/arch/x86/include/*'
mkdir -p "$tree"
cp -a "$work/tree/." "$tree/"
echo "$tree"
