// Names of places inside variables, for traces and messages. An address is broken up by the types
// in the debug information: which member of a structure has the byte, which element of an array,
// and so on inwards. Where the information ends the rest is a number of bytes: "ring+8" is better
// than no name.
#include "sim/check/members.hpp"

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
    return plus(inside);
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

}  // namespace ringsim::sim::check
