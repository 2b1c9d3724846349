// One execution in the formats of other viewers.
#pragma once

#include <string>

#include "page/execution.hpp"
#include "scenarios/commands/execution_views.hpp"

namespace ringsim::page {

// A graph for Graphviz, drawn as `replay --dot` draws a finding, with dependencies as dotted edges.
std::string to_dot(const execution& e);

// A sequence diagram for Mermaid (mermaid.js.org), which GitHub draws in Markdown.
std::string to_mermaid(const execution& e);

// A log for ShiViz (bestchai.bitbucket.io/shiviz), with vector clocks; its usual regular
// expression, (?<host>\S*) (?<clock>{.*})\n(?<event>.*), reads it. What is read ahead (load
// buffering) is told by the text of its step, for clocks have no way to say it.
std::string to_shiviz(const execution& e);

// Chrome's trace events as JSON, for ui.perfetto.dev: a track a thread, a flow for each rf.
std::string to_perfetto(const execution& e);

// The one that is asked for; empty for none.
std::string view_of(const execution& e, scenarios::commands::execution_view asked);

}  // namespace ringsim::page
