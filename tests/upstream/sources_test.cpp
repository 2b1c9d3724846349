// The kernel's and libbpf's own files, where there is a tree: what they do, and what small changes
// of them break. What is changed is said by a few words of the line.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/skip.hpp"
#include "tests/upstream/support.hpp"

namespace ringsim::tests {
namespace {

TEST_CASE("upstream: the lost wakeup in the files as they are, and the barrier that repairs it") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const std::string lost = "lost-wakeup --model all";
    // sc x86-tso rc11 armv8 armv8-rcpc riscv power lkmm
    CHECK(counts_of(results_of(upstream_of(tree, lost))) == "5 6 6 5 6 6 6 6");
    CHECK(counts_of(results_of(upstream_of(tree, lost + " --trigger edge"))) ==
          "4 1/5 1/5 4 1/5 1/5 1/5 1/5");
    changed_tree repaired(tree);
    add_barrier(repaired);
    CHECK(counts_of(results_of(upstream_of(repaired.path(), lost + " --trigger edge"))) ==
          "4 4 4 4 4 4 4 4");
    // And the barrier of the other side is needed as well.
    repaired.change(kernel_file, "xchg(&hdr->len, new_len);",
                    "smp_store_release(&hdr->len, new_len);");
    const std::string edge = "lost-wakeup --trigger edge --model x86-tso";
    CHECK(verdict_of(results_of(upstream_of(repaired.path(), edge))[0]) == "1/5 lost_notification");
}

// Each side beside the other one of 6.12.117, which is right: a ring that one side wedges is of no
// use to the other.
TEST_CASE("upstream: positions of 32 bits, version by version") {
    struct version {
        const char* linux;
        const char* kernel;  // of wrapped-pending
        const char* libbpf;  // of wrapped-consumer
    };
    const version versions[] = {
        {"6.1.187", "violated", "violated"},  {"6.1.192", "holds", "violated"},
        {"6.12.107", "violated", "violated"}, {"6.12.117", "holds", "holds"},
        {"7.2.13", "holds", "violated"},
    };
    const std::string right = tree_of("6.12.117");
    if (right.empty()) SKIP("no kernel tree of 6.12.117; see upstream/get_linux.sh");
    const std::string narrow = " --bits 32 --model sc ";
    for (const version& v : versions) {
        const std::string tree = tree_of(v.linux);
        if (tree.empty()) continue;
        INFO(v.linux);
        CHECK(results_of(upstream_of(tree, "--libbpf " + right + narrow +
                                               "wrapped-pending"))[0]["verdict"] == v.kernel);
        CHECK(results_of(upstream_of(right, "--libbpf " + tree + narrow +
                                                "wrapped-consumer"))[0]["verdict"] == v.libbpf);
    }
    for (const json& r :
         results_of(upstream_of(right, "--model sc wrapped-pending wrapped-consumer")))
        CHECK(r["verdict"] == "holds");
}

TEST_CASE(
    "upstream: the kernel's and libbpf's files end as our model does, execution by execution") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const std::pair<const char*, const char*> runs[] = {
        {"lost-wakeup", "level"}, {"lost-wakeup", "edge"}, {"two-producers", "level"},
        {"wrap", "level"},        {"reuse", "level"},      {"publish", "level"}};
    for (const auto& run : runs) {
        const char* const scenario = run.first;
        const char* const trigger = run.second;
        const json theirs = results_of(
            upstream_of(tree, std::string(scenario) + " --model all --trigger " + trigger));
        const json ours = results_of(std::string("outcomes ") + scenario +
                                     " --orders libbpf --trigger " + trigger + " --model all");
        REQUIRE(theirs.size() == ours.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            INFO(scenario << " " << trigger << " " << ours[i]["model"].get<std::string>());
            CHECK(ends_of(theirs[i]) == ends_of(ours[i]));
            CHECK(theirs[i]["never"].empty());
        }
    }
}

// Of several scenarios those that the files have are explored, and what is found counts.
TEST_CASE("upstream: a scenario that these files lack something for is refused in one line") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    int status = 0;
    const std::string text = output_of(
        upstream_of(tree,
                    "no-wakeup overwrite-avail nmi-contended oneshot two-rings --model sc,x86-tso"),
        &status);
    CHECK(status == 1);
    for (const char* line :
         {"overwrite-avail   REFUSED: it needs a map in overwrite mode, which these files do not",
          "nmi-contended   REFUSED: it needs an NMI, which these files do not have\n",
          "oneshot   REFUSED: it needs the whole way through epoll",
          "two-rings   REFUSED: it needs"})
        CHECK_MESSAGE(text.find(line) == text.rfind(line), line, ": ", text);
    CHECK(text.find("overwrite-avail   REFUSED") != std::string::npos);
    (void)output_of(upstream_of(tree, "lost-wakeup overwrite-avail --model sc"), &status);
    CHECK(status == 0);
    (void)output_of(upstream_of(tree, "overwrite-avail --model sc"), &status);
    CHECK(status == 2);
}

// Whether an end of the scenario is a violation.
bool violates(const json& result) {
    const json& ends = result.at("ends");
    return std::any_of(ends.begin(), ends.end(),
                       [](const json& end) { return end.at("violating").get<bool>(); });
}

TEST_CASE("upstream: with the kernel's own epoll the verdicts are those of our whole way") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    if (!fs::exists(fs::path(tree) / "fs/eventpoll.c"))
        SKIP("a kernel tree without fs/eventpoll.c; see upstream/get_linux.sh");
    const std::pair<const char*, const char*> runs[] = {
        {"lost-wakeup", "edge"},   {"lost-wakeup", "level"},  {"lost-wakeup-prod", "edge"},
        {"bounded-drain", "edge"}, {"force-wakeup", "level"}, {"lost-wakeup-prod", "level"},
        {"oneshot", "edge"},       {"false-negative", "edge"}};
    const std::string models = " --model sc,x86-tso,armv8,riscv,power";
    for (const auto& run : runs) {
        const std::string words = std::string(run.first) + " --trigger " + run.second + models;
        const json theirs = results_of(upstream_of(tree, words + " --wakeup eventpoll"));
        const json ours = results_of("outcomes " + words + " --orders \"libbpf wakeup=full\"");
        REQUIRE(theirs.size() == ours.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            INFO(run.first << " " << run.second << " " << ours[i]["model"].get<std::string>());
            CHECK(theirs[i]["verdict"] != "refused");
            CHECK(violates(theirs[i]) == violates(ours[i]));
        }
    }
    // Thousands of executions, in which other CPUs write into a sleeper's stack.
    const std::string coalesced = "coalesced --model x86-tso --wakeup eventpoll";
    CHECK(results_of(upstream_of(tree, coalesced))[0]["verdict"] == "holds");
}

// What docs/upstream.md shows of it.
TEST_CASE("upstream: the matrix says which line is needed for what") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const json j = json::parse(
        output_of("--json upstream matrix --linux " + tree + " reuse --model x86-tso,lkmm"),
        nullptr, false);
    REQUIRE(!j.is_discarded());
    bool found = false;
    for (const json& l : j["lines"]) {
        if (l["file"] != "lib/bpf/ringbuf.c" || l["from"] != "release") continue;
        found = true;
        CHECK(l["models"]["lkmm"]["broken"] == json{"reuse"});
        CHECK(l["models"]["x86-tso"]["broken"].empty());
    }
    CHECK(found);
}

}  // namespace
}  // namespace ringsim::tests
