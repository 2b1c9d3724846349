// The report of a gate as JUnit XML. No times and no host: the same run gives the same bytes.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/gate/gate.hpp"
#include "scenarios/render/markup.hpp"

namespace ringsim::scenarios::gate {
namespace {

// XML 1.0 has no way to write most control characters.
std::string escaped(std::string_view text) {
    std::string plain(text);
    for (char& c : plain)
        if (static_cast<unsigned char>(c) < ' ' && c != '\n') c = '?';
    return render::escaped_markup(plain);
}

std::string case_of(const gate& g, const gate_item& item, const gate_result* r,
                    std::string_view stopped) {
    std::string text =
        fmt::format("    <testcase classname=\"{}\" name=\"{}\"", escaped(item.check),
                    escaped(fmt::format("{}, {}, {}", item.table, item.scenario_text,
                                        item.how.model_and_mapping())));
    if (r && r->is == gate_verdict::passed) return text + "/>\n";
    text += ">\n";
    if (!r)
        return text +
               fmt::format("      <skipped message=\"{}\"/>\n    </testcase>\n", escaped(stopped));
    const bool failed = r->is == gate_verdict::failed;
    const std::string_view element = failed ? "failure" : "error";
    text += fmt::format("      <{} message=\"{}\">{}:{}", element,
                        escaped(expected_and_found(item, *r)), escaped(g.file), item.line);
    for (const std::string& line : r->why) text += "\n" + escaped(line);
    text += "\n" + escaped(r->command);
    return text + fmt::format("</{}>\n    </testcase>\n", element);
}

}  // namespace

std::string junit_report(const gate& g, const std::vector<gate_result>& results,
                         std::string_view stopped) {
    const auto count = [&](std::size_t from, std::size_t to, gate_verdict is) {
        std::size_t n = 0;
        for (std::size_t i = from; i < std::min(to, results.size()); ++i) n += results[i].is == is;
        return n;
    };
    const auto numbers = [&](std::size_t from, std::size_t to) {
        const std::size_t done = std::clamp(results.size(), from, to);
        return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", to - from,
                           count(from, to, gate_verdict::failed),
                           count(from, to, gate_verdict::inconclusive), to - done);
    };
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    text += fmt::format("<testsuites name=\"ringsim gate\" {}>\n", numbers(0, g.items.size()));
    for (std::size_t from = 0; from < g.items.size();) {
        std::size_t to = from;
        while (to < g.items.size() && g.items[to].check == g.items[from].check) ++to;
        text += fmt::format("  <testsuite name=\"{}\" {}>\n", escaped(g.items[from].check),
                            numbers(from, to));
        for (std::size_t i = from; i < to; ++i)
            text += case_of(g, g.items[i], i < results.size() ? &results[i] : nullptr, stopped);
        text += "  </testsuite>\n";
        from = to;
    }
    return text + "</testsuites>\n";
}

}  // namespace ringsim::scenarios::gate
