// Our own C and C++ programs, correct and wrong, with the verdict and the number of executions that
// each says it has; those in library/ are each about one facility of the C or C++ library, used
// rightly and, with -DBROKEN, not. In a program's head:
//
//   // expect [-DFLAG ...]  MODEL VERDICT  [MODEL VERDICT ...]
//
// VERDICT is the number of executions if all hold; `K/N WHAT` if K of N violate; `-` if nothing is
// expected of that model. WHAT is how the first violation begins, with _ for blanks.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/shell.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> programs(const std::vector<const char*>& directories) {
    std::vector<fs::path> found;
    const fs::path root = fs::path(environment("RINGSIM_SOURCE_ROOT")) / "tests/programs";
    for (const char* directory : directories)
        for (const auto& entry : fs::directory_iterator(root / directory))
            if (const auto name = entry.path().filename().string();
                name.ends_with(".c") || name.ends_with(".rs") ||
                (name.ends_with(".cpp") && !name.ends_with("_test.cpp") &&
                 !name.ends_with("_benchmark.cpp") && name != "generated.cpp"))
                found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

// "7", or "243/2118 lost_notification".
std::string verdict_text(const nlohmann::json& j) {
    const auto executions = std::to_string(j["executions"].get<unsigned>());
    if (j["verdict"] == "holds") return executions;
    if (j["verdict"] != "violated") return "inconclusive: " + j["what"].get<std::string>();
    std::string what = j["what"];
    std::ranges::replace(what, ' ', '_');
    return std::to_string(j["violating"].get<unsigned>()) + "/" + executions + " " + what;
}

// All but the symmetry of threads: it is not there under every model, and the executions of one
// program would have several numbers.
const std::string reductions = "--reduce barriers,locks,retries ";

void check_line(const fs::path& program, const std::string& line) {
    std::istringstream words(line);
    std::string word;
    std::string flags;
    std::vector<std::pair<std::string, std::string>> expected;
    while (words >> word) {
        if (word.starts_with("-")) {
            flags += " " + word;
        } else if (!expected.empty() && expected.back().second.empty()) {
            expected.back().second = word;
        } else if (!expected.empty() && expected.back().second.find('/') != std::string::npos &&
                   expected.back().second.find(' ') == std::string::npos) {
            expected.back().second += " " + word;
        } else {
            expected.emplace_back(word, "");
        }
    }
    std::string models;
    for (const auto& row : expected)
        if (row.second != "-") models += (models.empty() ? "" : ",") + row.first;
    std::istringstream results(output_of_shell(
        environment("RINGSIM_PROGRAM") + " check " + program.string() + " --keep-going --model " +
        models + " --mapping first --json " + reductions + "--" + flags));
    std::vector<std::pair<std::string, std::string>> seen;
    for (std::string row; std::getline(results, row);) {
        const auto j = nlohmann::json::parse(row);
        seen.emplace_back(j["model"], verdict_text(j));
        // What is wrong is in the program, and not somewhere.
        if (j["verdict"] == "violated")
            CHECK_MESSAGE(j["where"].get<std::string>().find("??") == std::string::npos,
                          program.filename().string(), flags, ": ", j["where"].get<std::string>());
    }
    for (const auto& row : expected) {
        const std::string& model = row.first;
        const std::string& verdict = row.second;
        if (verdict == "-") continue;
        std::string got = "nothing";
        for (const auto& [m, v] : seen)
            if (m == model) got = v;
        // Of a violation the text is given as far as it matters.
        if (verdict.find('/') != std::string::npos) got = got.substr(0, verdict.size());
        CHECK_MESSAGE(got == verdict, program.filename().string(), flags, " under ", model);
    }
}

void check_lines(const fs::path& program) {
    std::ifstream file(program);
    unsigned expectations = 0;
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("// expect ")) {
            ++expectations;
            check_line(program, line.substr(10));
        }
    CHECK(expectations > 0);
}

// Every so many of them, so that Meson can run the parts side by side.
constexpr std::size_t parts = 4;
void check_part(std::size_t part) {
    if (!has_c_compiler()) SKIP("no C compiler");
    const auto all = programs({".", "library"});
    for (std::size_t i = part; i < all.size(); i += parts) SUBCASE(all[i].filename().c_str()) {
            check_lines(all[i]);
        }
}

TEST_CASE("part 1 of 4: programs have the verdicts and the executions that they say") {
    check_part(0);
}
TEST_CASE("part 2 of 4: programs have the verdicts and the executions that they say") {
    check_part(1);
}
TEST_CASE("part 3 of 4: programs have the verdicts and the executions that they say") {
    check_part(2);
}
TEST_CASE("part 4 of 4: programs have the verdicts and the executions that they say") {
    check_part(3);
}

TEST_CASE("programs in Rust have the verdicts and the executions that they say") {
    if (std::system("rustc -Cunsafe-allow-abi-mismatch=sanitizer --print sysroot > /dev/null "
                    "2>&1") != 0)
        SKIP("no rustc, or one before 1.91");
    for (const fs::path& program : programs({"rust"})) SUBCASE(program.filename().c_str()) {
            check_lines(program);
        }
}

// What of a library is generic is compiled with the program, in functions of its own.
TEST_CASE("what is wrong in a library's code is told at the line of the program that calls it") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const auto where = [](const std::string& program, const std::string& flag) {
        const auto j = nlohmann::json::parse(output_of_shell(
            "cd " + environment("RINGSIM_SOURCE_ROOT") + " && " + environment("RINGSIM_PROGRAM") +
            " check --json tests/programs/library/" + program + " -- " + flag));
        return j["where"].get<std::string>();
    };
    const std::string latch = where("latch.cpp", "-DBELOW");
    CHECK_MESSAGE(latch.starts_with("latch.cpp:"), latch);
    for (const char* const program : {"vector_push_back.cpp", "map.cpp", "string.cpp"}) {
        const std::string race = where(program, "-DBROKEN");
        CHECK_MESSAGE(race.starts_with(program), race);
        CHECK_MESSAGE(race.find(" and " + std::string(program)) != std::string::npos, race);
    }
    // Threads, too: two of one type are started by one function of the library, and what runs may
    // be a lambda.
    const auto trace = [](const std::string& program) {
        return output_of_shell("cd " + environment("RINGSIM_SOURCE_ROOT") + " && " +
                               environment("RINGSIM_PROGRAM") + " check tests/programs/library/" +
                               program + " -- -DBROKEN");
    };
    const std::string two = trace("fetch_nand.cpp");
    CHECK_MESSAGE(two.find(" fetch_nand.cpp:11  std::thread b") != std::string::npos, two);
    const std::string named = trace("vector_push_back.cpp");
    CHECK_MESSAGE(named.find("starts 1 lambda:14 ") != std::string::npos, named);
}

struct refused_program {
    const char* arguments;  // after `ringsim check`, $P and its like being programs
    int status;
    const char* message;  // a part of what is printed
};

constexpr refused_program refused_programs[] = {
    {"", 2, "ringsim: check: needs a C or C++ file"},
    {"no/such.c", 2, "ringsim: no/such.c: no such file"},
    {"README.md", 2, "README.md: is neither C (.c), C++ (.cpp, .cc, .cxx) nor Rust"},
    {"some.o", 2, "give its sources: what is compiled already cannot be followed"},
    {"$P -- -DBROKEN", 2, "refused.c: does not compile"},
    {"$P -- -DBROKEN", 2, "error: "},
    {"$P -- -DNO_MAIN", 2, "refused.c: the program has no main()"},
    {"$P -- -DNO_THREADS", 2, "refused.c: main() starts no thread: there is nothing to explore"},
    {"$P -- -DLINK", 2, "elsewhere() is called, which is not modelled"},
    {"$P -- -DSHORT", 2, ": i() is called, which is not modelled"},
    {"$V -- -DWRITTEN", 2, "undefined.c:18: plain is used, and none of the files has it: name the"},
    {"$V -- -DREAD", 2, "undefined.c:21: plain is used, and none of the files has it"},
    {"$V -- -DATOMIC", 2, "undefined.c:24: counted is used, and none of the files has it"},
    {"$V -- -DMEMBER", 2, "undefined.c:27: large is used, and none of the files has it"},
    {"$V -- -DLOCKED", 2, "undefined.c:30: mutex is used, and none of the files has it"},
    {"$V -- -DADDRESS", 0, "HOLDS"},
    {"$V -- -DWEAK", 0, "HOLDS"},
    {"$P -- -DWIDE", 2, "overflowed its stack"},
    {"$P -- -DFORK", 2, "refused.c:37: fork() is called, which is not modelled"},
    {"$P -- -DSIGNAL", 2, "refused.c:40: signal() is called, which is not modelled"},
    {"$P -- -DSIGNAL", 2, "use a thread that does what the handler does"},
    {"$P tests/programs/refused/its_own.c -- -DSIGNAL", 2, "refused.c:40: signal() is called"},
    {"$P -- -DREAD", 2, "refused.c:44: read() of a file is not modelled; eventfd and pipe are"},
    {"$P -- -DEXIT", 1, "exit(3) is called"},
    {"$P --exit-status ignore -- -DEXIT", 2, "refused.c:47: exit(3) is called while threads run"},
    {"$U -- -DCLOCK", 2, "unseen.c:13: `rdtsc` cannot be followed: its value is another one"},
    {"$U -- -DSYSCALL", 2, "unseen.c:16: `syscall` cannot be followed: it is not modelled; "},
    {"$U -- -DSTREAM", 2, "unseen.c:41: `movnti %eax, counter(%rip)` cannot be followed: no model"},
    {"$U -- -DTRANSLATE", 2, "unseen.c:44: `xlatb` cannot be followed: what it does to memory"},
    {"$U -- -DBYTES", 2, "unseen.c:47: `.byte 0xc7, 0x00, 0, 0, 0, 0` cannot be followed"},
    {"$U -- -DHINTS", 0, "HOLDS"},
    {"$U -- -DPERHAPS", 0, "unseen.c:56: `least`: it may have no value here"},
    {"$U --json -- -DPERHAPS", 0, "unseen.c:56\",\"code\":\"least\""},
    {"$U --allow-unseen -- -DSYSCALL", 0, "not seen: tests/programs/refused/unseen.c:16: `sy"},
    {"$U --allow-unseen --json -- -DSYSCALL", 0, "unseen.c:16\",\"code\":\"syscall\""},
    {"$U -- -DASSUME", 3, "NOTHING   no execution is complete: an assumption of the program fails"},
    {"$U --loop-bound 3 -- -DALWAYS", 3, "NOTHING   no execution is complete: a loop reaches"},
    {"$P -- -fno-sanitize=thread", 2, "-fno-sanitize=thread: code that is compiled so cannot be"},
    {"$E -- -DCONSTRUCTOR", 1, "VIOLATED   assertion failed: c == 8, before main() begins"},
    {"$E -- -DCONSTRUCTOR", 1, "early.c:12"},
    {"$E --json -- -DCONSTRUCTOR", 1, "assertion failed: c == 8, before main() begins\",\"file\""},
    {"$E -- -DNULL_POINTER", 1, "(a null pointer?), before main() begins"},
    {"$E -- -DNULL_POINTER", 1, "early.c:19"},
    {"$E -- -DTHREAD", 2,
     "early.c:29: a function of a library is called, which is not modelled there"},
    {"$E -- -DWIDE", 2, "early.c:39: an atomic access of 16 bytes, which is not modelled"},
    {"$E --model armv8", 0, "HOLDS"},
    {"$B --model armv8", 0, "VIOLATED under armv8 with the mapping llsc"},
    {"$B --model armv8 --mapping lse", 0, "HOLDS"},
    {"$B --model armv8 --mapping llsc", 1, "model armv8 with mapping llsc"},
    {"$B --model armv8 --mapping compilers", 1, "HOLDS"},
    {"$B --model armv8 --mapping compilers -- -DFENCE", 0, "with mapping llsc"},
    {"$B --mapping usual", 2, "is no mapping of the models"},
    {"$W", 0, "HOLDS"},
    {"$W --spurious", 1, "VIOLATED"},
    {"$W --spurious -- -DSTRONG", 0, "HOLDS"},
    {"$W -- -DWAIT", 0, "HOLDS"},
    {"$W --spurious -- -DWAIT", 1, "VIOLATED"},
    {"$W --spurious -- -DWAIT -DAGAIN", 0, "HOLDS"},
    // What others wait for where the bound has ended a thread is no deadlock.
    {"$T --bound 1 --loop-bound 3", 3, "BOUNDED"},
    {"$T --search random --loop-bound 3", 3, "NO VIOLATION FOUND"},
    {"$T --fix -- -DWRONG", 1, "FIX        each of these orders alone forbids it"},
    {"$T --fix -- -DWRONG", 1, "ttas_lock.c:26=release  static void unlock"},
    {"$M --fix", 1, "FIX        no order of one line is enough; these together are"},
    {"$M --fix", 1, "--at message.c:24=release,message.c:30=acquire\n"},
    {"$M --at message.c:24=release,message.c:30=acquire", 0, "HOLDS"},
    {"$U --fix -- -DFAILS", 1, "FIX        no orders of the lines of this execution forbid it"},
    {"$T -- -DWRONG", 1, "data race on counter"},
    {"$T --at ttas_lock.c:26=release -- -DWRONG", 0, "HOLDS"},
    {"$T --at ttas_lock.c:26=relaxed", 1, "data race on counter"},
    {"$T --at ttas_lock.c:22=relaxed,ttas_lock.c:19=relaxed", 1, "data race on counter"},
    {"$T --at ttas_lock.c:19=release", 2, "ttas_lock.c:19: no access that can be release comes"},
    {"$T --at ttas_lock.c:18=release", 2, "ttas_lock.c:18 has no access to memory; lines of that"},
    {"$T --at other.c:18=release", 2, "no line of a file of that name has any"},
    {"$T --at ttas_lock.c=release", 2, "--at: 'ttas_lock.c=release' is not FILE:LINE=ORDER"},
    {"$T --at ttas_lock.c:26=strong", 2, "--at: 'strong' is no order; valid: relaxed, acquire"},
    {"$U --at unseen.c:28=relaxed,unseen.c:38=relaxed -- -DRACE", 0, "HOLDS"},
    {"$U -- -DRACE", 1, "data race on counter"},
    {"$U --races ignore -- -DRACE", 0, "HOLDS"},
    {"$P -- -DCOUNT_UP", 3, "INCONCLUSIVE"},
    {"$P --loop-bound 3 -- -DCOUNT_UP", 3, "NOTHING   no execution is complete: a loop reaches"},
    {"$P -- -DTHREAD_LOCAL", 2, "the address of a thread-local variable is given to other"},
    {"$P -- -DTHREAD_POINTER", 2, "refused.c:68: the address of a thread-local variable is given"},
    {"tests/programs/refused/full.c", 2, "full.c:9: a semaphore is full (SEM_VALUE_MAX)"},
    {"$P -- -DTHREADS", 3, "more than 16 threads (threads_max)"},
    {"$P -- -DLOCATIONS", 3, "(events_max)"},
    {"$P -- -DMIXED", 2, "bytes to memory that is also accessed as a whole"},
    {"$P -- -DDEEP", 2, "overflowed its stack"},
    {"$T --model rc11,sc,rc11", 0, "ttas_lock.c   model sc   3 threads\n\nHOLDS"},
    {"$T --model rc11,sc,rc11", 0, "\n\ntests/programs/ttas_lock.c   model rc11   3 threads\n"},
    {"$T --model sc,rc11 --save two.json", 2, "--save: one execution is saved: of one --model"},
    {"$P --model relaxed", 2, "there is no model 'relaxed'"},
    {"$P --replay 99", 2, "--replay: there is no such execution, but 1 under rc11"},
};

TEST_CASE("programs of which nothing can be said get a line that says why") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const std::string root = environment("RINGSIM_SOURCE_ROOT");
    for (const refused_program& p : refused_programs) {
        INFO(p.arguments);
        int ended = 0;
        const std::string text = output_of_shell(
            "cd " + root +
                " && P=tests/programs/refused/refused.c; U=tests/programs/refused/unseen.c; "
                "E=tests/programs/refused/early.c; W=tests/programs/refused/spurious.c; "
                "B=tests/programs/full_barrier.c; T=tests/programs/ttas_lock.c; "
                "M=tests/programs/message.c; V=tests/programs/refused/undefined.c; " +
                environment("RINGSIM_PROGRAM") + " check " + p.arguments + " 2>&1",
            &ended);
        INFO(text);
        CHECK(ended == p.status);
        CHECK(text.find(p.message) != std::string::npos);
    }
}

TEST_CASE("a variable on a stack is called by its name") {
    if (!has_c_compiler()) SKIP("no C compiler");
    const std::string text = output_of_shell(environment("RINGSIM_PROGRAM") + " check " +
                                             environment("RINGSIM_SOURCE_ROOT") +
                                             "/tests/programs/local_variable.cpp -- -DBROKEN 2>&1");
    CHECK(text.find("data race on s.right[1] of 1 both\n") != std::string::npos);
    CHECK(text.find(":= &s.left of 1 both ") != std::string::npos);
}

TEST_CASE("where no directory can be made, one line says so") {
    int ended = 0;
    const std::string text =
        output_of_shell("cd " + environment("RINGSIM_SOURCE_ROOT") + " && TMPDIR=/nowhere " +
                            environment("RINGSIM_PROGRAM") + " check tests/programs/message.c 2>&1",
                        &ended);
    CHECK(ended == 77);
    CHECK(text ==
          "ringsim: cannot make a directory in /nowhere (TMPDIR): No such file or directory\n");
}

TEST_CASE("clang's code has the same executions") {
    if (std::system("clang --version > /dev/null 2>&1") != 0) SKIP("no clang");
    const fs::path directory = fs::path(environment("RINGSIM_SOURCE_ROOT")) / "tests/programs";
    for (const char* flags : {"-DASSERT -DP=2 -DN=2", "-DN=3 -DFENCE"}) {
        const std::string command = environment("RINGSIM_PROGRAM") + " check " +
                                    (directory / "ringbuf_protocol.c").string() +
                                    " --keep-going --json --model all -- " + flags;
        CHECK(output_of_shell("CC=clang " + command) == output_of_shell("CC=gcc " + command));
    }
    // But that it does not say which compare-exchanges are weak.
    int ended = 0;
    const std::string refused =
        output_of_shell("CC=clang " + environment("RINGSIM_PROGRAM") + " check --spurious " +
                            (directory / "refused/spurious.c").string() + " 2>&1",
                        &ended);
    CHECK(ended == 2);
    CHECK(refused.find("spurious.c:29: --spurious: clang and rustc do not tell") !=
          std::string::npos);
    // Also of what the library has compiled already, and of calls whose result nobody uses.
    for (const char* program :
         {"library/latch.cpp", "library/string.cpp", "library/string.cpp -- -std=c++17",
          "library/map.cpp -- -std=c++17", "library/stringstream.cpp", "library/blocks.cpp",
          "library/blocks.cpp -- -DTRY", "library/blocks.cpp -- -DTURNS",
          "library/blocks.cpp -- -DCONDITION", "library/atomic_struct.cpp", "library/leaves.cpp",
          "library/cleanup.c -- -fexceptions", "library/unused_call.c -- -DBROKEN -DCALL=8",
          "unwritten.c -- -DLOCAL", "unwritten.c -- -DLOCALS", "unwritten.c -- -DFIELD",
          "unwritten.c -- -DMEMBER", "unwritten_counter.c", "out_of_bounds.c -- -DEND"}) {
        const std::string command = environment("RINGSIM_PROGRAM") + " check --keep-going --json " +
                                    directory.string() + "/" + program;
        const std::string text = output_of_shell("CC=clang CXX=clang++ " + command);
        CHECK(text == output_of_shell("CC=gcc CXX=g++ " + command));
        CHECK(nlohmann::json::accept(text));
    }
    output_of_shell("CC=clang " + environment("RINGSIM_PROGRAM") + " check " +
                        (directory / "unused_value.c").string() + " -- -DSTRUCT",
                    &ended);
    CHECK(ended == 1);
    // Of what nobody uses, too, it is seen how it is given back.
    for (const char* flag : {"-DARRAY", "-DMALLOC", "-DFREE", "-DTWICE"}) {
        output_of_shell("CXX=clang++ " + environment("RINGSIM_PROGRAM") + " check " +
                            directory.string() + "/given_back.cpp -- " + flag,
                        &ended);
        CHECK_MESSAGE(ended == 1, flag);
    }
}

}  // namespace
}  // namespace ringsim::tests
