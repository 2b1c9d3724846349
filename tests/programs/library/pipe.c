// A pipe: bytes come in order, and the end is seen when the writer has closed it.
// expect rc11 103
// expect -DBROKEN rc11 11/11 deadlock
#include <assert.h>
#include <pthread.h>
#include <unistd.h>

static int ends[2];

static void *writer(void *unused) {
    write(ends[1], "ab", 2);
#ifndef BROKEN
    close(ends[1]);
#endif
    return unused;
}

int main(void) {
    pthread_t t;
    char got[3] = "";
    int n = 0;
    pipe(ends);
    pthread_create(&t, 0, writer, 0);
    for (;;) {
        const long more = read(ends[0], got + n, sizeof got - (unsigned long)n);
        if (more == 0) break;
        n += (int)more;
    }
    assert(n == 2 && got[0] == 'a' && got[1] == 'b');
    pthread_join(t, 0);
    return 0;
}
