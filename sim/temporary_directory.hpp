// A directory for a while.
#pragma once

#include <stdlib.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace ringsim::sim {

// No directory can be made on this machine. One line that says where, and why.
struct no_directory : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A directory of its own below $TMPDIR, or below /tmp. It goes away with all that is in it when the
// object does, unless the process is killed before.
class temporary_directory {
  public:
    // `what_for` is a part of its name, for whoever finds one. Throws no_directory.
    explicit temporary_directory(std::string_view what_for = {}) {
        const char* const wanted = std::getenv("TMPDIR");
        const std::string in = wanted && *wanted ? wanted : "/tmp";
        path_ = in + "/ringsim-" + std::string(what_for) + (what_for.empty() ? "" : "-") + "XXXXXX";
        if (mkdtemp(path_.data())) return;
        throw no_directory("cannot make a directory in " + in +
                           " (TMPDIR): " + std::strerror(errno));
    }
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    const std::string& path() const { return path_; }
    // Of what is in it, or is to be.
    std::string path_of(std::string_view name) const { return path_ + "/" + std::string(name); }

  private:
    std::string path_;
};

}  // namespace ringsim::sim
