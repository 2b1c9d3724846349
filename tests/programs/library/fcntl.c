// A pipe that is emptied by a reader who must not wait: fcntl() says so when it is open already.
// expect rc11 2
// expect -DBLOCKS rc11 11/11 deadlock
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

static int ends[2];

static void *writes(void *unused) {
    assert(write(ends[1], "x", 1) == 1);
    return unused;
}

int main(void) {
    pthread_t t;
    pipe(ends);
    pthread_create(&t, 0, writes, 0);
#ifndef BLOCKS
    fcntl(ends[0], F_SETFL, fcntl(ends[0], F_GETFL) | O_NONBLOCK);
    assert(fcntl(ends[0], F_GETFL) == (O_RDONLY | O_NONBLOCK));
    assert(fcntl(ends[1], F_GETFL) == O_WRONLY);
#endif
    char read_by_now = 0;
    while (read(ends[0], &read_by_now, 1) == 1) assert(read_by_now == 'x');
    assert(errno == EAGAIN);
    pthread_join(t, 0);
    return 0;
}
