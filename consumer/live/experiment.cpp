#include "consumer/live/experiment.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <thread>

#include "consumer/live/descriptor.hpp"
#include "consumer/live/refusal.hpp"
#include "consumer/live/ring_mapping.hpp"

namespace ringsim::consumer::live {
namespace {

using clock = std::chrono::steady_clock;

void pin_this_thread(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

void watch(int epoll_fd, int fd, std::uint32_t events, epoll_source source) {
    epoll_event event{};
    event.events = events;
    event.data.u32 = static_cast<std::uint32_t>(source);
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
        throw refusal(status_not_possible, "epoll_ctl failed: " + describe_errno(errno));
}

// What the producer thread is given, and what it tells while it runs.
struct producer_thread {
    producer& from;
    producer_job job;
    std::chrono::nanoseconds pause;
    std::atomic<bool> stop{false};
    std::atomic<bool> finished{false};
    std::atomic<std::uint64_t> batches{0};
    std::atomic<int> error{0};

    void run(int cpu) {
        pin_this_thread(cpu);
        std::uint64_t batch = 0;
        while (!stop.load(std::memory_order_relaxed)) {
            if (const int e = from.run(job)) {
                error.store(e, std::memory_order_relaxed);
                break;
            }
            batches.store(++batch, std::memory_order_relaxed);
            // Spinning, not sleeping: the end of a batch must come at any distance from the
            // consumer's last look. Any spread will do (Knuth's multiplicative hash).
            const auto spread = static_cast<std::int64_t>(batch * 2654435761u % 1024);
            const auto until = clock::now() + pause * spread / 1024;
            while (clock::now() < until) {
            }
        }
        finished.store(true, std::memory_order_release);
    }
};

// The state letter of a thread of this process, as /proc shows it: 'S' asleep, 'R' running or
// waiting for a CPU.
char thread_state(int thread_id) {
    std::ifstream stat("/proc/self/task/" + std::to_string(thread_id) + "/stat");
    std::string line;
    std::getline(stat, line);
    const auto end_of_name = line.rfind(')');
    return end_of_name + 2 < line.size() ? line[end_of_name + 2] : '?';
}

// Looks every few milliseconds whether the consumer sleeps over a committed record.
//
// Time alone would accuse a consumer that was woken and waits for a busy CPU, or a producer that
// was preempted between its commit and the wakeup. So the thread must be asleep in the scheduler's
// eyes, and the producer must have finished two runs since (each ends with its wakeup sent).
class watchdog {
  public:
    watchdog(const consumer_job& job, const producer_thread& producing)
        : job_(job), producing_(producing) {}

    // The facts of a stall, if there is one now.
    std::optional<stall_facts> look() {
        const std::uint64_t sleep = job_.sleep.load(std::memory_order_relaxed);
        const ring_snapshot seen = look_at(job_.pages);
        const auto now = clock::now();
        if (sleep == 0 || !seen.committed) {
            sleep_ = 0;
            return std::nullopt;
        }
        if (sleep != sleep_) {
            sleep_ = sleep;
            since_ = now;
            batches_ = producing_.batches.load(std::memory_order_relaxed);
            return std::nullopt;
        }
        const bool producer_went_on =
            producing_.finished.load(std::memory_order_acquire) ||
            producing_.batches.load(std::memory_order_relaxed) >= batches_ + 2;
        if (now - since_ < stall_after || !producer_went_on) return std::nullopt;
        if (thread_state(job_.thread_id.load(std::memory_order_relaxed)) != 'S')
            return std::nullopt;
        if (job_.sleep.load(std::memory_order_relaxed) != sleep) return std::nullopt;
        sleep_ = 0;
        return stall_facts{seen.consumer_pos, seen.producer_pos, seen.header,
                           std::chrono::duration_cast<std::chrono::milliseconds>(now - since_)};
    }

  private:
    const consumer_job& job_;
    const producer_thread& producing_;
    std::uint64_t sleep_ = 0;  // the sleep under suspicion, 0 for none
    clock::time_point since_{};
    std::uint64_t batches_ = 0;
};

void revive(int event_fd) {
    const std::uint64_t one = 1;
    (void)!write(event_fd, &one, sizeof one);
}

observation what_is_known(const consumer_job& job, const producer_thread& producing) {
    observation o;
    const auto get = [](const auto& counter) { return counter.load(std::memory_order_relaxed); };
    o.records = get(job.records);
    o.batches = get(producing.batches);
    o.wakeups = get(job.wakeups);
    o.idle_wakeups = get(job.idle_wakeups);
    o.gaps = get(job.gaps);
    o.reorderings = get(job.reorderings);
    o.torn = get(job.torn);
    o.producer_error = get(producing.error);
    o.consumer_error = job.error.load(std::memory_order_acquire);
    return o;
}

// Of the calling thread so far.
std::chrono::nanoseconds processor_time() {
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
}

}  // namespace

observation run_experiment(const experiment_setup& setup, const std::atomic<bool>& interrupted,
                           const std::function<void(const observation&)>& progress) {
    producer source(setup.ring_bytes);
    ring_mapping mapping(source.ring_fd(), source.ring_bytes(), mapping_use::consume);
    descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
    descriptor event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!epoll || !event)
        throw refusal(status_not_possible, "no epoll or event fd: " + describe_errno(errno));
    const std::uint32_t how = setup.how == trigger::edge ? EPOLLIN | EPOLLET : EPOLLIN;
    watch(epoll.get(), source.ring_fd(), how, epoll_source::ring);
    watch(epoll.get(), event.get(), EPOLLIN, epoll_source::revive);

    consumer_job job;
    job.pages = mapping.pages();
    job.ring_fd = source.ring_fd();
    job.epoll_fd = epoll.get();
    job.revive_fd = event.get();
    job.record_size = setup.produce.record_size;
    producer_thread producing{source, setup.produce, setup.pause};
    watchdog dog(job, producing);

    std::uint64_t stalls = 0;
    std::optional<stall_facts> first_stall;
    const auto look = [&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        const auto stall = dog.look();
        if (!stall) return;
        ++stalls;
        if (!first_stall) first_stall = stall;
        revive(event.get());
    };

    const auto start = clock::now();
    std::chrono::nanoseconds consumer_time{};
    std::thread consumer_thread([&] {
        pin_this_thread(setup.consumer_cpu);
        setup.consumer.run(job);
        consumer_time = processor_time();
    });
    std::thread producer_thread([&] { producing.run(setup.producer_cpu); });

    auto next_progress = start + std::chrono::seconds(1);
    const auto consumer_began = [&] { return job.error.load(std::memory_order_acquire) == 0; };
    while (clock::now() - start < setup.duration && !interrupted && consumer_began() &&
           !producing.finished.load(std::memory_order_acquire)) {
        look();
        if (!progress || clock::now() < next_progress) continue;
        next_progress += std::chrono::seconds(1);
        observation now = what_is_known(job, producing);
        now.seconds = std::chrono::duration<double>(clock::now() - start).count();
        now.stalls = stalls;
        progress(now);
    }
    producing.stop = true;
    producer_thread.join();
    const double seconds = std::chrono::duration<double>(clock::now() - start).count();

    // The consumer takes what is left; it may be asleep over it.
    for (ring_snapshot left = look_at(job.pages);
         consumer_began() && left.consumer_pos != left.producer_pos; left = look_at(job.pages))
        look();
    job.stop = true;
    revive(event.get());
    consumer_thread.join();

    observation result = what_is_known(job, producing);
    result.seconds = seconds;
    result.submitted = source.submitted();
    result.dropped = source.dropped();
    result.stalls = stalls;
    result.first_stall = first_stall;
    result.consumer_time = consumer_time;
    return result;
}

}  // namespace ringsim::consumer::live
