// A variable and a lock that none of the files has.
#include <ringsim/test.h>

extern int elsewhere;
extern spinlock_t lock;

static void first(void) {
#ifdef LOCK
    spin_lock(&lock);
#else
    WRITE_ONCE(elsewhere, 1);
#endif
}
static void second(void) {}

RINGSIM_TEST(.threads = {first, second});
