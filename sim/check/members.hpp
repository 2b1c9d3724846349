// What a place inside a variable of the program is called, from the types in its debug information:
// "slots[2].key".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringsim::sim::check {

class members_of_program {
  public:
    // Of the shared object at `path`, whose debug information readelf prints.
    explicit members_of_program(const std::string& path);

    // Of the byte `inside` of the variable at `start`: ".len", "[3].key", or "+8" where nothing is
    // known. Empty at its start if nothing smaller begins there.
    std::string inside(std::uint64_t start, std::uint64_t inside) const;

  private:
    using offset = std::uint64_t;
    struct entry {
        std::string tag;
        std::string name;
        std::optional<offset> type;
        std::optional<offset> declared;  // the entry that has its name and type
        std::optional<std::uint64_t> address;
        std::uint64_t place = 0;  // of a member in its structure
        std::uint64_t bytes = 0;
        std::uint64_t many = 0;  // elements of an array's dimension
        std::vector<offset> children;
    };
    void read_line(const std::string& line);
    void read_attribute(const std::string& name, const std::string& value);
    const entry* find(std::optional<offset> at) const;
    const entry* bare_type(std::optional<offset> at) const;
    std::uint64_t size_of(const entry& type) const;
    std::string describe(const entry* type, std::uint64_t inside) const;
    std::string describe_member(const entry& type, std::uint64_t inside) const;
    std::string describe_element(const entry& type, std::uint64_t inside) const;

    std::map<offset, entry> entries_;
    std::map<std::uint64_t, offset> variables_;
    std::vector<offset> open_;  // while it is read
};

}  // namespace ringsim::sim::check
