// Other memory orders at lines of the kernel's and libbpf's own files: `--at`, and the weakest
// that `ringsim upstream weaken` finds.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "tests/skip.hpp"
#include "tests/upstream/support.hpp"

namespace ringsim::tests {
namespace {

struct weaker {
    const char* scenario;
    ring_line at;
    const char* to;     // what the line would be by hand
    const char* order;  // what it is by --at
    const char* model_order;
};

const weaker all_weaker[] = {
    {"publish",
     {kernel_file, "smp_store_release(&rb->producer_pos, new_prod_pos);", ""},
     "WRITE_ONCE(rb->producer_pos, new_prod_pos);",
     "relaxed",
     "kernel.reserve.store_producer_pos=relaxed"},
    {"publish",
     {kernel_file, "xchg(&hdr->len, new_len);", ""},
     "xchg_acquire(&hdr->len, new_len);",
     "acquire",
     "kernel.commit.xchg_header=acquire"},
    {"wrap",
     {libbpf_file, "smp_load_acquire(len_ptr);", process_ring},
     "__atomic_load_n(len_ptr, 0);",
     "relaxed",
     "consumer.load_header=relaxed"},
    {"reuse",
     {libbpf_file, consumer_stored, process_ring},
     "__atomic_store_n(r->consumer_pos, cons_pos, 0);",
     "relaxed",
     "consumer.store_consumer_pos=relaxed"},
};

TEST_CASE("upstream: an order given for a line is what the edited line does, and our model") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    // Our model states its dependencies, compiled code does not: under rc11 there are none.
    const std::string models = " --model rc11,x86-tso,armv8,lkmm";
    for (const weaker& w : all_weaker) {
        changed_tree changed(tree);
        changed.change(w.at.file, w.at.text, w.to, w.at.behind);
        const json edited = results_of(upstream_of(changed.path(), w.scenario + models));
        const json by_line = results_of(upstream_of(
            tree, w.scenario + models + " --at " + line_in(tree, w.at) + "=" + w.order));
        const json ours = results_of(std::string("outcomes ") + w.scenario + " --orders \"libbpf " +
                                     w.model_order + "\" --trigger level --model rc11,x86-tso");
        REQUIRE(edited.size() == 4);
        bool breaks = false;
        for (std::size_t i = 0; i < edited.size(); ++i) {
            INFO(w.scenario << " " << w.model_order << " "
                            << edited[i]["model"].get<std::string>());
            if (i < ours.size()) CHECK(ends_of(edited[i]) == ends_of(ours[i]));
            CHECK(ends_of(by_line[i]) == ends_of(edited[i]));
            CHECK(verdict_of(by_line[i]) == verdict_of(edited[i]));
            breaks = breaks || edited[i]["violating"] != 0;
        }
        CHECK(breaks);
    }
}

// Of `weaken`: what all of it would be for --at, and what is one step weaker at each line.
struct found_orders {
    std::string all;
    std::vector<std::string> one_weaker;

    explicit found_orders(const json& lines) {
        for (const json& l : lines) {
            if (l["may_have"] == l["has"]) continue;
            add(all, l, l["may_have"]);
        }
        for (const json& l : lines) {
            if (l["may_have"] == "relaxed") continue;
            const bool full = l["may_have"] == "full";
            for (const char* weaker : {"acquire", "release", "relaxed"}) {
                if (full == (std::string_view(weaker) == "relaxed")) continue;
                std::string with = all;
                add(with, l, weaker);
                one_weaker.push_back(with);
            }
        }
    }

  private:
    static void add(std::string& list, const json& l, const std::string& order) {
        list += (list.empty() ? "" : ",") + l["file"].get<std::string>() + ":" +
                std::to_string(l["line"].get<unsigned>()) + "=" + order;
    }
};

bool all_hold(const json& results) {
    return std::ranges::all_of(results, [](const json& r) { return r["verdict"] == "holds"; });
}

TEST_CASE("upstream: what weaken finds holds, and no line of it can be weaker") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const std::string asked = "reuse publish --model armv8,lkmm";
    const json found = json::parse(output_of("--json " + upstream_of(tree, asked, "weaken")));
    const found_orders orders(found["lines"]);
    REQUIRE(!orders.all.empty());
    REQUIRE(orders.one_weaker.size() >= 4);
    CHECK(all_hold(results_of(upstream_of(tree, asked + " --at " + orders.all))));
    for (const std::string& weaker : orders.one_weaker) {
        INFO(weaker);
        CHECK(!all_hold(results_of(upstream_of(tree, asked + " --at " + weaker))));
    }
}

// The two barriers between which a wakeup is lost if one is missing.
TEST_CASE("upstream: with an edge trigger, xchg() and the barrier of libbpf must be full") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    changed_tree repaired(tree);
    add_barrier(repaired);
    const std::string asked = "lost-wakeup --trigger edge --model power";
    const json found =
        json::parse(output_of("--json " + upstream_of(repaired.path(), asked, "weaken")));
    unsigned full = 0;
    for (const json& l : found["lines"]) {
        if (l["has"] != "full" && l["has"] != "seq_cst") continue;
        ++full;
        INFO(l.dump());
        CHECK(l["may_have"] == l["has"]);
        CHECK(l.contains("not_weaker"));
    }
    CHECK(full == 2);
    // Made full again by its line, a weaker exchange is what it was.
    repaired.change(kernel_file, "xchg(&hdr->len, new_len);", "xchg_relaxed(&hdr->len, new_len);");
    const std::string lost = "lost-wakeup --trigger edge --model armv8,lkmm";
    CHECK(counts_of(results_of(upstream_of(repaired.path(), lost))) != "4 4");
    CHECK(counts_of(results_of(upstream_of(
              repaired.path(), lost + " --at " +
                                   line_in(tree, {kernel_file, "xchg(&hdr->len, new_len);", ""}) +
                                   "=seq_cst"))) == "4 4");
}

TEST_CASE("upstream: without the double mapping, a record that wraps is two") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const std::string reuse = upstream_of(
        tree, "reuse --model rc11 --at " +
                  line_in(tree, {libbpf_file, consumer_stored, process_ring}) + "=relaxed");
    CHECK(results_of(reuse)[0]["verdict"] == "violated");
    CHECK(results_with_fault("no_alias", reuse)[0]["verdict"] == "holds");
}

TEST_CASE("upstream: an order where there is none is one line, status 2") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const std::string load = line_in(tree, {libbpf_file, "smp_load_acquire(len_ptr);", ""});
    const std::pair<std::string, const char*> wrong[] = {
        {load + "=release", "no access that can be release comes from that line in any"},
        {load + "=strong", "'strong' is no order; valid: relaxed, acquire"},
        {load, "is not FILE:LINE=ORDER"},
        {"kernel/bpf/ringbuf.c:1=relaxed", "has no access to memory"},
        {"ring.c:1=relaxed", "no line of a file of that name"},
    };
    for (const auto& row : wrong) {
        const std::string& at = row.first;
        const char* const message = row.second;
        int status = 0;
        const std::string text =
            output_of(upstream_of(tree, "publish --model sc,x86-tso --at " + at), &status);
        CHECK_MESSAGE(status == 2, at);
        CHECK_MESSAGE(text.find(message) != std::string::npos, at, ": ", text);
        CHECK_MESSAGE(std::ranges::count(text, '\n') == 1, at, ": ", text);
    }
}

TEST_CASE("upstream: a wrong tree, file or patch is one line, status 2") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const fs::path work = fs::temp_directory_path() / ("ringsim-wrong-" + std::to_string(getpid()));
    fs::create_directory(work);
    std::ofstream(work / "other.patch") << "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n";
    std::ofstream(work / "old.patch") << "--- a/src/ringbuf.c\n+++ b/src/ringbuf.c\n"
                                         "@@ -246 +246 @@\n-what it never was\n+something\n";
    const std::pair<std::string, const char*> wrong[] = {
        {"--patch " + (work / "other.patch").string(), "changes neither kernel/bpf/ringbuf.c"},
        {"--patch " + (work / "old.patch").string(), "Hunk #1 FAILED at 246"},
        {"--patch no/such", "--patch no/such: no such file"},
        {"--after no/such", "--after no/such: no such file or directory"},
        {"--after-libbpf no/such", "--after-libbpf no/such: no such file or directory"},
        {"--libbpf " + tree + "/kernel/irq_work.c", "does not define ring_buffer__new"},
        {"--replay 99", "there is no such execution, but 4 under sc"},
    };
    for (const auto& row : wrong) {
        const std::string& words = row.first;
        const char* const message = row.second;
        int status = 0;
        const std::string text =
            output_of(upstream_of(tree, "publish --model sc " + words), &status);
        CHECK_MESSAGE(status == 2, words);
        CHECK_MESSAGE(text.find(message) != std::string::npos, words, ": ", text);
        CHECK_MESSAGE(std::ranges::count(text, '\n') == 1, words, ": ", text);
    }
    fs::remove_all(work);
}

}  // namespace
}  // namespace ringsim::tests
