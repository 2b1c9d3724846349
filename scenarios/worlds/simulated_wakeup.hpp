// The wakeup path in full over the words of an engine: rb->work and rb->waitq of each ring, one
// epoll set with all of them in it, and the interrupts of each CPU.
#pragma once

#include <array>
#include <cstdint>

#include "kernel_model/eventpoll.hpp"
#include "kernel_model/irq_work.hpp"
#include "kernel_model/map_alloc.hpp"
#include "kernel_model/wait_queue.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/worlds/simulated_ring.hpp"

namespace ringsim::scenarios::worlds {

template <sim::engine E, std::unsigned_integral Position>
class simulated_wakeup {
  public:
    using ring = simulated_ring<E, Position>;
    using short_list = kernel::short_list;

    // `rings`: those of the scenario, in the order of their items.
    simulated_wakeup(E& engine, const order_table& orders, const kernel::features& has,
                     const scenario& s, trigger how, std::array<ring*, rings_max> rings)
        : engine_(engine), orders_(orders), has_(has), scenario_(s), rings_(rings) {
        engine_.define(mtx_, "ep.mtx");
        engine_.define(lock_, "ep.lock");
        // EPOLL_CTL_ADD asked each ring, while it was empty: there is room in a user ring.
        engine_.define(rdllist_, "ep.rdllist", s.needs.has(need::user_ring) ? 1 : 0);
        engine_.define(ovflist_, "ep.ovflist", short_list::inactive().word());
        engine_.define(wq_, "ep.wq", 0);
        engine_.define(seq_, "ep.seq", 0);
        if (s.needs.has(need::freed_map)) engine_.define(map_, "map", 1);
        for (auto& task : tasks_) engine_.define(task, "task");
        for (unsigned i = 0; i < s.rings; ++i) {
            engine_.define(items_[i].flags, "irq_work", 0);
            engine_.define(items_[i].waitq_lock, "waitq.lock");
            engine_.define(items_[i].events, "epi.events", events_of(s, how));
        }
        enabled_ = events_of(s, how);
    }

    // --- interrupts ---
    void queue_work(unsigned item) {
        irq_work work{*this, item};
        kernel::irq_work_queue(work);
    }
    // Interrupts are on again: those of the calling thread's CPU that were put off.
    void interrupts_on() {
        std::uint8_t& raised = raised_[engine_.thread()];
        for (unsigned i = 0; i < rings_max; ++i)
            if (raised >> i & 1) run(i);
        raised = 0;
    }
    // The calling thread starts over.
    void thread_starts() { raised_[engine_.thread()] = 0; }

    // --- user space ---
    short_list epoll_wait(kernel::timeout to) { return kernel::ep_poll(*this, to); }
    void epoll_ctl_mod(unsigned item) { kernel::ep_modify(*this, item, enabled_); }
    // An item became ready and was reported, before the threads begin.
    void was_reported(unsigned item) {
        kernel::ep_poll_callback(*this, item);
        (void)kernel::ep_send_events(*this);
    }
    // The map's memory: 1 is in use, 2 is without a reference (RCU orders that), 0 is gone.
    void put_map() { engine_.store(map_, 2, {site::map_free, order::release}); }
    void free_map() {
        for (;;) {
            const std::uint64_t mark = engine_.spin_mark();
            if (engine_.load(map_, {site::map_use, order::acquire}) == 2) break;
            engine_.spin(mark);
        }
        irq_work work{*this, 0};
        kernel::bpf_ringbuf_free(work, has_, [&] { engine_.store(map_, 0, at(site::map_free)); });
    }

    // --- kernel::eventpoll_memory ---
    const kernel::features& has() const { return has_; }
    void lock(site s) { take(lock_, s); }
    void unlock(site s) { drop(lock_, site::eventpoll_lock, s); }
    void mtx_lock(site s) { take(mtx_, s); }
    void mtx_unlock(site s) { drop(mtx_, site::eventpoll_mtx_lock, s); }
    short_list load_rdllist(site s) { return short_list(engine_.load(rdllist_, at(s))); }
    void store_rdllist(site s, short_list l) { engine_.store(rdllist_, l.word(), at(s)); }
    short_list load_ovflist(site s) { return short_list(engine_.load(ovflist_, at(s))); }
    void store_ovflist(site s, short_list l) { engine_.store(ovflist_, l.word(), at(s)); }
    short_list load_wq(site s) { return short_list(engine_.load(wq_, at(s))); }
    void store_wq(site s, short_list l) { engine_.store(wq_, l.word(), at(s)); }
    std::uint32_t load_events(site s, unsigned item) {
        return static_cast<std::uint32_t>(engine_.load(items_[item].events, at(s, item)));
    }
    void store_events(site s, unsigned item, std::uint32_t events) {
        engine_.store(items_[item].events, events, at(s, item));
    }
    std::uint32_t load_seq(site s) { return static_cast<std::uint32_t>(engine_.load(seq_, at(s))); }
    void store_seq(site s, std::uint32_t seq) { engine_.store(seq_, seq, at(s)); }
    void fence(site s) {
        if (present(s)) engine_.fence(at(s));
    }
    std::uint32_t poll(unsigned item) {
        return scenario_.needs.has(need::user_ring) ? kernel::ringbuf_map_poll_user(*rings_[item])
                                                    : kernel::ringbuf_map_poll_kern(*rings_[item]);
    }
    unsigned current() const { return engine_.thread(); }
    void wake(site s, unsigned thread) { engine_.set(tasks_[thread], at(s, thread)); }
    void schedule(site s) { engine_.take(tasks_[engine_.thread()], at(s, engine_.thread())); }
    bool schedule_hrtimeout(site s, site timer) {
        return engine_.take_or_time_out(tasks_[engine_.thread()], at(s, engine_.thread()),
                                        at(timer));
    }
    std::uint64_t spin_mark() { return engine_.spin_mark(); }
    void cpu_relax(std::uint64_t mark) { engine_.spin(mark); }

  private:
    struct item_words {
        typename E::word flags;
        typename E::mutex waitq_lock;
        typename E::word events;
    };

    // rb->waitq, with the epoll set's item in it.
    struct waitq {
        simulated_wakeup& path;
        unsigned item;

        void lock(site s) { path.take(path.items_[item].waitq_lock, s); }
        void unlock(site s) { path.drop(path.items_[item].waitq_lock, site::waitq_lock, s); }
        unsigned entries() const { return 1; }
        void func(unsigned) { kernel::ep_poll_callback(path, item); }
    };

    // rb->work
    struct irq_work {
        simulated_wakeup& path;
        unsigned item;

        typename E::word& flags() { return path.items_[item].flags; }
        // The claim sets every bit that is modelled, so that an exchange does what it does.
        std::uint32_t fetch_or_flags(site s, std::uint32_t bits) {
            path.use_map();
            return static_cast<std::uint32_t>(
                path.engine_.exchange(flags(), bits, path.at(s, item)));
        }
        std::uint32_t load_flags(site s) {
            if (s == site::irq_work_load_flags) path.use_map();
            return static_cast<std::uint32_t>(path.engine_.load(flags(), path.at(s, item)));
        }
        void store_flags(site s, std::uint32_t v) {
            path.engine_.store(flags(), v, path.at(s, item));
        }
        void compare_exchange_flags(site s, std::uint32_t old, std::uint32_t v) {
            path.use_map();
            (void)path.engine_.compare_exchange(flags(), old, v, path.at(s, item));
        }
        void fence(site s) { path.fence(s); }
        void raise() { path.raise(item); }
        void func() {
            waitq q{path, item};
            kernel::bpf_ringbuf_notify(q);
        }
        std::uint64_t spin_mark() { return path.engine_.spin_mark(); }
        void cpu_relax(std::uint64_t mark) { path.engine_.spin(mark); }
    };
    static_assert(kernel::irq_work_memory<irq_work> && kernel::wait_queue_memory<waitq>);

    static std::uint32_t events_of(const scenario& s, trigger how) {
        if (s.needs.has(need::user_ring)) return kernel::EPOLLOUT;
        return kernel::EPOLLIN | (how == trigger::edge ? kernel::EPOLLET : 0) |
               (s.needs.has(need::oneshot) ? kernel::EPOLLONESHOT : 0);
    }
    sim::access_point at(site s, std::uint64_t note = 0) const { return {s, orders_[s], note}; }
    // Whether the order table leaves an access at the site to which the calling thread has come.
    bool present(site s) {
        if (orders_[s] != order::none) return true;
        engine_.note_absent(s);
        return false;
    }

    // Locks that a variant leaves out are not given back either.
    void take(typename E::mutex& m, site s) {
        if (present(s)) engine_.lock(m, at(s));
    }
    void drop(typename E::mutex& m, site taken, site s) {
        if (present(s) && orders_[taken] != order::none) engine_.unlock(m, at(s));
    }

    // The interrupt comes at once, unless it is put off: the program runs with interrupts off, or
    // inside of an NMI.
    void raise(unsigned item) {
        if (engine_.choose(2, at(site::irq_work_interrupt)) == 0)
            run(item);
        else
            raised_[engine_.thread()] |= static_cast<std::uint8_t>(1u << item);
    }
    void run(unsigned item) {
        irq_work work{*this, item};
        kernel::irq_work_single(work);
    }
    // rb->work and rb->waitq are part of the map.
    void use_map() {
        if (scenario_.needs.has(need::freed_map) && engine_.load(map_, at(site::map_use)) == 0)
            engine_.fail(sim::violation::assertion, "irq_work runs on a map that was freed");
    }

    E& engine_;
    order_table orders_;
    const kernel::features& has_;
    const scenario& scenario_;
    std::array<ring*, rings_max> rings_;
    std::uint32_t enabled_ = 0;
    std::array<std::uint8_t, sim::threads_max + 1> raised_{};
    typename E::mutex mtx_;
    typename E::mutex lock_;
    typename E::word rdllist_;
    typename E::word ovflist_;
    typename E::word wq_;
    typename E::word seq_;
    typename E::word map_;
    std::array<typename E::edge, sim::threads_max> tasks_;
    std::array<item_words, rings_max> items_;
};

}  // namespace ringsim::scenarios::worlds
