#include <ringsim/kernel.h>
#define DMA_MAPPING_ERROR (~(dma_addr_t)0)
