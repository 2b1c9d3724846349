// What a place inside a variable of the program is called, from the types in its debug information:
// "slots[2].key".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

    // The pointers of the functions that have the code at this offset, the innermost first in which
    // there is one to a type that so many bytes hold once or several times.
    struct pointer {
        std::string name;
        std::uint64_t type;  // of what it points to: its entry
        std::uint64_t size;  // of that
        bool grows;          // it ends with an array of no stated length
    };
    std::vector<pointer> pointers_to(std::uint64_t bytes, std::uint64_t code) const;
    // Pointers of this name outside of functions, or in structures, to such a type; and the
    // structure of this name, as if something pointed to it.
    std::vector<pointer> pointers_called(std::string_view name, std::uint64_t bytes) const;
    std::vector<pointer> structures_called(std::string_view name, std::uint64_t bytes) const;
    // "->len" of the type that has this entry, "[2].len" if there are several one behind the other.
    // Of what grows there is one.
    std::string pointed(const pointer& by, bool several, std::uint64_t inside) const;

  private:
    // The array without a length at the end of a structure; nullptr if there is none.
    // A pointer of this name and type, if so many bytes may be what it points to.
    void add_if_it_fits(const std::string& name, const std::optional<std::uint64_t>& type,
                        std::uint64_t bytes, std::vector<pointer>& to) const;
    const debug_entry* growing_member(const debug_entry& type) const;
    void add_pointers(const debug_entry& in, std::uint64_t bytes, std::uint64_t code,
                      std::vector<pointer>& to) const;
    std::string describe(const debug_entry* type, std::uint64_t inside) const;
    std::string describe_member(const debug_entry& type, std::uint64_t inside) const;
    std::string describe_element(const debug_entry& type, std::uint64_t inside) const;

    debug_entries entries_;
    std::map<std::uint64_t, const debug_entry*> variables_;
};

}  // namespace ringsim::sim::check
