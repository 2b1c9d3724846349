// C11's timed mutexes, conditions, keys and once.
// expect rc11 28
// expect -DBROKEN rc11 17/33 assertion_failed:_status_==_thrd_success
#include <assert.h>
#include <threads.h>
#include <time.h>

static mtx_t m;
static cnd_t changed;
static tss_t key;
static once_flag once = ONCE_FLAG_INIT;
static int ready;
static int prepared;

static void prepare(void) { prepared = 1; }

static int waiter(void *unused) {
    struct timespec until;
    int status = thrd_success;
    (void)unused;
    call_once(&once, prepare);
    tss_set(key, &ready);
    timespec_get(&until, TIME_UTC);
    until.tv_sec += 1;
    if (mtx_timedlock(&m, &until) != thrd_success) return 0;
    while (!ready && status == thrd_success) status = cnd_timedwait(&changed, &m, &until);
#ifdef BROKEN
    assert(status == thrd_success);
#else
    assert(ready || status == thrd_timedout);
#endif
    mtx_unlock(&m);
    assert(tss_get(key) == &ready);
    return 0;
}

int main(void) {
    thrd_t t;
    mtx_init(&m, mtx_timed);
    cnd_init(&changed);
    tss_create(&key, 0);
    thrd_create(&t, waiter, 0);
    call_once(&once, prepare);
    assert(prepared == 1);
    mtx_lock(&m);
    ready = 1;
    cnd_signal(&changed);
    mtx_unlock(&m);
    thrd_join(t, 0);
    cnd_destroy(&changed);
    mtx_destroy(&m);
    return 0;
}
