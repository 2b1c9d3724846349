// upstream/examples: what is said at the head of each comes out, where there is a tree; and what
// weaker orders in the tree's own files break.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include "tests/skip.hpp"
#include "tests/upstream/support.hpp"

namespace ringsim::tests {
namespace {

fs::path examples() {
    return fs::path(environment("RINGSIM_SOURCE_ROOT")) / "upstream/examples";
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

// The command at the head of a program, `//    ringsim kernel ...`, without its first word; on
// these trees. Nothing if there is no such tree.
std::optional<std::string> command_of(const fs::path& program, const std::string& tree,
                                      const std::string& newer) {
    constexpr std::string_view start = "//    ringsim ";
    constexpr std::string_view more = "//        ";
    std::string command;
    std::ifstream file(program);
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(start))
            command = line.substr(start.size());
        else if (!command.empty() && line.starts_with(more))
            command += " " + line.substr(more.size());
        else if (!command.empty())
            break;
    }
    REQUIRE_MESSAGE(!command.empty(), program.string());
    const std::string name = program.filename().string();
    const auto at = command.find(" " + name);
    REQUIRE_MESSAGE(at != std::string::npos, command);
    command.replace(at + 1, name.size(), program.string());
    if (newer.empty() && command.find("~/linux-7.2") != std::string::npos) return std::nullopt;
    replace_all(command, "~/linux-7.2", newer);
    replace_all(command, "~/linux", tree);
    // A cache may be older than the files that get_linux.sh takes.
    std::istringstream words(command);
    for (std::string word; words >> word;)
        if (word.ends_with(".c") && !fs::exists(word)) return std::nullopt;
    return command;
}

// With other words before `--`, or at the end if there is none.
std::string with(const std::string& command, const std::string& words) {
    const auto at = std::min(command.find(" -- "), command.size());
    return command.substr(0, at) + " " + words + command.substr(at);
}

// With flags of the compiler.
std::string compiled(const std::string& command, const std::string& flags) {
    if (flags.empty()) return command;
    return command + (command.find(" -- ") == std::string::npos ? " -- " : " ") + flags;
}

std::string example_on(const std::string& tree, const char* name) {
    return *command_of(examples() / name, tree, "");
}

}  // namespace

TEST_CASE("upstream: the examples of kernel code mean what their heads say") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    std::vector<fs::path> programs;
    for (const auto& entry : fs::directory_iterator(examples()))
        if (entry.path().extension() == ".c") programs.push_back(entry.path());
    std::ranges::sort(programs);
    CHECK(programs.size() >= 6);
    for (const fs::path& program : programs) {
        const auto command = command_of(program, tree, tree_of("7.2"));
        if (!command) continue;
        const auto expected = expectations_of(program);
        CHECK_MESSAGE(!expected.empty(), program.string());
        for (const expectation& e : expected)
            for (const json& r :
                 results_of(compiled(with(*command, "--model " + e.models()), e.flags)))
                CHECK_MESSAGE(verdict_of(r) == e.verdict_by_model.at(r["model"]),
                              program.filename().string(), e.flags, " ",
                              r["model"].get<std::string>());
    }
}

TEST_CASE("upstream: weaker orders in the kernel's lists and counters are noticed") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    struct change {
        const char* example;
        const char* file;
        const char* from;
        const char* to;
    };
    const change changes[] = {
        {"llist.c", "lib/llist.c", "try_cmpxchg(", "try_cmpxchg_relaxed("},
        {"seqcount.c", "include/linux/seqlock.h", "smp_rmb();", ""},
    };
    for (const change& c : changes) {
        changed_tree changed(tree);
        changed.change(c.file, c.from, c.to);
        const json results = results_of(
            with(example_on(changed.path(), c.example), "--model sc,x86-tso,armv8,lkmm"));
        INFO(c.example << ": " << counts_of(results));
        for (const json& r : results) {
            const bool strong = r["model"] == "sc" || r["model"] == "x86-tso";
            CHECK((r["verdict"] == "holds") == strong);
        }
    }
}

// docs/level-triggered.md.
TEST_CASE("upstream: with an edge trigger the kernel's own epoll loses what our model loses") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const auto command = command_of(examples() / "epoll.c", tree, "");
    if (!command) SKIP("a kernel tree without fs/eventpoll.c; see upstream/get_linux.sh");
    const std::string models = "--model sc,x86-tso,armv8,riscv,power";
    CHECK(counts_of(results_of(with(*command, models) + " -DTRIGGER=EPOLLET")) ==
          "41 4/45 41 4/45 4/45");
    CHECK(counts_of(results_of(with(*command, models) + " -DTRIGGER=EPOLLET -DFENCE")) ==
          "41 41 41 41 41");
    const std::string reference =
        line_in(tree, {"fs/eventpoll.c", "atomic_long_inc_not_zero(&file->f_count)", "*epi_fget("});
    CHECK(counts_of(results_of(with(*command, models + " --at " + reference + "=relaxed"))) ==
          "55 59 55 59 1/60");
}

// docs/irq-work.md.
TEST_CASE("upstream: a release where PENDING is cleared keeps the list whole") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const std::string line =
        line_in(tree, {"kernel/irq_work.c", "atomic_set(&work->node.a_flags, flags);", ""});
    const std::string asked = "--model all --at " + line + "=release";
    for (const json& r : results_of(with(example_on(tree, "irq_work.c"), asked)))
        CHECK(r["verdict"] == "holds");
    const std::string ring =
        upstream_of(tree, "two-producers --wakeup irq_work --trigger edge --model sc,x86-tso,lkmm");
    CHECK(results_of(ring)[2]["violation"] == "data race");
    for (const json& r : results_of(ring + " --at " + line + "=release"))
        CHECK(r["verdict"] == "holds");
}

// docs/overwrite-reuse.md.
TEST_CASE("upstream: an acquire in the walk over pending records orders the bytes behind it") {
    const std::string tree = tree_of("7.2");
    if (tree.empty()) SKIP("no kernel tree of 7.2; see upstream/get_linux.sh");
    const std::string line = line_in(tree, {kernel_file, "hdr_len = READ_ONCE(hdr->len);", ""});
    const std::string command = *command_of(examples() / "overwrite_reuse.c", tree, tree);
    for (const json& r : results_of(with(command, "--model all --at " + line + "=acquire")))
        CHECK(r["verdict"] == "holds");
}

}  // namespace ringsim::tests
