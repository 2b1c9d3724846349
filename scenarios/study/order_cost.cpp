// Counts instructions in the text of a mapping: what people read there is what is counted.
#include "scenarios/study/order_cost.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel_model/site_table.hpp"
#include "scenarios/scenario.hpp"
#include "sim/graph/barrier.hpp"

namespace ringsim::scenarios::study {
namespace {

namespace graph = sim::graph;

// In the order of their first appearance.
void count(std::vector<instruction_count>& counts, std::string_view name) {
    const auto found = std::ranges::find(counts, name, &instruction_count::name);
    if (found == counts.end())
        counts.push_back({name, 1});
    else
        ++found->times;
}

unsigned sum(const std::vector<instruction_count>& counts) {
    unsigned n = 0;
    for (const instruction_count& c : counts) n += c.times;
    return n;
}

bool is_barrier(std::string_view word) {
    return std::ranges::find(graph::barrier_names, word) != std::end(graph::barrier_names);
}

}  // namespace

// Whether the model's mapping is one to instructions.
bool is_machine(graph::model_id m) {
    return m != graph::model_id::sc && ((1u << static_cast<unsigned>(m)) & under_languages) == 0;
}

order_cost cost_of(const order_table& orders, const std::vector<site>& sites, graph::model_id m,
                   const graph::mapping& how) {
    order_cost cost;
    for (const site s : sites) {
        order o = orders[s];
        access kind = info(s).kind;
        if (o == order::none) continue;
        // A store in the place of an exchange.
        if (o == order::store_relaxed || o == order::store_release) {
            kind = access::store;
            o = o == order::store_relaxed ? order::relaxed : order::release;
        }
        std::string_view text = row_of(m, how, language_of(s), kind, o).text;
        // What the model cannot express costs nothing, and is not refused here: another command
        // does that.
        while (!text.empty() && !text.starts_with('!')) {
            const std::size_t length = std::min(text.find("; "), text.size());
            const std::string_view word = text.substr(0, length);
            count(is_barrier(word) ? cost.barriers : cost.accesses, word);
            text.remove_prefix(std::min(length + 2, text.size()));
        }
    }
    return cost;
}

unsigned order_cost::access_count() const {
    return sum(accesses);
}
unsigned order_cost::barrier_count() const {
    return sum(barriers);
}

std::string to_text(const order_cost& cost) {
    const unsigned a = cost.access_count();
    const unsigned b = cost.barrier_count();
    std::string text = fmt::format("{} {}", a, a == 1 ? "access" : "accesses");
    if (b > 0) text += fmt::format(", {} {}", b, b == 1 ? "barrier" : "barriers");
    std::string_view separator = ": ";
    for (const auto* counts : {&cost.accesses, &cost.barriers})
        for (const instruction_count& c : *counts) {
            text += fmt::format("{}{} {}", separator, c.times, c.name);
            separator = ", ";
        }
    return text;
}

}  // namespace ringsim::scenarios::study
