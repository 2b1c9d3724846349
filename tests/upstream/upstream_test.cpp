// The stand-in headers, on small kernel programs that say what comes out; and the kernel's and
// libbpf's own files, where there is a tree: their executions are those of our own model, one by
// one.
//
// A program's head has lines `// expect [-DFLAG ...] MODEL VERDICT ...`: the number of executions
// if all hold, or `K/N WHAT` if K of N violate.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include <sys/wait.h>

#include "tests/skip.hpp"
#include "upstream/compiler.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    REQUIRE_MESSAGE(value, name);
    return value;
}

fs::path own() {
    return fs::path(environment("RINGSIM_SOURCE_ROOT")) / "tests/upstream";
}

std::string output_of(const std::string& arguments, int* status = nullptr) {
    const std::string command = environment("RINGSIM_PROGRAM") + " " + arguments + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe);
    std::string text;
    char part[4096];
    for (std::size_t n; (n = fread(part, 1, sizeof part, pipe)) > 0;) text.append(part, n);
    const int ended = pclose(pipe);
    if (status) *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    return text;
}

bool no_compiler() {
    return std::system("cc --version > /dev/null 2>&1") != 0;
}

json results_of(const std::string& arguments) {
    const std::string text = output_of("--json " + arguments);
    const json j = json::parse(text, nullptr, false);
    REQUIRE_MESSAGE(!j.is_discarded(), arguments, ": ", text);
    return j["results"];
}

// "7", or "1/5 lost_notification".
std::string verdict_of(const json& r) {
    const auto all = r["executions"].get<unsigned>() + r["ended_early"].get<unsigned>();
    if (r["verdict"] == "holds") return std::to_string(all);
    if (r["violating"] == 0) return r["verdict"];
    std::string kind = r["violation"];
    std::ranges::replace(kind, ' ', '_');
    return std::to_string(r["violating"].get<unsigned>()) + "/" + std::to_string(all) + " " + kind;
}

void check_line(const fs::path& program, const std::string& line) {
    std::istringstream words(line);
    std::string flags;
    std::map<std::string, std::string> expected;
    std::string model;
    for (std::string word; words >> word;) {
        if (word.starts_with("-D"))
            flags += " " + word;
        else if (model.empty())
            model = word;
        else if (word.find('/') != std::string::npos)
            expected[model] = word;
        else if (expected.contains(model))
            expected[model] += " " + word, model.clear();
        else
            expected[model] = word, model.clear();
    }
    std::string models;
    for (const auto& [m, verdict] : expected) models += (models.empty() ? "" : ",") + m;
    REQUIRE(!models.empty());
    for (const json& r :
         results_of("kernel " + program.string() + " --model " + models + " -- " + flags)) {
        const std::string m = r["model"];
        CHECK_MESSAGE(verdict_of(r) == expected[m], program.filename().string(), flags, " ", m);
    }
}

// The newest tree of this series that upstream/get_linux.sh got, or that a package installed.
std::string tree_of(const std::string& series) {
    std::vector<fs::path> found;
    const char* cache = std::getenv("RINGSIM_LINUX_CACHE");
    const char* home = std::getenv("HOME");
    const char* user_cache = std::getenv("XDG_CACHE_HOME");
    const fs::path where = cache        ? fs::path(cache)
                           : user_cache ? fs::path(user_cache) / "ringsim"
                                        : fs::path(home ? home : "/") / ".cache/ringsim";
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(where, none))
        if (entry.path().filename().string().starts_with("linux-" + series + "."))
            found.push_back(entry.path());
    if (const fs::path package = "/usr/src/linux-source-" + series; fs::exists(package))
        found.push_back(package);
    std::ranges::sort(found);
    return found.empty() ? "" : found.back().string();
}

constexpr const char* no_tree =
    "no kernel tree: `upstream/get_linux.sh 6.12` gets what is needed of Debian's (150 MB)";

// A copy of a file with one text in the place of another.
fs::path edited(const fs::path& file, const std::string& from, const std::string& to) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    std::string all = text.str();
    const auto at = all.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, file.string(), " has no ", from);
    all.replace(at, from.size(), to);
    const fs::path copy =
        fs::temp_directory_path() / ("ringsim-" + std::to_string(getpid()) + ".c");
    std::ofstream(copy) << all;
    return copy;
}

// By model: the model's own ends of the scenario, and how many executions end so.
std::map<std::string, std::uint64_t> ends_of(const json& r) {
    std::map<std::string, std::uint64_t> ends;
    for (const json& e : r["ends"]) ends[e["state"]] = e["executions"];
    return ends;
}

TEST_CASE("upstream: the stand-in headers mean what the kernel's do") {
    if (no_compiler()) SKIP("no C compiler");
    std::vector<fs::path> programs;
    for (const auto& entry : fs::directory_iterator(own() / "kernel"))
        programs.push_back(entry.path());
    std::ranges::sort(programs);
    for (const fs::path& program : programs) {
        SUBCASE(program.filename().c_str()) {
            std::ifstream file(program);
            unsigned expectations = 0;
            for (std::string line; std::getline(file, line);)
                if (line.starts_with("// expect ")) {
                    ++expectations;
                    check_line(program, line.substr(10));
                }
            CHECK(expectations > 0);
        }
    }
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
    CHECK(complaint("k.c:3: error: stray\n") == "k.c:3: does not compile: stray");
    CHECK(complaint("k.c:3:1: warning: unused\n").empty());
}

TEST_CASE("upstream: wrong input is one line, status 2") {
    struct wrong {
        std::string arguments;
        std::string message;
    };
    const std::string root = environment("RINGSIM_SOURCE_ROOT");
    const wrong inputs[] = {
        {"upstream", "--linux DIR is needed"},
        {"upstream --linux no/such", "--linux no/such: no such file or directory"},
        {"upstream --linux " + root, "has no kernel/bpf/ringbuf.c"},
        {"upstream --linux " + root + "/meson.build", "is not in a kernel tree, so --libbpf"},
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

TEST_CASE(
    "upstream: the kernel's and libbpf's files end as our model does, execution by execution") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const std::pair<const char*, const char*> runs[] = {
        {"lost-wakeup", "level"}, {"lost-wakeup", "edge"}, {"two-producers", "level"},
        {"wrap", "level"},        {"reuse", "level"},      {"publish", "level"}};
    for (const auto& [scenario, trigger] : runs) {
        const json theirs = results_of("upstream --linux " + tree + " " + scenario + " --trigger " +
                                       trigger + " --model all");
        const json ours = results_of(std::string("outcomes ") + scenario +
                                     " --orders libbpf --trigger " + trigger + " --model all");
        REQUIRE(theirs.size() == ours.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            INFO(scenario << " " << trigger << " " << ours[i]["model"].get<std::string>());
            CHECK(ends_of(theirs[i]) == ends_of(ours[i]));
            CHECK(theirs[i]["never"].empty());
        }
    }
}

TEST_CASE(
    "upstream: a barrier in libbpf repairs the lost wakeup, a weaker commit breaks it again") {
    const std::string tree = tree_of("6.12");
    if (tree.empty()) SKIP(no_tree);
    const std::string edge =
        "upstream --linux " + tree + " lost-wakeup --trigger edge --model sc,x86-tso,power,lkmm ";
    const fs::path repaired = edited(fs::path(tree) / "tools/lib/bpf/ringbuf.c",
                                     "\t\t\tsmp_store_release(r->consumer_pos, cons_pos);\n\n",
                                     "\t\t\tsmp_store_release(r->consumer_pos, cons_pos);\n\t\t"
                                     "\tsmp_mb();\n");
    for (const json& r : results_of(edge + "--libbpf " + repaired.string()))
        CHECK(verdict_of(r) == "4");
    const fs::path weaker =
        edited(fs::path(tree) / "kernel/bpf/ringbuf.c", "xchg(&hdr->len, new_len);",
               "smp_store_release(&hdr->len, new_len);");
    const std::string libbpf = fs::temp_directory_path() / "ringsim-repaired.c";
    fs::copy_file(repaired, libbpf, fs::copy_options::overwrite_existing);
    for (const json& r : results_of("upstream --linux " + weaker.string() + " --libbpf " + tree +
                                    " lost-wakeup --trigger edge --model x86-tso"))
        CHECK(r["verdict"] == "violated");
    fs::remove(repaired);
    fs::remove(libbpf);
}

}  // namespace
}  // namespace ringsim::tests
