/*
 * Libbpf's ring buffer as a program under check: the user's own file over a simulated bpf(), mmap()
 * and epoll. RINGSIM_LIBBPF_FILE is its path; its own headers are beside it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <asm/barrier.h>
#include <errno.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/err.h>
#include <ringsim/access.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "bpf.h"
#include "libbpf.h"
#include "libbpf_internal.h"

#ifdef RINGSIM_NARROW
/* Declared already, with the width that they have elsewhere. */
#define ring__consumer_pos narrow_ring__consumer_pos
#define ring__producer_pos narrow_ring__producer_pos
#define long int
#endif
#include RINGSIM_LIBBPF_FILE
#undef long

struct bpf_map_in_kernel;
void* ringsim_glue_mmap(struct bpf_map_in_kernel* map, size_t length, int writable, size_t pages);
void ringsim_glue_publish(struct bpf_map_in_kernel* map, int fd);
void ringsim_glue_wake(struct bpf_map_in_kernel* map);
void* ringsim_glue_register(struct bpf_map_in_kernel* map);
unsigned int ringsim_glue_poll(struct bpf_map_in_kernel* map);

/* --- file descriptors: one map, one epoll set --- */

enum { map_fd = 3, epoll_fd = 4 };

static struct bpf_map_in_kernel* map;
static unsigned int map_bytes, map_type;
static unsigned int added_events; /* as if the caller of epoll_ctl() had asked for them, too */
static struct epoll_event asked, as_asked;
static void* waits_at;

int bpf_map_get_info_by_fd(int fd, struct bpf_map_info* info, __u32* len) {
    info->type = map_type;
    info->max_entries = map_bytes;
    return 0;
}
int bpf_obj_get_info_by_fd(int fd, void* info, __u32* len) {
    return bpf_map_get_info_by_fd(fd, info, len);
}
void libbpf_print(enum libbpf_print_level level, const char* format, ...) {}

int getpagesize(void) {
    return 1 << RINGSIM_PAGE_SHIFT;
}
void* mmap(void* at, size_t length, int protection, int flags, int fd, off_t offset) {
    void* seen = ringsim_glue_mmap(map, length, (protection & PROT_WRITE) != 0,
                                   offset >> RINGSIM_PAGE_SHIFT);

    return seen ? seen : MAP_FAILED;
}
int munmap(void* at, size_t length) {
    return 0;
}
int close(int fd) {
    return 0;
}

#ifdef RINGSIM_REAL_EVENTPOLL
/* The kernel's own. */
__s64 ringsim_sys_epoll_create1(int flags);
__s64 ringsim_sys_epoll_ctl(int set, int operation, int fd, struct epoll_event* event);
__s64 ringsim_sys_epoll_wait(int set, struct epoll_event* events, int max, int timeout);

static int result_of(__s64 returned) {
    if (returned >= 0) return returned;
    errno = -returned;
    return -1;
}
int epoll_create1(int flags) {
    ringsim_glue_publish(map, map_fd);
    return result_of(ringsim_sys_epoll_create1(flags));
}
int epoll_ctl(int set, int operation, int fd, struct epoll_event* event) {
    as_asked = asked = *event;
    asked.events |= added_events;
    return result_of(ringsim_sys_epoll_ctl(set, operation, fd, &asked));
}
/*
 * Whoever calls, the frames of the kernel begin at one place: what others look into on this stack,
 * the entry of a wait queue, is at one address then.
 */
int epoll_wait(int set, struct epoll_event* events, int max, int timeout) {
    volatile char* const room =
        __builtin_alloca((__UINTPTR_TYPE__)__builtin_frame_address(0) % 4096 + 1);
    __s64 ready;

    __sim_sleeps(1);
    ready = ringsim_sys_epoll_wait(set, events, max, timeout);
    __sim_sleeps(0);
    (void)room;
    return result_of(ready);
}
#else
int epoll_create1(int flags) {
    return epoll_fd;
}
int epoll_ctl(int set, int operation, int fd, struct epoll_event* event) {
    asked = *event;
    asked.events |= added_events;
    waits_at = ringsim_glue_register(map);
    return 0;
}

/*
 * With a level trigger the item stays on epoll's ready list, and is asked again each time; behind
 * the lock operations of ep_send_events(), which amount to a full barrier on x86-64 and on Arm.
 * With EPOLLET only the next wakeup counts, whatever the ring holds.
 */
int epoll_wait(int set, struct epoll_event* events, int max, int timeout) {
    unsigned int ready = asked.events;

    __sim_sleeps(1);
    if (asked.events & EPOLLET) {
        __sim_edge_take(waits_at);
    } else {
        for (;;) {
            __sim_fence(__sim_seq_cst);
            ready = ringsim_glue_poll(map) & asked.events;
            if (ready) break;
            __sim_edge_take(waits_at);
        }
    }
    __sim_sleeps(0);
    events[0] = asked;
    events[0].events = ready & ~EPOLLET;
    return 1;
}
#endif

/* --- what the simulator calls --- */

static struct ring_buffer* ring;

static int take_sample(void* context, void* data, size_t bytes) {
    const __u64* words = data;
    __u64 first = 0;
    int uniform = 1;
    size_t i;

    __sim_sample_begins(context);
    if (bytes < map_bytes) {
        first = words[0];
        for (i = 1; i < (bytes + 7) / 8; i++) uniform &= words[i] == first;
    }
    return __sim_sample(context, data, bytes, first, uniform);
}

/* Whether libbpf took the map. */
int ringsim_glue_open(struct bpf_map_in_kernel* m, unsigned int bytes, unsigned int events) {
    map = m;
    map_bytes = bytes;
    map_type = BPF_MAP_TYPE_RINGBUF;
    added_events = events;
    ring = ring_buffer__new(map_fd, take_sample, NULL, NULL);
#ifndef RINGSIM_REAL_EVENTPOLL
    /* The program has run before: what it had is given back. */
    ring_buffer__free(ring);
    ring = ring_buffer__new(map_fd, take_sample, NULL, NULL);
#endif
    return ring != NULL;
}
/* Whether the set is edge triggered. */
int ringsim_glue_edge(void) {
    return (asked.events & EPOLLET) != 0;
}
__s64 ringsim_glue_consume(void) {
    return ring_buffer__consume(ring);
}
#ifdef RINGSIM_HAS_CONSUME_N
__s64 ringsim_glue_consume_n(__u64 n) {
    return ring_buffer__consume_n(ring, n);
}
#endif
__s64 ringsim_glue_poll_ring(void) {
    return ring_buffer__poll(ring, -1);
}
/* A timeout of -2: the map's wait queue is woken first, whatever the ring holds, and it is 0. */
int ringsim_glue_epoll_wait(int timeout) {
    struct epoll_event event;

#ifdef RINGSIM_REAL_EVENTPOLL
    if (timeout == -2) {
        ringsim_glue_wake(map);
        timeout = 0;
    }
#endif
    return epoll_wait(epoll_fd, &event, 1, timeout);
}
#ifdef RINGSIM_REAL_EVENTPOLL
int ringsim_glue_epoll_mod(void) {
    return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, map_fd, &as_asked);
}
#endif

#ifdef RINGSIM_HAS_USER_RING
static struct user_ring_buffer* user_ring;

int ringsim_glue_open_user(struct bpf_map_in_kernel* m, unsigned int bytes, unsigned int events) {
    map = m;
    map_bytes = bytes;
    map_type = BPF_MAP_TYPE_USER_RINGBUF;
    added_events = events;
    user_ring = user_ring_buffer__new(map_fd, NULL);
    return user_ring != NULL;
}
void* ringsim_glue_user_reserve(unsigned int size) {
    return user_ring_buffer__reserve(user_ring, size);
}
void* ringsim_glue_user_reserve_blocking(unsigned int size) {
    return user_ring_buffer__reserve_blocking(user_ring, size, -1);
}
void ringsim_glue_user_submit(void* sample) {
    user_ring_buffer__submit(user_ring, sample);
}
void ringsim_glue_user_discard(void* sample) {
    user_ring_buffer__discard(user_ring, sample);
}
#endif
