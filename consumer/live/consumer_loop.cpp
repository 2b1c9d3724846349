#include "consumer/live/consumer_loop.hpp"

#include <bpf/libbpf.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "consumer/order_tables.hpp"
#include "consumer/process_ring.hpp"

namespace ringsim::consumer::live {
namespace {

// One writer, so a plain increment will do: no locked instruction.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t n) {
    counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

// Judges each record by the sequence number in its first and last eight bytes.
class sequence_check {
  public:
    explicit sequence_check(consumer_job& job) : job_(job) {}

    int operator()(std::span<const std::byte> payload) {
        if (payload.size() != job_.record_size) {
            add(job_.torn, 1);
            return 0;
        }
        std::uint64_t first, last;
        std::memcpy(&first, payload.data(), sizeof first);
        std::memcpy(&last, payload.data() + payload.size() - sizeof last, sizeof last);
        if (first != last) add(job_.torn, 1);
        if (first > expected_) add(job_.gaps, 1);
        if (first < expected_) add(job_.reorderings, 1);
        expected_ = first + 1;
        return 0;
    }

  private:
    consumer_job& job_;
    std::uint64_t expected_ = 0;
};

// Sleeps in epoll_wait(). Returns true if the ring was reported.
bool sleep_until_reported(consumer_job& job, std::uint64_t sleep) {
    std::array<epoll_event, 2> events;
    job.sleep.store(sleep, std::memory_order_relaxed);
    const int count = epoll_wait(job.epoll_fd, events.data(), events.size(), -1);
    job.sleep.store(0, std::memory_order_relaxed);

    bool reported = false;
    for (int i = 0; i < count; ++i) {
        if (events[static_cast<std::size_t>(i)].data.u32 ==
            static_cast<std::uint32_t>(epoll_source::ring)) {
            reported = true;
        } else {
            std::uint64_t ignored;
            (void)!read(job.revive_fd, &ignored, sizeof ignored);
        }
    }
    return reported;
}

// Flattened, so that the accesses stand in one function and their orders are constants in it.
template <order_table Orders>
[[gnu::flatten]] void consume(consumer_job& job) {
    job.thread_id.store(gettid(), std::memory_order_relaxed);
    mapped_ring<Orders> ring(job.pages);
    sequence_check check(job);
    for (std::uint64_t sleep = 1; !job.stop.load(std::memory_order_relaxed); ++sleep) {
        const bool reported = sleep_until_reported(job, sleep);
        const std::int64_t samples = ringbuf_process_ring(ring, UINT64_MAX, check);
        add(job.records, static_cast<std::uint64_t>(samples));
        if (!reported) continue;
        add(job.wakeups, 1);
        if (samples == 0) add(job.idle_wakeups, 1);
    }
}

// The same without a sleep.
template <order_table Orders>
[[gnu::flatten]] void consume_busily(consumer_job& job) {
    mapped_ring<Orders> ring(job.pages);
    sequence_check check(job);
    while (!job.stop.load(std::memory_order_relaxed))
        add(job.records, static_cast<std::uint64_t>(ringbuf_process_ring(ring, UINT64_MAX, check)));
}

// libbpf says how many records a call took, and not whether epoll reported the ring: only wakeups
// that brought something are counted. No sleep is told of, so the watchdog accuses nobody.
template <class Take>
void consume_by_libbpf(consumer_job& job, Take take) {
    sequence_check check(job);
    const auto sample = [](void* context, void* data, std::size_t size) {
        return (*static_cast<sequence_check*>(context))(
            {static_cast<const std::byte*>(data), size});
    };
    const std::unique_ptr<ring_buffer, decltype(&ring_buffer__free)> ring(
        ring_buffer__new(job.ring_fd, sample, &check, nullptr), ring_buffer__free);
    if (!ring) {
        job.error.store(errno, std::memory_order_release);
        return;
    }
    while (!job.stop.load(std::memory_order_relaxed)) {
        const int samples = take(ring.get());
        if (samples > 0) add(job.records, static_cast<std::uint64_t>(samples));
        if (samples > 0) add(job.wakeups, 1);
    }
}

void poll_by_libbpf(consumer_job& job) {
    constexpr int at_most_ms = 20;  // it has no other way to hear that it is to stop
    consume_by_libbpf(job, [](ring_buffer* r) { return ring_buffer__poll(r, at_most_ms); });
}
void consume_busily_by_libbpf(consumer_job& job) {
    consume_by_libbpf(job, [](ring_buffer* r) { return ring_buffer__consume(r); });
}

template <std::size_t... I>
constexpr auto consumers_of(std::index_sequence<I...>) {
    return std::array<live_consumer, sizeof...(I)>{
        {{order_tables[I].name, consume<order_tables[I].orders>}...}};
}

constexpr auto consumers = consumers_of(std::make_index_sequence<order_tables.size()>{});

}  // namespace

std::span<const live_consumer> live_consumers() {
    return consumers;
}

live_consumer consumer_of(measured who) {
    switch (who) {
        case measured::epoll:
            return {"ringsim, epoll_wait()", consume<upstream_orders>};
        case measured::libbpf_poll:
            return {"libbpf, ring_buffer__poll()", poll_by_libbpf};
        case measured::busy:
            return {"ringsim, no sleep", consume_busily<upstream_orders>};
        case measured::libbpf_consume:
            break;
    }
    return {"libbpf, ring_buffer__consume()", consume_busily_by_libbpf};
}

}  // namespace ringsim::consumer::live
