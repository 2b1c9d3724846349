// Where the program's own code has called the code of a library that was compiled with it: a race
// within a string or a vector is to be told at the line of the program that uses it.
//
// The stack is unwound, as for an exception, up to the first function that is the program's own.
// That is slow beside an event, so it is done for the first events in libraries only; which calls
// there are is known by then in nearly every program. What has several callers in one thread has
// none here.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "sim/check/image.hpp"

namespace ringsim::sim::check {

// Of a symbol: whether it is of C++'s library. What is compiled with the program is told apart by
// that. A local one has a lambda for an argument, whose own code may stand in it in line: only what
// starts threads has none.
bool is_name_of_library(std::string_view symbol, bool local);

class library_callers {
  public:
    explicit library_callers(const image& i) : image_(i) {}

    // Of the running thread, which has come in from library code at `pc`: where its own code goes
    // on; nullptr if `pc` is its own code already, or nothing is known.
    const void* own_caller(const void* pc);
    // The same, kept: for an event of the thread at this offset.
    void note(unsigned thread, std::uint32_t offset, const void* pc);
    // As an offset; 0 if none is known, or several.
    std::uint32_t of(unsigned thread, std::uint32_t offset) const;

  private:
    bool is_library(const void* pc) const;

    const image& image_;
    unsigned unwound_ = 0;
    // Of the program's own places some that were asked for, by their addresses: each access is
    // looked at, also when its thread is run again, and nearly all are own ones.
    std::array<const void*, 256> own_{};
    std::map<std::pair<unsigned, std::uint32_t>, std::uint32_t> callers_;
};

}  // namespace ringsim::sim::check
