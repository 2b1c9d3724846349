// The conformance check of a build without rapidcheck.
#include "tests/skip.hpp"

TEST_CASE("the model does what the running kernel does") {
    SKIP("built without rapidcheck, which draws the random sequences: Debian's librapidcheck-dev");
}

TEST_CASE("user ring: the model drains what the running kernel drains") {
    SKIP("built without rapidcheck, which draws the random sequences: Debian's librapidcheck-dev");
}
