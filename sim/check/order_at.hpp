// Orders of memory accesses that are tried in place of those in the source, by its lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel_model/order.hpp"
#include "sim/check/symbols.hpp"
#include "sim/graph/event.hpp"

namespace ringsim::sim::check {

// FILE:LINE=ORDER.
struct order_at_line {
    std::string file;
    unsigned line = 0;
    order how = order::relaxed;
};

// Of a list with commas between. Throws std::invalid_argument, whose text says what is wrong.
std::vector<order_at_line> parse_orders_at(std::string_view text);

// The same by code: accesses whose calls return to `offset` in the program.
struct order_at_call {
    std::uint64_t offset = 0;
    order how = order::relaxed;
    unsigned nth = 0;  // in the list of lines
};

// An access or a fence of an execution, with the order that the source gives it.
struct ordered_access {
    std::uint64_t offset = 0;  // as of order_at_call
    access kind = access::load;
    order how = order::relaxed;

    friend auto operator<=>(const ordered_access&, const ordered_access&) = default;
};

// What an event is to whoever gives orders: both halves of a read-modify-write are one. Nothing of
// what has no order at all, such as the end of a thread.
std::optional<ordered_access> ordered_access_of(const graph::label& l);

// Where in a program accesses are reported, and what lines they are of.
class program_lines {
  public:
    // Of the shared object at `program`.
    explicit program_lines(const std::string& program);

    // Sorted. Throws std::invalid_argument if a line has none.
    std::vector<order_at_call> calls_at(const std::vector<order_at_line>& lines) const;
    bool is_call(std::uint64_t offset) const;
    const source_place& place(std::uint64_t offset) const { return symbols_.place(offset); }
    std::string text(const source_place& at) const { return symbols_.text(at); }

  private:
    mutable symbols_of_program symbols_;
    std::vector<std::uint64_t> calls_;  // sorted
};

}  // namespace ringsim::sim::check
