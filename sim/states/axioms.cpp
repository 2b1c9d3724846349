// An execution as a program that does nothing else: each thread has its accesses written down, and
// the schedule says what they read and where they write. So the same code that decides what is
// consistent in a search decides it here.
#include "sim/states/axioms.hpp"

#include <algorithm>
#include <vector>

#include "sim/graph/explore.hpp"

namespace ringsim::sim::states {
namespace {

class written_down final : public graph::program {
  public:
    explicit written_down(const graph::recorded_execution& e) {
        for (const graph::recorded_event& ev : e.events) {
            if (ev.thread >= threads_.size()) threads_.resize(ev.thread + 1u);
            // The second half of a read-modify-write comes with the first.
            if (!ev.what.rmw) threads_[ev.thread].push_back(ev.what);
        }
    }

    unsigned thread_count() const override { return static_cast<unsigned>(threads_.size()); }
    void attach(graph::executor& e) override { executor_ = &e; }
    // Whatever it reads, for the schedule sees to that: values need not be compared.
    void run_thread(unsigned t) override {
        for (const graph::label& l : threads_[t]) executor_->step(l);
    }
    // A race is none of its axioms.
    bool goes_on_after_races() const override { return true; }
    std::optional<graph::verdict_of_program> judge(graph::hang) override { return std::nullopt; }

  private:
    std::vector<std::vector<graph::label>> threads_;
    graph::executor* executor_ = nullptr;
};

// Without who waits for ever, and what it sees meanwhile: that adds nothing that anything could
// come before. It need not be at the end, so the others have new numbers.
graph::recorded_execution without_waiting(const graph::recorded_execution& e) {
    graph::recorded_execution done = e;
    std::vector<unsigned> number(e.events.size() + 1, 0);
    unsigned kept = 0;
    for (std::size_t i = 0; i < e.events.size(); ++i)
        if (!e.events[i].blocked) number[i + 1] = ++kept;
    std::erase_if(done.events, [](const graph::recorded_event& ev) { return ev.blocked; });
    for (graph::recorded_event& ev : done.events) ev.reads_from = number[ev.reads_from];
    return done;
}

}  // namespace

bool axioms_allow(graph::model_id m, const graph::recorded_execution& e,
                  const std::vector<graph::location_info>& locations) {
    const graph::recorded_execution done = without_waiting(e);
    written_down p(done);
    // Whoever replays a schedule is told where it does not fit; here that is where the model
    // forbids to go on.
    try {
        (void)graph::replay(m, p, locations, graph::schedule_of(done));
        return true;
    } catch (const graph::schedule_error&) {
        return false;
    }
}

}  // namespace ringsim::sim::states
