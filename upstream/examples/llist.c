// The kernel's lock-less list: what is added arrives whole, whoever takes it.
//
//    ringsim kernel --linux ~/linux ~/linux/lib/llist.c llist.c
//
// expect sc 8  x86-tso 8  armv8 8  riscv 8  power 8  lkmm 8
#include <linux/llist.h>

#include <ringsim/test.h>

struct item {
    int value;
    struct llist_node node;
};

static LLIST_HEAD(list);
static struct item first, second;

static void add_first(void) {
    first.value = 1;
    llist_add(&first.node, &list);
}

static void add_second_and_take(void) {
    struct item* item;

    second.value = 2;
    llist_add(&second.node, &list);
    llist_for_each_entry(item, llist_del_all(&list), node) {
        EXPECT(item->value == (item == &first ? 1 : 2));
    }
}

RINGSIM_TEST(.threads = {add_first, add_second_and_take});
