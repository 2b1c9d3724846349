// From the text of a row to events. The text is what people read (`ringsim models`) and what the
// engine obeys, so that the two cannot disagree; it is parsed once for each combination, when an
// engine is made.
#include "sim/graph/mapping.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "sim/graph/mapping_tables.hpp"

namespace ringsim::sim::graph {
namespace {

// The row of a table for an access, or nullptr.
const mapping_row* find_row(std::span<const mapping_row> rows, language l, access kind, order o) {
    // As mapping_row::languages has it.
    const unsigned bit = l == language::cxx ? 1 : 2;
    for (const mapping_row& r : rows)
        if (r.kind == kind && r.orders.contains(o) && (r.languages & bit) != 0) return &r;
    return nullptr;
}

// armv8-rcpc is armv8 but for what it says itself.
model_id base_of(model_id m) {
    return m == model_id::armv8_rcpc ? model_id::armv8 : m;
}

// By its name, which is unique; nullptr if the word is no access (a barrier, or nonsense).
const instruction_info* find_instruction(std::string_view text) {
    for (const instruction_info& i : all_instructions())
        if (i.name == text) return &i;
    return nullptr;
}

// By its name in barrier_names; `none` for a word that is no barrier. The first name there is that
// of no barrier, and is not looked for.
barrier find_barrier(std::string_view text) {
    for (std::size_t b = 1; b < barrier_count; ++b)
        if (barrier_names[b] == text) return static_cast<barrier>(b);
    return barrier::none;
}

// Two on a side are as many as any instruction sequence here has.
void add(std::array<barrier, 2>& places, unsigned char& count, barrier b) {
    if (count == places.size()) throw std::invalid_argument("too many barriers at one access");
    places[count++] = b;
}

// One instruction of an access; `seen`: the access itself is behind us. A word that is an access of
// the right kind is the access; everything else has to be a barrier.
void read_word(lowering& to, access kind, std::string_view word, bool& seen) {
    const instruction_info* i = find_instruction(word);
    // A store may be an exchange whose result is dropped, as compilers do on x86 for seq_cst.
    const bool by_exchange = i && i->kind == access::rmw && kind == access::store;
    if (i && (i->kind == kind || by_exchange) && !seen) {
        to.how = i->how;
        to.fence = find_barrier(word);  // srcu_read_lock() and srcu_read_unlock() are marked
        to.write_how = i->write_how;
        to.exclusive = i->exclusive;
        to.by_exchange = by_exchange;
        seen = to.present = true;
        return;
    }
    const barrier b = find_barrier(word);
    const bool fence_of_cxx = word == "seq_cst fence";  // the one that stands beside an access
    if (b == barrier::none && !fence_of_cxx)
        throw std::invalid_argument("'" + std::string(word) + "' is no instruction for a " +
                                    std::string(name(kind)));
    if (kind == access::fence && !seen) {
        to.fence = b;
        to.how = mode::seq_cst;
        seen = to.present = true;
    } else if (seen) {
        add(to.after, to.after_count, b);
    } else {
        add(to.before, to.before_count, b);
    }
}

}  // namespace

// The first one of the model in the table.
const mapping& default_mapping(model_id m) {
    for (const mapping& one : all_mappings())
        if (one.model == m) return one;
    throw std::logic_error("a model without a mapping");
}

// By the model itself first: "lse" of armv8-rcpc is not that of armv8.
const mapping* find_mapping(model_id m, std::string_view name) {
    for (const mapping& one : all_mappings())
        if (one.name == name && one.model == m) return &one;
    for (const mapping& one : all_mappings())
        if (one.name == name && one.model == base_of(m)) return &one;
    return nullptr;
}

// From the special to the general: the mapping itself, the model's default, the base model's
// default. So a mapping that differs in two instructions has two rows.
const mapping_row& row_of(model_id m, const mapping& how, language l, access kind, order o) {
    const mapping_row* row = find_row(how.rows, l, kind, o);
    if (!row) row = find_row(default_mapping(m).rows, l, kind, o);
    if (!row) row = find_row(default_mapping(base_of(m)).rows, l, kind, o);
    static constexpr mapping_row none{access::fence, order_set{}, 3,
                                      "!the order makes no sense at this access"};
    return row ? *row : none;
}

// Words before the access are barriers before it, those behind it barriers behind it. A text that
// begins with '!' is the reason why there is no such access.
lowering lower_text(access kind, std::string_view text) {
    lowering to;
    if (text.starts_with('!')) {
        to.refused = text.substr(1);
        return to;
    }
    bool seen = false;
    // An empty text is an access that leaves no event: a fence that only holds back the compiler.
    to.present = false;
    while (!text.empty()) {
        const std::size_t length = std::min(text.find("; "), text.size());
        read_word(to, kind, text.substr(0, length), seen);
        text.remove_prefix(std::min(length + 2, text.size()));
    }
    if (!seen && kind != access::fence)
        throw std::invalid_argument("no " + std::string(name(kind)) + " among the instructions");
    return to;
}

// Throws std::invalid_argument for a text that is wrong: an error in a table, which tests that go
// through all mappings find.
lowering lower(model_id m, const mapping& how, language l, access kind, order o) {
    return lower_text(kind, row_of(m, how, l, kind, o).text);
}

// A table, since it is asked for at every access of programs that state no mapping.
lowering lower(model_id m, access kind, order o) {
    constexpr std::size_t access_count = 4;
    using table = std::array<lowering, model_count * access_count * order_count>;
    const auto index = [](std::size_t model, std::size_t a, std::size_t of) {
        return (model * access_count + a) * order_count + of;
    };
    static const table defaults = [&] {
        table t;
        for (std::size_t i = 0; i < model_count; ++i)
            for (std::size_t a = 0; a < access_count; ++a)
                for (std::size_t of = 0; of < order_count; ++of) {
                    const auto model = static_cast<model_id>(i);
                    // `full` is an order that only the kernel has.
                    const bool kernels = static_cast<order>(of) == order::full;
                    t[index(i, a, of)] = lower(model, default_mapping(model),
                                               kernels ? language::kernel : language::cxx,
                                               static_cast<access>(a), static_cast<order>(of));
                }
        return t;
    }();
    return defaults[index(static_cast<std::size_t>(m), static_cast<std::size_t>(kind),
                          static_cast<std::size_t>(o))];
}

}  // namespace ringsim::sim::graph
