// Who has waited for a completion finds what was done before complete(), and there is one for each.
// expect sc 6  armv8 6  lkmm 6
// expect -DONE sc 1/1 busy_spin  armv8 1/1 busy_spin  lkmm 1/1 busy_spin
// expect -DALL sc 6  armv8 6  lkmm 6
// expect -DSEMAPHORE sc 6  armv8 6  lkmm 6
#include <linux/completion.h>
#include <linux/semaphore.h>

#include <ringsim/test.h>

#ifdef SEMAPHORE
static DEFINE_SEMAPHORE(done, 0);
#define give() up(&done)
#define take() down(&done)
#else
static DECLARE_COMPLETION(done);
#define give() complete(&done)
#define take() wait_for_completion(&done)
#endif
static int a, b;

static void first(void) {
    a = 1;
    give();
}
static void second(void) {
    b = 1;
#ifdef ALL
    complete_all(&done);
#elif !defined(ONE)
    give();
#endif
}
static void waiter(void) {
    take();
#ifndef ALL
    take();
    EXPECT(a == 1 && b == 1);
#else
    take();
    EXPECT(b == 1);
#endif
}

RINGSIM_TEST(.threads = {first, second, waiter});
