// A sleeper is woken, and sees what was written before; one that nobody wakes waits for ever.
// expect sc 1  x86-tso 1  rc11 1  armv8 1  riscv 1  power 1  lkmm 1
// expect -DNO_WAKEUP sc 1/1 deadlock  lkmm 1/1 deadlock
#define RINGSIM_EDGES
#include <linux/wait.h>

#include <ringsim/test.h>

static wait_queue_head_t queue;
static int data;

static void waker(void) {
    data = 1;
#ifndef NO_WAKEUP
    wake_up_all(&queue);
#endif
}

static void sleeper(void) {
    __sim_edge_take(&queue);
    EXPECT(data == 1);
}

RINGSIM_TEST(.threads = {waker, sleeper});
