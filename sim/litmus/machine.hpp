// Runs a litmus test as a program of the graph engine: one fiber for each thread, which interprets
// the thread's code.
//
// A thread is interpreted from its start again and again, as every program of the engine is. All
// its state is in thread_state, which run_thread() sets up anew.
//
// Dependencies are followed as taints: with each register goes the set of reads that its value came
// from, and which picked it among others. An access states the taints of its address and its value,
// and of the branches before it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sim/graph/dependencies.hpp"
#include "sim/graph/program.hpp"
#include "sim/litmus/mapping.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// How a thread ends that does not run to its end.
// In ascending order of how bad it is for the verdict: the worst of an execution's threads counts.
enum class cut : std::uint8_t {
    none,
    idle_loop,  // a loop had its turns, and the last one changed nothing: going on adds no outcome
    busy_loop,  // a loop had its turns
    fault,      // it did what has no meaning: fault_of()
};

// Beyond these an execution is cut off, and the result says that loops were.
struct machine_limits {
    unsigned unroll = 2;            // turns of a `while` loop, as herd7's -unroll
    unsigned counted_turns = 256;   // turns of a `for` loop
    std::uint64_t steps = 100'000;  // instructions of a thread in one execution
};

struct fault_place {
    unsigned line = 0;
    std::string what;
};

class machine final : public graph::program {
  public:
    // Throws source_error if the model has no meaning for an access.
    machine(const test& t, graph::model_id m, const graph::mapping& how,
            const machine_limits& limits);

    const std::vector<graph::location_info>& locations() const { return locations_; }

    unsigned thread_count() const override { return static_cast<unsigned>(test_.threads.size()); }
    void attach(graph::executor& e) override { executor_ = &e; }
    void run_thread(unsigned thread) override;
    std::optional<graph::verdict_of_program> judge(graph::hang how) override;
    bool goes_on_after_races() const override { return true; }
    void race_found() override { raced_ = true; }
    void misused(std::string_view rule) override { misuse_.emplace_back(rule); }
    // C's conditionals end, and what is behind one need not wait for it; nor for a
    // compare-exchange.
    bool ways_may_differ() const override { return ways_may_differ_; }
    graph::read_set steering(unsigned thread) const override { return threads_[thread].steering; }

    // What the owner does with each execution in which no thread can go on; `how` is the worst that
    // befell a thread, `stuck` whether a thread waits for a lock for ever.
    struct ending {
        cut how = cut::none;
        bool stuck = false;
        bool raced = false;
        bool does_not_count = false;        // it is none, or the same as another one
        std::vector<std::string> misuse{};  // by the names of the rules that were broken
    };
    class listener {
      public:
        virtual void ended(const ending& e) = 0;

      protected:
        ~listener() = default;
    };
    void listen(listener& l) { listener_ = &l; }

    // After an execution: the final values of the condition's observables, and the fault.
    std::int64_t value_of(const observable& o) const;
    const std::optional<fault_place>& fault_of() const { return fault_; }

    // The reads that the value of a register was computed from, and those that picked it.
    struct taint {
        graph::read_set data;
        graph::read_set pick;

        taint& operator|=(const taint& o) {
            data |= o.data;
            pick |= o.pick;
            return *this;
        }
        friend taint operator|(taint a, const taint& b) { return a |= b; }
        graph::read_set all() const { return data | pick; }
    };

  private:
    struct loop_state {
        unsigned turns = 0;
        std::uint64_t writes = 0;
        std::array<std::int64_t, registers_max> variables{};  // at the start of the last turn
    };
    struct thread_state {
        std::array<std::int64_t, registers_max> registers{};
        std::array<loop_state, loops_max> loops{};
        std::array<taint, registers_max> taints{};
        graph::read_set control;   // the reads that decided that the thread got where it is
        graph::read_set steering;  // those that its conditionals looked at, in any run
        taint stored;              // of a pair and of a CAS: what the value to be stored comes from
        std::array<graph::read_set, control_slots_max> kept_control{};
        std::uint64_t writes = 0;
        cut ended = cut::none;
        unsigned fault_line = 0;
        const char* fault_what = nullptr;
        bool reserved = false;  // the store_exclusive to come succeeds; it has happened already
        bool spurious = false;  // in this turn of a loop something failed without need
        bool does_not_count = false;
    };

    // What a computation with the address of a location makes: another element of its array.
    std::int64_t moved(thread_state& me, const instruction& i, std::int64_t address,
                       std::int64_t bytes);
    void compute(thread_state& me, const instruction& i);
    void access_memory(thread_state& me, const instruction& i);
    void compare_exchange(thread_state& me, const instruction& i);
    void undecided_exchange(thread_state& me, const instruction& i, graph::label l);
    void branch_on_last_read(thread_state& me);
    void undecided_unless(thread_state& me, const instruction& i, graph::label l);
    void arm_compare_exchange(thread_state& me, const instruction& i);
    void conditional(thread_state& me, const instruction& i, graph::label on_success,
                     graph::label on_failure);
    void lock(thread_state& me, const instruction& i);
    void load_exclusive(thread_state& me, const instruction& i, std::size_t next);
    void store_exclusive(thread_state& me, const instruction& i);
    // What a pair stores, computed ahead.
    struct pair_store {
        const instruction* second = nullptr;
        graph::rmw_op op = graph::rmw_op::none;
        std::int64_t value = 0;
        taint from;
        bool tests = false;  // the code gets there only if it read `expected`, or if not
        std::int64_t expected = 0;
        bool other = false;
    };
    class pair_finder;
    void turn_loop(thread_state& me, const instruction& i);
    // The thread goes no further in this execution.
    [[noreturn]] void stop(thread_state& me, cut how);
    [[noreturn]] void fault(thread_state& me, const instruction& i, const char* what);

    // How a location holds a value, without the sign's bits, and what a read of that means.
    std::uint64_t stored(const location& l, std::int64_t value) const;
    std::int64_t read(graph::location_id l, std::uint64_t held) const;
    bool sizes_agree(graph::location_id l, const instruction& i);
    graph::label label_at(thread_state& me, const instruction& i, graph::event_kind kind);
    std::uint64_t emit(thread_state& me, const instruction& i, access kind, graph::label l);
    std::uint64_t emit(thread_state& me, const instruction& i, access kind, graph::label l,
                       const graph::lowering& to);
    void emit_fence(thread_state& me, const instruction& i);
    // What an access does with the values of two registers.
    void set_values(graph::label& l, const instruction& i, std::int64_t value,
                    std::int64_t expected = 0) const;
    graph::dependencies stated(const thread_state& me, const instruction& i, access kind) const;
    graph::lowering lowered(const instruction& i, access kind, order how) const;
    void refuse_what_has_no_meaning() const;
    // Whether the model has load buffering.
    bool reads_ahead() const { return graph::info(model_).dependencies; }
    std::uint64_t choose(const instruction& i, unsigned ways);

    const test& test_;
    graph::model_id model_;
    compilation compiled_;
    bool dependencies_count_;
    bool ways_may_differ_;
    machine_limits limits_;
    std::vector<graph::location_info> locations_;
    graph::executor* executor_ = nullptr;
    listener* listener_ = nullptr;
    std::vector<thread_state> threads_;
    struct access_sizes {
        unsigned char read = 0;     // the widest read, in bytes; 0: none yet, or C
        unsigned char written = 0;  // all writes
    };
    std::vector<access_sizes> access_sizes_;  // by location
    std::optional<fault_place> fault_;
    bool raced_ = false;
    std::vector<std::string> misuse_;
};

}  // namespace ringsim::sim::litmus
