// Why an execution could happen: the cycle of accesses that no sequential execution has, or the
// two accesses that race.
//
// The cycle is a critical cycle in the sense of Shasha and Snir ("Efficient and correct execution
// of parallel programs that share memory", TOPLAS 1988): program-order edges and edges of
// communication (reads-from, coherence, from-reads) in turn, each thread entered once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace.hpp"

namespace ringsim::sim {

enum class communication : std::uint8_t { rf, co, fr };

// Two accesses of one thread, and how the second leads to the first of the next edge. Steps are
// numbered from 1.
struct cycle_edge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;  // `from` again if the thread is passed through in one access
    communication leaves_by = communication::fr;
    bool enters_at_write = false;
    bool leaves_at_write = false;
};

struct critical_cycle {
    std::vector<cycle_edge> edges;
    std::string_view shape() const;  // SB, MP, LB, 2+2W, R, S; "" if it has no short name
};

// What orders a program-order edge.
enum class ordering : std::uint8_t {
    nothing,
    full_barrier,  // `by` is a full barrier, perhaps one of the two accesses
    fence,         // `by` is a weaker fence that orders these two kinds of access
    acquire,       // the first access
    release,       // the second access
    both_seq_cst,  // seq_cst on both: in C++ only against other seq_cst accesses
};
struct edge_ordering {
    ordering is = ordering::nothing;
    std::uint32_t by = 0;  // a step
};

// Two accesses that race, and the communication that should have ordered them: `write` is read by
// `read`, after `first` and before `second` in their threads. Both 0 if there is none.
struct race_explanation {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    std::uint32_t write = 0;
    std::uint32_t read = 0;
    bool write_releases = false;
    bool read_acquires = false;
};

// The smallest cycle, nothing if the execution is sequentially consistent.
std::optional<critical_cycle> find_cycle(const trace& t);
edge_ordering ordering_of(const trace& t, const cycle_edge& edge);

// The race that ends at `t.at_step`; nothing if that step is not in conflict with an earlier one.
std::optional<race_explanation> explain_race(const trace& t);

}  // namespace ringsim::sim
