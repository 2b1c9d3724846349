// A lock that is taken as a word and given back as a byte, as queued_spin_unlock() does.
// expect          sc 4  x86-tso 4
// expect -DPLAIN  sc 4  x86-tso 4
#include <linux/atomic.h>

#include <ringsim/test.h>

struct lock {
    union {
        unsigned int val;
        struct {
            unsigned char locked;
            unsigned char pending;
            unsigned short tail;
        };
    };
};

static struct lock lock;
static int counter;

static void owner(void) {
    if (cmpxchg_acquire(&lock.val, 0, 1)) return;
    counter++;
#ifdef PLAIN
    WRITE_ONCE(lock.locked, 0);
#else
    smp_store_release(&lock.locked, 0);
#endif
}

static void check(void) {
    EXPECT(READ_ONCE(lock.val) == 0);
    EXPECT(counter > 0);
}

RINGSIM_TEST(.threads = {owner, owner}, .after = check);
