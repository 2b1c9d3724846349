// What the program uses of libraries, and what each name of it is bound to.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace ringsim::sim::check {

inline constexpr std::string_view modelled_prefix = "ringsim_";
inline constexpr std::string_view program_main = "ringsim_program_main";
// A table of `undefined_name`, which ends with zeroes (image.hpp).
inline constexpr std::string_view undefined_names = "ringsim_undefined_names";
// Labels around the functions of a program in Rust, without its libraries'.
inline constexpr std::string_view own_code_begin = "ringsim_own_code_begin";
inline constexpr std::string_view own_code_end = "ringsim_own_code_end";

struct symbols {
    std::set<std::string> defined;
    std::set<std::string> undefined;
    std::set<std::string> weak;  // of the undefined ones: may be absent
};

symbols symbols_of(const std::vector<std::string>& objects);

// As the source calls it, without its arguments.
std::string readable(const char* name);

// What nm says of files with these options, in the lines of POSIX. Throws build_error.
std::string symbols_by_nm(const std::vector<std::string>& options_and_files);

// New names for what the objects use of libraries:
// - ringsim_NAME where there is a model of it;
// - a copy, if it is a variable of a library: the program's own, so that it is seen like any other,
//   and each execution begins with the value that it has here;
// - for a function of which there is no model, a stub that says so when it is called. Where no
//   library has the name it may be a variable's, and the stub has room for that.
struct renaming {
    std::string names;     // for objcopy
    std::string assembly;  // stubs and copies
};
renaming bind_libraries(const symbols& s);

}  // namespace ringsim::sim::check
