// Structures by value into and out of shared memory, and copies that a compiler expands in line:
// accesses like any other, although no one of them is spelt in the source.
//
// expect -DRETURNED  sc 256/256 data_race  x86-tso 256/256 data_race  rc11 2/2 data_race
// expect -DPASSED    sc 2/2 data_race  x86-tso 2/2 data_race  rc11 2/2 data_race
// expect -DASSIGNED  sc 2/2 data_race  x86-tso 2/2 data_race  rc11 2/2 data_race
// expect -DCLEARED   sc 2/2 data_race  x86-tso 2/2 data_race  rc11 2/2 data_race
// expect -DTEXT      sc 2/2 data_race  x86-tso 2/2 data_race  rc11 2/2 data_race
// expect -DQUEUE     sc 1/2 data_race  x86-tso 1/2 data_race  rc11 2/3 data_race
// expect -DQUEUE -DREPAIRED  sc 2  x86-tso 2  rc11 2
// expect -DCOUNTER   sc 1/1 assertion_failed
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

struct item {
    int id, value;
};
struct large {
    int at[16];
};
static struct item slot;
static struct large table;
static char text[16];
static atomic_int ready;
static int sum;

__attribute__((noinline)) static struct large filled(int v) {
    struct large made;
    for (int i = 0; i < 16; ++i) made.at[i] = v;
    return made;
}
__attribute__((noinline)) static int fourth(struct large of) { return of.at[3]; }
__attribute__((noinline)) static int total(struct item of) { return of.id + of.value; }
__attribute__((noinline)) static struct item counted(struct item of) {
    ++of.id;
    return of;
}

#if defined RETURNED
static void first(void) { table = filled(1); }
static void second(void) { table = filled(2); }
#elif defined PASSED
static void first(void) { table.at[3] = 1; }
static void second(void) { sum = fourth(table); }
#elif defined ASSIGNED
static struct large other;
static void first(void) { other = table; }
static void second(void) { table.at[15] = 1; }
#elif defined CLEARED
static void first(void) { table = (struct large){{0}}; }
static void second(void) { sum = table.at[7]; }
#elif defined TEXT
static void first(void) { text[0] = 'z'; }
static void second(void) { __builtin_strcpy(text, "hey"); }
#elif defined COUNTER
static void first(void) {}
static void second(void) {
    // Not a loop that waits: it counts.
    while (!atomic_load(&ready)) {
        slot = counted(slot);
        assert(total(slot) < 3);
    }
}
#else
#ifdef REPAIRED
#define PUBLISH memory_order_release
#define TAKE memory_order_acquire
#else
#define PUBLISH memory_order_relaxed
#define TAKE memory_order_relaxed
#endif
static void first(void) {
    slot = (struct item){1, 2};
    atomic_store_explicit(&ready, 1, PUBLISH);
}
static void second(void) {
    if (atomic_load_explicit(&ready, TAKE)) assert(total(slot) == 3);
}
#endif

static void *run_first(void *unused) {
    first();
    return unused;
}
static void *run_second(void *unused) {
    second();
    return unused;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, run_first, 0);
    pthread_create(&b, 0, run_second, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return total(slot) < 0 || text[0] == 1 || sum < 0;
}
