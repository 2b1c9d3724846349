// What `ringsim check` visits once for many: the verdict is the one of the plain search, and there
// are as many executions as that has, divided by how many are taken for one.
//
// Generated programs, by hand, for longer: from a seed on, so many.
//
//   RINGSIM_GENERATED="1000 100" test_reduced --test-case="generated*"
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "sim/temporary_directory.hpp"
#include "tests/programs/check_answer.hpp"
#include "tests/shell.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

TEST_CASE("orders of arrival at a barrier are visited once") {
    if (!has_c_compiler()) SKIP("no C compiler");
    struct row {
        const char* flags;
        std::uint64_t all;
        std::uint64_t reduced;
        bool used;
    };
    constexpr row rows[] = {
        {"-DN=2", 4, 1, true},        {"-DN=3", 36, 1, true},        {"-DN=4", 576, 1, true},
        {"-DN=3 -O2", 36, 1, true},   {"-DN=3 -DDATA", 36, 1, true}, {"-DN=3 -DLAST", 36, 9, true},
        {"-DN=3 -DONE", 36, 9, true}, {"-DN=1", 1, 1, true},
    };
    for (const row& r : rows) {
        const auto check = [&](const answer& plain, const answer& reduced) {
            CHECK(plain.verdict == reduced.verdict);
            CHECK(plain.executions == r.all);
            CHECK(reduced.executions == r.reduced);
            CHECK(plain.violating * r.reduced == reduced.violating * r.all);
            CHECK(plain.reduced == "");
            CHECK(reduced.reduced == (r.used ? "[\"barriers\"]" : ""));
        };
        compare_under({"sc", "rc11", "armv8"}, source("rounds.c"), "--reduce none", "", r.flags,
                      check);
    }
}

// Which threads meet is told by the order, if there are more than the barrier has room for.
TEST_CASE("a barrier with more threads than it has room for is one by a count") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const std::string program = environment("RINGSIM_PROGRAM");
    const answer plain = answer_of(program, source("rounds.c"), "--reduce none", "-DN=2 -DMORE");
    const answer reduced = answer_of(program, source("rounds.c"), "", "-DN=2 -DMORE");
    INFO(plain.text, reduced.text);
    CHECK(plain.executions > 100);
    CHECK(plain.executions == reduced.executions);
    CHECK(plain.verdict == reduced.verdict);
    CHECK(reduced.reduced == "");
}

TEST_CASE("a barrier that too few threads come to is a deadlock") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const auto check = [&](const answer& plain, const answer& reduced) {
        CHECK(plain.verdict == "violated");
        CHECK(reduced.verdict == "violated");
        CHECK(plain.what.find("deadlock") != std::string::npos);
        CHECK(reduced.what.find("deadlock") != std::string::npos);
    };
    compare_under({"sc", "rc11", "armv8", "power"}, source("rounds.c"), "--reduce none", "",
                  "-DLESS", check);
}

TEST_CASE("faults of barriers at once are noticed") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const std::string with_faults = environment("RINGSIM_WITH_FAULTS");
    if (!fs::exists(with_faults)) SKIP("ringsim_with_faults is not built");
    struct row {
        const char* fault;
        const char* flags;
    };
    constexpr row rows[] = {
        {"no_waiting", "-DDATA"},
        {"no_release", "-DDATA"},
        {"no_choice", "-DLAST"},
        {"no_choice", "-DONE"},
    };
    for (const row& r : rows)
        for (const std::string fault : {"none", r.fault}) {
            const std::string faulty = "RINGSIM_REDUCTION_MUTANT=" + fault + " " + with_faults;
            const answer plain = answer_of(faulty, source("rounds.c"), "--reduce none", r.flags);
            const answer reduced = answer_of(faulty, source("rounds.c"), "", r.flags);
            INFO(fault, " ", r.flags, "\n", plain.text, reduced.text);
            CHECK((reduced.verdict == plain.verdict) == (fault == "none"));
        }
}

// --- generated programs
// ---------------------------------------------------------------------------

// Threads that meet between accesses in all orders that there are. main() ends with a status other
// than 0 in some of the executions: those are counted.
class meeting_program {
  public:
    explicit meeting_program(std::uint64_t seed) : random_(seed) {
        threads_ = 2 + below(2);
        rounds_ = threads_ == 2 ? 1 + below(2) : 1;
        text_ << "#include <pthread.h>\n#include <stdatomic.h>\n"
                 "static atomic_int x, y;\nstatic int z, r[3];\nstatic pthread_barrier_t b;\n";
        for (unsigned t = 0; t < threads_; ++t) {
            text_ << "static void *thread" << t << "(void *p) {\n    int o = 0;\n";
            for (unsigned i = 0; i <= rounds_; ++i) {
                if (i > 0) meet();
                const unsigned steps = below(threads_ == 2 ? 3 : 2);
                for (unsigned s = 0; s < steps; ++s) step();
            }
            text_ << "    r[" << t << "] = o;\n    return p;\n}\n";
        }
        text_ << "int main(void) {\n    pthread_t t[" << threads_ << "];\n"
              << "    pthread_barrier_init(&b, 0, " << threads_ << ");\n";
        for (unsigned t = 0; t < threads_; ++t)
            text_ << "    pthread_create(&t[" << t << "], 0, thread" << t << ", 0);\n";
        for (unsigned t = 0; t < threads_; ++t) text_ << "    pthread_join(t[" << t << "], 0);\n";
        text_ << "    return (x + 2 * y + 3 * r[0] + 5 * r[1] + 7 * r[2]) % 3 == 1;\n}\n";
    }

    std::string source() const { return text_.str(); }
    // How many executions of the plain search are one.
    std::uint64_t taken_for_one() const {
        std::uint64_t orders = 1;
        for (unsigned i = heeded_ ? threads_ - 1 : threads_; i > 1; --i) orders *= i;
        std::uint64_t all = 1;
        for (unsigned i = 0; i < rounds_; ++i) all *= orders;
        return all;
    }
    // Then a race ends executions before all have met.
    bool may_race() const { return plain_; }

  private:
    unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
    template <std::size_t N>
    const char* one_of(const char* const (&names)[N]) {
        return names[below(N)];
    }
    void meet() {
        if (below(4) == 0) {
            heeded_ = true;
            text_ << "    if (pthread_barrier_wait(&b) != 0) o += " << 1 + below(3) << ";\n";
        } else {
            text_ << "    pthread_barrier_wait(&b);\n";
        }
    }
    void step() {
        const char* const v = one_of({"x", "y"});
        switch (below(8)) {
            case 0:
            case 1:
            case 2:
                text_ << "    o = 2 * o + atomic_load_explicit(&" << v << ", memory_order_"
                      << one_of({"relaxed", "acquire", "seq_cst"}) << ");\n";
                break;
            case 3:
                text_ << "    o += atomic_fetch_add_explicit(&" << v << ", 1, memory_order_"
                      << one_of({"relaxed", "acq_rel", "seq_cst"}) << ");\n";
                break;
            case 4:
                plain_ = true;
                text_ << "    z = " << 1 + below(3) << ";\n";
                break;
            default:
                text_ << "    atomic_store_explicit(&" << v << ", " << 1 + below(3)
                      << ", memory_order_" << one_of({"relaxed", "release", "seq_cst"}) << ");\n";
        }
    }

    std::mt19937_64 random_;
    std::ostringstream text_;
    unsigned threads_ = 0;
    unsigned rounds_ = 0;
    bool heeded_ = false;
    bool plain_ = false;
};

TEST_CASE("generated programs with barriers: the plain search's counts, divided") {
    if (!has_c_compiler()) SKIP("no C compiler");
    std::uint64_t first = 1;
    std::uint64_t count = 16;
    if (const char* const wanted = std::getenv("RINGSIM_GENERATED"))
        std::istringstream(wanted) >> first >> count;
    constexpr const char* models[] = {"rc11", "x86-tso", "sc", "armv8", "power"};
    const std::string program = environment("RINGSIM_PROGRAM");
    const sim::temporary_directory scratch("reduced");
    const fs::path file = scratch.path_of("generated.c");
    std::uint64_t violating = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const meeting_program p(seed);
        std::ofstream(file) << p.source();
        const std::string model = std::string("--model ") + models[seed % std::size(models)];
        const answer plain = answer_of(program, file, model + " --reduce none", "");
        const answer reduced = answer_of(program, file, model, "");
        INFO("seed ", seed, " ", model, "\n", p.source(), plain.text, reduced.text);
        REQUIRE(plain.verdict != "");
        CHECK(reduced.reduced != "");
        CHECK(plain.verdict == reduced.verdict);
        violating += plain.violating > 0;
        if (p.may_race()) continue;
        CHECK(plain.executions == reduced.executions * p.taken_for_one());
        CHECK(plain.violating == reduced.violating * p.taken_for_one());
    }
    CHECK(violating > count / 4);
}

}  // namespace
}  // namespace ringsim::tests
