// Two wakeups that come together are one, and publish what both wakers did.
// expect sc 6  x86-tso 6  rc11 6  armv8 6  riscv 6  power 6  lkmm 6
#define RINGSIM_EDGES
#include <linux/wait.h>

#include <ringsim/test.h>

static wait_queue_head_t queue;
static int a, b;

static void wake_by_a(void) {
    WRITE_ONCE(a, 1);
    wake_up_all(&queue);
}

static void wake_by_b(void) {
    WRITE_ONCE(b, 1);
    wake_up_all(&queue);
}

static void sleeper(void) {
    int seen;

    do {
        __sim_edge_take(&queue);
        seen = READ_ONCE(a) + READ_ONCE(b);
    } while (seen < 2);
}

RINGSIM_TEST(.threads = {wake_by_a, wake_by_b, sleeper});
