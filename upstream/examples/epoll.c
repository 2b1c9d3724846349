// The whole way of a wakeup, the kernel's own: bpf_ringbuf_commit(), irq_work, wait queue, epoll.
//
//    ringsim kernel --linux ~/linux ~/linux/fs/eventpoll.c ~/linux/kernel/sched/wait.c
//        ~/linux/lib/rbtree.c ~/linux/kernel/irq_work.c ~/linux/lib/llist.c epoll.c
//        -- -I ~/linux -DRINGSIM_PAGE_SHIFT=5
//
// The consumer takes a record while another CPU reserves and commits one. With a level trigger it
// loses no wakeup, on POWER because who asks a file whether it is ready takes a reference to it,
// and that is a full barrier. With -DTRIGGER=EPOLLET it loses one, unless there is -DFENCE.
//
// expect sc 55  x86-tso 59  armv8 55  riscv 59  power 59
#include <linux/bpf.h>
#include <linux/irq_work.h>
#include <linux/poll.h>

#include "kernel/bpf/ringbuf.c"

#include <ringsim/test.h>

s64 ringsim_sys_epoll_create1(int flags);
s64 ringsim_sys_epoll_ctl(int set, int operation, int fd, struct epoll_event* event);
s64 ringsim_sys_epoll_wait(int set, struct epoll_event* events, int max, int timeout);

#ifndef TRIGGER
#define TRIGGER 0u /* level; or EPOLLET */
#endif

static struct bpf_map* map;
static struct bpf_ringbuf* rb;
static void *first, *second;
static int set, taken;

static __poll_t poll_map(struct file* file, poll_table* table) {
    return map->ops->map_poll(map, file, table);
}
static const struct file_operations operations = {.poll = poll_map};

static int wait_for_ring(int timeout) {
    struct epoll_event event;

    return ringsim_sys_epoll_wait(set, &event, 1, timeout);
}

/* One record is committed and reported, and one is not committed yet. */
__attribute__((constructor)) static void make_ring(void) {
    union bpf_attr attr = {.map_type = BPF_MAP_TYPE_RINGBUF, .max_entries = 64};
    struct epoll_event event = {.events = EPOLLIN | TRIGGER};

    map = ringbuf_map_ops.map_alloc(&attr);
    map->ops = &ringbuf_map_ops;
    rb = container_of(map, struct bpf_ringbuf_map, map)->rb;
    ringsim_publish(ringsim_new_file(&operations, NULL), 3);
    set = ringsim_sys_epoll_create1(0);
    ringsim_sys_epoll_ctl(set, EPOLL_CTL_ADD, 3, &event);
    first = (void*)bpf_ringbuf_reserve(map, 8, 0);
#ifdef EARLY
    second = (void*)bpf_ringbuf_reserve(map, 8, 0);
#endif
    bpf_ringbuf_submit(first, 0);
}

static void commit(void) {
#ifndef EARLY
    second = (void*)bpf_ringbuf_reserve(map, 8, 0);
#endif
    bpf_ringbuf_submit(second, 0);
}

/* As libbpf's ringbuf_process_ring() and ring_buffer__poll() do it. */
static void consume(void) {
    unsigned long consumer = smp_load_acquire(&rb->consumer_pos);

    while (consumer < smp_load_acquire(&rb->producer_pos)) {
        u32 len = smp_load_acquire((u32*)(rb->data + (consumer & rb->mask)));

        if (len & BPF_RINGBUF_BUSY_BIT) break;
        consumer += 16;
        taken++;
        smp_store_release(&rb->consumer_pos, consumer);
#ifdef FENCE
        smp_mb();
#endif
    }
}
static void consumer(void) {
    while (taken < 2) {
        const int before = taken;

        if (wait_for_ring(-1) < 1) return;
        consume();
        /* A level trigger would tell of the BUSY record again and again. */
        while (!(TRIGGER & EPOLLET) && taken == before) consume();
    }
}
static void after(void) {
    EXPECT(taken == 2);
}

RINGSIM_TEST(.threads = {commit, consumer}, .after = after);
