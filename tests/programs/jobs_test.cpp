// Many processes that search together come to what one comes to, to the byte: also where they find
// something out about the program on the way.
#include <doctest/doctest.h>

#include <string>

#include "tests/programs/check_answer.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

// Shared from the first execution on, whatever is found out then.
std::string with_jobs(unsigned jobs, const std::string& program, const std::string& file,
                      const std::string& options, const std::string& flags) {
    const fs::path programs = fs::path(environment("RINGSIM_SOURCE_ROOT")) / "tests/programs";
    return output_of_shell("cd " + programs.string() + " && RINGSIM_ALONE=0ms " + program +
                           " check " + file + " --jobs " + std::to_string(jobs) + " " + options +
                           " -- " + flags + " 2>&1");
}

}  // namespace

TEST_CASE("check: with many processes everything is as with one") {
    if (!has_c_compiler()) SKIP("no C compiler");
    struct row {
        const char* file;
        const char* options;
        const char* flags;
    };
    constexpr row rows[] = {
        {"reduced/late_news.c", "", ""},
        {"reduced/late_news.c", "", "-DSTARTS"},
        {"reduced/late_news.c", "--model sc", "-DWAITS"},
        {"reduced/late_news.c", "--loop-bound 5", "-DTURNS"},
        {"reduced/late_news.c", "", "-DFAILS"},
        {"reduced/late_news.c", "--keep-going --json", "-DFAILS"},
        {"reduced/late_news.c", "--keep-going --replay 300", "-DFAILS"},
        {"reduced/seldom_wrong.c", "", "-DWRONG=0345"},
        {"reduced/seldom_wrong.c", "--keep-going", "-DWRONG=0345"},
        {"reduced/counted_tries.c", "", ""},
        {"reduced/started_by_chance.c", "", ""},
        {"ms_queue.c", "--model x86-tso", ""},
        {"dekker.c", "--model sc --keep-going --json", ""},
        {"reduced/stack.c", "--reduce none --keep-going", ""},
        {"reduced/twins.c", "", "-DREADS -DOTHER"},
        {"ms_queue.c", "--model armv8", ""},
        {"dekker.c", "--model power --keep-going --json", ""},
        {"reduced/late_news.c", "--model riscv --keep-going", "-DFAILS"},
        {"reads_ahead.c", "--model armv8", ""},
        {"reads_ahead.c", "--model riscv --keep-going --json", ""},
        {"reads_ahead.c", "--model power --keep-going --replay 150", ""},
    };
    const std::string program = environment("RINGSIM_PROGRAM");
    for (const row& r : rows) {
        const std::string alone = with_jobs(1, program, r.file, r.options, r.flags);
        INFO(r.file, " ", r.options, " ", r.flags);
        CHECK(alone.find("xecution") != std::string::npos);
        for (const unsigned jobs : {2u, 3u, 6u})
            CHECK(with_jobs(jobs, program, r.file, r.options, r.flags) == alone);
    }
}

// What it was to do in the executions behind that one does not matter.
TEST_CASE("check: a thread is called by what it does in the execution that is shown") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const std::string shown =
        with_jobs(1, environment("RINGSIM_PROGRAM"), "reduced/started_by_chance.c", "", "");
    CHECK(shown.find("starts 2 adds_one") != std::string::npos);
    CHECK(shown.find("adds_two") == std::string::npos);
}

TEST_CASE("check: a process that keeps its news to itself is noticed") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const std::string with_faults = environment("RINGSIM_WITH_FAULTS");
    if (!fs::exists(with_faults)) SKIP("ringsim_with_faults is not built");
    const auto explored = [](unsigned jobs, const std::string& program) {
        return with_jobs(jobs, program, "reduced/late_news.c", "--loop-bound 5", "-DTURNS");
    };
    const std::string alone = explored(1, with_faults);
    CHECK(alone.find("late_news.c:3") != std::string::npos);
    CHECK(explored(2, with_faults) == alone);
    CHECK(explored(2, "RINGSIM_REDUCTION_MUTANT=no_news " + with_faults) != alone);
}

}  // namespace ringsim::tests
