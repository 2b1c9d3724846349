// From the user's source files to a shared object that can be explored.
#pragma once

#include <signal.h>

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/check/assembly.hpp"
#include "sim/check/runtime.hpp"
#include "sim/temporary_directory.hpp"

namespace ringsim::sim::check {

// One line for the user, and an exit status.
struct build_error : std::runtime_error {
    build_error(int s, const std::string& what) : std::runtime_error(what), status(s) {}
    int status;
};

struct build_request {
    std::vector<std::string> files;
    std::vector<std::string> flags;
    std::map<std::string, std::vector<std::string>> flags_of{};  // of one file, after the others
    std::string c_compiler = "cc";
    std::string cxx_compiler = "c++";
    std::string rust_compiler = "rustc";
    bool allow_unseen = false;  // go on where there is code that cannot be followed
};

struct built_program {
    std::string path;                  // of the shared object
    std::vector<unseen_place> unseen;  // empty unless allowed; and what the compiler warns of
    bool reads_bit_fields = false;     // in front of their first store: clang's code does
};

// Where a program is built: a directory of its own. It is gone as soon as the program is built;
// what ends a process (SIGINT, SIGTERM, SIGHUP) waits until then. Throws build_error.
class work_directory {
  public:
    work_directory();
    ~work_directory();
    work_directory(const work_directory&) = delete;
    work_directory& operator=(const work_directory&) = delete;
    const std::string& path() const { return directory_->path(); }

    // Removes the directory. The path of `file`, which lives on as long as this object.
    std::string keep_only(const std::string& file) const;

  private:
    void remove() const;

    mutable std::optional<temporary_directory> directory_;  // until it is gone
    mutable int kept_ = -1;                                 // the file that lives on
    sigset_t before_;
};

// Compiles and links in `where`, which is gone then. The compiler's messages go to stderr. Throws
// build_error.
built_program build(const build_request& what, const work_directory& where);

// Loads it into this process. Throws build_error.
image load(const std::string& path);

enum class printed : std::uint8_t { results, everything };  // to stdout; to stderr as well

// Runs a program with these arguments; returns what it prints. Throws build_error if it cannot be
// run, or if it fails and `status` is nullptr.
std::string output_of(const std::vector<std::string>& arguments, int* status = nullptr,
                      printed what = printed::results);

// The words of a command that may have several, as in CC="ccache cc".
std::vector<std::string> compiler_words(const std::string& command);

}  // namespace ringsim::sim::check
