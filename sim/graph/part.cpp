// Parts as text, for messages between processes and for files: the numbers of the ways with dots
// between them, "..", and the same of the end. The texts "start" and "end" stand for an empty list
// and for none, which would be hard to see otherwise.
#include "sim/graph/part.hpp"

#include <algorithm>
#include <charconv>

#include "sim/graph/counts.hpp"

namespace ringsim::sim::graph {
namespace {

constexpr std::string_view first_way = "start";
constexpr std::string_view no_way = "end";
constexpr std::string_view up_to = "..";

// "0.0.3"
std::string text_of(const way_list& ways) {
    if (ways.empty()) return std::string(first_way);
    std::string text;
    for (const std::uint32_t way : ways) text += (text.empty() ? "" : ".") + std::to_string(way);
    return text;
}

// Nothing for a text that is no list of numbers, also for an empty one: what comes from a file may
// be anything.
std::optional<way_list> parse_ways(std::string_view text) {
    way_list ways;
    if (text == first_way) return ways;
    for (const char* at = text.data();; ++at) {
        std::uint32_t way = 0;
        const auto [end, error] = std::from_chars(at, text.data() + text.size(), way);
        if (error != std::errc{}) return std::nullopt;
        ways.push_back(way);
        at = end;
        if (at == text.data() + text.size()) return ways;
        if (*at != '.') return std::nullopt;
    }
}

}  // namespace

// Counts add up; of what is no count (how it ended, and why), the later part's is kept. An estimate
// is of one search alone, and is not added.
exploration_report sum(const exploration_report& first, const exploration_report& second) {
    exploration_report both = second;
    each_count([&](const char*, auto count) { both.*count += first.*count; });
    both.share_done += first.share_done;
    return both;
}

// "start..0.1" is all executions in front of that of the ways 0, 1; "0.1..end" is the rest.
std::string to_text(const part& p) {
    return text_of(p.begin) + std::string(up_to) +
           (p.until ? text_of(*p.until) : std::string(no_way));
}

// Nothing for what is no part: the caller says where it came from.
std::optional<part> parse_part(std::string_view text) {
    const std::size_t middle = text.find(up_to);
    if (middle == std::string_view::npos) return std::nullopt;
    const auto begin = parse_ways(text.substr(0, middle));
    const std::string_view end = text.substr(middle + up_to.size());
    if (!begin) return std::nullopt;
    if (end == no_way) return part{*begin, std::nullopt};
    // The search visits executions in the order of their lists, so a part that ends before it
    // begins is none.
    auto until = parse_ways(end);
    if (!until || !std::ranges::lexicographical_compare(*begin, *until)) return std::nullopt;
    return part{*begin, std::move(until)};
}

}  // namespace ringsim::sim::graph
