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

#include "sim/temporary_directory.hpp"
#include "tests/files.hpp"
#include "tests/shell.hpp"

namespace ringsim::tests {

namespace fs = std::filesystem;
using nlohmann::json;

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

inline const std::string no_tree =
    "no kernel tree: `upstream/get_linux.sh 6.12` gets what is needed of Debian's (150 MB)";
// The tree of this version, or the newest of this series, that upstream/get_linux.sh got; or that
// a package installed. Empty if there is none.
std::string tree_of(const std::string& version);

constexpr const char* kernel_file = "kernel/bpf/ringbuf.c";
constexpr const char* libbpf_file = "tools/lib/bpf/ringbuf.c";
// Behind this text is the loop of the consumer, and in it the store at the end of a round; the one
// for a callback that stops has two lines.
constexpr const char* process_ring = "int64_t ringbuf_process_ring(struct";
constexpr const char* consumer_stored = "smp_store_release(r->consumer_pos, cons_pos);";

// `ringsim upstream` of these files: matrix, weaken or no question, and what else is asked.
std::string upstream_of(const std::string& tree, const std::string& words,
                        const std::string& question = "");

// A line by a text in it: the first one behind `behind`, if that is not empty.
struct ring_line {
    const char* file;
    const char* text;
    const char* behind;
};
// "kernel/bpf/ringbuf.c:461".
std::string line_in(const std::string& tree, const ring_line& l);

// A copy of a tree in which one text of a file stands for another; what is not changed is the
// tree's own. It is gone with this object.
class changed_tree {
  public:
    explicit changed_tree(const fs::path& of);

    // In the first place behind `behind`, if that is not empty.
    changed_tree& change(const std::string& file, const std::string& from, const std::string& to,
                         const std::string& behind = "");
    std::string path() const { return path_.string(); }

  private:
    sim::temporary_directory directory_{"tree"};
    fs::path path_ = directory_.path();
};

// The one that repairs the lost wakeup, behind libbpf's store of the consumer's position.
void add_barrier(changed_tree& tree);

}  // namespace ringsim::tests
