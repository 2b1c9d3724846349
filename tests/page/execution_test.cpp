// The JSON of an execution, and what is made of it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "kernel_model/site_table.hpp"
#include "page/execution.hpp"
#include "page/html.hpp"
#include "page/named_ring.hpp"
#include "page/own_code.hpp"
#include "page/views.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::tests {
namespace {

using nlohmann::ordered_json;

page::execution sample() {
    page::execution e;
    e.front_end = "litmus";
    e.title = "sample";
    e.what = "0:r0=0;";
    e.verdict = "AN EXECUTION";
    e.model = "x86-tso";
    e.threads = {{"P0", ""}, {"P 1", "f()"}};
    e.words = {{"x", "0"}};
    page::shown_step store;
    store.kind = "store";
    store.text = "store x rlx := 1; # <b>";
    store.word = 1;
    store.written = "1";
    store.writes = true;
    store.coherence = 1;
    store.ring = page::ring_change{"header", 8, 0x80000008};
    page::shown_step load;
    load.thread = 1;
    load.kind = "load";
    load.text = "load x rlx -> 1";
    load.word = 1;
    load.read = "1";
    load.reads = true;
    load.reads_from = 1;
    load.candidates = {{1, true, ""}, {0, false, "it is older"}};
    e.steps = {store, load};
    e.cycle = {{1, 2, "fr", "nothing"}};
    e.ring = page::ring_picture{64, 64, {{"consumer_pos", 0}}, {{0, 8, "A"}}};
    return e;
}

std::string complaint(const ordered_json& j) {
    try {
        (void)page::execution_from_json(j.dump(), "file");
    } catch (const scenarios::user_error& e) {
        return e.what();
    }
    return "";
}

}  // namespace

TEST_CASE("execution: JSON round trip") {
    const std::string text = page::to_json(sample());
    CHECK(page::to_json(page::execution_from_json(text, "file")) == text);
}

TEST_CASE("execution: what is wrong with a file is said in one line") {
    const ordered_json whole = ordered_json::parse(page::to_json(sample()));
    CHECK(complaint(whole).empty());
    for (const auto& [key, value] : whole.items()) {
        ordered_json without = whole;
        without.erase(key);
        CHECK(complaint(without).find("lacks \"" + key + "\"") != std::string::npos);
        ordered_json other = whole;
        other[key] = ordered_json::array({true});
        const std::string& field = key;  // clang 14 captures no structured binding
        INFO(field);
        CHECK(!complaint(other).empty());
    }
    const struct {
        const char* where;
        ordered_json value;
        const char* message;
    } table[] = {
        {"/schema", "ringsim/trace", "has the schema 'ringsim/trace', not 'ringsim/execution'"},
        {"/version", 2, "has version 2 of the schema; this program reads version 1"},
        {"/steps/0/thread", 2, "names a thread that is not there"},
        {"/steps/0/word", 2, "names a word that is not there"},
        {"/steps/0/word", 0, "is 0 of an access"},
        {"/steps/1/reads_from", 3, "names a step that is not there"},
        {"/steps/1/reads_from", -1, "is not a number from 0 to"},
        {"/steps/1/candidates/0/store", 9, "names a step that is not there"},
        {"/steps/0/coherence", 3, "is larger than there are steps"},
        {"/cycle/0/from", 0, "names no step"},
        {"/title", "a\nb", "has a control character"},
        {"/ring/bytes", 5, "is no size of a ring"},
        {"/threads", ordered_json::array(), "is empty"},
    };
    for (const auto& row : table) {
        ordered_json wrong = whole;
        wrong[ordered_json::json_pointer(row.where)] = row.value;
        INFO(row.where << ": " << complaint(wrong));
        CHECK(complaint(wrong).find(row.message) != std::string::npos);
    }
    const std::string text = page::to_json(sample());
    for (std::size_t n = 0; n + 2 < text.size(); n += 7)
        CHECK_THROWS_AS((void)page::execution_from_json(text.substr(0, n), "file"),
                        scenarios::user_error);
}

TEST_CASE("own code: each site of the protocol has its line") {
    for (const site_info& row : site_table) {
        if (row.file.empty()) continue;  // the program of a scenario
        INFO(row.name << " in " << row.file);
        const std::vector<page::code_line> lines = page::code_lines_of(row.is, row.file);
        REQUIRE(!lines.empty());
        CHECK(lines.front().number > 1);
        CHECK(lines.front().text.find("site::") != std::string_view::npos);
    }
    // Not the longer name that begins so.
    CHECK(page::code_lines_of(site::eventpoll_lock, "kernel_model/eventpoll.hpp").size() > 1);
    for (const page::code_line& line :
         page::code_lines_of(site::commit_load_header, "kernel_model/commit.hpp"))
        CHECK(line.text.find("site::commit_load_header,") != std::string_view::npos);
    CHECK(page::code_lines_of(site::commit_load_header, "consumer/process_ring.hpp").empty());
    CHECK(page::code_lines_of(site::commit_load_header, "no file").empty());
}

TEST_CASE("page: data cannot leave the element that it stands in") {
    page::execution e = sample();
    e.title = "</script><script>alert(1)</script>";
    const std::string html = page::html_of({e});
    CHECK(html.find("<script>alert") == std::string::npos);
    CHECK(html.find("&lt;/script&gt;") != std::string::npos);  // in the title
    CHECK(html.find("\\u003c/script>") != std::string::npos);  // in the data
    CHECK(html.find("@DATA@") == std::string::npos);
    CHECK(html.find("http://") == html.rfind("http://"));  // the name space of SVG
    CHECK(html.find("https://") == std::string::npos);
}

TEST_CASE("views: mermaid, shiviz and perfetto") {
    CHECK(page::to_mermaid(sample()) ==
          "sequenceDiagram\n"
          "  title sample: 0:r0=0#59;\n"
          "  participant T0 as P0\n"
          "  participant T1 as P 1\n"
          "  Note over T0: 1 store x rlx := 1#59; #35; #60;b#62;\n"
          "  T0-->>T1: rf: step 2 reads step 1\n"
          "  Note over T1: 2 load x rlx -#62; 1\n");
    CHECK(page::to_shiviz(sample()) ==
          "P0 {\"P0\":1}\n1 store x rlx := 1; # <b>\n"
          "P_1 {\"P0\":1,\"P_1\":1}\n2 load x rlx -> 1\n");
    const ordered_json events = ordered_json::parse(page::to_perfetto(sample()))["traceEvents"];
    std::string kinds;
    for (const ordered_json& event : events) kinds += event["ph"].get<std::string>();
    CHECK(kinds == "MMMXXsf");
    page::execution ahead = sample();
    std::swap(ahead.steps[0], ahead.steps[1]);
    ahead.steps[0].reads_from = 2;
    // Neither knows of the other: clocks cannot tell of a load before the store that it reads.
    CHECK(page::to_shiviz(ahead) ==
          "P_1 {\"P_1\":1}\n1 load x rlx -> 1\nP0 {\"P0\":1}\n2 store x rlx := 1; # <b>\n");
}

TEST_CASE("views: a graph for Graphviz") {
    page::execution e = sample();
    e.steps[0].depends = {};
    e.steps[1].depends = {{1, "addr"}};
    e.cycle = {{1, 1, "rf", ""}, {2, 2, "fr", ""}};
    const std::string drawn = page::to_dot(e);
    for (const char* line :
         {"digraph \"sample\"\n", "    label=\"P 1\"; style=dotted;\n",
          "    s1 [label=\"1: store x rlx := 1; # <b>\", penwidth=2.5];\n",
          "  s1 -> s2 [label=rf, color=forestgreen, fontcolor=forestgreen, constraint=false, "
          "penwidth=2.5];\n",
          "  s1 -> s2 [label=addr, style=dotted, constraint=false];\n"}) {
        INFO(drawn);
        CHECK(drawn.find(line) != std::string::npos);
    }
}

TEST_CASE("execution: the ring of the kernel's own words is drawn by their names") {
    page::execution e;
    e.words = {{"rb->consumer_pos", "0"},
               {"rb->producer_pos", "32"},
               {"rb->data[16].len", "0x80000008"},
               {"rb->data[24]", "0"},
               {"rb->spinlock", "0"}};
    const auto store = [&](std::uint32_t word, const std::string& value) {
        page::shown_step s;
        s.word = word;
        s.writes = true;
        s.written = value;
        e.steps.push_back(s);
    };
    store(4, "11");
    store(3, "8");
    store(5, "1");
    store(1, "16");
    page::execution beyond = e;
    page::add_named_ring(e, 64);
    REQUIRE(e.ring);
    REQUIRE(e.ring->positions.size() == 2);
    CHECK(e.ring->positions[1].value == 32);
    REQUIRE(e.ring->headers.size() == 1);
    CHECK(e.ring->headers[0].pos == 16);
    CHECK(e.ring->headers[0].value == 0x80000008);
    REQUIRE(e.steps[0].ring);
    CHECK(e.steps[0].ring->part == "payload");
    CHECK(e.steps[0].ring->pos == 16);
    CHECK(e.steps[1].ring->part == "header");
    CHECK(!e.steps[2].ring);
    CHECK(e.steps[3].ring->part == "consumer_pos");
    // On the second lap a place is not a position.
    beyond.words[1].initial = "80";
    page::add_named_ring(beyond, 64);
    CHECK(!beyond.ring);
}

}  // namespace ringsim::tests
