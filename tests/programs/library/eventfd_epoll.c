// A consumer that sleeps in epoll_wait() until an eventfd is written, level- or edge-triggered.
// expect rc11 6
// expect -DEDGE rc11 6
// expect -DEDGE -DUNREAD rc11 9/9 deadlock
// expect -DUNREAD rc11 6
// expect -DBROKEN rc11 3/3 assertion_failed:_data_==_1
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#ifdef EDGE
#define TRIGGER EPOLLET
#else
#define TRIGGER 0
#endif

static int event;
static int set;
static int data;

static void *producer(void *unused) {
    const uint64_t one = 1;
#ifdef BROKEN
    write(event, &one, sizeof one);
    data = 1;
#else
    data = 1;
    write(event, &one, sizeof one);
#endif
    return unused;
}

int main(void) {
    pthread_t t;
    struct epoll_event wanted = {.events = EPOLLIN | TRIGGER, .data.u64 = 7};
    struct epoll_event found;
    uint64_t count = 0;
    event = eventfd(0, EFD_NONBLOCK);
    set = epoll_create1(0);
    epoll_ctl(set, EPOLL_CTL_ADD, event, &wanted);
    pthread_create(&t, 0, producer, 0);
    assert(epoll_wait(set, &found, 1, -1) == 1);
    assert(found.data.u64 == 7 && (found.events & EPOLLIN));
#ifdef UNREAD
    epoll_wait(set, &found, 1, -1);  // with an edge: nothing more comes
#endif
    assert(read(event, &count, sizeof count) == sizeof count && count == 1);
    assert(data == 1);
    pthread_join(t, 0);
    close(event);
    return 0;
}
