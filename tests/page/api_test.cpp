// What `ringsim serve` answers, without HTTP: the requests of the page, and any others.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "page/api.hpp"
#include "scenarios/program/user_error.hpp"
#include "sim/graph/random.hpp"

namespace ringsim::tests {
namespace {

using nlohmann::json;

json asked(const char* what, const json& body) {
    const page::answer a = page::answer_to(what, body.dump());
    INFO(a.body);
    CHECK(a.status == 200);
    return json::parse(a.body);
}

std::string verdict_under(const json& answer, const std::string& model) {
    for (const json& v : answer["verdicts"])
        if (v["model"] == model) return v["verdict"];
    return "";
}

}  // namespace

TEST_CASE("api: an order is changed, and the verdicts change") {
    const json before = asked("verdicts", {{"scenario", "lost-wakeup"}});
    CHECK(before["version"] == 1);
    CHECK(before["verdicts"].size() == 8);
    CHECK(verdict_under(before, "sc") == "HOLDS");
    CHECK(verdict_under(before, "x86-tso") == "VIOLATED");
    const json after = asked("verdicts", {{"scenario", "lost-wakeup"},
                                          {"changes", {{"consumer.recheck_fence", "seq_cst"}}}});
    CHECK(verdict_under(after, "x86-tso") == "HOLDS");
    const json store =
        asked("verdicts", {{"changes", {{"consumer.store_consumer_pos", "seq_cst"}}}});
    CHECK(verdict_under(store, "x86-tso") == "HOLDS");
    CHECK(verdict_under(store, "rc11") == "VIOLATED");
    const json x = asked("counterexample", {{"model", "rc11"}});
    CHECK(x["execution"]["verdict"] == "VIOLATED");
    CHECK(x["execution"]["candidates_by"] == "rc11");
    CHECK(asked("counterexample", {{"model", "sc"}})["execution"].is_null());
}

TEST_CASE("api: a task can be done by hints") {
    json turns = json::array();
    for (int i = 0; i < 60; ++i) {
        const json p =
            asked("step", {{"challenge", "lose-the-wakeup"}, {"turns", turns}, {"hint", true}});
        if (p["over"] == true) {
            CHECK(p["solved"] == true);
            CHECK(p["execution"]["verdict"] == "VIOLATED");
            return;
        }
        REQUIRE(p["hint"].is_number());
        turns.push_back(p["choices"][p["hint"].get<std::size_t>()]["turn"]);
    }
    FAIL("the run does not end");
}

TEST_CASE("api: a file that was offered can be stepped through, and no other one") {
    const std::string text =
        "C SB\n{}\n"
        "P0(atomic_int *x, atomic_int *y) {\n"
        "  atomic_store_explicit(x, 1, memory_order_relaxed);\n"
        "  int r0 = atomic_load_explicit(y, memory_order_relaxed);\n}\n"
        "P1(atomic_int *x, atomic_int *y) {\n"
        "  atomic_store_explicit(y, 1, memory_order_relaxed);\n"
        "  int r0 = atomic_load_explicit(x, memory_order_relaxed);\n}\n"
        "exists (0:r0=0 /\\ 1:r0=0)\n";
    page::offer({{"dir/SB.litmus", text}});
    const json files = asked("catalogue", json::object())["files"];
    REQUIRE(files.size() == 1);
    CHECK(files[0]["name"] == "dir/SB.litmus");
    CHECK(files[0]["models"][0] == "rc11");
    CHECK(files[0]["models"].size() == 7);  // lkmm does not judge C11
    for (const std::string m : {"x86-tso", "sc"}) {
        json turns = json::array();
        for (bool over = false; !over;) {
            const json p =
                asked("step",
                      {{"file", "dir/SB.litmus"}, {"model", m}, {"turns", turns}, {"hint", true}});
            over = p["over"] == true || p["hint"].is_null();
            if (over) CHECK(p["solved"] == (m == "x86-tso"));
            if (!over) turns.push_back(p["choices"][p["hint"].get<std::size_t>()]["turn"]);
        }
    }
    CHECK(page::answer_to("step", R"({"file": "/etc/passwd"})").body.find("file: there is no") !=
          std::string::npos);
    CHECK(page::answer_to("step", R"({"file": "dir/SB.litmus", "model": "lkmm"})").status == 400);
    CHECK_THROWS_AS(page::offer({{"bad.litmus", "C bad\n{}\nP0(int *x) { goto }\n"}}),
                    scenarios::user_error);
    page::offer({});
    CHECK(page::answer_to("step", R"({"file": "dir/SB.litmus"})").status == 400);
}

TEST_CASE("api: wrong requests are refused in a sentence, and no file is read") {
    const struct {
        const char* what;
        const char* body;
        int status;
        const char* error;
    } table[] = {
        {"nothing", "{}", 404, "there is no such request"},
        {"verdicts", "[]", 400, "is no JSON object"},
        {"verdicts", "{", 400, "is no JSON object"},
        {"verdicts", R"({"scenario": 1})", 400, "scenario is not a string"},
        {"verdicts", R"({"scenario": "no"})", 400, "there is no scenario 'no'"},
        {"verdicts", R"({"table": "/etc/passwd"})", 400,
         "table: there is no '/etc/passwd'; valid: libbpf,"},
        {"verdicts", R"({"table": "libbpf edge"})", 400, "table: there is no"},
        {"verdicts", R"({"changes": {"x": "seq_cst"}})", 400, "there is no site 'x'"},
        {"verdicts", R"({"changes": {"consumer.load_header": "release"}})", 400, "no sense there"},
        {"verdicts", R"({"consumer": "x"})", 400, "consumer: there is no 'x'; did you mean"},
        {"verdicts", R"({"kernel": "2.6"})", 400, "kernel: there is no '2.6'"},
        {"verdicts", R"({"trigger": "both"})", 400, "neither edge nor level"},
        {"counterexample", R"({"model": "all"})", 400, "more than one"},
        {"counterexample", R"({"model": "x87"})", 400, "x87"},
        {"step", R"({"challenge": "win"})", 400, "challenge: there is no 'win'"},
        {"step", R"({"turns": [0]})", 400, "the thread first"},
        {"step", R"({"turns": [[9]]})", 400, "turns: "},
        {"step", R"({"turns": [[0, -1]]})", 400, "small numbers"},
    };
    for (const auto& row : table) {
        const page::answer a = page::answer_to(row.what, row.body);
        INFO(row.what << " " << row.body << ": " << a.body);
        CHECK(a.status == row.status);
        CHECK(a.body.find(row.error) != std::string::npos);
    }
    CHECK(page::answer_to("step", std::string(page::request_bytes_max + 1, ' ')).status == 400);
}

TEST_CASE("api: whatever is asked gets an answer") {
    const std::string seed = R"({"scenario":"lost-wakeup","table":"libbpf","trigger":"edge",)"
                             R"("model":"sc","turns":[[0],[1,0]],"hint":true})";
    sim::graph::random_numbers random(1);
    unsigned refused = 0;
    for (unsigned i = 0; i < 400; ++i) {
        std::string body = seed;
        for (unsigned n = 1 + random.below(4); n > 0; --n) {
            const std::size_t at = random.below(static_cast<unsigned>(body.size()));
            const unsigned how = random.below(3);
            if (how == 0)
                body[at] = static_cast<char>(random.below(256));
            else if (how == 1)
                body.erase(at, 1 + random.below(8));
            else
                body.insert(at, 1, "{}[]\",:0"[random.below(8)]);
        }
        const page::answer a = page::answer_to("step", body);
        CHECK((a.status == 200 || a.status == 400));
        CHECK(!json::parse(a.body, nullptr, false).is_discarded());
        refused += a.status == 400;
    }
    CHECK(refused > 100);
}

}  // namespace ringsim::tests
