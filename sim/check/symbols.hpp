// What addresses of a program are called, from its debug information. The work is done by addr2line
// and nm of binutils, which are there where a compiler is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/check/members.hpp"

namespace ringsim::sim::check {

// Where in the user's source an address is; the outermost place outside of system headers, if
// functions are inlined.
struct source_place {
    std::string function;  // without its arguments
    std::string file;
    unsigned line = 0;  // 0: unknown
};

class symbols_of_program {
  public:
    // Of the shared object at `path`. Throws build_error if the tools cannot be run.
    explicit symbols_of_program(std::string path);

    // Asks about all these offsets at once; place() then knows them.
    void look_up(const std::vector<std::uint64_t>& offsets);
    // Of the call that returns to `offset`.
    const source_place& place(std::uint64_t offset) const;
    // "name", "name.member[2]" or "name+8" of a variable; empty if there is none.
    std::string variable(std::uint64_t offset) const;
    // Of a local variable, by its entry in the debug information.
    std::string local(std::uint64_t entry, std::uint64_t inside) const;
    // Of an object of the heap, from where it was allocated, which must have been looked up: what
    // the function there calls it, "p->next" or "p[2].next". Empty if that is not clear.
    std::string object(std::uint64_t allocated, std::uint64_t bytes, std::uint64_t inside);
    // The function that begins at `offset`; empty if there is none.
    std::string function(std::uint64_t offset) const;
    // A function, a table of virtual functions or other constant at `offset`; empty if there is
    // none.
    std::string constant(std::uint64_t offset) const;
    // The text of a line, without blanks around it; empty if it cannot be read.
    std::string text(const source_place& at);

  private:
    std::string path_;
    std::map<std::uint64_t, source_place> places_;
    std::map<std::uint64_t, std::string> variables_;
    std::map<std::uint64_t, std::string> functions_;
    std::map<std::uint64_t, std::string> tables_;
    std::map<std::string, std::vector<std::string>> files_;
    mutable std::optional<members_of_program> members_;  // when it is asked for
};

}  // namespace ringsim::sim::check
