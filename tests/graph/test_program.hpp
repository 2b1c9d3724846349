// Small programs as data: what the engine's explorers and the brute-force oracle both run.
//
// A program has a text form, which failure reports print and tests are written in:
//
//   {x=2} x=1 rel; r0=y acq; if r0==1: r1=xchg(x,3) sc | y=1 rlx; fence sc; r0=x rlx
//
// Threads are separated by '|', instructions by ';'. Orders: pln rlx acq rel ar sc full.
//   x=1 O, x=r0 O           store              r0=x O              load
//   r0=xchg(x,1) O          exchange           r0=add(x,1) O       fetch_add
//   r0=cas(x,0,1) O         compare-exchange from 0 to 1
//   r0=ldx(x) O             the first half of a pair, as LDXR
//   _=add(x,1) O            an addition whose result nobody gets, as STADD
//   stx(x,1) O, stx(x,r0) O its second half: nothing unless the last ldx was of this location
//   fence O                                    fail                the program finds an error
//   fence(w) [synchronize_srcu()]              a fence with a location, which is not x
//   await(x,1) O            a load that waits for the value
//   lock(x), unlock(x)      an exchange that waits for 0; a store of 0
//   spin(x,1,y,2) O         a loop of two loads that finds nothing to do until x is 1 and y is 2
//   if r0==1: ...           executed only if the register has the value
// Instead of an order, the instructions that the access compiles to: r0=x [ldapr], fence [dmb ish],
// x=1 [dmb ish + str]. Behind a location, @r0 makes the address depend on the register. With {deps}
// in front the program states its dependencies: addresses, stored registers and `if`. A location
// with & behind it makes the access one with the load, or the store, right before it, as in LDXP.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/graph/program.hpp"

namespace ringsim::tests {

namespace graph = sim::graph;

inline constexpr unsigned registers_max = 8;  // of a thread; all start as 0
inline constexpr unsigned reads_max = 32;     // of a thread in one run
inline constexpr std::string_view location_names[] = {"x", "y", "z", "w", "l"};

enum class opcode : std::uint8_t {
    load,
    store,
    load_exclusive,
    store_exclusive,
    exchange,
    add,
    compare_exchange,
    fence,
    await,
    lock,
    unlock,
    spin,
    fail,
};

struct instruction {
    opcode what = opcode::load;
    order how = order::relaxed;
    graph::location_id location = 0;
    std::uint64_t value = 0;                // stored, exchanged, added or waited for
    int from_register = -1;                 // store: the register to store instead of `value`
    std::uint64_t expected = 0;             // of a compare-exchange
    unsigned target = 0;                    // the register that gets what was read
    bool no_return = false;                 // none does
    bool one_with_last = false;             // with the instruction before
    graph::location_id other_location = 0;  // of a spin
    std::uint64_t other_value = 0;
    int guard_register = -1;  // executed only if this register has `guard_value`
    std::uint64_t guard_value = 0;
    std::string code;           // instructions, if not empty: instead of `how`
    int address_register = -1;  // the address depends on this register

    friend bool operator==(const instruction&, const instruction&) = default;
};

struct test_program {
    std::vector<std::uint64_t> initial;  // of each location
    std::vector<std::vector<instruction>> threads;
    bool states_dependencies = false;

    friend bool operator==(const test_program&, const test_program&) = default;
};

std::string to_text(const test_program& p);
// Throws std::invalid_argument that quotes the instruction it does not understand.
test_program parse_program(std::string_view text);

// Whether threads wait for locks without an event (sim/graph/lock_queue.hpp).
inline bool locks_in_queue = false;

// What a thread knows when it stopped: kept where a new start of the thread makes it afresh.
struct thread_facts {
    std::array<std::uint64_t, registers_max> registers{};
    std::array<std::uint64_t, reads_max> read{};  // every value read, in program order
    unsigned read_count = 0;
    bool finished = false;
    std::array<graph::read_set, registers_max> from{};  // the read that set each register
    bool reserved = false;  // by an ldx: the location, and the read's place
    graph::location_id reserved_at = 0;
    unsigned reserved_by = 0;
};

// How an instruction compiles for the model.
graph::lowering lowering_of(const instruction& i, graph::model_id m);
access kind_of(opcode what);
// Whether the model has a meaning for every instruction of the program.
bool can_express(const test_program& p, graph::model_id m);

// A test program on the engine.
class running_program : public graph::program {
  public:
    running_program(const test_program& p, graph::model_id m) : program_(p), model_(m) {}

    std::vector<graph::location_info> locations() const;
    const thread_facts& facts(unsigned thread) const { return facts_[thread]; }
    std::uint64_t newest(graph::location_id l) const { return executor_->newest(l); }

    unsigned thread_count() const override {
        return static_cast<unsigned>(program_.threads.size());
    }
    unsigned twin_before(unsigned thread) const override;
    void attach(graph::executor& e) override { executor_ = &e; }
    void run_thread(unsigned thread) override;
    bool told_by_values() const override { return told_by_values_; }
    // Each thread runs its body again and again, whatever was found out about it.
    void run_bodies() { told_by_values_ = false; }
    std::span<std::byte> state_of(unsigned thread) override {
        return std::as_writable_bytes(std::span(&facts_[thread], 1));
    }
    // A guard is an `if` around one instruction.
    bool ways_may_differ() const override { return model_ == graph::model_id::lkmm; }
    bool has_pairs() const override;
    graph::read_set steering(unsigned thread) const override { return steering_[thread]; }
    // A hang is a deadlock or a busy spin.
    std::optional<graph::verdict_of_program> judge(graph::hang how) override;

  private:
    void perform(const instruction& i, thread_facts& mine);
    void spin(const instruction& i, thread_facts& mine);
    void store_exclusive(const instruction& i, graph::label l, thread_facts& mine);
    std::uint64_t emit(const instruction& i, graph::label l, const thread_facts& mine);
    std::uint64_t read(const instruction& i, graph::label l, thread_facts& mine);

    const test_program& program_;
    graph::model_id model_;
    graph::executor* executor_ = nullptr;
    bool told_by_values_ = true;
    std::array<thread_facts, sim::threads_max> facts_{};
    std::array<graph::read_set, sim::threads_max> steering_{};
};

}  // namespace ringsim::tests
