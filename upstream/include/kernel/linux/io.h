/*
 * Registers of a device. To the memory model the device is one more thread, which has them in
 * memory: what was written before writel() is there for whoever sees its value, and what is read
 * behind readl() is read after it (Documentation/memory-barriers.txt, "KERNEL I/O BARRIER
 * EFFECTS").
 */
#ifndef RINGSIM_IO_H
#define RINGSIM_IO_H

#include <asm/byteorder.h>
#include <ringsim/kernel.h>

#define __iomem

#define __sim_read_register(type, p)                          \
    ({                                                        \
        type __sim_v = READ_ONCE(*(const volatile type*)(p)); \
        rmb();                                                \
        __sim_v;                                              \
    })
#define __sim_write_register(type, v, p)       \
    do {                                       \
        wmb();                                 \
        WRITE_ONCE(*(volatile type*)(p), (v)); \
    } while (0)

#define readb(p) __sim_read_register(u8, p)
#define readw(p) __sim_read_register(u16, p)
#define readl(p) __sim_read_register(u32, p)
#define readq(p) __sim_read_register(u64, p)
#define writeb(v, p) __sim_write_register(u8, v, p)
#define writew(v, p) __sim_write_register(u16, v, p)
#define writel(v, p) __sim_write_register(u32, v, p)
#define writeq(v, p) __sim_write_register(u64, v, p)
#define ioread32(p) readl(p)
#define iowrite32(v, p) writel(v, p)
#define readl_relaxed(p) READ_ONCE(*(const volatile u32*)(p))
#define writel_relaxed(v, p) WRITE_ONCE(*(volatile u32*)(p), (v))
#define readq_relaxed(p) READ_ONCE(*(const volatile u64*)(p))
#define writeq_relaxed(v, p) WRITE_ONCE(*(volatile u64*)(p), (v))

#endif
