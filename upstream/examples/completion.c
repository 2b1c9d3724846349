// A request on the stack of whoever waits for it, with a completion in it, by the kernel's files.
// What the other side wrote before complete() is there.
//
//    ringsim kernel --linux ~/linux-7.2 completion.c ~/linux-7.2/kernel/sched/completion.c
//        ~/linux-7.2/kernel/sched/swait.c
//
// expect sc 4  x86-tso 4  armv8 4  riscv 4  power 4  lkmm 4
#include <linux/completion.h>

#include <ringsim/test.h>

struct request {
    int result;
    struct completion done;
};
static struct request* submitted;

static void driver(void) {
    struct request request = {0};

    init_completion(&request.done);
    smp_store_release(&submitted, &request);
    wait_for_completion(&request.done);
    EXPECT(request.result == 1);
}

static void interrupt(void) {
    struct request* const request = smp_cond_load_acquire(&submitted, VAL);

    request->result = 1;
    complete(&request->done);
}

RINGSIM_TEST(.threads = {driver, interrupt});
