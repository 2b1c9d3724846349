// What `explore` and `replay` print about one scenario.
#pragma once

#include <functional>

#include "scenarios/render/trace_table.hpp"
#include "scenarios/study/finding.hpp"
#include "scenarios/study/fixes.hpp"

namespace ringsim::scenarios::render {

inline constexpr std::size_t report_lines_max = 30;

// Two lines: the scenario and its claim; the variant and how it is explored.
void add_heading(text_page& page, const scenario& s, const worlds::variant& v,
                 const study::search& how);

// "VIOLATED", "HOLDS", "NO VIOLATION FOUND", "INCONCLUSIVE".
std::string_view verdict_word(worlds::verdict v);
// The same, and "BOUNDED" if all there is within the bounds was visited and holds.
std::string_view verdict_word(const worlds::exploration& e);

// Whether every execution of the model was visited: what follows from that follows from nothing
// less. A bounded search is complete in this sense only if it had no bounds.
bool complete(const study::search& how, const worlds::exploration& e);

// "as expected", "UNEXPECTED: the scenario expects ...", ...
std::string judgement_text(const study::judged& j);

// Of a violation under a model that knows dependencies: whether one might forbid it, as a sentence.
// Empty otherwise.
std::string dependency_text(const worlds::exploration& e);

// A violation: verdict, trace, why, what repairs it, where in the code.
void add_violation(text_page& page, const study::saved_finding& f, const worlds::exploration& e,
                   const study::judged& j, const std::vector<study::tried_fix>& fixes,
                   const table_options& table, study::detail detail);

// The same up to table.last_step, without what only the end explains.
void add_first_steps(text_page& page, const study::saved_finding& f, const table_options& table,
                     study::detail detail);

// No violation: what was covered, what was reached.
void add_no_violation(text_page& page, const scenario& s, const worlds::exploration& e,
                      const study::judged& j);

// The axiom of a model that a cycle would break if it were ordered throughout; `needs_fence`: one
// that goes from a write to a read in a thread, or does not consist of po and rf alone.
std::string_view axiom(std::string_view model, bool needs_fence);

// Why this execution is possible under the model, as sentences.
std::string why(const sim::trace& t, const study::story& s, const ring_words& words,
                std::string_view model);
// The same of another program: `location` says what the word of a step is called.
using location_text = std::function<std::string(const sim::trace_step&)>;
std::string why(const sim::trace& t, const study::story& s, const location_text& location,
                std::string_view model);

}  // namespace ringsim::scenarios::render
