#include "scenarios/commands/execution_views.hpp"

namespace ringsim::scenarios::commands {

void view_options::declare(option_set& options) {
    options.flag("--dot", dot_, "print a graph for Graphviz");
    options.flag("--mermaid", mermaid_, "print a sequence diagram for Mermaid");
    options.flag("--shiviz", shiviz_, "print a log for ShiViz");
    options.flag("--perfetto", perfetto_, "print trace events for ui.perfetto.dev");
}

execution_view view_options::asked() const {
    return dot_        ? execution_view::dot
           : mermaid_  ? execution_view::mermaid
           : shiviz_   ? execution_view::shiviz
           : perfetto_ ? execution_view::perfetto
                       : execution_view::none;
}

std::string_view view_options::name() const {
    constexpr std::string_view names[] = {"", "--dot", "--mermaid", "--shiviz", "--perfetto"};
    return names[static_cast<std::size_t>(asked())];
}

}  // namespace ringsim::scenarios::commands
