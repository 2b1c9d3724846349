// Litmus tests on the Relacy engine: small programs as data, and the outcomes that Relacy shows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernel_model/order.hpp"
#include "sim/relacy_run.hpp"
#include "sim/trace.hpp"

namespace ringsim::tests {

// One step of a thread, or of setup: an access to word 'x', 'y' or 'z' or to the datum 'd', a fence
// (' '), or something done with the mutex 'm' or the edge 'e'.
struct litmus_op {
    sim::step_kind kind;
    char word;
    order how;
    std::uint64_t value = 0;
};

inline litmus_op read(char word, order how = order::relaxed) {
    return {sim::step_kind::load, word, how};
}
inline litmus_op write(char word, std::uint64_t value, order how = order::relaxed) {
    return {sim::step_kind::store, word, how, value};
}
inline litmus_op swap(char word, std::uint64_t value, order how) {
    return {sim::step_kind::rmw, word, how, value};
}
inline litmus_op fence(order how = order::seq_cst) {
    return {sim::step_kind::fence, ' ', how};
}
inline litmus_op lock() {
    return {sim::step_kind::lock, 'm', order::acquire};
}
inline litmus_op unlock() {
    return {sim::step_kind::unlock, 'm', order::release};
}
inline litmus_op set(order how = order::acq_rel) {
    return {sim::step_kind::set, 'e', how};
}
inline litmus_op take(order how = order::acq_rel) {
    return {sim::step_kind::take, 'e', how};
}

using litmus_thread = std::vector<litmus_op>;
using litmus_program = std::vector<litmus_thread>;

struct litmus_result {
    // "r: 0 1, final: 1 1 0 0": the values read, thread by thread, and the newest of x, y, z and
    // the edge; with the number of executions that ended so.
    std::map<std::string, std::uint64_t> outcomes;
    sim::relacy_result run;

    bool shows(const std::string& reads) const;
    bool ends_in(const std::string& finals) const;
};

litmus_result run_litmus(const litmus_program& program, sim::relacy_limits limits = {},
                         const litmus_thread& setup = {});

}  // namespace ringsim::tests
