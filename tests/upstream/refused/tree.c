// Of what only a kernel tree has it is said where it comes from.
#include <linux/llist.h>

#include <ringsim/test.h>

static LLIST_HEAD(list);
static struct llist_node node;

static void thread(void) {
    llist_add(&node, &list);
}

RINGSIM_TEST(.threads = {thread});
