// A finding that one can hold: the counterexample, and all that is needed to run it again. Saved as
// JSON, schema "ringsim/trace", version 1.
#pragma once

#include <string>

#include "scenarios/study/search.hpp"
#include "scenarios/study/variant.hpp"
#include "sim/trace.hpp"

namespace ringsim::scenarios::study {

inline constexpr std::string_view finding_schema = "ringsim/trace";
inline constexpr int finding_version = 1;

struct saved_finding {
    std::string scenario;
    worlds::variant code;
    search how;
    std::string schedule;
    std::uint64_t execution = 0;  // in which the search found it; 0 if unknown
    sim::trace counterexample;    // sequenced
    std::string program;          // version of the program that wrote it
    std::string kernel;           // version of the kernel that is modelled
    // Whether a dependency that compiled code does not show might forbid it, as the search found.
    worlds::exploration::cure by_dependency = worlds::exploration::cure::not_looked_for;

    // "lost-wakeup:2c41aa": stable across runs, machines and changes of the code's layout.
    std::string id() const;
};

// What an exploration found, ready to be saved; the trace is put into the easiest order.
saved_finding finding_of(const scenario& s, const worlds::variant& v, const search& how,
                         const worlds::exploration& e);

std::string to_json(const saved_finding& f);

// Throws user_error, one line that names `where`, if the text is not a finding of this program:
// damaged, truncated, another schema or version, a scenario or site that does not exist.
saved_finding finding_from_json(const std::string& text, const std::string& where);

// Writes DIR/SCENARIO-HASH.json and returns its path. Throws output_error if it cannot be written.
std::string save_finding(const saved_finding& f, const std::string& directory);

// The path as a shell of this user understands it too: ~ for the home directory.
std::string shown_path(const std::string& path);

// Reads a file, or the finding with this id in `directory`.
saved_finding load_finding(const std::string& id_or_path, const std::string& directory);

}  // namespace ringsim::scenarios::study
