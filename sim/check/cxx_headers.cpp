#include "sim/check/cxx_headers.hpp"

#include <filesystem>
#include <fstream>
#include <string_view>

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

}  // namespace

std::vector<std::string> write_cxx_headers(const std::string& where) {
    const std::filesystem::path directory = std::filesystem::path(where) / "c++";
    std::filesystem::create_directories(directory / "bits");
    std::ofstream(directory / "bits/atomic_wait.h") << atomic_wait;
    std::ofstream(directory / "bits/shared_ptr_atomic.h") << shared_ptr_atomic;
    std::ofstream(directory / "mutex") << mutex;
    std::ofstream(directory / "semaphore") << semaphore;
    // A semaphore is then one of POSIX, with one step for each of its operations.
    return {"-isystem", directory, "-D_GLIBCXX_USE_POSIX_SEMAPHORE=1"};
}

}  // namespace ringsim::sim::check
