#!/bin/sh
# Prints a patch to libbpf's ringbuf.c that does what the message of "[PATCH bpf v2 8/8] libbpf:
# ringbuf: Prevent missed wakeups" (June 2026) says: a full barrier between publishing a consumer
# position and the next load of the producer position, and one before the return where a bound on
# the number of records, or the callback, ends the call first. With --busy, a BUSY header ends the
# inner loop only, so that the barrier stands before the last look as well. The patch is made of the
# file that is given, so that it applies to it.
#
#   upstream/examples/libbpf-2026.sh [--busy] ~/linux/tools/lib/bpf/ringbuf.c >libbpf-2026.patch
set -eu
busy=0
if [ "${1:-}" = --busy ]; then busy=1; shift; fi
file=${1:?usage: libbpf-2026.sh [--busy] RINGBUF.C}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v busy=$busy '
    /ringbuf_process_ring\(struct/ { inside = 1 }
    /^}/ { inside = 0 }
    inside && /cnt >= n/ { print $0 " {"; bounded = 1; next }
    inside && bounded {
        print "\t\t\t\tsmp_mb();"; print; print "\t\t\t}"
        bounded = 0; barriers++; next
    }
    inside && /return err;/ { print "\t\t\t\t\tsmp_mb();"; barriers++ }
    inside && /while \(got_new_data\)/ {
        print "\t\tif (got_new_data)\n\t\t\tsmp_mb();"; barriers++
    }
    inside && /BUSY_BIT/ { at_busy = NR }
    inside && busy && NR == at_busy + 1 && sub(/goto done;/, "break;") { barriers++ }
    { print }
    END { if (barriers < 2 + busy) exit 1 }
' "$file" >"$work/ringbuf.c" || {
    echo "libbpf-2026.sh: $file has no ringbuf_process_ring() as libbpf has it" >&2
    exit 2
}
diff -u --label a/tools/lib/bpf/ringbuf.c --label b/tools/lib/bpf/ringbuf.c \
    "$file" "$work/ringbuf.c" || [ $? = 1 ]
