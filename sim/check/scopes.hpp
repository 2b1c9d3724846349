// Where in its code a function's variables are alive, from the debug information: one that is
// declared in a block, or in a function that was put in line, only as long as that lasts.
//
// No instruction says where a block ends, and its memory is not given back; so the use of a
// variable behind its block is seen by this alone. Where the information is incomplete a variable
// counts as alive: an error may go unseen, and none is made up.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/check/debug_entries.hpp"

namespace ringsim::sim::check {

// What the places of a function's variables are counted from.
enum class frame_base : std::uint8_t { frame, stack_pointer, base_pointer };

struct scoped_variable {
    std::int64_t begin = 0;  // in bytes from the base; negative, for stacks grow down
    std::int64_t end = 0;    // behind its last byte
    code_ranges block;       // empty: all of the function
    std::string name;
    std::uint64_t entry = 0;  // of it in the debug information

    bool alive_at(std::uint64_t code) const {
        for (const auto& [from, to] : block)
            if (code >= from && code < to) return true;
        return block.empty();
    }
};

struct function_scopes {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    frame_base base = frame_base::frame;
    std::vector<scoped_variable> variables;
    bool has_blocks = false;  // with variables
};

class scopes_of_program {
  public:
    // Of the shared object at `path`.
    explicit scopes_of_program(const std::string& path);

    // Of the function that has the code at this offset, if it has variables in its frame; otherwise
    // nullptr. Looked up in front of many accesses, and so kept by where functions begin.
    const function_scopes* at(std::uint64_t code) const;

  private:
    void add(const debug_entries& all, const debug_entry& function);
    void add_variables(const debug_entries& all, const debug_entry& of, const code_ranges& block,
                       function_scopes& to) const;

    std::map<std::uint64_t, function_scopes> functions_;
};

}  // namespace ringsim::sim::check
