// What a place inside a variable of the program is called, from the types in its debug information:
// "slots[2].key".
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sim/check/debug_entries.hpp"

namespace ringsim::sim::check {

class members_of_program {
  public:
    // Of the shared object at `path`.
    explicit members_of_program(const std::string& path);

    // Of the byte `inside` of the variable at `start`: ".len", "[3].key", or "+8" where nothing is
    // known. Empty at its start if nothing smaller begins there.
    std::string inside(std::uint64_t start, std::uint64_t inside) const;
    // The same with its name, of a local variable that has this entry. Empty: it is the library's.
    std::string local(std::uint64_t entry, std::uint64_t inside) const;

  private:
    std::string describe(const debug_entry* type, std::uint64_t inside) const;
    std::string describe_member(const debug_entry& type, std::uint64_t inside) const;
    std::string describe_element(const debug_entry& type, std::uint64_t inside) const;

    debug_entries entries_;
    std::map<std::uint64_t, const debug_entry*> variables_;
};

}  // namespace ringsim::sim::check
