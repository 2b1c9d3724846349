// A patch to the kernel or to libbpf, applied to copies of the two files under test.
#pragma once

#include <optional>
#include <string>

#include "sim/temporary_directory.hpp"
#include "upstream/sources.hpp"

namespace ringsim::upstream_code {

// The sources with the patch applied; the copies are in a directory of their own, which lives as
// long as this object.
class patched_sources {
  public:
    // `patch`: a file as `git diff` or `git format-patch` writes it. Only what it does to files
    // that are explored counts. Throws scenarios::user_error and sim::no_directory.
    patched_sources(const sources& of, const std::string& patch);

    const sources& after() const { return after_; }

  private:
    std::optional<sim::temporary_directory> directory_;
    sources after_;
};

// Of a patch, the part that is about one file: its sections whose new name ends in `name`.
std::string part_about(const std::string& patch, const std::string& name);

}  // namespace ringsim::upstream_code
