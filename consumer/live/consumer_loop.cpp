#include "consumer/live/consumer_loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cstring>
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

}  // namespace ringsim::consumer::live
