#include "sim/check/members.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string_view>

#include "sim/check/compile.hpp"

namespace ringsim::sim::check {
namespace {

std::uint64_t number(std::string_view text, int base) {
    if (text.starts_with("0x")) {
        text.remove_prefix(2);
        base = 16;
    }
    std::uint64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n, base);
    return n;
}

// "<0x1a2>" as a reference to another entry.
std::optional<std::uint64_t> reference(std::string_view value) {
    if (!value.starts_with("<")) return std::nullopt;
    return number(value.substr(1), 16);
}

// "(indirect string, offset: 0x5): name", or "name".
std::string name_in(const std::string& value) {
    const auto at = value.find("): ");
    return value.starts_with("(indirect") && at != std::string::npos ? value.substr(at + 3) : value;
}

std::string plus(std::uint64_t inside) {
    return inside == 0 ? "" : "+" + std::to_string(inside);
}

// A member that only the library's own code names.
bool is_of_library(const std::string& name) {
    return name.starts_with("_M_") || name.starts_with("__");
}

std::string trimmed(std::string text) {
    text.erase(0, text.find_first_not_of(" \t"));
    text.erase(text.find_last_not_of(" \t") + 1);
    return text;
}

}  // namespace

members_of_program::members_of_program(const std::string& path) {
    std::istringstream lines(output_of({"readelf", "-wi", path}));
    for (std::string line; std::getline(lines, line);) read_line(line);
    for (const auto& [at, e] : entries_)
        if (e.address) variables_[*e.address] = at;
}

// " <2><be8>: Abbrev Number: 41 (DW_TAG_member)" or "    <be9>   DW_AT_name        : head".
void members_of_program::read_line(const std::string& line) {
    if (line.starts_with(" <")) {
        const std::size_t depth = number(std::string_view(line).substr(2), 16);
        const auto second = line.find("><");
        const auto tag = line.find("(DW_TAG_");
        if (second == std::string::npos || tag == std::string::npos) return;
        const offset at = number(std::string_view(line).substr(second + 2), 16);
        open_.resize(std::min(open_.size(), depth));
        if (!open_.empty()) entries_[open_.back()].children.push_back(at);
        open_.resize(depth, open_.empty() ? at : open_.back());
        open_.push_back(at);
        const auto from = tag + std::string_view("(DW_TAG_").size();
        entries_[at].tag = line.substr(from, line.find(')', from) - from);
        return;
    }
    const auto attribute = line.find("DW_AT_");
    const auto colon = line.find(':', attribute == std::string::npos ? 0 : attribute);
    if (open_.empty() || attribute == std::string::npos || colon == std::string::npos) return;
    read_attribute(trimmed(line.substr(attribute, colon - attribute)),
                   trimmed(line.substr(colon + 1)));
}

void members_of_program::read_attribute(const std::string& name, const std::string& value) {
    entry& e = entries_[open_.back()];
    if (name == "DW_AT_name") e.name = name_in(value);
    if (name == "DW_AT_type") e.type = reference(value);
    if (name == "DW_AT_specification") e.declared = reference(value);
    if (name == "DW_AT_byte_size") e.bytes = number(value, 10);
    if (name == "DW_AT_data_member_location") e.place = number(value, 10);
    if (name == "DW_AT_upper_bound") e.many = number(value, 10) + 1;
    if (name == "DW_AT_count") e.many = number(value, 10);
    constexpr std::string_view fixed = "(DW_OP_addr: ";
    if (const auto at = value.find(fixed); name == "DW_AT_location" && at != std::string::npos)
        e.address = number(std::string_view(value).substr(at + fixed.size()), 16);
}

const members_of_program::entry* members_of_program::find(std::optional<offset> at) const {
    if (!at) return nullptr;
    const auto found = entries_.find(*at);
    return found == entries_.end() ? nullptr : &found->second;
}

// Without the names and qualifiers that it has been given.
const members_of_program::entry* members_of_program::bare_type(std::optional<offset> at) const {
    const entry* e = find(at);
    while (e && (e->tag == "typedef" || e->tag == "const_type" || e->tag == "volatile_type" ||
                 e->tag == "atomic_type"))
        e = find(e->type);
    return e;
}

std::uint64_t members_of_program::size_of(const entry& type) const {
    if (type.tag != "array_type") return type.bytes;
    const entry* const element = bare_type(type.type);
    std::uint64_t bytes = element ? size_of(*element) : 0;
    for (const offset c : type.children)
        if (const entry* e = find(c); e && e->tag == "subrange_type") bytes *= e->many;
    return bytes;
}

std::string members_of_program::describe(const entry* type, std::uint64_t inside) const {
    if (!type) return plus(inside);
    if (type->tag == "structure_type" || type->tag == "class_type" || type->tag == "union_type")
        return describe_member(*type, inside);
    if (type->tag == "array_type") return describe_element(*type, inside);
    return plus(inside);
}

std::string members_of_program::describe_member(const entry& type, std::uint64_t inside) const {
    for (const offset c : type.children) {
        const entry* const e = find(c);
        if (!e || (e->tag != "member" && e->tag != "inheritance")) continue;
        const entry* const of = bare_type(e->type);
        const std::uint64_t bytes = of ? size_of(*of) : 0;
        if (inside < e->place || inside >= e->place + bytes) continue;
        if (is_of_library(e->name)) return "";
        const std::string rest = describe(of, inside - e->place);
        return e->tag == "inheritance" || e->name.empty() ? rest : "." + e->name + rest;
    }
    return plus(inside);
}

std::string members_of_program::describe_element(const entry& type, std::uint64_t inside) const {
    const entry* const element = bare_type(type.type);
    std::uint64_t bytes = size_of(type);
    if (bytes == 0 || !element) return plus(inside);
    std::string text;
    for (const offset c : type.children) {
        const entry* const e = find(c);
        if (!e || e->tag != "subrange_type" || e->many == 0) continue;
        bytes /= e->many;
        text += "[" + std::to_string(inside / bytes) + "]";
        inside %= bytes;
    }
    return text + describe(element, inside);
}

std::string members_of_program::inside(std::uint64_t start, std::uint64_t inside) const {
    const auto found = variables_.find(start);
    if (found == variables_.end()) return plus(inside);
    const entry* e = find(found->second);
    if (!e->type) e = find(e->declared);
    return describe(e ? bare_type(e->type) : nullptr, inside);
}

}  // namespace ringsim::sim::check
