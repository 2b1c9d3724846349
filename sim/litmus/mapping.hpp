// How tests become events of a model: the primitives of C, and the barriers of assembly.
//
// Accesses go through the mapping of the engine (sim/graph/mapping.hpp): C11's orders as they are,
// the kernel's by READ_ONCE() = relaxed, smp_load_acquire() = acquire, smp_store_release() =
// release, value-returning read-modify-writes without suffix = full. The kernel's fences have a
// table of their own here. A conditional read-modify-write that fails is an access of the order
// that it has for a failure, where that makes a difference (failure_differs()).
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "sim/graph/mapping.hpp"
#include "sim/litmus/code.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// What a barrier of a test is in a model. Not `present`: it leaves no event.
struct fence_lowering {
    bool present = false;
    graph::mode how = graph::mode::seq_cst;
    graph::barrier what = graph::barrier::none;
};

// How a test in C becomes events: its accesses, and C11's fences, by a mapping of the model. All
// combinations of access and order are looked up once, when a machine is made, for an execution of
// thousands of steps should not search tables of text.
class compilation {
  public:
    compilation(graph::model_id m, const graph::mapping& how, dialect d);

    // Refused, with the reason, if the model has no meaning for it.
    const graph::lowering& of(access kind, order o) const {
        return accesses_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(o)];
    }
    // By its kind, and for C11's by its order.
    fence_lowering of_fence(fence_kind f, order how) const;
    // What marks a load or a store as an end of one of SRCU's critical sections; or none.
    static graph::barrier mark_of(const instruction& i);
    // Why the model cannot express an instruction of C; empty: it can. To be asked of every
    // instruction before the code runs: of() and of_fence() take it for granted.
    std::string_view refusal(const instruction& i) const;

  private:
    static constexpr std::size_t access_count = 4;
    graph::model_id model_;
    std::array<std::array<graph::lowering, order_count>, access_count> accesses_;
};

// A barrier instruction by its name, as graph::barrier_names spells it. Only in the model of its
// own machine it orders anything, and under sc nothing is needed.
fence_lowering lower_barrier(graph::model_id m, std::string_view name);

// Whether address, data and control dependencies are told to the model. Assembly shows them, and
// the kernel keeps those of its own primitives; C11 promises nothing.
bool dependencies_count(graph::model_id m, dialect d);

// Whether a model can judge tests of that dialect: any model for the kernel's C; any but lkmm,
// which knows the kernel's functions only, for C11; the machine's own and sc for assembly.
bool judges(graph::model_id m, dialect d);
// The model that a test of that dialect is judged under if nobody names one.
graph::model_id default_model(dialect d);

// Whether a conditional read-modify-write that fails is another event than one that succeeds. On
// x86 it is the same locked instruction, and under sc nothing tells them apart.
bool failure_differs(graph::model_id m, const instruction& i);

// The mapping as one line, for the reader of a result.
std::string mapping_text(graph::model_id m, const graph::mapping& how, dialect d);

}  // namespace ringsim::sim::litmus
