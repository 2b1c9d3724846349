// The programs of `ringsim bench`: ordinary C with POSIX threads, as `check` and other checkers
// take it. N, which the command line of the compiler gives, is their size.
#pragma once

#include <span>
#include <string_view>

namespace ringsim::scenarios::commands {

struct bench_program {
    std::string_view name;
    unsigned size;        // N
    unsigned quick_size;  // with --quick
    std::string_view what;
    std::string_view source;
};

std::span<const bench_program> bench_programs();

}  // namespace ringsim::scenarios::commands
