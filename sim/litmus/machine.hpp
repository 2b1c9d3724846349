// Runs a litmus test as a program of the graph engine: one fiber for each thread, which interprets
// the thread's code.
//
// A thread is interpreted from its start whenever the engine wants to know more of it. All its
// state is in thread_state, which run_thread() sets up anew.
//
// Dependencies are followed as taints: with each register goes the set of reads that its value came
// from, and which picked it among others. An access states the taints of its address and its value,
// and of the branches before it.
//
// Where herd7 has several executions that differ in no event (a CAS of Arm gives back the value
// that was compared or the one that was read), a choice event makes as many of one graph. Choices
// that lead to nothing of their own are marked (does_not_count), so that the counts are herd7's.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/graph/dependencies.hpp"
#include "sim/graph/program.hpp"
#include "sim/litmus/arithmetic.hpp"
#include "sim/litmus/lock_uses.hpp"
#include "sim/litmus/mapping.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// How a thread ends that does not run to its end. In ascending order of how bad it is for the
// verdict: the worst of an execution's threads counts.
enum class cut : std::uint8_t {
    none,
    idle_loop,  // a loop had its turns, and the last one changed nothing: going on adds no outcome
    busy_loop,  // a loop had its turns
    fault,      // it did what has no meaning: fault_of()
};

// Beyond these an execution is cut off, and the result says that loops were. A loop that spins on
// memory would have executions without end otherwise.
struct machine_limits {
    unsigned unroll = 2;            // turns of a `while` loop, as herd7's -unroll
    unsigned counted_turns = 256;   // turns of a `for` loop
    std::uint64_t steps = 100'000;  // instructions of a thread in one execution
    // Whether the engine can look at the end whether the halves of a pair are atomic.
    bool pairs_apart = true;
};

// What a thread did that has no meaning, and in which line: an error of the test, that only running
// it could show.
struct fault_place {
    unsigned line = 0;
    std::string what;
};

class machine final : public graph::program {
  public:
    // Throws source_error if the model has no meaning for an access. `t` has to live as long as the
    // machine. The model and the mapping stay the same for all its executions.
    machine(const test& t, graph::model_id m, const graph::mapping& how,
            const machine_limits& limits);

    // For the explorer: the locations with what they hold at the start, in the order of
    // test::locations.
    const std::vector<graph::location_info>& locations() const { return locations_; }

    unsigned thread_count() const override { return static_cast<unsigned>(test_.threads.size()); }
    void attach(graph::executor& e) override { executor_ = &e; }
    void run_thread(unsigned thread) override;
    bool told_by_values() const override { return true; }
    std::span<std::byte> state_of(unsigned thread) override {
        thread_end& end = threads_[thread];
        return std::as_writable_bytes(std::span(&end, 1));
    }
    std::optional<graph::verdict_of_program> judge(graph::hang how) override;
    // herd7 shows the states of a test with a race as well, so a race is noted and ends nothing.
    bool goes_on_after_races() const override { return true; }
    void race_found() override { raced_ = true; }
    void misused(std::string_view rule) override { misuse_.emplace_back(rule); }
    // C's conditionals end, and what is behind one need not wait for it; nor for a
    // compare-exchange.
    bool ways_may_differ() const override { return ways_may_differ_; }
    bool has_pairs() const override { return has_pairs_; }
    graph::read_set steering(unsigned thread) const override { return threads_[thread].steering; }

    // What the owner is told of each execution in which no thread can go on; `how` is the worst
    // that befell a thread, `stuck` whether a thread waits for a lock for ever.
    struct ending {
        cut how = cut::none;
        bool stuck = false;
        bool raced = false;
        bool does_not_count = false;        // it is none, or the same as another one
        std::vector<std::string> misuse{};  // by the names of the rules that were broken
    };
    // Hears of an execution while the final values can still be asked for, by value_of().
    class listener {
      public:
        virtual void ended(const ending& e) = 0;

      protected:
        ~listener() = default;
    };
    void listen(listener& l) { listener_ = &l; }

    // While a listener is told of the end of an execution: the final value of an observable of its
    // condition, as its type shows it; 0 for a variable that the thread does not have.
    std::int64_t value_of(const observable& o) const;
    // Whether it is the final value of a lock, which the kernel's model does not mean.
    bool is_lock(const observable& o) const {
        return model_ == graph::model_id::lkmm && !o.missing &&
               o.kind != observable::kind_of::variable &&
               lock_uses_.is_lock(static_cast<graph::location_id>(o.index));
    }
    // The first fault of all executions since the machine was made; it is never cleared.
    const std::optional<fault_place>& fault_of() const { return fault_; }

    // The reads that the value of a register was computed from, and those that picked it: of `c ? a
    // : b` the value comes from one of a and b, and c picked it. Arm orders less by what picks than
    // by what computes, so the two are kept apart.
    //
    // `real` are those of `data` that the value may change with: `r0 ^ r0` comes from what r0 has
    // read, and is 0 whatever that was.
    struct taint {
        graph::read_set data;
        graph::read_set pick;
        graph::read_set real;

        taint& operator|=(const taint& o) {
            data |= o.data;
            pick |= o.pick;
            real |= o.real;
            return *this;
        }
        friend taint operator|(taint a, const taint& b) { return a |= b; }
        graph::read_set all() const { return data | pick; }
    };

  private:
    // Of a loop in the current run of the thread: what turn_loop() compares to see whether a turn
    // did anything.
    struct loop_state {
        unsigned turns = 0;
        std::uint64_t writes = 0;
        std::size_t target = 0;  // of a jump_to: where it last went back to, from 1
        std::array<std::int64_t, registers_max> variables{};  // at the start of the last turn
    };
    // Of a pair whose halves are two events: what its load has left for the store.
    struct reservation {
        std::int64_t address = 0;
        unsigned char bytes = 0;
        unsigned read = 0;  // the place of the load's event
        taint from;         // what the address comes from
    };
    // What the first half of a CASP leaves for the second.
    struct exchange_of_two {
        std::uint64_t way = 0;
        bool equal = false;  // whether the first word was the expected one
        taint compared;      // what the two expected words come from
    };
    // What the end of an execution is judged by.
    struct thread_end {
        std::array<std::int64_t, registers_max> registers{};
        cut ended = cut::none;
        bool does_not_count = false;
        unsigned fault_line = 0;
        const char* fault_what = nullptr;
    };
    // All that a thread is at a moment. run_thread() resets what code can look at, but for
    // `steering`, which gathers over all runs.
    struct thread_state : thread_end {
        std::array<loop_state, loops_max> loops{};
        std::array<taint, registers_max> taints{};
        graph::read_set control;   // the reads that decided that the thread got where it is
        graph::read_set steering;  // those that its conditionals looked at, in any run
        taint stored;              // of a pair and of a CAS: what the value to be stored comes from
        std::array<graph::read_set, control_slots_max> kept_control{};
        std::uint64_t writes = 0;
        bool reserved = false;  // the store_exclusive to come succeeds; it has happened already
        std::optional<reservation> apart;
        std::optional<reservation> apart_second;  // of an LDXP
        exchange_of_two both;
        bool spurious = false;  // in this turn of a loop something failed without need
    };

    // What a computation with the address of a location makes: another element of its array.
    std::int64_t moved(thread_state& me, const instruction& i, std::int64_t address,
                       std::int64_t bytes);
    // An instruction before opcode::jump, with its taints.
    computed result_of(thread_state& me, const instruction& i, std::int64_t a, std::int64_t b);
    void compute(thread_state& me, const instruction& i);
    // All that touches memory or orders it, but for pairs.
    void access_memory(thread_state& me, const instruction& i);
    void compare_exchange(thread_state& me, const instruction& i);
    // Attempts that may fail, as one event each where the model may let the attempt read what comes
    // of it, else as a choice before the event (conditional()). exclusive.cpp has the pairs.
    void undecided_exchange(thread_state& me, const instruction& i, graph::label l);
    void branch_on_last_read(thread_state& me);
    void undecided_unless(thread_state& me, const instruction& i, graph::label l);
    static void write_back(thread_state& me, graph::label& l);
    void arm_compare_exchange(thread_state& me, const instruction& i);
    void exchange_half(thread_state& me, const instruction& i);
    void give_compared(thread_state& me, const instruction& i, const taint& compared) const;
    // Waits, by label::await, for a value that fits the way that was chosen; an execution in which
    // none comes is not one.
    void conditional(thread_state& me, const instruction& i, graph::label on_success,
                     graph::label on_failure);
    void lock(thread_state& me, const instruction& i);
    // `next`: the instruction behind it, from where a second half is looked for.
    void load_exclusive(thread_state& me, const instruction& i, std::size_t next);
    void store_exclusive(thread_state& me, const instruction& i);
    void load_apart(thread_state& me, const instruction& i, const graph::label& l);
    void store_apart(thread_state& me, const instruction& i);
    // What a pair stores, computed ahead: `op` of what will be read and `value`.
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
    // Where a jump_to goes; `pc` is behind it.
    std::size_t target_of(thread_state& me, const instruction& i, const thread_code& code,
                          std::size_t pc);
    // The thread goes no further in this execution.
    [[noreturn]] void stop(thread_state& me, cut how);
    [[noreturn]] void fault(thread_state& me, const instruction& i, const char* what);

    // How a location holds a value, without the sign's bits, and what a read of that means. Values
    // of the engine are compared bit by bit, so there must be one form for each.
    std::uint64_t stored(const location& l, std::int64_t value) const;
    std::int64_t read(graph::location_id l, std::uint64_t held) const;
    // Notes the size of an access and says whether it agrees with those before. The notes stay over
    // all executions: whether a test is refused must not depend on the order of the search.
    bool sizes_agree(graph::location_id l, const instruction& i);
    // Ends the execution with a fault, and does not return, if the address register holds no
    // address of a location, or the size does not agree.
    graph::label label_at(thread_state& me, const instruction& i, graph::event_kind kind);
    // Performs the access with what the mapping puts around it, and gives dst its value and taint.
    // Returns what was read, as the location holds it. `kind` is what happens, which may be less
    // than the instruction says: a compare-exchange that fails is a load.
    std::uint64_t emit(thread_state& me, const instruction& i, access kind, graph::label l);
    std::uint64_t emit(thread_state& me, const instruction& i, access kind, graph::label l,
                       const graph::lowering& to);
    void emit_fence(thread_state& me, const instruction& i);
    // What an access does with the values of two registers.
    void set_values(graph::label& l, const instruction& i, std::int64_t value,
                    std::int64_t expected = 0) const;
    // What an access depends on, as far as it counts.
    graph::dependencies stated(const thread_state& me, const instruction& i, access kind) const;
    graph::lowering lowered(const instruction& i, access kind, order how) const;
    // Throws source_error for the first instruction that the model cannot express, in any thread.
    void refuse_what_has_no_meaning() const;
    // Whether the model has load buffering: then a read may see what comes of it, and what it reads
    // may not be decided before it is performed.
    bool reads_ahead() const { return graph::info(model_).dependencies; }
    // 0 to ways - 1; the engine explores every way.
    std::uint64_t choose(const instruction& i, unsigned ways);

    const test& test_;
    graph::model_id model_;
    compilation compiled_;
    bool dependencies_count_;
    bool ways_may_differ_;
    bool has_pairs_;
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
    lock_uses lock_uses_;
    std::optional<fault_place> fault_;
    bool raced_ = false;
    std::vector<std::string> misuse_;
};

}  // namespace ringsim::sim::litmus
