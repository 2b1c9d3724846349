// Names of addresses in the program under check, for traces, messages and findings. nm is asked
// once for a program; addr2line whenever there are new places, for many of them at a time, since a
// process for each would be slow. Offsets are counted in the shared object, as in debug information
// (image.hpp).
#include "sim/check/symbols.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "sim/check/compile.hpp"
#include "sim/check/library_symbols.hpp"

namespace ringsim::sim::check {
namespace {

// An object points behind what identifies its type: the Itanium C++ ABI puts the offset to the top
// and the address of the type_info in front of the virtual functions, eight bytes each.
constexpr std::uint64_t vtable_head = 16;

// The user's own file is wanted: with inlined code the place in a header of the library says
// little.
bool is_system_file(const std::string& file) {
    return file.starts_with("/usr/") || file.find("/include/c++/") != std::string::npos ||
           file == "??" || file.empty();
}

std::string hex(std::uint64_t n) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, n, 16).ptr;
    return "0x" + std::string(text, end);
}

std::uint64_t from_hex(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(2);
    std::uint64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n, 16);
    return n;
}

// "file:12 (discriminator 3)" as a place.
source_place place_from(std::string function, std::string where) {
    source_place at;
    at.function = function.substr(0, function.find('('));
    where = where.substr(0, where.find(" ("));
    const auto colon = where.rfind(':');
    if (colon == std::string::npos) return at;
    at.file = where.substr(0, colon);
    std::from_chars(where.data() + colon + 1, where.data() + where.size(), at.line);
    if (at.file == "??") at.line = 0;
    return at;
}

}  // namespace

symbols_of_program::symbols_of_program(std::string path) : path_(std::move(path)) {
    std::istringstream lines(symbols_by_nm({"-C", "--defined-only", path_}));
    for (std::string line; std::getline(lines, line);) {
        // NAME TYPE VALUE SIZE, where a C++ name may have blanks in it.
        std::vector<std::string> words;
        std::istringstream split(line);
        for (std::string word; split >> word;) words.push_back(word);
        // The type is the last word of one letter that has a word behind it.
        std::size_t type = words.size();
        for (std::size_t i = 1; i + 1 < words.size(); ++i)
            if (words[i].size() == 1) type = i;
        if (type == words.size()) continue;
        std::string name = words[0];
        for (std::size_t i = 1; i < type; ++i) name += " " + words[i];
        // The program's main() was renamed when it was linked (library_symbols.hpp).
        if (name == "ringsim_program_main") name = "main";
        const std::string kinds = words[type];
        const std::uint64_t at = from_hex(words[type + 1]);
        // Letters of nm: b and d are data, s and g what some machines keep near, u and V of C++
        // (inline variables and the like). Names with an underscore in front are the compiler's and
        // the linker's.
        if (kinds.find_first_of("bBdDsSgGuV") != std::string::npos && !name.starts_with("_"))
            variables_[at] = name;
        // Where a pointer to it points to, which is what a trace finds as a value in memory.
        if (name.starts_with("vtable for ")) tables_[at + vtable_head] = name;
        // The overloads of a function have one name: arguments make a trace wide.
        if (kinds.find_first_of("tTW") != std::string::npos)
            functions_[at] = name.substr(0, name.find('('));
    }
}

// All addresses are return addresses, which may be those of the next line already, or even of the
// next function: one byte less is inside of the call. The keys of places_ are what was asked for.
void symbols_of_program::look_up(const std::vector<std::uint64_t>& offsets) {
    std::vector<std::string> command{"addr2line", "-e", path_, "-a", "-f", "-C", "-i"};
    const std::set<std::uint64_t> unique(offsets.begin(), offsets.end());
    for (const std::uint64_t o : unique) command.push_back(hex(o - 1));
    std::istringstream lines(output_of(command));
    std::uint64_t at = 0;
    std::string line;
    while (std::getline(lines, line)) {
        // "-a" prints each address in front of its places; "-i" gives several of these, two lines
        // each, from the inlined function outwards. The innermost one outside of the system's
        // headers stays.
        if (line.starts_with("0x")) {
            at = from_hex(line) + 1;
            continue;
        }
        std::string where;
        std::getline(lines, where);
        source_place found = place_from(line, where);
        if (found.function == "ringsim_program_main") found.function = "main";
        const auto known = places_.find(at);
        if (known == places_.end())
            places_[at] = found;
        else if (is_system_file(known->second.file))
            known->second = found;
    }
}

// Of an offset that was not looked up the place is empty, with line 0.
const source_place& symbols_of_program::place(std::uint64_t offset) const {
    static const source_place nowhere;
    const auto found = places_.find(offset);
    return found == places_.end() ? nowhere : found->second;
}

// The variable that begins at or in front of the address, however long it is. The debug information
// of members is read only when a name is asked for: most runs find nothing and name nothing.
std::string symbols_of_program::variable(std::uint64_t offset) const {
    auto after = variables_.upper_bound(offset);
    if (after == variables_.begin()) return "";
    --after;
    const std::uint64_t inside = offset - after->first;
    if (!members_) members_.emplace(path_);
    return after->second + members_->inside(after->first, inside);
}

std::string symbols_of_program::local(std::uint64_t entry, std::uint64_t inside) const {
    if (!members_) members_.emplace(path_);
    return members_->local(entry, inside);
}

namespace {

constexpr std::string_view letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// Of "device->ring = kmalloc(...)" the name "ring".
std::string assigned_in(const std::string& line) {
    const auto is = line.find('=');
    if (is == std::string::npos || is == 0 || line.compare(is, 2, "==") == 0) return "";
    const auto last = line.find_last_not_of(' ', is - 1);
    if (last == std::string::npos || letters.find(line[last]) == std::string::npos) return "";
    const auto before = line.find_last_not_of(letters, last);
    return line.substr(before + 1, last - before);
}

// Of "sizeof(struct ring)" the name "ring".
std::string structure_in(const std::string& line) {
    constexpr std::string_view in_front = "sizeof(struct ";
    const auto at = line.find(in_front);
    if (at == std::string::npos) return "";
    const auto begin = at + in_front.size();
    return line.substr(begin, line.find_first_not_of(letters, begin) - begin);
}

}  // namespace

// Of several pointers the one is meant that the line assigns; so is the one to an array, whose type
// says no more than that it may be.
std::string symbols_of_program::object(std::uint64_t allocated, std::uint64_t bytes,
                                       std::uint64_t inside) {
    if (!members_) members_.emplace(path_);
    const std::string line = text(place(allocated));
    const auto assigned = line.find(" = ");
    const auto is_assigned = [&](const members_of_program::pointer& p) {
        if (assigned == std::string::npos || assigned < p.name.size()) return false;
        const auto begin = assigned - p.name.size();
        const auto before = begin == 0 ? ' ' : line[begin - 1];
        return line.compare(begin, p.name.size(), p.name) == 0 && (before == ' ' || before == '*');
    };
    // The address that a call returns to may be that of the next line.
    const auto pointers = members_->pointers_to(bytes, allocated - 1);
    const members_of_program::pointer* only = nullptr;
    unsigned fitting = 0;
    for (const auto& p : pointers) {
        if (is_assigned(p)) return members_->pointed(p, p.size != bytes, inside);
        if (p.size == bytes) only = &p, ++fitting;
    }
    if (fitting == 1) return members_->pointed(*only, false, inside);
    for (const auto& all : {members_->pointers_called(assigned_in(line), bytes),
                            members_->structures_called(structure_in(line), bytes)})
        if (!all.empty()) return members_->pointed(all[0], all[0].size != bytes, inside);
    return "";
}

std::string symbols_of_program::constant(std::uint64_t offset) const {
    const auto table = tables_.find(offset);
    return table == tables_.end() ? function(offset) : table->second;
}

std::string symbols_of_program::function(std::uint64_t offset) const {
    const auto found = functions_.find(offset);
    return found == functions_.end() ? "" : found->second;
}

// Files are read once, when their first line is asked for. One that is gone has no lines.
std::string symbols_of_program::text(const source_place& at) {
    if (at.line == 0) return "";
    auto [file, fresh] = files_.try_emplace(at.file);
    if (fresh) {
        std::ifstream in(at.file);
        for (std::string line; std::getline(in, line);) file->second.push_back(line);
    }
    if (at.line > file->second.size()) return "";
    const std::string& line = file->second[at.line - 1];
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) return "";
    return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace ringsim::sim::check
