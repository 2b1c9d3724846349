// A gate: what a user's repository says of its memory orders, and whether it is so. A file names
// order tables, and for scenarios and models the verdict that each table must get, or that one
// table allows no more than another (docs/gate.md). What it says of the user's own files of the
// kernel and libbpf is asked of `ringsim upstream`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/study/comparison.hpp"
#include "scenarios/study/execution_counts.hpp"

namespace ringsim::scenarios::gate {

// What a gate wants of one exploration.
struct wanted_verdict {
    enum class verdict_kind : std::uint8_t {
        holds,
        violated,  // by `kind`, or by anything if that is none
        no_more,   // of a comparison: the second table allows no more than the first
        more,      // it does
    };
    verdict_kind is = verdict_kind::holds;
    sim::violation kind = sim::violation::none;
};
std::string to_text(const wanted_verdict& v);

// One exploration, or one comparison, under one model.
struct gate_item {
    std::string check;  // the name of the check it belongs to
    unsigned line = 0;  // where that begins in the file
    std::string table;  // as the file names it; of a comparison "OLD -> NEW"
    const scenario* of = nullptr;
    std::string scenario_text;  // with the words that change the variant
    worlds::variant code;       // of a comparison, the new one
    std::optional<worlds::variant> old;
    std::vector<std::string> upstream;  // if not empty: options of `ringsim upstream`, and no table
    study::search how;
    wanted_verdict wanted;
    std::optional<study::execution_count> count;
};

struct gate {
    std::string file;   // as the user gave it
    std::string junit;  // where to write the report; empty: nowhere
    std::vector<gate_item> items;
    std::vector<std::string> left_out;  // models of `all` that cannot express a variant, and why
};

// Reads a gate file. Throws user_error, one line that begins with FILE:LINE.
gate read_gate(const std::string& file);

enum class gate_verdict : std::uint8_t { passed, failed, inconclusive };

struct gate_result {
    gate_verdict is = gate_verdict::inconclusive;
    std::string found;               // "holds", "lost notification", "2 ends more"
    study::execution_count count;    // of an exploration
    std::vector<std::string> why{};  // lines about what was not as wanted
    std::string command;             // shows it
};

// Explores one item. What it finds counts against what is wanted.
gate_result run_item(const gate_item& item);

// "expected: holds; found: lost notification"; with the counts, as a file states them, if they are
// what differs.
std::string expected_and_found(const gate_item& item, const gate_result& r);

// A report in the form that continuous integration reads: one test suite a check, one test case an
// item. `results` may be shorter than the items, if the run was stopped; `stopped` says by what.
std::string junit_report(const gate& g, const std::vector<gate_result>& results,
                         std::string_view stopped);

}  // namespace ringsim::scenarios::gate
