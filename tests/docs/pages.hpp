// The pages of the project, and a place where commands run as they are shown there.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

namespace ringsim::tests {

namespace fs = std::filesystem;

// A directory of its own, where `./ringsim` is the program under test, `tests`, `docs` and
// `upstream` are the tree's: commands run as they are shown, and what they save is swept away.
class scratch_directory {
  public:
    scratch_directory(const fs::path& program, const fs::path& root) {
        std::string name = fs::temp_directory_path() / "ringsim-docs-XXXXXX";
        path_ = ::mkdtemp(name.data());
        fs::create_symlink(program, path_ / "ringsim");
        fs::create_directory_symlink(root / "tests", path_ / "tests");
        fs::create_directory_symlink(root / "docs", path_ / "docs");
        fs::create_directory_symlink(root / "upstream", path_ / "upstream");
    }
    scratch_directory(const scratch_directory&) = delete;
    ~scratch_directory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    const fs::path& path() const { return path_; }
    // Both output streams of a shell command, together.
    std::string output_of(const std::string& command) const {
        const std::string line = "cd '" + path_.string() +
                                 "' && export HOME=\"$PWD\" && unset XDG_STATE_HOME && { " +
                                 command + "\n} 2>&1";
        std::FILE* pipe = ::popen(line.c_str(), "r");
        REQUIRE(pipe);
        std::string output;
        char buffer[4096];
        for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
            output.append(buffer, n);
        ::pclose(pipe);
        return output;
    }

  private:
    fs::path path_;
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

inline std::string contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace ringsim::tests
