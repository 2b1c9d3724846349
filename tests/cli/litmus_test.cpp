// Many litmus tests in one call.
#include <doctest/doctest.h>

#include <string>

#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {

TEST_CASE("litmus: tests are told in their order, however many processes judge them") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    const std::string directory = "\"$RINGSIM_SOURCE_ROOT\"/tests/litmus/";
    const std::string files = directory + "SB*.litmus " + directory + "LB*.litmus none.litmus " +
                              directory + "MP*.litmus";
    for (const std::string options : {"", " --json", " --summary --model sc", " --graph"}) {
        CAPTURE(options);
        const program_run alone = run_ringsim("litmus --jobs 1" + options + " " + files);
        const program_run shared = run_ringsim("litmus --jobs 3" + options + " " + files);
        CHECK(alone.status == 2);
        CHECK(shared.status == 2);
        CHECK(!alone.out.empty());
        CHECK(shared.out == alone.out);
        CHECK(shared.err == alone.err);
    }
}

TEST_CASE("litmus: what a condition names in vain is told in every form") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    const std::string make =
        "litmus $(printf 'C t\\n{}\\nP0(int *x) { int r0 = READ_ONCE(*x); }\\n"
        "exists (0:rO=1)\\n' >t.litmus) ";
    for (const std::string options : {"", "--quiet", "--summary", "--quiet --summary",
                                      "--json --quiet", "--engine states --model sc"}) {
        CAPTURE(options);
        const program_run r = run_ringsim(make + options + " t.litmus");
        CHECK(r.status == 0);
        CHECK(r.err.find("t.litmus:4: P0 has no variable rO: it counts as 0\n") !=
              std::string::npos);
    }
    CHECK(run_ringsim(make + "--json t.litmus").out.find("it counts as 0") != std::string::npos);
}

}  // namespace ringsim::tests
