// How a source access becomes events of a model. The mappings are tables of instructions
// (sim/graph/mapping_tables.cpp); `ringsim models` prints them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sim/graph/event.hpp"
#include "sim/graph/model.hpp"

namespace ringsim::sim::graph {

// The events of one access: barriers, the access, barriers. Looked up by the engine for each access
// that a program makes; perform.hpp performs it.
struct lowering {
    std::array<barrier, 2> before{};  // unused places last, as barrier::none
    std::array<barrier, 2> after{};
    unsigned char before_count = 0;
    unsigned char after_count = 0;
    bool present = true;  // false: the access itself leaves no event (a compiler-only fence)
    mode how = mode::relaxed;
    mode write_how = mode::plain;   // as label::write_how
    barrier fence = barrier::none;  // of a fence: which; of an access: its mark, as in label
    bool exclusive = false;
    bool by_exchange = false;    // a store that is an exchange, whose old value nobody wants
    std::string_view refused{};  // why the model cannot express the access; empty: it can
};

// One line of a mapping: the instructions of an access with one of some orders.
struct mapping_row {
    access kind;
    order_set orders;
    std::uint8_t languages;  // 1 C++, 2 the kernel, 3 both
    std::string_view text;   // instructions, separated by "; "; or why not, behind "!"
};

// A named way to compile for a model. The first of a model is its default, and says all; another
// one says what it does differently.
struct mapping {
    std::string_view name;
    model_id model;
    std::string_view summary;
    std::string_view source;
    std::span<const mapping_row> rows;
};
std::span<const mapping> all_mappings();
const mapping& default_mapping(model_id m);
// The mapping of that name for the model, or nullptr. armv8-rcpc has those of armv8.
const mapping* find_mapping(model_id m, std::string_view name);

// What `text` says of an access in a mapping, or how a table spells it.
const mapping_row& row_of(model_id m, const mapping& how, language l, access kind, order o);

// Throws std::invalid_argument if the table's text is none that lower_text() knows: a bug in the
// table.
lowering lower(model_id m, const mapping& how, language l, access kind, order o);
// With the default mapping. order::full is the kernel's; everything else counts as C++.
lowering lower(model_id m, access kind, order o);
// One access or fence by its instructions, "dmb ish; ldr". Throws std::invalid_argument, naming the
// word, if it does not know them.
lowering lower_text(access kind, std::string_view text);

}  // namespace ringsim::sim::graph
