// Plain accesses race with marked ones, unless the code says that it means it.
// expect sc 2  rc11 2  armv8 2  lkmm 2
// expect -DUNMARKED sc 2  rc11 2/2 data_race  armv8 2  lkmm 2/2 data_race
#include <linux/kcsan-checks.h>

#include <ringsim/test.h>

static int hint;

static void writer(void) {
    WRITE_ONCE(hint, 1);
}

static void reader(void) {
#ifdef UNMARKED
    int seen = hint;
#else
    int seen = data_race(hint);
#endif
    EXPECT(seen == 0 || seen == 1);
}

RINGSIM_TEST(.threads = {writer, reader});
