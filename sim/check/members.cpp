// Names of places inside variables, for traces and messages. An address is broken up by the types
// in the debug information: which member of a structure has the byte, which element of an array,
// and so on inwards. Where the information ends the rest is a number of bytes: "ring+8" is better
// than no name.
#include "sim/check/members.hpp"

#include <algorithm>

namespace ringsim::sim::check {
namespace {

std::string plus(std::uint64_t inside) {
    return inside == 0 ? "" : "+" + std::to_string(inside);
}

// A member that only the library's own code names: `_M_i` of std::atomic, which is no name that the
// user has ever written. The name ends in front of it.
bool is_of_library(const std::string& name) {
    return name.starts_with("_M_") || name.starts_with("__");
}

}  // namespace

members_of_program::members_of_program(const std::string& path) : entries_(path) {
    // Those that have an address of their own: of static storage.
    for (const auto& [at, e] : entries_.all())
        if (e.address) variables_[*e.address] = &e;
}

std::string members_of_program::describe(const debug_entry* type, std::uint64_t inside) const {
    if (!type) return plus(inside);
    if (type->tag == "structure_type" || type->tag == "class_type" || type->tag == "union_type")
        return describe_member(*type, inside);
    if (type->tag == "array_type") return describe_element(*type, inside);
    return plus(inside);
}

std::string members_of_program::describe_member(const debug_entry& type,
                                                std::uint64_t inside) const {
    for (const std::uint64_t c : type.children) {
        const debug_entry* const e = entries_.find(c);
        if (!e || (e->tag != "member" && e->tag != "inheritance")) continue;
        if (e->declaration) continue;  // a static member is elsewhere
        const debug_entry* const of = entries_.bare_type(e->type);
        const std::uint64_t bytes = of ? entries_.size_of(*of) : 0;
        // In a union several members have the byte; the first one gives it a name.
        if (inside < e->place || inside >= e->place + bytes) continue;
        if (is_of_library(e->name)) return "";
        const std::string rest = describe(of, inside - e->place);
        // A base class and an anonymous structure or union have no name in the source, and get none
        // here.
        return e->tag == "inheritance" || e->name.empty() ? rest : "." + e->name + rest;
    }
    const debug_entry* const last = growing_member(type);
    if (!last || inside < last->place) return plus(inside);
    const debug_entry* const element = entries_.bare_type(entries_.bare_type(last->type)->type);
    const std::uint64_t bytes = element ? entries_.size_of(*element) : 0;
    if (bytes == 0) return plus(inside);
    return "." + last->name + "[" + std::to_string((inside - last->place) / bytes) + "]" +
           describe(element, (inside - last->place) % bytes);
}

const debug_entry* members_of_program::growing_member(const debug_entry& type) const {
    if (type.tag != "structure_type" || type.children.empty()) return nullptr;
    const debug_entry* const last = entries_.find(type.children.back());
    const debug_entry* const of =
        last && last->tag == "member" ? entries_.bare_type(last->type) : nullptr;
    return of && of->tag == "array_type" && entries_.size_of(*of) == 0 ? last : nullptr;
}

std::string members_of_program::describe_element(const debug_entry& type,
                                                 std::uint64_t inside) const {
    const debug_entry* const element = entries_.bare_type(type.type);
    std::uint64_t bytes = entries_.size_of(type);
    if (bytes == 0 || !element) return plus(inside);
    std::string text;
    // One child for each dimension, the outermost first. What is left of the size after a division
    // is that of an element of this dimension, which may be an array itself.
    for (const std::uint64_t c : type.children) {
        const debug_entry* const e = entries_.find(c);
        if (!e || e->tag != "subrange_type" || e->many == 0) continue;
        bytes /= e->many;
        text += "[" + std::to_string(inside / bytes) + "]";
        inside %= bytes;
    }
    return text + describe(element, inside);
}

std::string members_of_program::inside(std::uint64_t start, std::uint64_t inside) const {
    const auto found = variables_.find(start);
    // A definition of what was declared elsewhere (extern, or a static member) has its type there.
    if (found == variables_.end()) return plus(inside);
    const debug_entry* e = found->second;
    if (!e->type) e = entries_.find(e->declared);
    return describe(e ? entries_.bare_type(e->type) : nullptr, inside);
}

// Inlined code refers to the function that it was made of for the name and the type.
std::string members_of_program::local(std::uint64_t entry, std::uint64_t inside) const {
    const debug_entry* e = entries_.find(entry);
    if (e && e->name.empty()) e = entries_.find(e->declared);
    if (!e || is_of_library(e->name)) return "";
    return e->name + describe(entries_.bare_type(e->type), inside);
}

// What a function calls its argument or variable is what a reader calls the object that it has just
// got there, if the object has the size of what the pointer is declared to point to.
std::vector<members_of_program::pointer> members_of_program::pointers_to(std::uint64_t bytes,
                                                                         std::uint64_t code) const {
    std::vector<pointer> found;
    for (const auto& [at, e] : entries_.all())
        if (e.tag == "subprogram" && found.empty()) add_pointers(e, bytes, code, found);
    return found;
}

void members_of_program::add_pointers(const debug_entry& in, std::uint64_t bytes,
                                      std::uint64_t code, std::vector<pointer>& to) const {
    const code_ranges ranges = entries_.ranges_of(in);
    const auto has = [&](const auto& r) { return code >= r.first && code < r.second; };
    const bool whole = in.tag == "lexical_block" && ranges.empty();
    if (!whole && std::ranges::none_of(ranges, has)) return;
    // Inner ones first: those of the function that was put in line here, or of the block.
    for (const std::uint64_t child : in.children)
        if (const debug_entry* const e = entries_.find(child);
            e && (e->tag == "lexical_block" || e->tag == "inlined_subroutine"))
            add_pointers(*e, bytes, code, to);
    if (!to.empty()) return;
    for (const std::uint64_t child : in.children) {
        const debug_entry* e = entries_.find(child);
        if (!e || (e->tag != "variable" && e->tag != "formal_parameter")) continue;
        if (!e->type) e = entries_.find(e->declared);
        const debug_entry* const type = e ? entries_.bare_type(e->type) : nullptr;
        if (type && type->tag == "pointer_type" && !e->name.empty())
            add_if_it_fits(e->name, type->type, bytes, to);
    }
}

void members_of_program::add_if_it_fits(const std::string& name,
                                        const std::optional<std::uint64_t>& type,
                                        std::uint64_t bytes, std::vector<pointer>& to) const {
    const debug_entry* const target = entries_.bare_type(type);
    const std::uint64_t size = target ? entries_.size_of(*target) : 0;
    const bool grows = size != 0 && size <= bytes && growing_member(*target);
    if (size != 0 && (bytes % size == 0 || grows)) to.push_back({name, *type, size, grows});
}

std::vector<members_of_program::pointer> members_of_program::pointers_called(
    std::string_view name, std::uint64_t bytes) const {
    std::vector<pointer> found;
    for (const auto& [at, e] : entries_.all()) {
        if (name.empty() || e.name != name || (e.tag != "variable" && e.tag != "member")) continue;
        const debug_entry* const type = entries_.bare_type(e.type);
        if (type && type->tag == "pointer_type") add_if_it_fits(e.name, type->type, bytes, found);
    }
    return found;
}

std::vector<members_of_program::pointer> members_of_program::structures_called(
    std::string_view name, std::uint64_t bytes) const {
    std::vector<pointer> found;
    for (const auto& [at, e] : entries_.all())
        if (!name.empty() && e.name == name && e.tag == "structure_type")
            add_if_it_fits(e.name, at, bytes, found);
    return found;
}

std::string members_of_program::pointed(const pointer& by, bool several,
                                        std::uint64_t inside) const {
    const debug_entry* const type = entries_.bare_type(by.type);
    const std::string rest = describe(type, by.grows ? inside : inside % by.size);
    if (several && !by.grows) return by.name + "[" + std::to_string(inside / by.size) + "]" + rest;
    if (rest.starts_with(".")) return by.name + "->" + rest.substr(1);
    return rest.empty() ? "*" + by.name : by.name + rest;
}

}  // namespace ringsim::sim::check
