// What the tests of `ringsim upstream` and `ringsim kernel` share.
//
// A program's head has lines `// expect [-DFLAG ...] MODEL VERDICT ...`: the number of executions
// if all hold, or `K/N WHAT` if K of N violate.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ringsim::tests {

namespace fs = std::filesystem;
using nlohmann::json;

std::string environment(const char* name);
// tests/upstream of this repository.
fs::path own();
bool no_compiler();

// What a command prints, and its exit status.
std::string output_of_command(const std::string& words, int* status = nullptr);
// The same of `ringsim`.
std::string output_of(const std::string& arguments, int* status = nullptr);
json results_of(const std::string& arguments);
// The same of ringsim with a fault of sim/check/kernel_mutant.hpp.
json results_with_fault(const std::string& fault, const std::string& arguments);

// "7", or "1/5 lost_notification".
std::string verdict_of(const json& r);
// "4 5 5 4", or with "1/5" where something violates: one for each result.
std::string counts_of(const json& results);
// By how executions end: how many end so.
std::map<std::string, std::uint64_t> ends_of(const json& r);

struct expectation {
    std::string flags;
    std::map<std::string, std::string> verdict_by_model;

    std::string models() const;
};
std::vector<expectation> expectations_of(const fs::path& program);

constexpr const char* no_tree =
    "no kernel tree: `upstream/get_linux.sh 6.12` gets what is needed of Debian's (150 MB)";
// The tree of this version, or the newest of this series, that upstream/get_linux.sh got; or that
// a package installed. Empty if there is none.
std::string tree_of(const std::string& version);

// A copy of a tree in which one text of a file stands for another; what is not changed is the
// tree's own. It is gone with this object.
class changed_tree {
  public:
    explicit changed_tree(const fs::path& of);
    ~changed_tree();
    changed_tree(const changed_tree&) = delete;
    changed_tree& operator=(const changed_tree&) = delete;

    // In the first place behind `behind`, if that is not empty.
    changed_tree& change(const std::string& file, const std::string& from, const std::string& to,
                         const std::string& behind = "");
    std::string path() const { return path_.string(); }

  private:
    fs::path path_;
};

}  // namespace ringsim::tests
