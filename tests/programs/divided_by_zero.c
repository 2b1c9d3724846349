// A share for each user, while the last one leaves: in some executions there is none left. Where
// nobody uses what comes out, the compiler would leave the division out.
//
// expect            rc11 2
// expect -DUSED     rc11 1/2 division_by_zero
// expect -DUNUSED   rc11 1/2 division_by_zero
// expect -DREST     rc11 1/2 division_by_zero
#include <pthread.h>
#include <stdatomic.h>

static atomic_int users = 2;
static long share;

static void* leave(void* unused) {
    atomic_fetch_sub(&users, 1);
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, leave, 0);
    const int others = atomic_load(&users) - 1;
#if defined USED
    share = 100 / others;
#elif defined UNUSED
    (void)(100 / others);
#elif defined REST
    (void)(share % others);
#else
    if (others != 0) share = 100 / others;
#endif
    pthread_join(t, 0);
    return share < 0;
}
