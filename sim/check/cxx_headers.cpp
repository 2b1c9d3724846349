#include "sim/check/cxx_headers.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

namespace ringsim::sim::check {
namespace {

constexpr std::string_view atomic_wait =
#include "sim/check/headers/atomic_wait.inc"
    ;
constexpr std::string_view mutex =
#include "sim/check/headers/mutex.inc"
    ;
constexpr std::string_view semaphore =
#include "sim/check/headers/semaphore.inc"
    ;
constexpr std::string_view shared_ptr_atomic =
#include "sim/check/headers/shared_ptr_atomic.inc"
    ;

// What a header takes from the library, compiled already, is compiled with the program instead.
// Members of std::string are, too, from C++20 on.
std::string own_templates(std::string_view header, int how) {
    return fmt::format(
        "#pragma GCC system_header\n#pragma push_macro(\"_GLIBCXX_EXTERN_TEMPLATE\")\n"
        "#undef _GLIBCXX_EXTERN_TEMPLATE\n#define _GLIBCXX_EXTERN_TEMPLATE {1}\n"
        "#include_next <{0}>\n#pragma pop_macro(\"_GLIBCXX_EXTERN_TEMPLATE\")\n",
        header, how);
}

}  // namespace

std::vector<std::string> write_cxx_headers(const std::string& where) {
    const std::filesystem::path directory = std::filesystem::path(where) / "c++";
    std::filesystem::create_directories(directory / "bits");
    std::ofstream(directory / "bits/atomic_wait.h") << atomic_wait;
    std::ofstream(directory / "bits/shared_ptr_atomic.h") << shared_ptr_atomic;
    // -1: not its output and input, which have models.
    for (const auto& [header, how] :
         {std::pair{"bits/allocator.h", 0}, {"bits/basic_string.tcc", -1}})
        std::ofstream(directory / header) << own_templates(header, how);
    std::ofstream(directory / "mutex") << mutex;
    std::ofstream(directory / "semaphore") << semaphore;
    // A semaphore is then one of POSIX, with one step for each of its operations.
    return {"-isystem", directory, "-D_GLIBCXX_USE_POSIX_SEMAPHORE=1"};
}

}  // namespace ringsim::sim::check
