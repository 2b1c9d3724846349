// Conditions: how they bind, what they mean, how they are shown.
#include <doctest/doctest.h>

#include "tests/litmus/support.hpp"

namespace ringsim::tests {
namespace {

namespace litmus = sim::litmus;
using sim::graph::model_id;

constexpr std::string_view program =
    "C c\n{ int a[2] = {3, 4}; x=1; }\n"
    "P0(int *x, int *y, int *a) { int r0 = 1; int *r1 = x; int r2 = 2; }\n";

std::string shown(const std::string& condition) {
    const litmus::test t = litmus::parse(std::string(program) + condition);
    return litmus::text_of(t.asks.what, t.asks.observed);
}
// Whether it holds in the one final state of the program.
bool holds(const std::string& condition) {
    return run_text(std::string(program) + "exists " + condition, model_id::sc).positive == 1;
}

}  // namespace

TEST_CASE("litmus: conditions are shown as herd7 shows them") {
    CHECK(shown("exists x=1") == "[x]=1");
    CHECK(shown("exists (P0:r0=1)") == "0:r0=1");
    CHECK(shown("exists ([x]=0x10)") == "[x]=16");
    CHECK(shown("exists (0:r0=-1)") == "0:r0=-1");
    CHECK(shown("exists (0:r1=&x)") == "0:r1=x");
    CHECK(shown("exists (a[1]=4)") == "a[1]=4");
    CHECK(shown("exists (0:r0 != 1)") == "not (0:r0=1)");
    CHECK(shown("exists (~(0:r0=1 \\/ x=1))") == "not (0:r0=1 \\/ [x]=1)");
    CHECK(shown("exists ((0:r0=1 \\/ x=1) /\\ y=0)") == "(0:r0=1 \\/ [x]=1) /\\ [y]=0");
    CHECK(shown("exists (0:r0=1 \\/ x=1 /\\ y=0)") == "0:r0=1 \\/ [x]=1 /\\ [y]=0");
    CHECK(shown("exists (x=1 /\\ (y=0 /\\ 0:r0=1))") == "[x]=1 /\\ [y]=0 /\\ 0:r0=1");
    CHECK(shown("exists (x=1 /\\ y=0 => 0:r0=1)") == "[x]=1 /\\ ([y]=0 => 0:r0=1)");
    CHECK(shown("exists (0:r0=0:r2)") == "0:r0=0:r2");
    CHECK(shown("exists true") == "true");
    CHECK(shown("forall (false)") == "false");
    CHECK(shown("exists (* a (* nested *) comment *) (x=1)") == "[x]=1");
}

TEST_CASE("litmus: what conditions mean") {
    CHECK(holds("(0:r0=1 /\\ x=1)"));
    CHECK_FALSE(holds("(0:r0=1 /\\ x=0)"));
    CHECK(holds("(0:r0=7 \\/ x=1)"));
    CHECK(holds("(not 0:r0=7)"));
    CHECK(holds("(0:r0=7 => x=9)"));
    CHECK_FALSE(holds("(0:r0=1 => x=9)"));
    CHECK(holds("(0:r1=x)"));
    CHECK_FALSE(holds("(0:r1=y)"));
    CHECK(holds("(a[0]=3 /\\ a[1]=4)"));
    CHECK(holds("(0:r0 <> 0:r2)"));
    // /\ binds more strongly than \/, and => more strongly than both.
    CHECK(holds("(0:r0=1 \\/ x=9 /\\ y=9)"));
    CHECK_FALSE(holds("(x=9 /\\ y=9 => 0:r0=1)"));
}

TEST_CASE("litmus: what is shown is sorted and complete") {
    const litmus::test t = litmus::parse(
        std::string(program) + "locations [y; 0:r2; a[1]; 0:r10;] filter (x=1) exists (0:r0=1)");
    std::string names;
    for (const litmus::observable& o : t.asks.observed) names += o.text() + " ";
    CHECK(names == "0:r0 0:r10 0:r2 [y] a[1] [x] ");
    CHECK(t.asks.shown == 5);       // what only the filter names is not shown
    CHECK(t.warnings.size() == 1);  // P0 has no r10
}

// A mistake in writing makes of any condition a wrong Never.
TEST_CASE("litmus: a register that nothing writes is told, once") {
    const auto told = [](const std::string& text) {
        std::string all;
        for (const litmus::warning& w : litmus::parse(text).warnings)
            all += std::to_string(w.line) + ": " + w.what + "\n";
        return all;
    };
    const std::string arm =
        "AArch64 t\n{ 0:X1=x; 0:X5=0; }\n P0 ;\n LDR W0,[X1] ;\n STR W3,[X1] ;\n"
        " STXR W4,W3,[X1] ;\n ADDS XZR,X0,#1 ;\n";
    CHECK(told(arm + "exists (0:X0=1 /\\ 0:X4=0 /\\ 0:X5=0 /\\ 0:X1=x /\\ 0:XZR=0)\n") == "");
    CHECK(told(arm + "locations [0:X7;] filter (0:X7=1)\nexists (0:W3=1 /\\ 0:X7=1)\n") ==
          "8: P0 never writes X7: it stays 0\n9: P0 never writes X3: it stays 0\n");
    const std::string c = "C t\n{ 0:r4=0; }\nP0(int *x) { int r0; int r1; r0 = READ_ONCE(*x); }\n";
    CHECK(told(c + "exists (0:r0=0 /\\ 0:r4=0)\n") == "");
    CHECK(told(c + "exists (0:rO=1 /\\ 0:r1=1)\n") ==
          "4: P0 has no variable rO: it counts as 0\n4: P0 never writes r1: it stays 0\n");
}

TEST_CASE("litmus: a filter leaves executions out") {
    const std::string text =
        "C f\n{}\nP0(int *x) { WRITE_ONCE(*x, 1); }\nP1(int *x) { int r0 = READ_ONCE(*x); }\n";
    CHECK(observed(run_text(text + "exists (1:r0=1)", model_id::sc)) == "Sometimes 1 1");
    CHECK(observed(run_text(text + "filter (1:r0=1) exists (1:r0=1)", model_id::sc)) ==
          "Always 1 0");
}

}  // namespace ringsim::tests
