// Kernel code with an atomic of the language, which the kernel's model does not know.
#include <linux/atomic.h>

#include <ringsim/test.h>

static int x;

static void left(void) {
    WRITE_ONCE(x, 1);
}

static void right(void) {
    __atomic_fetch_add(&x, 1, __ATOMIC_RELAXED);
}

RINGSIM_TEST(.threads = {left, right});
