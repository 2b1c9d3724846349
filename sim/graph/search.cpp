// The policies of random, bounded and priority-based search. A policy is deterministic: its seed
// and the walks so far decide. When graphs have to be larger, a walk is done again, and again()
// puts the policy back to where it was before that walk.
#include "sim/graph/search.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "sim/graph/random.hpp"

namespace ringsim::sim::graph {
namespace {

// The n-th thread of a set, from 0.
unsigned nth_thread(std::uint32_t set, unsigned n) {
    for (; n > 0; --n) set &= set - 1;
    return static_cast<unsigned>(std::countr_zero(set));
}

// Keeps count of what the bounds limit in the walk under way. What is free of charge and what is
// not is decided here, for all policies alike.
class bounded_policy : public walk_policy {
  public:
    // A bound on steps is what makes a walk of a program end that may go on for ever.
    bool another_step() override { return used_.steps++ < bounds_.steps; }

  protected:
    explicit bounded_policy(search_bounds bounds) : bounds_(bounds) {}

    void reset() { used_ = {0, 0, 0}; }
    // The threads that may be picked. Without preemptions left, a thread that can go on must;
    // switches at its end or when it waits are free (Musuvathi and Qadeer, "Iterative context
    // bounding for systematic testing of multithreaded programs", PLDI 2007).
    std::uint32_t allowed(const thread_choice& c) const {
        if (c.last_can_go_on && used_.preemptions >= bounds_.preemptions) return 1u << c.last;
        return c.enabled;
    }
    // A preemption is a switch away from a thread that could have gone on.
    unsigned picked(const thread_choice& c, unsigned t) {
        if (c.last_can_go_on && t != c.last) ++used_.preemptions;
        return t;
    }
    bool may_be_stale() const { return used_.stale_reads < bounds_.stale_reads; }
    // The first source is the newest write: all others are stale reads, and counted.
    unsigned picked_source(unsigned i) {
        if (i > 0) ++used_.stale_reads;
        return i;
    }

  private:
    search_bounds bounds_;
    search_bounds used_{0, 0, 0};
};

// What a read reads from and where a write goes is drawn evenly, from what the bounds leave.
class drawing_policy : public bounded_policy {
  public:
    drawing_policy(std::uint64_t seed, search_bounds bounds)
        : bounded_policy(bounds), random_(seed), at_begin_(seed) {}

    bool begin(unsigned) override {
        at_begin_ = random_;
        reset();
        return true;
    }
    // The walk under way is done again in larger graphs: the numbers have to come as they came
    // before.
    void again(unsigned threads) override {
        random_ = at_begin_;
        begin(threads);
    }
    unsigned pick_source(unsigned n) override {
        return may_be_stale() ? picked_source(random_.below(n)) : 0;
    }
    unsigned pick_place(unsigned n) override { return random_.below(n); }

  protected:
    random_numbers random_;

  private:
    random_numbers at_begin_;  // of the walk under way
};

// Threads evenly, too. Not even over executions: one that needs many choices to go a certain way is
// met less often.
class random_policy final : public drawing_policy {
  public:
    using drawing_policy::drawing_policy;

    unsigned pick_thread(const thread_choice& c) override {
        const std::uint32_t set = allowed(c);
        return picked(c, nth_thread(set, random_.below(static_cast<unsigned>(std::popcount(set)))));
    }
};

// Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler with probabilistic
// guarantees of finding bugs", ASPLOS 2010. Each thread has a priority, and the highest that can go
// on runs; at depth - 1 random points the running thread falls below all others. A bug that needs
// `depth` ordered accesses in `n` threads of `k` accesses in all is met by a walk with a
// probability of at least 1 / (n * k^(depth - 1)). The paper is about sequential consistency: which
// write a stale read gets is drawn evenly here, and the bound does not cover it.
class pct_policy final : public drawing_policy {
  public:
    pct_policy(std::uint64_t seed, unsigned depth, unsigned accesses, search_bounds bounds)
        : drawing_policy(seed, bounds), depth_(depth), accesses_(std::max(accesses, 1u)) {}

    bool begin(unsigned threads) override {
        // The paper takes the length of a run as given; here it is learnt from the walks before.
        if (at_ > 0) accesses_ = longest_ = std::max(longest_, at_);
        drawing_policy::begin(threads);
        at_ = 0;
        lowest_ = 0;
        priority_.resize(threads);
        // Priorities from depth upwards, in a random order; below are those of threads that came to
        // a change point.
        std::iota(priority_.begin(), priority_.end(), static_cast<int>(depth_));
        for (unsigned i = threads; i > 1; --i)
            std::swap(priority_[i - 1], priority_[random_.below(i)]);
        changes_.clear();
        for (unsigned i = 1; i < depth_; ++i) changes_.push_back(random_.below(accesses_));
        return true;
    }
    void again(unsigned threads) override {
        at_ = 0;  // what was cut short says nothing of the length
        drawing_policy::again(threads);
    }
    // At a change point the thread that runs falls below all others; then the highest of those that
    // may run.
    unsigned pick_thread(const thread_choice& c) override {
        if (std::ranges::find(changes_, at_++) != changes_.end()) priority_[c.last] = --lowest_;
        const std::uint32_t set = allowed(c);
        unsigned best = nth_thread(set, 0);
        for (unsigned t = best; t < priority_.size(); ++t)
            if (((set >> t) & 1) && priority_[t] > priority_[best]) best = t;
        return picked(c, best);
    }

  private:
    unsigned depth_;
    unsigned accesses_;  // among which change points lie: a guess, then the longest walk so far
    unsigned longest_ = 0;
    unsigned at_ = 0;
    int lowest_ = 0;
    std::vector<int> priority_;
    std::vector<unsigned> changes_;
};

// Counts through all choices like an odometer: the choices of the last walk up to the last one that
// has an alternative, which is taken, and the first alternative from there on. It visits schedules,
// not executions: the same execution may come more than once.
class every_schedule_policy final : public bounded_policy {
  public:
    explicit every_schedule_policy(search_bounds bounds) : bounded_policy(bounds) {}

    // False: the last choice that had an alternative is through with all of them.
    bool begin(unsigned) override {
        reset();
        if (began_) {
            while (!path_.empty() && path_.back().taken + 1 == path_.back().ways) path_.pop_back();
            if (path_.empty()) return false;
            ++path_.back().taken;
        }
        began_ = true;
        at_ = 0;
        return true;
    }
    bool enumerates() const override { return true; }
    void once_more() override { began_ = false; }
    void again(unsigned) override {
        reset();
        at_ = 0;
    }
    // The first way is to let the thread that ran last go on.
    unsigned pick_thread(const thread_choice& c) override {
        const std::uint32_t set = allowed(c);
        const unsigned i = choose(static_cast<unsigned>(std::popcount(set)));
        if (!((set >> c.last) & 1)) return picked(c, nth_thread(set, i));
        if (i == 0) return picked(c, c.last);
        return picked(c, nth_thread(set & ~(1u << c.last), i - 1));
    }
    unsigned pick_source(unsigned n) override {
        return may_be_stale() ? picked_source(choose(n)) : 0;
    }
    unsigned pick_place(unsigned n) override { return choose(n); }

  private:
    // A point of the last walk with several ways, and the one that it took.
    struct fork {
        unsigned taken;
        unsigned ways;
    };
    unsigned choose(unsigned ways) {
        if (ways == 1) return 0;
        if (at_ == path_.size()) path_.push_back({0, ways});
        return path_[at_++].taken;
    }

    // Before the first walk there is no path that could be counted on.
    bool began_ = false;
    std::size_t at_ = 0;
    std::vector<fork> path_;
};

}  // namespace

// The same seed gives the same walks, on every machine (random.hpp).
std::unique_ptr<walk_policy> random_walk(std::uint64_t seed, search_bounds bounds) {
    return std::make_unique<random_policy>(seed, bounds);
}

std::unique_ptr<walk_policy> pct(std::uint64_t seed, unsigned depth, unsigned accesses_expected,
                                 search_bounds bounds) {
    return std::make_unique<pct_policy>(seed, depth, accesses_expected, bounds);
}

std::unique_ptr<walk_policy> every_schedule(search_bounds bounds) {
    return std::make_unique<every_schedule_policy>(bounds);
}

}  // namespace ringsim::sim::graph
