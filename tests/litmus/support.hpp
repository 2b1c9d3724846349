// What the litmus tests have in common.
#pragma once

#include <string>
#include <string_view>

#include "sim/litmus/report.hpp"

namespace ringsim::tests {

// Throws source_error.
inline sim::litmus::result run_text(std::string_view text, sim::graph::model_id m) {
    sim::litmus::run_options o;
    o.model = m;
    return sim::litmus::run(sim::litmus::parse(text), o);
}

// "LINE: what" of the source_error that parsing and running `text` ends with, or "".
inline std::string complaint_of(std::string_view text,
                                sim::graph::model_id m = sim::graph::model_id::sc) {
    try {
        (void)run_text(text, m);
    } catch (const sim::litmus::source_error& e) {
        return std::to_string(e.line) + ": " + e.what();
    }
    return "";
}

// "Sometimes 1 3"
inline std::string observed(const sim::litmus::result& r) {
    return std::string(r.observation()) + " " + std::to_string(r.positive) + " " +
           std::to_string(r.negative);
}

// A test of one thread that ends with `body` and asks whether r0 is 1.
inline std::string one_thread(std::string_view body, std::string_view init = "{}",
                              std::string_view parameters = "atomic_int *x, atomic_int *y") {
    return "C one\n" + std::string(init) + "\nP0(" + std::string(parameters) + ")\n{\n" +
           std::string(body) + "\n}\nexists (0:r0=1)\n";
}

}  // namespace ringsim::tests
