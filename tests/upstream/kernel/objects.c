// Objects of the heap and of a stack, whose names a trace tells by what the code calls them.
// expect sc 1/1 assertion_failed
#include <linux/slab.h>

#include <ringsim/test.h>

struct link {
    struct link* next;
    int value;
};
struct table {
    size_t many;
    struct link* entries[];
};

static struct link* shown;
static struct table* table_shown;
static int done;

static struct link* made(int value) {
    struct link* link = kmalloc(sizeof(*link), GFP_KERNEL);

    link->value = value;
    return link;
}

static void writer(void) {
    struct link* first = made(1);
    struct table* table = kzalloc(sizeof(*table) + 2 * sizeof(void*), GFP_KERNEL);
    int* numbers = kcalloc(4, sizeof(int), GFP_KERNEL);
    struct link last = {NULL, 3};

    WRITE_ONCE(first->next, made(2));
    WRITE_ONCE(first->next->next, &last);
    WRITE_ONCE(table->entries[1], (struct link*)&numbers[2]);
    smp_store_release(&table_shown, table);
    smp_store_release(&shown, first);
    while (!READ_ONCE(done)) cpu_relax();
}

static void reader(void) {
    struct link* link;
    int sum = 0;

    while (!smp_load_acquire(&shown)) cpu_relax();
    for (link = READ_ONCE(shown); link; link = READ_ONCE(link->next)) sum += READ_ONCE(link->value);
    WRITE_ONCE(*(int*)READ_ONCE(table_shown->entries[1]), sum);
    EXPECT(sum != 6);
}

RINGSIM_TEST(.threads = {writer, reader});
