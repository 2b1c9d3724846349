// The entries of a program's debug information, as readelf prints them: `readelf -wi`, of GNU
// binutils, so that no library is needed to read DWARF.
//
// Nothing here is needed for a verdict: names of members and the ends of blocks come from it. What
// a compiler leaves out or writes in a form that is not known here stays empty, and whoever asks
// goes without; nothing is guessed. Places of entries, and of code, are offsets in the shared
// object, not addresses in this process.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ringsim::sim::check {

// Half open, [from, to), as offsets in the shared object. Code may be in several pieces: what is
// seldom executed stands elsewhere.
using code_ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

struct debug_entry {
    std::string tag;  // without its DW_TAG_
    std::string name;
    std::optional<std::uint64_t> type;      // where its entry is
    std::optional<std::uint64_t> declared;  // the entry that has its name and type
    bool declaration = false;               // what it declares is defined elsewhere
    std::optional<std::uint64_t> address;
    std::optional<std::int64_t> in_frame;  // from its base
    std::string frame_base;                // of a function, as an operation of DWARF
    std::optional<std::uint64_t> code;     // where its code begins
    // As DW_AT_high_pc is written, which since DWARF 4 is the number of bytes behind `code`.
    std::uint64_t code_end = 0;
    std::optional<std::uint64_t> ranges;  // of code in several pieces: where they are listed
    std::uint64_t place = 0;              // of a member in its structure
    std::uint64_t bytes = 0;              // of a type; 0 of one that has no size of its own
    std::uint64_t many = 0;               // elements of an array's dimension
    std::vector<std::uint64_t> children;  // places of the entries inside of it, in their order
};

class debug_entries {
  public:
    // Of the shared object at `path`. Throws build_error if readelf cannot be run; a program
    // without debug information has no entries.
    explicit debug_entries(const std::string& path);

    const std::map<std::uint64_t, debug_entry>& all() const { return entries_; }
    // nullptr: there is no entry at this place, or no place. So a chain of references may be
    // followed without a look at each step.
    const debug_entry* find(std::optional<std::uint64_t> at) const;
    // A type, without the names and qualifiers that it has been given.
    const debug_entry* bare_type(std::optional<std::uint64_t> at) const;
    // In bytes; 0 if the information does not say.
    std::uint64_t size_of(const debug_entry& type) const;
    // The code of a function or a block; empty if the entry does not say.
    code_ranges ranges_of(const debug_entry& e) const;

  private:
    void read_line(const std::string& line);
    void read_ranges() const;
    void read_attribute(const std::string& name, const std::string& value);

    std::string path_;
    std::map<std::uint64_t, debug_entry> entries_;
    // By where they are listed; when one is asked for.
    mutable std::optional<std::map<std::uint64_t, code_ranges>> listed_;
    // While it is read: the entries that the line at hand stands in, the outermost first.
    std::vector<std::uint64_t> open_;
};

}  // namespace ringsim::sim::check
