// What atomic operations return and leave, of each width; and that each name has its order.
// expect sc 1  lkmm 1
// expect -DBUFFER x86-tso 3  armv8 3  power 3  lkmm 3
// expect -DBUFFER -DWEAK armv8 1/4 assertion_failed  lkmm 1/4 assertion_failed
#include <linux/atomic.h>

#include <ringsim/test.h>

#ifdef BUFFER
#ifdef WEAK
#define changed(v) atomic_inc_return_relaxed(v)
#else
#define changed(v) atomic_inc_return(v)
#endif
static atomic_t x, y, unrelated;
static int seen[2];

static void first(void) {
    atomic_set(&x, 1);
    changed(&unrelated);
    seen[0] = atomic_read(&y);
}
static void second(void) {
    atomic_set(&y, 1);
    smp_mb();
    seen[1] = atomic_read(&x);
}
static void after(void) {
    EXPECT(seen[0] || seen[1]);
}
RINGSIM_TEST(.threads = {first, second}, .after = after);
#else
#define IS(expression, value) EXPECT((expression) == (value))
#define ALL(type, name)                                \
    static name##_t name##_v;                          \
    static void try_##name(void) {                     \
        name##_t* const v = &name##_v;                 \
        type was = 9, i = 1;                           \
        name##_set(v, 5);                              \
        IS(name##_add_return(i++, v), 6);              \
        IS(i, 2);                                      \
        IS(name##_sub_return(2, v), 4);                \
        IS(name##_fetch_add(3, v), 4);                 \
        IS(name##_fetch_or(8, v), 7);                  \
        IS(name##_fetch_and_relaxed(12, v), 15);       \
        IS(name##_fetch_xor_acquire(5, v), 12);        \
        IS(name##_fetch_andnot_release(1, v), 9);      \
        IS(name##_read(v), 8);                         \
        IS(name##_inc_return_relaxed(v), 9);           \
        IS(name##_dec_return_release(v), 8);           \
        IS(name##_xchg(v, 1), 8);                      \
        IS(name##_cmpxchg(v, 1, 2), 1);                \
        IS(name##_try_cmpxchg(v, &was, 3), 0);         \
        IS(was, 2);                                    \
        IS(name##_try_cmpxchg_acquire(v, &was, 3), 1); \
        IS(name##_add_unless(v, 1, 3), 0);             \
        IS(name##_inc_not_zero(v), 1);                 \
        IS(name##_inc_unless_negative(v), 1);          \
        IS(name##_dec_unless_positive(v), 0);          \
        IS(name##_dec_if_positive(v), 4);              \
        IS(name##_sub_and_test(4, v), 1);              \
        IS(name##_dec_if_positive(v), -1);             \
        IS(name##_read_acquire(v), 0);                 \
        IS(name##_add_negative(-1, v), 1);             \
        IS(name##_inc_unless_negative(v), 0);          \
        IS(name##_inc_and_test(v), 1);                 \
        name##_or(6, v);                               \
        name##_andnot(2, v);                           \
        name##_xor(1, v);                              \
        name##_dec(v);                                 \
        IS(name##_cond_read_acquire(v, VAL == 4), 4);  \
    }
ALL(int, atomic)
ALL(int64_t, atomic64)
ALL(int64_t, atomic_long)

static void first(void) {
    try_atomic();
    try_atomic64();
    atomic64_set(&atomic64_v, (int64_t)1 << 40);
    EXPECT(atomic64_inc_return(&atomic64_v) == ((int64_t)1 << 40) + 1);
}
static void second(void) {
    try_atomic_long();
}
RINGSIM_TEST(.threads = {first, second});
#endif
