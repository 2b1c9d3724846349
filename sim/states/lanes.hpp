// Threads of one exploration, all of which do the same, each a part of it. They are started once
// and stand by between two pieces of work.
//
// What run() does happens behind all that the caller did before, and before all that it does next:
// the lock is taken on both sides.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ringsim::sim::states {

class lanes {
  public:
    // The thread that makes it is one of them.
    explicit lanes(unsigned count) {
        for (unsigned i = 1; i < count; ++i) threads_.emplace_back([this, i] { stand_by(i); });
    }
    // Called when no work is under way, for run() returns behind the last of it.
    ~lanes() {
        {
            const std::lock_guard guard(lock_);
            done_ = true;
        }
        begins_.notify_all();
        for (std::thread& t : threads_) t.join();
    }
    lanes(const lanes&) = delete;
    lanes& operator=(const lanes&) = delete;

    // With the one that made them.
    unsigned count() const { return static_cast<unsigned>(threads_.size()) + 1; }

    // Calls work(lane) once in each of them, and returns when all have returned. It must not throw.
    void run(const std::function<void(unsigned)>& work) {
        {
            const std::lock_guard guard(lock_);
            work_ = &work;
            at_work_ = threads_.size();
            ++turn_;
        }
        // The caller works as well, and so the last lane is seldom waited for long.
        begins_.notify_all();
        work(0);
        std::unique_lock guard(lock_);
        ends_.wait(guard, [&] { return at_work_ == 0; });
    }

  private:
    // `turn_` and not a flag: a lane that is late must not miss a turn, nor take one twice.
    void stand_by(unsigned lane) {
        std::unique_lock guard(lock_);
        for (std::uint64_t seen = 0;;) {
            begins_.wait(guard, [&] { return done_ || turn_ != seen; });
            if (done_) return;
            seen = turn_;
            const auto& work = *work_;
            guard.unlock();
            work(lane);
            guard.lock();
            if (--at_work_ == 0) ends_.notify_one();
        }
    }

    std::mutex lock_;
    std::condition_variable begins_;
    std::condition_variable ends_;
    // The caller's, who waits in run() as long as anybody uses it.
    const std::function<void(unsigned)>* work_ = nullptr;
    std::size_t at_work_ = 0;
    std::uint64_t turn_ = 0;
    bool done_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace ringsim::sim::states
