// The exercises: right answers are right, and what the lessons give as a wrong one is wrong.
#include <doctest/doctest.h>

#include "page/course.hpp"
#include "page/game.hpp"
#include "scenarios/program/user_error.hpp"
#include "sim/graph/random.hpp"
#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

bool is_right(std::size_t lesson, const std::string& answer) {
    return page::check_answer(lesson, answer, "answer").right;
}

std::string complaint(std::size_t lesson, const std::string& answer) {
    try {
        (void)page::check_answer(lesson, answer, "answer");
    } catch (const scenarios::user_error& e) {
        return e.what();
    }
    return "";
}

// The numbers of a game that is played by hints.
std::string by_hints(page::game& g) {
    std::string numbers = "choices =";
    while (!g.over()) {
        const std::size_t at = g.hint();
        REQUIRE(at < g.choices().size());
        std::size_t number = 0;
        for (std::size_t i = 0; i <= at; ++i) number += g.choices()[i].allowed;
        numbers += " " + std::to_string(number);
        g.take(at);
    }
    return numbers;
}

std::string at_random(page::game& g, std::uint64_t seed) {
    sim::graph::random_numbers random(seed);
    std::string numbers = "choices =";
    while (!g.over()) {
        unsigned allowed = 0;
        for (const page::choice& c : g.choices()) allowed += c.allowed;
        unsigned pick = random.below(allowed);
        numbers += " " + std::to_string(pick + 1);
        std::size_t at = 0;
        for (;; ++at)
            if (g.choices()[at].allowed && pick-- == 0) break;
        g.take(at);
    }
    return numbers;
}

}  // namespace

TEST_CASE("course: ten lessons and a glossary") {
    REQUIRE(page::lessons().size() == page::exercises + 1);
    for (std::size_t i = 0; i < page::exercises; ++i)
        CHECK(page::lessons()[i].title().starts_with(std::to_string(i + 1) + ". "));
    CHECK(page::lessons().back().title() == "Glossary");
}

TEST_CASE("course: answers") {
    CHECK(is_right(1, "positions = 16 32 56\n"));
    CHECK(!is_right(1, "positions = 13 21 30\n"));
    CHECK(is_right(3, "orders = libbpf consumer.load_producer_pos=relaxed"));
    CHECK(!is_right(3, "orders = libbpf consumer.load_header=relaxed"));
    CHECK(!is_right(3, "orders = libbpf consumer.store_consumer_pos=relaxed"));
    CHECK(!is_right(3, "orders = libbpf kernel.reserve.store_producer_pos=relaxed"));
    CHECK(is_right(4, "orders = libbpf kernel.reserve.load_consumer_pos=relaxed"));
    CHECK(!is_right(4, "orders = libbpf kernel.commit.load_consumer_pos=relaxed"));
    // It fails then, but for another reason than the one that is asked for.
    CHECK(!is_right(4, "orders = libbpf kernel.reserve.unlock=none"));
    CHECK(is_right(5, "executions = 5 # all\nviolating = 1\n"));
    CHECK(!is_right(5, "executions = 1\nviolating = 1\n"));
    CHECK(is_right(7,
                   "orders = libbpf consumer.store_consumer_pos=seq_cst "
                   "consumer.load_producer_pos=seq_cst consumer.load_header=seq_cst"));
    CHECK(!is_right(7, "orders = libbpf consumer.store_consumer_pos=seq_cst"));
    CHECK(!is_right(7, "orders = libbpf consumer.recheck_fence=seq_cst"));
    CHECK(is_right(8, "orders = edge kernel.commit.xchg_header=store_release"));
    CHECK(!is_right(8, "orders = edge kernel.commit.xchg_header=acq_rel"));
    const std::string both =
        "C LB\n{}\n"
        "P0(atomic_int *x, atomic_int *y) {\n"
        "  int r0 = atomic_load_explicit(x, memory_order_relaxed);\n"
        "  atomic_store_explicit(y, 1, memory_order_relaxed);\n}\n"
        "P1(atomic_int *x, atomic_int *y) {\n"
        "  int r0 = atomic_load_explicit(y, memory_order_relaxed);\n"
        "  atomic_store_explicit(x, 1, memory_order_relaxed);\n}\n";
    CHECK(is_right(9, both + "exists (0:r0=1 /\\ 1:r0=1)\n"));
    CHECK(!is_right(9, both + "exists (0:r0=1)\n"));
    CHECK(!is_right(9, both + "exists (0:r0=2)\n"));
}

TEST_CASE("course: answers that are runs") {
    CHECK(is_right(6, by_hints(*page::game_of(*page::find_challenge("lose-the-wakeup")))));
    CHECK(!is_right(6, "choices = 1"));
    CHECK(!is_right(6, "choices = 99"));
    bool right = false;
    bool wrong = false;
    for (std::uint64_t seed = 0; seed < 60 && !(right && wrong); ++seed) {
        const auto g = page::game_of(*scenarios::find_scenario("lost-wakeup"),
                                     scenarios::worlds::variant{}, sim::graph::model_id::sc, {});
        (is_right(2, at_random(*g, seed)) ? right : wrong) = true;
    }
    CHECK(right);
    CHECK(wrong);
}

TEST_CASE("course: what is nearly in the right form is an answer") {
    for (const char* const same : {"positions = 16, 32, 56", "16 32 56", "Positions: 16,32,56",
                                   "POSITIONS=16 32 56", "positions = '16 32 56'", "16\n32\n56\n"})
        CHECK(is_right(1, same));
    CHECK(!is_right(1, "13, 21, 30"));
    CHECK(is_right(3, "libbpf consumer.load_producer_pos=relaxed"));
    CHECK(is_right(3, "consumer.load_producer_pos=relaxed"));
    CHECK(is_right(3, "orders = \"libbpf consumer.load_producer_pos=relaxed\""));
    CHECK(!is_right(3, "orders = edge consumer.load_header=relaxed"));
    CHECK(!is_right(3, "orders = libbpf"));
    CHECK(!is_right(
        3, "orders = libbpf consumer.load_producer_pos=relaxed consumer.load_header=relaxed"));
    CHECK(!is_right(8, "fenced"));
}

TEST_CASE("course: what is no answer gets one line") {
    CHECK(complaint(1, "").find("answer: has no answer") == 0);
    CHECK(complaint(1, "= 16 32 56").find("answer:1: not `KEY = VALUE`") == 0);
    CHECK(complaint(1, "a = 1\na = 2").find("answer:2: the key is there twice") == 0);
    CHECK(complaint(1, "a = 1").find("answer: lacks a line `positions = ...`") == 0);
    CHECK(complaint(1, "positions = x").find("answer: 'x' is no number") == 0);
    CHECK(complaint(3, "orders = /etc/passwd").find("answer: orders is") == 0);
    CHECK(complaint(3, "orders = libbpf consumer.load_hat=relaxed").find("answer: ") == 0);
    CHECK(complaint(3, "orders = answer").find("answer: orders is") == 0);
    CHECK(complaint(9, "no litmus test").find("answer:1: ") == 0);
}

TEST_CASE("course: Markdown as HTML") {
    CHECK(page::html_of_markdown(
              "# A `b` <c>\n\none **two**\n*three* [x](y.md)\n\n- p\n- q\n  r\n") ==
          "<h1>A <code>b</code> &lt;c&gt;</h1>\n"
          "<p>one <strong>two</strong>\n<em>three</em> <a href=\"y.html\">x</a></p>\n"
          "<ul>\n<li>p</li>\n<li>q r</li>\n</ul>\n");
    CHECK(page::html_of_markdown("| a | b |\n|---|---|\n| `x | y` | z |\n```c\n<&\n```\n") ==
          "<div class=\"wide\" tabindex=\"0\"><table>\n<tr><th> a </th><th> b </th></tr>\n"
          "<tr><td> <code>x | y</code> </td><td> z </td></tr>\n</table></div>\n"
          "<pre tabindex=\"0\"><code>&lt;&amp;\n</code></pre>\n");
}

TEST_CASE("course: Markdown in the columns that there are") {
    const std::string text =
        "# A title that is long\n\none two three four\nfive\n\n- an item of a list\n  that goes "
        "on\n"
        "12. a numbered one here\n| a row | of a table |\n```\nleft as it is, however wide\n```\n";
    CHECK(page::folded_markdown(text, 14) ==
          "# A title that\nis long\n\none two three\nfour five\n\n- an item of a\n  list that\n"
          "  goes on\n12. a numbered\n    one here\n| a row | of a\n    table |\n"
          "```\nleft as it is, however wide\n```\n");
    CHECK(page::folded_markdown(text, 80) == text);
    for (const page::lesson& l : page::lessons())
        CHECK(page::folded_markdown(l.text, 200 * 1000) == l.text);
}

TEST_CASE("course: a wrong number is not said to be too large") {
    const page::checked c = page::check_answer(5, "executions = 1\nviolating = 1\n", "answer");
    CHECK(c.says == "that is not the number of executions");
}

TEST_CASE("course: what is almost right is told what is missing") {
    const auto says = [](std::size_t n, const std::string& text) {
        return page::check_answer(n, text, "answer").says;
    };
    CHECK(says(1, "positions = 0 16 32") ==
          "that is where each record begins, and not where it ends");
    CHECK(says(1, "positions = 16 32") == "three numbers, please, one for each record");
    CHECK(says(5, "5 1").starts_with("one number in each of two lines"));
    CHECK(says(7, "orders = libbpf kernel.commit.xchg_header=full").starts_with("that changes"));
    CHECK(complaint(3, "orders = libbpf load_producer_pos=relaxed")
              .starts_with("answer: the site 'load_producer_pos' is not unique"));
    const std::string sb =
        "C SB\n{}\n"
        "P0(atomic_int *x, atomic_int *y) {\n"
        "  atomic_store_explicit(y, 1, memory_order_relaxed);\n"
        "  int r0 = atomic_load_explicit(x, memory_order_relaxed);\n}\n"
        "P1(atomic_int *x, atomic_int *y) {\n"
        "  atomic_store_explicit(x, 1, memory_order_relaxed);\n"
        "  int r0 = atomic_load_explicit(y, memory_order_relaxed);\n}\n";
    CHECK(says(9, sb + "exists (0:r0=0 /\\ 1:r0=0)\n") ==
          "its condition is true under x86-tso too: in 1 of 4 executions");
    CHECK(says(9, sb + "exists (0:r0=2)\n") ==
          "its condition is never true under armv8: in none of 4 executions");
}

TEST_CASE("teach: from the outside") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    CHECK(run_ringsim("teach").out.find("10. Your own consumer") != std::string::npos);
    CHECK(run_ringsim("teach 3").out.starts_with("# 3. "));
    const auto wrong = run_ringsim("teach 1 --check a", "echo 'positions = 1' > a;");
    CHECK(wrong.status == 1);
    CHECK(wrong.out.starts_with("NOT YET   "));
    const auto pages = run_ringsim("teach --html pages --force && grep -c href pages/index.html");
    CHECK(pages.status == 0);
    check_refused(run_ringsim("teach --html pages"), "is there already; --force overwrites it");
    check_refused(run_ringsim("teach 11"), "'11' is no lesson");
    check_refused(run_ringsim("teach --check a"), "of which lesson?");
    check_refused(run_ringsim("teach 1 --check nothing"), "there is no file 'nothing'");
    check_refused(run_ringsim("teach glossary --check a"), "the glossary has no exercise");
}

namespace {

// A consumer for lesson 10; `barrier` stands between the store of consumer_pos and the next look.
std::string consumer(const std::string& barrier, const std::string& look) {
    return "#include <stdatomic.h>\n"
           "struct ring { atomic_ulong consumer_pos, producer_pos; atomic_uint header[2];\n"
           "              unsigned payload[2]; };\n"
           "int consume(struct ring *r, void (*take)(unsigned payload)) {\n"
           "  unsigned long at = atomic_load_explicit(&r->consumer_pos, memory_order_relaxed);\n"
           "  if (at >= atomic_load_explicit(&r->producer_pos, memory_order_acquire)) return 0;\n"
           "  if (atomic_load_explicit(&r->header[at / 16], " +
           look +
           ") & 0x80000000u) return 0;\n"
           "  take(r->payload[at / 16]);\n"
           "  atomic_store_explicit(&r->consumer_pos, at + 16, memory_order_release);\n"
           "  " +
           barrier +
           "\n"
           "  return 1;\n}\n";
}

}  // namespace

TEST_CASE("teach: a consumer of one's own is proved, or its fault is shown") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    const auto judged = [](const std::string& barrier, const std::string& look) {
        return run_ringsim("teach 10 --check mine.c",
                           "cat > mine.c <<'END'\n" + consumer(barrier, look) + "END\n");
    };
    const std::string fence = "atomic_thread_fence(memory_order_seq_cst);";
    const auto right = judged(fence, "memory_order_acquire");
    if (right.status == 77) SKIP("check needs a compiler: " << right.err);
    CHECK(right.status == 0);
    CHECK(right.out.find("RIGHT   every execution was visited") != std::string::npos);
    const auto lost = judged("", "memory_order_acquire");
    CHECK(lost.status == 1);
    CHECK(lost.out.find("VIOLATED") != std::string::npos);
    const auto race = judged(fence, "memory_order_relaxed");
    CHECK(race.status == 1);
    CHECK(race.out.find("data race") != std::string::npos);
}

}  // namespace ringsim::tests
