// Reads what `readelf -wi` prints, line by line. Two kinds of lines count: one that begins an
// entry, with its depth and place, and one with an attribute of the entry that began last.
// Attributes that nobody here asks for are skipped; so are forms of locations that are not one
// fixed place (lists, expressions of several operations).
#include "sim/check/debug_entries.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string_view>

#include "sim/check/compile.hpp"
#include "sim/check/instructions.hpp"

namespace ringsim::sim::check {
namespace {

// For pointers and references whose size the information leaves out.
constexpr std::uint64_t pointer_bytes = 8;

// Of what readelf writes with 0x in front the base is 16, whatever the caller thinks.
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

// What stands behind "(NAME" in "2 byte block: 91 54 (NAME: -44)", if that is all there is:
// operations of an expression are divided by semicolons, and one that has several is not understood
// here.
std::optional<std::string_view> operation(std::string_view value, std::string_view name) {
    const auto at = value.find('(');
    if (at == std::string_view::npos || !value.substr(at + 1).starts_with(name)) return {};
    const std::string_view rest = value.substr(at + 1 + name.size());
    const auto end = rest.find(')');
    if (end == std::string_view::npos || rest.find(';') != std::string_view::npos) return {};
    return rest.substr(0, end);
}

// A global variable has an address, a local one a place in its function's frame; what is neither is
// where no one place says.
void read_location(debug_entry& e, const std::string& value) {
    if (const auto fixed = operation(value, "DW_OP_addr: ")) e.address = number(*fixed, 16);
    if (const auto offset = operation(value, "DW_OP_fbreg: ")) {
        std::int64_t n = 0;
        std::from_chars(offset->data(), offset->data() + offset->size(), n);
        e.in_frame = n;
    }
}

}  // namespace

debug_entries::debug_entries(const std::string& path) : path_(path) {
    std::istringstream lines(output_of({"readelf", "-wi", path}));
    for (std::string line; std::getline(lines, line);) read_line(line);
}

// " <2><be8>: Abbrev Number: 41 (DW_TAG_member)" or "    <be9>   DW_AT_name        : head".
void debug_entries::read_line(const std::string& line) {
    if (line.starts_with(" <")) {
        // Depth and place. The depth need only grow from an outer entry to an inner one: where it
        // grows by more than one the entries in between are stood in for by the one around them.
        const std::size_t depth = number(std::string_view(line).substr(2), 16);
        const auto second = line.find("><");
        const auto tag = line.find("(DW_TAG_");
        if (second == std::string::npos || tag == std::string::npos) return;
        const std::uint64_t at = number(std::string_view(line).substr(second + 2), 16);
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
    const std::string_view all = line;
    read_attribute(std::string(trimmed(all.substr(attribute, colon - attribute))),
                   std::string(trimmed(all.substr(colon + 1))));
}

// Of the entry that began last, which is the innermost of those that are open.
void debug_entries::read_attribute(const std::string& name, const std::string& value) {
    debug_entry& e = entries_[open_.back()];
    if (name == "DW_AT_name") e.name = name_in(value);
    if (name == "DW_AT_type") e.type = reference(value);
    // A definition refers to its declaration, inlined code to the function that it was made of:
    // both have the name and the type there.
    if (name == "DW_AT_specification" || name == "DW_AT_abstract_origin")
        e.declared = reference(value);
    if (name == "DW_AT_byte_size") e.bytes = number(value, 10);
    if (name == "DW_AT_data_member_location") e.place = number(value, 10);
    // The bound is the last index. A bound that is no number (of an array whose size is known at
    // run time) reads as 0, and the array as one of one element.
    if (name == "DW_AT_upper_bound") e.many = number(value, 10) + 1;
    if (name == "DW_AT_count") e.many = number(value, 10);
    if (name == "DW_AT_declaration") e.declaration = true;
    if (name == "DW_AT_low_pc") e.code = number(value, 16);
    if (name == "DW_AT_high_pc") e.code_end = number(value, 16);
    if (name == "DW_AT_ranges") e.ranges = number(value, 16);
    if (name == "DW_AT_location") read_location(e, value);
    if (const auto base = operation(value, "DW_OP_"); name == "DW_AT_frame_base" && base)
        e.frame_base = *base;
}

// A size and an address of what refers to nothing: see the header.
const debug_entry* debug_entries::find(std::optional<std::uint64_t> at) const {
    if (!at) return nullptr;
    const auto found = entries_.find(*at);
    return found == entries_.end() ? nullptr : &found->second;
}

// _Atomic of C is a type of its own in DWARF.
const debug_entry* debug_entries::bare_type(std::optional<std::uint64_t> at) const {
    const debug_entry* e = find(at);
    while (e && (e->tag == "typedef" || e->tag == "const_type" || e->tag == "volatile_type" ||
                 e->tag == "atomic_type"))
        e = find(e->type);
    return e;
}

// Arrays: all dimensions in one entry, or an array of arrays; both give the product.
std::uint64_t debug_entries::size_of(const debug_entry& type) const {
    if (type.bytes == 0 && type.tag.find("_type") != std::string::npos &&
        (type.tag.starts_with("pointer") || type.tag.find("reference") != std::string::npos))
        return pointer_bytes;
    if (type.tag != "array_type") return type.bytes;
    const debug_entry* const element = bare_type(type.type);
    std::uint64_t bytes = element ? size_of(*element) : 0;
    for (const std::uint64_t c : type.children)
        if (const debug_entry* e = find(c); e && e->tag == "subrange_type") bytes *= e->many;
    return bytes;
}

// Lines are "    00000030 00000000000011a9 00000000000011b1": where the list begins, and one range
// of it; until "<End of list>". Whatever else readelf prints is not three numbers.
void debug_entries::read_ranges() const {
    listed_.emplace();
    std::istringstream lines(output_of({"readelf", "-wR", path_}));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::uint64_t list = 0;
        std::uint64_t from = 0;
        std::uint64_t to = 0;
        if (words >> std::hex >> list >> from >> to) (*listed_)[list].emplace_back(from, to);
    }
}

// A block without ranges has variables that live as long as those of the block around it.
code_ranges debug_entries::ranges_of(const debug_entry& e) const {
    if (e.ranges) {
        if (!listed_) read_ranges();
        const auto found = listed_->find(*e.ranges);
        return found == listed_->end() ? code_ranges{} : found->second;
    }
    if (!e.code || e.code_end == 0) return {};
    return {{*e.code, *e.code + e.code_end}};
}

}  // namespace ringsim::sim::check
