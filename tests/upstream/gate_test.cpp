// A gate file about the kernel's and libbpf's own files.
#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "tests/skip.hpp"
#include "tests/upstream/support.hpp"

namespace ringsim::tests {
namespace {

#define NEEDS_GATE \
    if (int status = 0; output_of("gate", &status), status == 77) SKIP("this build has no toml++")

// A directory with gate files and patches, gone with this object.
class gate_directory {
  public:
    gate_directory()
        : path_(fs::temp_directory_path() / ("ringsim-gate-" + std::to_string(getpid()))) {
        fs::create_directory(path_);
    }
    gate_directory(const gate_directory&) = delete;
    ~gate_directory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    fs::path operator/(const char* name) const { return path_ / name; }
    std::string run(const std::string& gate, int& status, const char* option = "") const {
        std::ofstream(path_ / "gate.toml") << gate;
        return output_of(std::string(option) + "gate " + (path_ / "gate.toml").string(), &status);
    }

  private:
    fs::path path_;
};

std::string section(const std::string& tree, const std::string& rest) {
    return "[[upstream]]\nlinux = '" + tree + "'\nmodels = ['x86-tso', 'armv8']\n" + rest;
}

// The words of the results, one for each model.
std::vector<std::string> words_of(const std::string& text, const char* key) {
    const json j = json::parse(text, nullptr, false);
    REQUIRE_MESSAGE(!j.is_discarded(), text);
    std::vector<std::string> words;
    for (const json& r : j["results"]) words.push_back(r[key]);
    return words;
}

using words = std::vector<std::string>;

}  // namespace

TEST_CASE("upstream: a gate says of the user's own files what must come out") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    NEEDS_GATE;
    const gate_directory here;
    int status = 0;
    const std::string lost = "scenario = 'lost-wakeup'\ntrigger = 'edge'\n";
    std::string text = here.run(section(tree, lost + "expect = 'holds'\n"), status, "--json ");
    CHECK(status == 1);
    CHECK(words_of(text, "found") == words{"lost notification", "holds"});
    CHECK(words_of(text, "result") == words{"FAIL", "ok"});
    const std::string known = "expect = { armv8 = 'holds', others = 'lost notification' }\n";
    text = here.run(section(tree, lost + known), status, "--json ");
    CHECK(status == 0);
    CHECK(words_of(text, "result") == words{"ok", "ok"});
}

TEST_CASE("upstream: a gate says what a patch may allow") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    NEEDS_GATE;
    const gate_directory here;
    changed_tree weaker(tree);
    weaker.change(kernel_file, "xchg(&hdr->len, new_len);", "xchg_acquire(&hdr->len, new_len);");
    output_of_command("diff -u --label a/kernel/bpf/ringbuf.c --label b/kernel/bpf/ringbuf.c " +
                      tree + "/" + kernel_file + " " + weaker.path() + "/" + kernel_file + " > " +
                      (here / "weaker.patch").string());
    const std::string asked = "scenarios = ['publish']\ntrigger = 'edge'\n";
    const std::string changes[] = {"patch = 'weaker.patch'\n", "after = '" + weaker.path() + "'\n"};
    for (const std::string& change : changes) {
        INFO(change);
        int status = 0;
        std::string text = here.run(section(tree, change + asked), status, "--json ");
        CHECK(status == 1);
        CHECK(words_of(text, "result") == words{"ok", "FAIL"});
        CHECK(words_of(text, "found") == words{"allows no more", "1 end more"});
        text = here.run(section(tree, change + asked + "expect = 'more'\n"), status, "--json ");
        CHECK(words_of(text, "result") == words{"FAIL", "ok"});
    }
}

TEST_CASE("upstream: what is wrong in a gate about files is one line, status 2") {
    NEEDS_GATE;
    const gate_directory here;
    const std::string lost = "scenario = 'lost-wakeup'\n";
    const std::pair<std::string, const char*> wrong[] = {
        {"[[upstream]]\n" + lost, ":1: this upstream section says no linux"},
        {section("/no/such", lost), "this check says no expect"},
        {section("/no/such", lost + "expect = 'holds'\n"), ":1: --linux /no/such: no such file"},
        {section("/no/such", "scenario = 'all'\n"), ":4: scenarios: name them"},
        {section("/no/such", "scenario = 'publish kernel=5.8'\n"), "take no words behind"},
        {section("/no/such", lost + "order = 1\n"), "order"},
    };
    for (const auto& row : wrong) {
        const std::string& gate = row.first;
        const char* const message = row.second;
        int status = 0;
        const std::string text = here.run(gate, status);
        CHECK_MESSAGE(status == 2, gate, text);
        CHECK_MESSAGE(text.find(message) != std::string::npos, gate, text);
    }
}

}  // namespace ringsim::tests
