// Who decides in a walk: which thread makes the next access, and what a read reads.
#pragma once

#include <cstdint>

namespace ringsim::sim::graph {

// What a policy is asked when a thread is to be picked.
struct thread_choice {
    std::uint32_t enabled = 0;    // bit set of threads that can go on
    unsigned last = 0;            // the thread that ran last
    bool last_can_go_on = false;  // then another pick is a preemption
};

class walk_policy {
  public:
    virtual ~walk_policy() = default;
    // A new walk. False: there is none left to do.
    virtual bool begin(unsigned threads) = 0;
    // Whether it counts through all walks. Then what it may choose from stays the same until
    // begin() says that none is left, and once_more() begins anew.
    virtual bool enumerates() const { return false; }
    virtual void once_more() {}
    // The walk under way from its beginning, with the same choices.
    virtual void again(unsigned threads) = 0;
    // Whether the walk goes on with another access.
    virtual bool another_step() = 0;
    // The thread that makes the next access, one of c.enabled.
    virtual unsigned pick_thread(const thread_choice& c) = 0;
    // One of `n` writes that a read may read from, or places in co, the newest being 0.
    virtual unsigned pick_source(unsigned n) = 0;
    virtual unsigned pick_place(unsigned n) = 0;
};

}  // namespace ringsim::sim::graph
