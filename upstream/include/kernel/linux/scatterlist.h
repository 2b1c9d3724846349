/* A list of buffers for a device, of which lib/kfifo.c makes one. */
#ifndef RINGSIM_SCATTERLIST_H
#define RINGSIM_SCATTERLIST_H

#include <ringsim/kernel.h>

struct scatterlist {
    const void* buffer;
    dma_addr_t dma_address;
    unsigned int length, dma_length;
    bool last;
};
#define sg_set_buf(sg, from, bytes) ((void)((sg)->buffer = (from), (sg)->length = (bytes)))
#define sg_dma_address(sg) ((sg)->dma_address)
#define sg_dma_len(sg) ((sg)->dma_length)
#define sg_mark_end(sg) ((void)((sg)->last = true))
#define sg_unmark_end(sg) ((void)((sg)->last = false))
#define sg_next(sg) ((sg)->last ? NULL : (sg) + 1)
#define sg_init_table(sg, n) ((void)memset(sg, 0, (n) * sizeof(*(sg))))

#endif
