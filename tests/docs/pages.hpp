// The pages of the project, and a place where commands run as they are shown there.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/temporary_directory.hpp"
#include "tests/files.hpp"
#include "tests/shell.hpp"

namespace ringsim::tests {

namespace fs = std::filesystem;

// A directory of its own, where `./ringsim` is the program under test, `tests`, `docs` and
// `upstream` are the tree's: commands run as they are shown, and what they save is swept away.
class scratch_directory {
  public:
    scratch_directory(const fs::path& program, const fs::path& root) {
        fs::create_symlink(program, path_ / "ringsim");
        fs::create_directory_symlink(root / "tests", path_ / "tests");
        fs::create_directory_symlink(root / "docs", path_ / "docs");
        fs::create_directory_symlink(root / "upstream", path_ / "upstream");
    }
    const fs::path& path() const { return path_; }
    // Both output streams of a shell command, together.
    std::string output_of(const std::string& command) const {
        const std::string line = "cd '" + path_.string() +
                                 "' && export HOME=\"$PWD\" && unset XDG_STATE_HOME && { " +
                                 command + "\n} 2>&1";
        return output_of_shell(line);
    }

  private:
    sim::temporary_directory directory_{"docs"};
    fs::path path_ = directory_.path();
};

inline std::vector<fs::path> pages(const fs::path& root) {
    std::vector<fs::path> found{root / "README.md"};
    for (const char* directory : {"docs", "docs/course"})
        for (const auto& entry : fs::directory_iterator(root / directory))
            if (entry.path().extension() == ".md") found.push_back(entry.path());
    return found;
}

// The pages of docs/, and those that are for whoever works on the project.
inline std::vector<fs::path> all_pages(const fs::path& root) {
    std::vector<fs::path> found = pages(root);
    found.push_back(root / "CONTRIBUTING.md");
    return found;
}

}  // namespace ringsim::tests
