// A driver hands a descriptor to its device, which is one more thread: the flag that says whose it
// is behind dma_wmb(), and a write to the doorbell, behind which all of it is there. -DRELAXED: the
// doorbell is rung by writel_relaxed().
// expect sc 2  x86-tso 2  rc11 2  armv8 2  riscv 2  power 2  lkmm 2
// expect -DRELAXED sc 2  x86-tso 2  rc11 1/3 assertion_failed  armv8 1/3 assertion_failed
// expect -DRELAXED riscv 1/3 assertion_failed  power 1/3 assertion_failed
// expect -DRELAXED lkmm 1/3 assertion_failed
#include <linux/dma-mapping.h>
#include <linux/io.h>

#include <ringsim/test.h>

#ifdef RELAXED
#define ring(p) writel_relaxed(1, p)
#else
#define ring(p) writel(1, p)
#endif

#define OWNED 0x80000000u

static struct descriptor {
    __le32 address, status;
} descriptor;
static u32 doorbell;

static void driver(void) {
    WRITE_ONCE(descriptor.address, cpu_to_le32(0x1234));
    dma_wmb();
    WRITE_ONCE(descriptor.status, cpu_to_le32(OWNED));
    ring(&doorbell);
}

static void device(void) {
    if (readl(&doorbell) != 1) return;
    EXPECT(le32_to_cpu(READ_ONCE(descriptor.status)) == OWNED);
    dma_rmb();
    EXPECT(le32_to_cpu(READ_ONCE(descriptor.address)) == 0x1234);
}

RINGSIM_TEST(.threads = {driver, device});
