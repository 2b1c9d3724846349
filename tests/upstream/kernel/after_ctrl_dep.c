// smp_acquire__after_ctrl_dep() makes an acquire of the read that a branch has looked at: loads and
// stores behind it, plain or not, stay behind that read.
// expect sc 2  x86-tso 2  rc11 2  armv8 2  armv8-rcpc 2  riscv 2  power 2  lkmm 2
// expect -DBUFFER sc 2  x86-tso 2  armv8 2  armv8-rcpc 2  riscv 2  power 2  lkmm 2
// expect -DRMB armv8 2  power 2  lkmm 2/2 data_race
// expect -DRMB -DBUFFER armv8 2  riscv 1/3 assertion_failed  lkmm 1/3 assertion_failed
#include <linux/atomic.h>

#include <ringsim/test.h>

#ifdef WITHOUT
#define behind_branch()
#elif defined(RMB)
#define behind_branch() smp_rmb()
#else
#define behind_branch() smp_acquire__after_ctrl_dep()
#endif

#ifdef BUFFER
/* Each sees what the other does behind it, unless both loads come first. */
static int x, y, seen[2];

static void first(void) {
    seen[0] = READ_ONCE(x);
    if (seen[0]) {
        behind_branch();
        WRITE_ONCE(y, 1);
    }
}
static void second(void) {
    seen[1] = READ_ONCE(y);
    smp_mb();
    WRITE_ONCE(x, 1);
}
static void after(void) {
    EXPECT(!seen[0] || !seen[1]);
}
RINGSIM_TEST(.threads = {first, second}, .after = after);
#else
/* The last one out takes the object, reads what both wrote, and writes over it. */
static atomic_t references = ATOMIC_INIT(2);
static int object[2];

static void put(int mine) {
    object[mine] = 1;
    if (atomic_fetch_sub_release(1, &references) != 1) return;
    behind_branch();
    EXPECT(object[0] == 1 && object[1] == 1);
    object[0] = object[1] = 0;
}
static void first(void) {
    put(0);
}
static void second(void) {
    put(1);
}
RINGSIM_TEST(.threads = {first, second});
#endif
