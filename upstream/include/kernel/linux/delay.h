/* Time orders nothing. */
#include <ringsim/kernel.h>
#define __sim_delay(n) \
    do {               \
        (void)(n);     \
        barrier();     \
    } while (0)
#define ndelay(n) __sim_delay(n)
#define udelay(n) __sim_delay(n)
#define mdelay(n) __sim_delay(n)
#define msleep(n) __sim_delay(n)
#define usleep_range(from, to) __sim_delay((from) + (to))
