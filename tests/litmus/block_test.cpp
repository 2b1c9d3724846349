// The result block, byte for byte as herd7 7.58 prints it (without Time and Hash).
#include <doctest/doctest.h>

#include "tests/litmus/support.hpp"

namespace ringsim::tests {
namespace {

namespace litmus = sim::litmus;
using sim::graph::model_id;

std::string block_of(std::string_view text, model_id m = model_id::rc11) {
    const litmus::test t = litmus::parse(text);
    litmus::run_options o;
    o.model = m;
    return litmus::block(t, litmus::run(t, o));
}

constexpr std::string_view sb_text = R"(C SB
{ x=0; y=0; }
P0(int *x, int *y) { int r0; WRITE_ONCE(*x, 1); r0 = READ_ONCE(*y); }
P1(int *x, int *y) { int r0; WRITE_ONCE(*y, 1); r0 = READ_ONCE(*x); }
)";

}  // namespace

TEST_CASE("litmus: the block of an exists") {
    CHECK(block_of(std::string(sb_text) + "locations [x;]\nexists (0:r0=0 /\\ 1:r0=0)") ==
          R"(Test SB Allowed
States 4
0:r0=0; 1:r0=0; [x]=1;
0:r0=0; 1:r0=1; [x]=1;
0:r0=1; 1:r0=0; [x]=1;
0:r0=1; 1:r0=1; [x]=1;
Ok
Witnesses
Positive: 1 Negative: 3
Condition exists (0:r0=0 /\ 1:r0=0)
Observation SB Sometimes 1 3
)");
}

TEST_CASE("litmus: a ~exists counts its witnesses the other way round") {
    CHECK(block_of(std::string(sb_text) + "~exists (0:r0=0 /\\ 1:r0=0)", model_id::sc) ==
          R"(Test SB Forbidden
States 3
0:r0=0; 1:r0=1;
0:r0=1; 1:r0=0;
0:r0=1; 1:r0=1;
Ok
Witnesses
Positive: 3 Negative: 0
Condition ~exists (0:r0=0 /\ 1:r0=0)
Observation SB Never 0 3
)");
}

TEST_CASE("litmus: the block of a forall, and of no condition at all") {
    CHECK(block_of(std::string(sb_text) + "forall (x=1)") ==
          R"(Test SB Required
States 1
[x]=1;
Ok
Witnesses
Positive: 4 Negative: 0
Condition forall ([x]=1)
Observation SB Always 4 0
)");
    CHECK(block_of(sb_text) ==
          "Test SB Required\nStates 1\n\nOk\nWitnesses\nPositive: 4 Negative: 0\n"
          "Condition forall (true)\nObservation SB Always 4 0\n");
}

TEST_CASE("litmus: a data race makes C11 undefined and flags LKMM") {
    CHECK(block_of("C race\n{}\nP0(int *x) { *x = 1; }\nP1(int *x) { int r0 = *x; }\n"
                   "exists (1:r0=1)") ==
          R"(Test race Allowed
States 2
1:r0=0;
1:r0=1;
Undef
Witnesses
Positive: 1 Negative: 1
Flag *undef*
Condition exists (1:r0=1)
Observation race Sometimes 1 1
)");
    const std::string lkmm = block_of(
        "C race\n{}\nP0(int *x) { WRITE_ONCE(*x, 1); }\nP1(int *x) { int r0 = *x; }\n"
        "exists (1:r0=1)");
    CHECK(lkmm.find("\nOk\nWitnesses\nPositive: 1 Negative: 1\nFlag data-race\nCondition") !=
          std::string::npos);
}

TEST_CASE("litmus: addresses are shown by name, behind the numbers") {
    CHECK(block_of("C p\n{ int *p = 5; }\n"
                   "P0(int **p, int *z, int *a) { WRITE_ONCE(*p, z); WRITE_ONCE(*p, a); }\n"
                   "P1(int **p) { int *r0 = READ_ONCE(*p); }\nexists (1:r0=z)") ==
          R"(Test p Allowed
States 3
1:r0=5;
1:r0=a;
1:r0=z;
Ok
Witnesses
Positive: 1 Negative: 2
Condition exists (1:r0=z)
Observation p Sometimes 1 2
)");
}

TEST_CASE("litmus: an endless wait is cut off and said to be") {
    const std::string text =
        "C wait\n{}\nP0(int *x) { int r0; while (READ_ONCE(*x) == 0) ; r0 = 1; }\n"
        "P1(int *x) { WRITE_ONCE(*x, 1); }\nforall (0:r0=1)";
    // Zero, one or two turns before the flag is seen, as herd7 counts them.
    CHECK(block_of(text) ==
          "Test wait Required\nStates 1\n0:r0=1;\nLoop Ok\nWitnesses\nPositive: 3 Negative: 0\n"
          "Condition forall (0:r0=1)\nObservation wait Always 3 0\n");
    CHECK(run_text(text, model_id::rc11).reach == litmus::reach_of::everything);
}

TEST_CASE("litmus: integers are shown in their width") {
    CHECK(block_of("C w\n{ uint8_t x; int y; long z; }\n"
                   "P0(int *x, int *y, int *z) { *x = 1; *y = 4294967295; *z = 4294967295; }\n"
                   "locations [x; y; z;]")
              .find("[x]=1; [y]=-1; [z]=4294967295;") != std::string::npos);
}

}  // namespace ringsim::tests
