// The stand-in headers, on small kernel programs that say what comes out.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "sim/check/kernel_mutant.hpp"
#include "tests/skip.hpp"
#include "tests/upstream/support.hpp"
#include "upstream/compiler.hpp"

namespace ringsim::tests {
namespace {

TEST_CASE("upstream: the stand-in headers mean what the kernel's do") {
    if (no_compiler()) SKIP("no C compiler");
    std::vector<fs::path> programs;
    for (const auto& entry : fs::directory_iterator(own() / "kernel"))
        programs.push_back(entry.path());
    std::ranges::sort(programs);
    for (const fs::path& program : programs) {
        SUBCASE(program.filename().c_str()) {
            const auto expected = expectations_of(program);
            CHECK(!expected.empty());
            for (const expectation& e : expected)
                for (const json& r : results_of("kernel " + program.string() + " --model " +
                                                e.models() + " -- " + e.flags))
                    CHECK_MESSAGE(verdict_of(r) == e.verdict_by_model.at(r["model"]),
                                  program.filename().string(), e.flags, " ",
                                  r["model"].get<std::string>());
        }
    }
}

// The number of executions, behind that of those which violate if there are some.
std::string counts_by_check(const std::string& words) {
    const json r = json::parse(output_of("check --json --keep-going --reduce none " + words));
    const std::string all = std::to_string(r["executions"].get<unsigned>());
    const auto violating = r["violating"].get<unsigned>();
    return violating == 0 ? all : std::to_string(violating) + "/" + all;
}

TEST_CASE("upstream: check judges kernel code as kernel does") {
    if (no_compiler()) SKIP("no C compiler");
    for (const std::string name :
         {"xchg.c", "barriers.c", "lock.c", "failed_cmpxchg.c", "data_race.c", "cond_load.c"})
        for (const expectation& e : expectations_of(own() / "kernel" / name))
            for (const std::string model : {"lkmm", "x86-tso"}) {
                if (!e.verdict_by_model.contains(model)) continue;
                const std::string verdict = e.verdict_by_model.at(model);
                CHECK_MESSAGE(
                    counts_by_check((own() / "kernel" / name).string() + " --model " + model +
                                    " -- " + e.flags) == verdict.substr(0, verdict.find(' ')),
                    name, e.flags, " ", model);
            }
}

// Each fault of sim/check/kernel_mutant.hpp, and where it shows: a program, with a flag or none,
// that has another result under this model.
TEST_CASE("upstream: a fault in a stand-in is noticed") {
    if (no_compiler()) SKIP("no C compiler");
    struct place {
        const char* program;
        const char* flags;
        const char* model;
    };
    const std::map<std::string_view, place> shows = {
        {"no_alias", {"alias.c", "", "sc"}},
        {"edge_as_store", {"two_wakers.c", "", "lkmm"}},
        {"edge_without_order", {"edge.c", "", "armv8"}},
        {"take_without_order", {"edge.c", "", "armv8"}},
        {"lock_without_order", {"lock.c", "", "armv8"}},
        {"trylock_without_order", {"trylock.c", "", "armv8"}},
        {"unlock_without_order", {"lock.c", "", "armv8"}},
        {"no_lock", {"lock.c", "", "sc"}},
        {"xchg_without_barriers", {"xchg.c", "", "armv8"}},
        {"failed_cmpxchg_orders", {"cmpxchg_fails.c", "", "armv8"}},
        {"acquire_as_relaxed", {"acquire.c", "", "lkmm"}},
        {"release_as_relaxed", {"acquire.c", "", "armv8"}},
        {"acquire_of_c", {"release_acquire.c", "", "armv8-rcpc"}},
        {"mb_as_acq_rel", {"full_barrier.c", "", "x86-tso"}},
        {"no_rmb", {"barriers.c", "", "armv8"}},
        {"no_wmb", {"barriers.c", "", "armv8"}},
        {"no_branch", {"after_ctrl_dep.c", " -DBUFFER", "riscv"}},
        {"no_dereference", {"dereference.c", "", "armv8"}},
        {"races_unmeant", {"data_race.c", "", "lkmm"}},
        {"narrow_value", {"sizes.c", "", "sc"}},
    };
    for (const std::string_view fault : sim::check::names_of_stand_in_mutants) {
        if (fault == "none") continue;
        const std::string fault_name(fault);
        INFO(fault_name);
        REQUIRE(shows.contains(fault));
        const place& at = shows.at(fault);
        const fs::path program = own() / "kernel" / at.program;
        std::string right;
        for (const expectation& e : expectations_of(program))
            if (e.flags == at.flags && e.verdict_by_model.contains(at.model))
                right = e.verdict_by_model.at(at.model);
        REQUIRE(!right.empty());
        const json found = results_with_fault(
            fault_name, "kernel " + program.string() + " --model " + at.model + " --" + at.flags);
        CHECK(verdict_of(found[0]) != right);
    }
}

TEST_CASE("upstream: objects are called as the code calls them") {
    if (no_compiler()) SKIP("no C compiler");
    const std::string text =
        output_of("kernel " + (own() / "kernel/objects.c").string() + " --model sc");
    for (const char* told : {"link#1->next := &link#2->next", "link#2->next := &last.next of cpu1",
                             "link#2->value -> 2", "last.value of cpu1 -> 3",
                             "table->entries[1] := &numbers[2]", "numbers[2] := 6"})
        CHECK_MESSAGE(text.find(told) != std::string::npos, told, text);
    CHECK_MESSAGE(text.find("memory ") == std::string::npos, text);
    // Where it is a variable outside of functions that the object is given to.
    const std::string freed =
        output_of("kernel " + (own() / "kernel/rcu_crash.c").string() + " --model sc -- -DAT_ONCE");
    for (const char* told : {"shown->next", "frees shown"})
        CHECK_MESSAGE(freed.find(told) != std::string::npos, told, freed);
}

TEST_CASE("upstream: the compiler that CC names may be several words") {
    if (no_compiler()) SKIP("no C compiler");
    const std::string command = environment("RINGSIM_PROGRAM") + " kernel " +
                                (own() / "kernel/edge.c").string() + " --model sc";
    CHECK(output_of_command("CC='env LC_ALL=C cc' " + command) == output_of_command(command));
    int status = 0;
    const std::string said = output_of_command("CC='no-such-compiler -x' " + command, &status);
    CHECK(status == 77);
    CHECK(said.find("no-such-compiler: cannot be run") != std::string::npos);
}

TEST_CASE("upstream: what the headers lack is one line") {
    using upstream_code::complaint;
    CHECK(
        complaint("In file included from a.c:1:\n"
                  "k.c:7:9: error: implicit declaration of function 'new_lock'; did you mean\n") ==
        "the stand-in headers do not know new_lock (k.c:7)");
    CHECK(complaint("k.c:3:10: fatal error: linux/novel.h: No such file or directory\n") ==
          "the stand-in headers do not know linux/novel.h (k.c:3)");
    CHECK(complaint("k.c:3:10: error: use of undeclared identifier 'GFP_NEW'\n") ==
          "the stand-in headers do not know GFP_NEW (k.c:3)");
    // The other way round: what the glue wants of a file that is not as it was.
    CHECK(complaint(
              "/r/upstream/glue/kernel.c:18:5: error: 'struct ring' has no member named 'pos'\n") ==
          "the files under test have no pos, which /r/upstream/glue/kernel.c:18 asks for");
    CHECK(complaint("k.c:3: error: stray\n") == "k.c:3: does not compile: stray");
    CHECK(complaint("k.c:3: error: expected ';' before 'int'\n") ==
          "k.c:3: does not compile: expected ';' before 'int'");
    CHECK(complaint("k.c:3:1: warning: unused\n").empty());
    // A word that stands where a type does.
    const sim::temporary_directory where("words");
    const std::string file = where.path_of("k.c");
    std::ofstream(file) << "static inline __novel bool f(void);\n";
    CHECK(complaint(file + ":1:23: error: expected ';' before '_Bool'\n") ==
          "the stand-in headers do not know __novel (" + file + ":1)");
}

TEST_CASE("upstream: wrong input is one line, status 2") {
    struct wrong {
        std::string arguments;
        std::string message;
    };
    const std::string root = environment("RINGSIM_SOURCE_ROOT");
    const wrong inputs[] = {
        {"upstream", "--linux DIR is needed"},
        {"upstream --linux x --before y", "--before and --linux: the same by two names"},
        {"upstream --linux no/such", "--linux no/such: no such file or directory"},
        {"upstream --linux " + root, "has no kernel/bpf/ringbuf.c"},
        {"upstream --linux " + root + "/meson.build", "does not define ringbuf_map_ops"},
        {"kernel --linux no/such " + root + "/tests/upstream/kernel/xchg.c",
         "--linux no/such: is no kernel tree"},
        {"kernel " + root + "/tests/upstream/kernel/xchg.c --model sc --replay 99",
         "there is no such execution, but 3 under sc"},
        {"kernel " + root + "/tests/upstream/kernel/xchg.c --model sc --at xchg.c:1=relaxed",
         "has no access to memory"},
        {"check --model lkmm " + root + "/tests/programs/message.c",
         "message.c:6); lkmm is the model of kernel C (ringsim kernel), and rc11 that of C11"},
        {"check --model lkmm " + root + "/tests/programs/cxx_threads.cpp", "is not C"},
        {"check --model lkmm " + root + "/tests/upstream/refused/c11_atomic.c",
         "c11_atomic.c:13: an atomic operation of C11: lkmm has the kernel's only"},
        {"kernel " + root + "/tests/upstream/refused/no_thread.c",
         "no_thread.c: starts no thread: there is nothing to explore"},
        {"kernel " + root + "/tests/upstream/refused/undefined.c",
         "undefined.c: elsewhere is used, and none of the files has it: name the one that does"},
        {"kernel " + root + "/tests/upstream/refused/tree.c",
         "do not know linux/llist.h (" + root +
             "/tests/upstream/refused/tree.c:2); with --linux DIR it is the tree's own"},
        {"kernel " + root + "/tests/upstream/refused/undefined.c -- -DLOCK",
         "undefined.c: lock is used, and none of the files has it"},
        {"kernel " + root + "/tests/upstream/refused/early.c",
         "early.c: elsewhere() is called, which is not modelled, before any thread begins"},
        {"kernel " + root + "/tests/upstream/refused/early.c -- -DCRASH",
         "early.c: crash: access to address 0 (a null pointer?), before any thread begins"},
        {"upstream --linux debian:0.1", "apt-get install linux-source-0.1"},
        {"upstream --linux x nobody", "there is no scenario"},
        {"kernel", "needs a C file"},
        {"kernel no/such.c", "no such file"},
        {"kernel README.md", "is not C"},
    };
    for (const wrong& w : inputs) {
        int status = 0;
        const std::string text = output_of(w.arguments, &status);
        CHECK_MESSAGE(status == 2, w.arguments);
        CHECK_MESSAGE(text.find(w.message) != std::string::npos, w.arguments, ": ", text);
        CHECK_MESSAGE(std::ranges::count(text, '\n') == 1, w.arguments, ": ", text);
    }
}

}  // namespace
}  // namespace ringsim::tests
