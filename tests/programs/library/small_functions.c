// Small functions of the C library that write where they are told, or ask the machine; and of the
// compiler's own, which compute.
//
// expect             rc11 4
// expect -DTEXT      rc11 6/6 data_race
// expect -DTIME      rc11 4/4 data_race
// expect -DPROCESSOR rc11 2/4 assertion
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char text[32];
static struct tm when;
static int processors[2];
static unsigned __int128 wide = 1;

static void *thread(void *unused) {
    const time_t zero = 0;
#ifdef TEXT
    strerror_r(EINVAL, text, sizeof text);
#endif
#ifdef TIME
    gmtime_r(&zero, &when);
#endif
    processors[0] = sched_getcpu();
    (void)zero;
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, thread, 0);
    const time_t day = 86400;
    assert(strcmp(strerror_r(ENOENT, text, sizeof text), "No such file or directory") == 0);
    assert(localtime_r(&day, &when)->tm_mday == 2);
    assert(!isatty(1) && errno == ENOTTY);
    wide = (wide << 100) / 7;
    assert(wide % 7 == 3 && __builtin_popcountll((unsigned long long)wide) == 21);
    processors[1] = sched_getcpu();
    pthread_join(t, 0);
#ifdef PROCESSOR
    assert(processors[0] == processors[1]);
#endif
    return 0;
}
