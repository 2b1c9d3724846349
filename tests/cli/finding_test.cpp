// Findings as files: what is written can be read, and nothing else can.
#include "scenarios/study/finding.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "scenarios/program/user_error.hpp"
#include "tests/cli/sample_trace.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using namespace scenarios::worlds;

saved_finding sample() {
    exploration e;
    e.counterexample = lost_wakeup_sample();
    e.executions = 37;
    e.schedule = "1:37";
    search how;
    how.relacy.seed = 7;
    return finding_of(*find_scenario("lost-wakeup"), parse_variant("aya-0.12"), how, e);
}

std::string finding_error(const std::string& text) {
    try {
        (void)finding_from_json(text, "f.json");
    } catch (const user_error& e) {
        return e.what();
    }
    return "";
}

// The sample with one thing changed, as text.
template <class Change>
std::string damaged(Change change) {
    auto j = nlohmann::ordered_json::parse(to_json(sample()));
    change(j);
    return j.dump();
}

}  // namespace

TEST_CASE("finding: round trip") {
    const saved_finding f = sample();
    const std::string text = to_json(f);
    const saved_finding again = finding_from_json(text, "f.json");
    CHECK(to_json(again) == text);
    CHECK(again.id() == f.id());
    CHECK(again.counterexample.steps == f.counterexample.steps);
    CHECK(again.counterexample.setup == f.counterexample.setup);
    CHECK(again.code.orders == f.code.orders);
    CHECK(again.how.relacy.seed == 7);
}

TEST_CASE("finding: the id depends on what is run, and on nothing else") {
    const saved_finding f = sample();
    CHECK(f.id() == "lost-wakeup:" + f.id().substr(12));
    CHECK(f.id().size() == 12 + 6);
    saved_finding other = f;
    other.program = "9.9.9";
    other.execution = 1;
    other.code.orders_name = "another name for the same";
    CHECK(other.id() == f.id());
    other = f;
    other.schedule = "1:38";
    CHECK(other.id() != f.id());
    other = f;
    other.code = parse_variant("libbpf");
    CHECK(other.id() != f.id());
    other = f;
    other.code.how = trigger::level;
    CHECK(other.id() != f.id());
}

TEST_CASE("finding: a file that was cut short") {
    const std::string text = to_json(sample());
    for (std::size_t length = 0; length < text.size() - 2; length += 37) {
        const std::string message = finding_error(text.substr(0, length));
        CHECK_MESSAGE(message.starts_with("f.json: is not JSON, or was cut short"), length);
        CHECK(message.find('\n') == std::string::npos);
    }
}

TEST_CASE("finding: foreign and damaged files get one line that says what is wrong") {
    using json = nlohmann::ordered_json;
    const struct {
        std::string text;
        const char* message;
    } table[] = {
        {"[]", "lacks \"schema\""},
        {"{}", "lacks \"schema\""},
        {"\x7f"
         "ELF",
         "is not JSON"},
        {"{\"schema\": \"something/else\", \"version\": 1}", "has the schema 'something/else'"},
        {damaged([](json& j) { j["version"] = 2; }), "has version 2 of the schema"},
        {damaged([](json& j) { j["scenario"] = "no-such"; }), "is of the scenario 'no-such'"},
        {damaged([](json& j) { j["orders"]["no.site"] = "relaxed"; }),
         "there is no site 'no.site'"},
        {damaged([](json& j) { j["orders"]["consumer.load_header"] = "release"; }),
         "\"consumer.load_header\" has an order that makes no sense there"},
        {damaged([](json& j) { j["orders"].erase("consumer.load_header"); }),
         "lacks an order for consumer.load_header"},
        {damaged([](json& j) { j["schedule"] = "1:99"; }), "was changed: its id does not fit"},
        {damaged([](json& j) { j["trigger"] = "both"; }),
         "\"trigger\" has the unknown value 'both'"},
        {damaged([](json& j) { j["engine"] = "quantum"; }), "unknown engine 'quantum'"},
        {damaged([](json& j) { j["threads"] = {"cpu0"}; }), "does not have the threads of"},
        {damaged([](json& j) { j["steps"][3]["step"] = 9; }), "the steps are not numbered"},
        {damaged([](json& j) { j["steps"][3]["thread"] = 2; }),
         "\"thread\" is not a number from 0"},
        {damaged([](json& j) { j["steps"][3]["thread"] = -1; }), "\"thread\" is not a number"},
        {damaged([](json& j) { j["steps"][3]["site"] = "nowhere"; }), "unknown value 'nowhere'"},
        {damaged([](json& j) { j["steps"][3]["reads_from"] = 99; }), "\"reads_from\" is not"},
        {damaged([](json& j) { j["steps"][3]["kind"] = 5; }), "\"kind\" is not a string"},
        {damaged([](json& j) { j["steps"] = "none"; }), "\"steps\" is not a list"},
        {damaged([](json& j) { j["violation"]["step"] = 99; }), "\"step\" is not a number from 0"},
        {damaged([](json& j) { j.erase("schedule"); }), "lacks \"schedule\""},
        {damaged([](json& j) { j["orders_name"] = "edge"; }),
         "which does not say the orders that follow it"},
        {damaged([](json& j) { j["orders_name"] = "libbpf\"; echo"; }),
         "which does not say the orders that follow it"},
        {damaged([](json& j) { std::swap(j["threads"][0], j["threads"][1]); }),
         "does not have the threads of"},
        {damaged([](json& j) { j["orders_name"] = "libbpf\x1b[31m"; }),
         "has a control character in 'orders_name'"},
        {damaged([](json& j) { j["steps"][0]["note"] = "two\nlines"; }),
         "has a control character in 'note'"},
        {damaged([](json& j) { j["\x07"] = 1; }), "has a control character in 'a name'"},
        {"{\"a\": " + std::string(100'000, '[') + std::string(100'000, ']') + "}",
         "is nested too deeply"},
    };
    for (const auto& row : table) {
        const std::string message = finding_error(row.text);
        CHECK_MESSAGE(message.find(row.message) != std::string::npos, message);
        CHECK(message.starts_with("f.json: "));
        CHECK(message.find('\n') == std::string::npos);
    }
}

TEST_CASE("finding: any single field removed, or made another type, is refused") {
    using json = nlohmann::ordered_json;
    const json whole = json::parse(to_json(sample()));
    for (const auto& [key, value] : whole.items()) {
        // Only for the reader's eye; the orders themselves are in "orders".
        const std::string& field = key;  // clang 14 captures no structured binding
        CAPTURE(field);
        json without = whole;
        without.erase(key);
        if (key != "model") CHECK(finding_error(without.dump()) != "");
        json other = whole;
        other[key] = json::array({json::array({-1.5})});
        if (key != "model") CHECK(finding_error(other.dump()) != "");
    }
}

}  // namespace ringsim::tests
