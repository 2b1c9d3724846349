// Some of libstdc++ is no good to be followed as it is: it looks many times before it waits, which
// makes an execution of each look; it tries locks again and again; it gives a lock back by an
// operation that orders nothing; or it calls code in the library that was compiled without reports.
// The texts in sim/check/headers/ are put in the place of such headers; they do the same by means
// that have a model. They are found first (-isystem), and the rest of the library stays as it is.
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
constexpr std::string_view latch =
#include "sim/check/headers/latch.inc"
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

// What a header takes from the library, compiled already, is compiled with the program instead:
// libstdc++ declares these templates `extern` where this macro says so, and the copies in the
// shared library make no reports. The macro is put back behind the header, for all others. Members
// of std::string are in the library, too, from C++20 on.
std::string own_templates(std::string_view header, int how) {
    return fmt::format(
        "#pragma GCC system_header\n#pragma push_macro(\"_GLIBCXX_EXTERN_TEMPLATE\")\n"
        "#undef _GLIBCXX_EXTERN_TEMPLATE\n#define _GLIBCXX_EXTERN_TEMPLATE {1}\n"
        "#include_next <{0}>\n#pragma pop_macro(\"_GLIBCXX_EXTERN_TEMPLATE\")\n",
        header, how);
}

}  // namespace

std::vector<std::string> write_cxx_headers(const std::string& where) {
    // As the library's own are called: symbols.cpp knows them by that.
    const auto directory = std::filesystem::path(where) / "include/c++";
    std::filesystem::create_directories(directory / "bits");
    std::ofstream(directory / "bits/atomic_wait.h") << atomic_wait;
    std::ofstream(directory / "bits/shared_ptr_atomic.h") << shared_ptr_atomic;
    // -1 stands for "not the class, but its input and output": the header asks for more than 0 in
    // one place, and for other than 0 in the other. Input and output have models in the library's
    // place.
    for (const auto& [header, how] :
         {std::pair{"bits/allocator.h", 0}, {"bits/basic_string.tcc", -1}})
        std::ofstream(directory / header) << own_templates(header, how);
    std::ofstream(directory / "latch") << latch;
    std::ofstream(directory / "mutex") << mutex;
    std::ofstream(directory / "semaphore") << semaphore;
    // A semaphore is then one of POSIX, with one step for each of its operations.
    // What an empty queue or an index beyond a vector's end does is undefined, and often nothing
    // that shows: the library looks if it is asked to.
    return {"-isystem", directory, "-D_GLIBCXX_USE_POSIX_SEMAPHORE=1", "-D_GLIBCXX_ASSERTIONS"};
}

}  // namespace ringsim::sim::check
