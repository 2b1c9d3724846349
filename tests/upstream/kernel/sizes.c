// Words of one, two, four and eight bytes, signed ones too, are written and read whole.
// expect sc 1  x86-tso 1  rc11 1  armv8 1  riscv 1  power 1  lkmm 1
#include <linux/atomic.h>

#include <ringsim/test.h>

static u8 byte = 0x7f;
static u16 half = 0x7fff;
static int word = -1;
static u64 wide = 1;
static atomic64_t counter = ATOMIC64_INIT(-1);
static u64 other = 7;

static void change(void) {
    EXPECT(xchg(&byte, 0xff) == 0x7f);
    EXPECT(cmpxchg(&half, 0x7fff, 0xffff) == 0x7fff);
    EXPECT(cmpxchg(&word, -1, -2) == -1);
    WRITE_ONCE(wide, (u64)5 << 40);
    EXPECT(atomic64_fetch_add(2, &counter) == -1);
}

static void elsewhere(void) {
    WRITE_ONCE(other, (u64)1 << 63);
}

static void after(void) {
    EXPECT(byte == 0xff && half == 0xffff && word == -2);
    EXPECT(wide == (u64)5 << 40 && atomic64_read(&counter) == 1);
    EXPECT(READ_ONCE(other) == (u64)1 << 63);
}

RINGSIM_TEST(.threads = {change, elsewhere}, .after = after);
