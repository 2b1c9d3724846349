// The entries of a program's debug information, as readelf prints them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ringsim::sim::check {

struct debug_entry {
    std::string tag;
    std::string name;
    std::optional<std::uint64_t> type;      // where its entry is
    std::optional<std::uint64_t> declared;  // the entry that has its name and type
    std::optional<std::uint64_t> address;
    std::optional<std::int64_t> in_frame;  // from its base
    std::string frame_base;                // of a function, as an operation of DWARF
    std::optional<std::uint64_t> code;     // where its code begins
    std::uint64_t code_end = 0;            // or its length
    std::optional<std::uint64_t> ranges;   // of code in several pieces: where they are listed
    std::uint64_t place = 0;               // of a member in its structure
    std::uint64_t bytes = 0;
    std::uint64_t many = 0;  // elements of an array's dimension
    std::vector<std::uint64_t> children;
};

class debug_entries {
  public:
    // Of the shared object at `path`.
    explicit debug_entries(const std::string& path);

    const std::map<std::uint64_t, debug_entry>& all() const { return entries_; }
    const debug_entry* find(std::optional<std::uint64_t> at) const;
    // A type, without the names and qualifiers that it has been given.
    const debug_entry* bare_type(std::optional<std::uint64_t> at) const;
    std::uint64_t size_of(const debug_entry& type) const;

  private:
    void read_line(const std::string& line);
    void read_attribute(const std::string& name, const std::string& value);

    std::map<std::uint64_t, debug_entry> entries_;
    std::vector<std::uint64_t> open_;  // while it is read
};

}  // namespace ringsim::sim::check
