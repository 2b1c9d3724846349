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

}  // namespace ringsim::tests
