// Reads blocks and their variables from the debug information, once for a program, and as soon as a
// thread looks into another one's stack (frames.cpp). It is DWARF as readelf prints it: entries by
// `-wi`, lists of ranges by `-wR` (debug_entries.cpp).
//
// Only variables with a place in the frame count (DW_OP_fbreg): one that lives in a register, or
// moves about, has no memory that could be used when it is gone.
#include "sim/check/scopes.hpp"

#include <algorithm>

#include "sim/check/debug_entries.hpp"

namespace ringsim::sim::check {

scopes_of_program::scopes_of_program(const std::string& path) {
    const debug_entries all(path);
    // Without a beginning and an end it is a declaration, or has been put in line everywhere.
    for (const auto& [at, e] : all.all())
        if (e.tag == "subprogram" && e.code && e.code_end != 0) add(all, e);
}

// Where a frame's offsets are counted from. Registers have the numbers that the psABI of x86-64
// gives them for DWARF: 6 is %rbp, 7 is %rsp. A function with another base is left out, and nothing
// is noticed there.
void scopes_of_program::add(const debug_entries& all, const debug_entry& function) {
    function_scopes found{*function.code, *function.code + function.code_end, {}, {}};
    if (function.frame_base.starts_with("reg6"))
        found.base = frame_base::base_pointer;
    else if (function.frame_base.starts_with("reg7"))
        found.base = frame_base::stack_pointer;
    else if (function.frame_base != "call_frame_cfa")
        return;
    add_variables(all, function, {}, found);
    if (found.variables.empty()) return;
    // Without a block there is nothing to notice: frames that end are seen by their returns.
    found.has_blocks =
        std::ranges::any_of(found.variables, [](const auto& v) { return !v.block.empty(); });
    functions_.emplace(found.begin, std::move(found));
}

// Nested blocks: the innermost one limits a variable. Arguments of a function that was put in line
// get their values outside of its block, in front of its first instruction, so that they count as
// alive all through the function that it was put into.
void scopes_of_program::add_variables(const debug_entries& all, const debug_entry& of,
                                      const code_ranges& block, function_scopes& to) const {
    for (const std::uint64_t child : of.children) {
        const debug_entry* const e = all.find(child);
        if (!e) continue;
        if (e->tag == "lexical_block" || e->tag == "inlined_subroutine") {
            code_ranges own = all.ranges_of(*e);
            add_variables(all, *e, own.empty() ? block : own, to);
        }
        const bool argument = e->tag == "formal_parameter";
        if (!e->in_frame || (!argument && e->tag != "variable")) continue;
        // An entry of inlined code refers to the function that it was made of for the variable's
        // type.
        const debug_entry* const named = e->type ? e : all.find(e->declared);
        const debug_entry* const type = named ? all.bare_type(named->type) : nullptr;
        const auto bytes = static_cast<std::int64_t>(type ? all.size_of(*type) : 0);
        const debug_entry* const called = e->name.empty() ? all.find(e->declared) : e;
        to.variables.push_back({*e->in_frame, *e->in_frame + bytes,
                                argument ? code_ranges{} : block, called ? called->name : "",
                                child});
    }
}

const function_scopes* scopes_of_program::at(std::uint64_t code) const {
    auto after = functions_.upper_bound(code);
    if (after == functions_.begin()) return nullptr;
    --after;
    return code < after->second.end ? &after->second : nullptr;
}

}  // namespace ringsim::sim::check
