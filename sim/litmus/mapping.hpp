// How the primitives of the two dialects become events of a model.
//
// Accesses go through the mapping of the engine (sim/graph/mapping.hpp): C11's orders as they are,
// the kernel's by READ_ONCE() = relaxed, smp_load_acquire() = acquire, smp_store_release() =
// release, value-returning read-modify-writes without suffix = full. Fences have a table of their
// own here, and so has what happens when a conditional read-modify-write fails.
#pragma once

#include <string>
#include <string_view>

#include "sim/graph/mapping.hpp"
#include "sim/litmus/code.hpp"
#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

struct fence_lowering {
    bool present = false;
    graph::mode how = graph::mode::seq_cst;
};

fence_lowering lower_fence(graph::model_id m, fence_kind f, order how);

// A barrier instruction by its name. Only in the model of its own machine it orders anything, and
// under sc nothing is needed.
fence_lowering lower_barrier(graph::model_id m, std::string_view barrier);

// Whether a model can judge tests of that dialect: any model for C, the machine's own and sc for
// assembly.
bool judges(graph::model_id m, dialect d);
// The model that a test of that dialect is judged under if nobody names one.
graph::model_id default_model(dialect d);

// Whether a conditional read-modify-write that fails is another event than one that succeeds. On
// x86 it is the same locked instruction, and under sc nothing tells them apart.
bool failure_differs(graph::model_id m, const instruction& i);

// The mapping as one line, for the reader of a result.
std::string mapping_text(graph::model_id m, dialect d);

}  // namespace ringsim::sim::litmus
