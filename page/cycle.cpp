#include "page/cycle.hpp"

namespace ringsim::page {
namespace {

std::string_view communication_name(sim::communication c) {
    return c == sim::communication::rf ? "rf" : c == sim::communication::co ? "co" : "fr";
}

std::string_view ordering_name(sim::ordering o) {
    constexpr std::string_view names[] = {"nothing", "a full barrier", "a fence",
                                          "acquire", "release",        "seq_cst on both"};
    return names[static_cast<std::size_t>(o)];
}

}  // namespace

std::vector<shown_edge> shown_cycle(const sim::trace& t, const sim::critical_cycle& c) {
    std::vector<shown_edge> shown;
    for (const sim::cycle_edge& e : c.edges) {
        const std::string_view by = e.from == e.to ? "" : ordering_name(sim::ordering_of(t, e).is);
        shown.push_back(
            {e.from, e.to, std::string(communication_name(e.leaves_by)), std::string(by)});
    }
    return shown;
}

}  // namespace ringsim::page
