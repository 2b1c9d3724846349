// The engine of states against the engine of graphs, on one program: the same ends, as what each
// thread read, what is in memory, and how the threads hang; the same races and failures.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>

#include "sim/graph/explore.hpp"
#include "sim/states/explore.hpp"
#include "tests/graph/test_program.hpp"

namespace ringsim::tests {

namespace states = sim::states;

using states_explorer = std::function<states::exploration_report(
    graph::model_id, graph::program&, const std::vector<graph::location_info>&,
    const states::exploration_limits&, states::observer&)>;

// A test program whose ends are noted.
class noting_program final : public graph::program {
  public:
    // `goes_on`: a data race does not end it, but belongs to its end.
    noting_program(const test_program& p, graph::model_id m, bool goes_on = false)
        : p_(p), running_(p, m), goes_on_(goes_on) {}

    std::set<std::string> ends;

    std::vector<graph::location_info> locations() const { return running_.locations(); }
    unsigned thread_count() const override { return running_.thread_count(); }
    void attach(graph::executor& e) override { running_.attach(e); }
    void run_thread(unsigned t) override { running_.run_thread(t); }
    bool goes_on_after_races() const override { return goes_on_; }
    void race_found() override { raced_ = true; }
    std::optional<graph::verdict_of_program> judge(graph::hang how) override {
        std::string end = std::exchange(raced_, false) ? "race: " : "";
        for (unsigned t = 0; t < running_.thread_count(); ++t) {
            const thread_facts& f = running_.facts(t);
            for (unsigned i = 0; i < f.read_count; ++i) end += std::to_string(f.read[i]) + " ";
            end += f.finished ? ". " : "waits ";
        }
        for (graph::location_id l = 0; l < p_.initial.size(); ++l)
            end += std::string(location_names[l]) + "=" + std::to_string(running_.newest(l)) + " ";
        ends.insert(end + std::to_string(static_cast<int>(how)));
        return std::nullopt;
    }

  private:
    const test_program& p_;
    running_program running_;
    bool goes_on_ = false;
    bool raced_ = false;
};

// What differs, a line each; empty if they agree. `skipped`: one of the two gave up, or the program
// has seq_cst accesses that the machine does not know, and it errs on the side that it says.
struct agreement {
    std::string differs;
    bool skipped = false;
    std::size_t ends = 0;
    std::uint64_t states = 0;
};
// What the engine of graphs finds in a program.
struct found_by_graphs {
    bool all = false;  // it did not give up
    std::set<std::string> ends;
    std::set<std::string> early;  // races and failures
};
// `goes_on`: as for the program.
found_by_graphs explore_graphs(const test_program& p, graph::model_id m, bool goes_on = false);

// `same_as`: which of the threads are identical, as for the explorer. With what graphs find, where
// that is known.
agreement agree(const test_program& p, graph::model_id m, const found_by_graphs& graphs,
                const states_explorer& explore, const std::vector<unsigned>& same_as = {},
                bool goes_on = false);
agreement agree(const test_program& p, graph::model_id m, const states_explorer& explore,
                const std::vector<unsigned>& same_as = {}, bool goes_on = false);

// A generated program of which one thread is there twice or three times, and what is identical.
struct program_with_twins {
    test_program program;
    std::vector<unsigned> same_as;
};
program_with_twins generate_with_twins(std::uint64_t seed, graph::model_id m);

}  // namespace ringsim::tests
