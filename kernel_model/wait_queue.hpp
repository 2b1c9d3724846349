// kernel/sched/wait.c, Linux 6.12: wake_up_all() on rb->waitq, where ringbuf_map_poll_kern() put
// the callbacks of those who wait.
#pragma once

#include <concepts>

#include "kernel_model/site.hpp"

namespace ringsim::kernel {

template <class M>
concept wait_queue_memory = requires(M& wq_head, site s, unsigned curr) {
    { wq_head.lock(s) } -> std::same_as<void>;
    { wq_head.unlock(s) } -> std::same_as<void>;
    // The entries that add_wait_queue() left here, and the function of each: ep_poll_callback() for
    // an item of an epoll set.
    { wq_head.entries() } -> std::same_as<unsigned>;
    { wq_head.func(curr) } -> std::same_as<void>;
};

// wake_up_all(), __wake_up_common_lock() and __wake_up_common(). The lock is taken whether or not
// anybody waits: there is no look without it that could miss one.
template <wait_queue_memory M>
void wake_up_all(M& wq_head) {
    // Pairs with the unlock of another wakeup, on another CPU.
    wq_head.lock(site::waitq_lock);
    for (unsigned curr = 0; curr < wq_head.entries(); ++curr) wq_head.func(curr);
    // Pairs with the lock of the next one.
    wq_head.unlock(site::waitq_unlock);
}

// bpf_ringbuf_notify() of kernel/bpf/ringbuf.c, the function of rb->work.
template <wait_queue_memory M>
void bpf_ringbuf_notify(M& waitq) {
    wake_up_all(waitq);
}

}  // namespace ringsim::kernel
