// Whose turn it is: the thread that the exhaustive search runs next, a function of the graph alone.
// Else the same graph could be reached in two ways.
#pragma once

#include "sim/graph/lock_queue.hpp"
#include "sim/graph/symmetry.hpp"

namespace ringsim::sim::graph {

template <memory_model Model, unsigned W>
class turns_builder : public symmetric_builder<Model, W> {
    using base = symmetric_builder<Model, W>;

  protected:
    using base::base;
    using base::graph_;
    using base::threads_;
    using typename base::set;

    // The first thread that can go on; as many as there are if none can. Who waits in a queue
    // (lock_queue.hpp) goes on when nobody else can, even if the lock is free before: else it would
    // begin in the middle of another thread's run, and where that is depends on how the graph was
    // reached. Of those who wait, the first whose lock is free; if none is, the first.
    unsigned next() {
        const auto n = static_cast<unsigned>(threads_.size());
        for (unsigned t = 0; t < n; ++t)
            if (can_go_on(t)) return t;
        for (const bool free : {true, false})
            for (unsigned t = 0; t < n; ++t)
                if (in_queue(t) && this->ready(this->put_off_by(t)) == free) {
                    urged_ = true;
                    return t;
                }
        return n;
    }

    // An event is added to the thread whose turn it is.
    void takes_turn(const label& l) {
        urged_ = false;
        queues_ = queues_ || waits_in_queue(l);
    }

    // Whether the new write `e`, which gives back a lock, has no place here: some thread that waits
    // would be left behind.
    bool leaves_waiting(event_id e) const { return queues_ && leaves_somebody_behind(*graph_, e); }

  private:
    bool can_go_on(unsigned t) const {
        return !graph_->finished(t) && !graph_->blocked(t) && !this->putting_off(t);
    }
    bool in_queue(unsigned t) const {
        return this->putting_off(t) && waits_in_queue(this->put_off_by(t));
    }
    bool puts_off(const label& l) const override {
        return !this->repeats() && !urged_ && (waits_in_queue(l) || !this->ready(l));
    }

    bool queues_ = false;  // some thread waited for a lock, in some execution
    bool urged_ = false;   // the thread that runs next is to wait for a lock with an event
};

}  // namespace ringsim::sim::graph
