// docs/fidelity.md: scenario by scenario, what the kernel's and libbpf's own files do and what our
// model does. Some take a minute: a suite of its own. RINGSIM_ACCEPT=docs writes the table anew.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <ranges>

#include "tests/docs/pages.hpp"
#include "tests/skip.hpp"
#include "tests/upstream/support.hpp"

namespace ringsim::tests {
namespace {

struct compared {
    const char* scenario;
    const char* trigger;
    const char* orders = "libbpf";  // of our model
    const char* linux = "6.12";
    const char* said = "";  // of ours, behind the name
};

// Those that come through without a part of the world that these files do not have, as they are
// stated for libbpf.
const compared all_compared[] = {
    {"lost-wakeup", "edge"},
    {"lost-wakeup", "level"},
    {"lost-wakeup-prod", "edge"},
    {"lost-wakeup-prod", "level"},
    {"bounded-drain", "edge"},
    {"bounded-drain-busy", "edge"},
    {"callback-stops", "edge"},
    {"publish", "edge"},
    {"reuse", "edge"},
    {"wrap", "edge"},
    {"discard", "edge"},
    {"full", "edge"},
    {"two-producers", "edge"},
    {"no-wakeup", "edge"},
    {"no-wakeup", "level"},
    {"force-wakeup", "edge"},
    {"force-wakeup", "level"},
    {"pending-head", "edge"},
    {"pending-head", "level"},
    {"pending-walk", "edge"},
    {"two-readers", "edge"},
    {"silent-head", "edge"},
    {"loud-head", "edge"},
    {"threshold-tail", "level"},
    {"threshold-forced", "level"},
    {"consume-n", "level"},
    {"consume-all", "level"},
    {"reopened", "edge"},
    {"batch", "edge"},
    {"uncommitted", "edge"},
    {"uncommitted", "level"},
    {"uncommitted-poll", "level"},
    {"stuck-discard", "level"},
    {"full-silent", "edge"},
    {"full-counted", "edge"},
    {"user-ring", "edge"},
    {"user-ring-full", "level"},
    {"user-ring-skips", "level"},
    {"user-ring-silent", "level"},
    {"user-ring-forced", "level"},
    {"user-ring-two-drains", "edge"},
    {"user-ring-handover", "edge"},
    {"user-ring-stops", "edge"},
    {"user-ring-two-producers", "edge"},
    {"user-ring-room", "level"},
    {"user-ring-wrap", "edge"},
    {"wrapped-pending", "edge"},
    {"wrapped-consumer", "level"},
    {"overwrite-avail", "edge", "libbpf kernel=7.2", "7.2"},
    {"overwrite-long", "edge", "libbpf kernel=7.2", "7.2"},
    {"overwrite-libbpf", "edge", "libbpf kernel=7.2", "7.2"},
    {"overwrite-reuse", "edge", "libbpf kernel=7.2 kernel.program.store_shared_payload=plain",
     "7.2"},
    {"overwrite-reuse", "edge",
     "libbpf kernel=7.2 kernel.program.store_shared_payload=plain without=reserve.busy_check "
     "without=reserve.pending_check without=reserve.overwrite_check",
     "7.2", ", ours without its branches"},
};

std::uint64_t count_of(const json& r) {
    return r["executions"].get<std::uint64_t>() + r["ended_early"].get<std::uint64_t>();
}

// "5", or "1/5" if one of five violates.
std::string cell(const json& theirs) {
    const auto violating = theirs["violating"].get<std::uint64_t>();
    return (violating == 0 ? "" : std::to_string(violating) + "/") +
           std::to_string(count_of(theirs));
}

// By how executions end: whether one that ends so violates.
std::map<std::string, bool> violating_ends_of(const json& r) {
    std::map<std::string, bool> ends;
    for (const json& e : r["ends"]) ends[e["state"]] = e["violating"];
    return ends;
}

std::string row_of(const compared& c, const std::string& tree) {
    const std::string how = std::string(" --trigger ") + c.trigger + " --model all";
    const json theirs = results_of(upstream_of(tree, c.scenario + how));
    const json ours =
        results_of(std::string("outcomes ") + c.scenario + " --orders \"" + c.orders + "\"" + how);
    REQUIRE(theirs.size() == ours.size());
    std::string cells;
    std::string counts_of_ours;
    bool same_ends = true;
    bool same = true;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        REQUIRE(theirs[i]["model"] == ours[i]["model"]);
        same_ends = same_ends && violating_ends_of(theirs[i]) == violating_ends_of(ours[i]) &&
                    theirs[i]["cut_short"].empty() == ours[i]["cut_short"].empty();
        same = same && same_ends && ends_of(theirs[i]) == ends_of(ours[i]) &&
               count_of(theirs[i]) == count_of(ours[i]);
        cells += (i == 0 ? "" : " ") + cell(theirs[i]);
        counts_of_ours += " " + std::to_string(count_of(ours[i]));
    }
    const std::string other =
        same ? "the same" : (same_ends ? "the same ends of" : "**other ends** of") + counts_of_ours;
    return std::string("| `") + c.scenario + "`" + c.said + " | " + c.trigger + " | " + cells +
           " | " + other + " |";
}

constexpr std::string_view head =
    "| scenario | trigger | their files | our model |\n|---|---|---|---|\n";

}  // namespace

TEST_SUITE_BEGIN("slow");

TEST_CASE("upstream: docs/fidelity.md has what both say") {
    const std::string tree = tree_of("6.12");
    const std::string newer = tree_of("7.2");
    if (tree.empty()) SKIP(no_tree);
    if (newer.empty()) SKIP("no kernel tree of 7.2; see upstream/get_linux.sh");
    const fs::path file = fs::path(environment("RINGSIM_SOURCE_ROOT")) / "docs/fidelity.md";
    std::string table;
    for (const compared& c : all_compared)
        table += row_of(c, std::string_view(c.linux) == "7.2" ? newer : tree) + "\n";
    std::string page = contents(file);
    const auto begin = page.find(head);
    REQUIRE(begin != std::string::npos);
    const auto rows = begin + head.size();
    const auto end = page.find("\n\n", rows) + 1;
    const char* accept = std::getenv("RINGSIM_ACCEPT");
    if (accept && std::string_view(accept) == "docs") {
        page.replace(rows, end - rows, table);
        std::ofstream(file, std::ios::binary) << page;
    } else {
        CHECK(page.substr(rows, end - rows) == table);
    }
}

TEST_SUITE_END();

}  // namespace ringsim::tests
