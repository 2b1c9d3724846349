// From the user's source files to a shared object that can be explored.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {

// One line for the user, and an exit status.
struct build_error : std::runtime_error {
    build_error(int s, const std::string& what) : std::runtime_error(what), status(s) {}
    int status;
};

struct build_request {
    std::vector<std::string> files;
    std::vector<std::string> flags;
    std::string c_compiler = "cc";
    std::string cxx_compiler = "c++";
};

// A directory of its own that goes away with it.
class work_directory {
  public:
    work_directory();
    ~work_directory();
    work_directory(const work_directory&) = delete;
    work_directory& operator=(const work_directory&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

// Compiles and links in `where`; returns the path of the shared object. The compiler's messages go
// to stderr. Throws build_error.
std::string build(const build_request& what, const work_directory& where);

// Loads it into this process. Throws build_error.
image load(const std::string& path);

// Runs a program with these arguments; returns what it prints to stdout. Throws build_error if it
// cannot be run, or if it fails and `status` is nullptr.
std::string output_of(const std::vector<std::string>& arguments, int* status = nullptr);

}  // namespace ringsim::sim::check
