// The nodes of a queue lock lie on stacks, and another CPU has written to them when their frames
// end.
// expect sc 6  armv8 6  lkmm 6
#include <linux/atomic.h>

#include <ringsim/test.h>

struct node {
    struct node* next;
    int locked;
};
static struct node* tail;
static int n;

static void thread(void) {
    struct node mine = {NULL, 0};
    struct node *before = xchg(&tail, &mine), *next;

    if (before) {
        WRITE_ONCE(before->next, &mine);
        smp_cond_load_acquire(&mine.locked, VAL);
    }
    n++;
    next = READ_ONCE(mine.next);
    if (!next) {
        if (cmpxchg_release(&tail, &mine, NULL) == &mine) return;
        next = smp_cond_load_relaxed(&mine.next, VAL);
    }
    smp_store_release(&next->locked, 1);
}
static void after(void) {
    EXPECT(n == 2);
}

RINGSIM_TEST(.threads = {thread, thread}, .after = after);
