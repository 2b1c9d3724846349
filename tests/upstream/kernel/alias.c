// Two pages that are one: what is written at the first is read at the second.
// expect sc 2  x86-tso 2  rc11 2  armv8 2  riscv 2  power 2  lkmm 2
#include <linux/vmalloc.h>

#include <ringsim/test.h>

static char* memory;
static int flag;

__attribute__((constructor)) static void map(void) {
    struct page* page = alloc_pages_node(0, GFP_KERNEL, 0);
    struct page* pages[2] = {page, page};

    memory = vmap(pages, 2, VM_MAP, PAGE_KERNEL);
}

static void producer(void) {
    *(int*)(memory + PAGE_SIZE) = 1;
    smp_store_release(&flag, 1);
}

static void consumer(void) {
    if (smp_load_acquire(&flag)) EXPECT(*(int*)memory == 1);
}

RINGSIM_TEST(.threads = {producer, consumer});
