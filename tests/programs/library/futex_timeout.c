// FUTEX_WAIT with a time, and its errors.
// expect rc11 9
// expect -DBROKEN rc11 2/11 assertion_failed:_ready
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_int ready;

static void *waiter(void *unused) {
    const struct timespec time = {0, 1000000};
    while (!atomic_load(&ready)) {
        if (syscall(SYS_futex, &ready, FUTEX_WAIT, 0, &time, 0, 0) == 0) continue;
        assert(errno == EAGAIN || errno == ETIMEDOUT);
        if (errno == ETIMEDOUT) break;
    }
#ifdef BROKEN
    assert(ready);
#endif
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, waiter, 0);
    atomic_store(&ready, 1);
    syscall(SYS_futex, &ready, FUTEX_WAKE, 1, 0, 0, 0);
    pthread_join(t, 0);
    return 0;
}
