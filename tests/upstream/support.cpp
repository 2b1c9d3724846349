#include "tests/upstream/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace ringsim::tests {
namespace {

json parsed(const std::string& text) {
    const json j = json::parse(text, nullptr, false);
    REQUIRE_MESSAGE(!j.is_discarded(), text);
    REQUIRE_MESSAGE(j.contains("results"), text);
    return j["results"];
}

expectation expectation_in(const std::string& line) {
    std::istringstream words(line);
    expectation e;
    std::string model;
    for (std::string word; words >> word;) {
        std::string& verdict = e.verdict_by_model[model];
        if (word.starts_with("-D"))
            e.flags += " " + word;
        else if (model.empty())
            model = word;
        else if (verdict.empty() && word.find('/') != std::string::npos)
            verdict = word;
        else
            verdict += (verdict.empty() ? "" : " ") + word, model.clear();
    }
    e.verdict_by_model.erase("");
    REQUIRE(!e.verdict_by_model.empty());
    return e;
}

}  // namespace

fs::path own() {
    return fs::path(environment("RINGSIM_SOURCE_ROOT")) / "tests/upstream";
}

bool no_compiler() {
    return !has_c_compiler();
}

std::string output_of_command(const std::string& words, int* status) {
    return output_of_shell(words + " 2>&1", status);
}

std::string output_of(const std::string& arguments, int* status) {
    return output_of_command(environment("RINGSIM_PROGRAM") + " " + arguments, status);
}
json results_of(const std::string& arguments) {
    return parsed(output_of("--json " + arguments));
}
json results_with_fault(const std::string& fault, const std::string& arguments) {
    return parsed(output_of_command("env RINGSIM_STAND_IN_MUTANT=" + fault + " " +
                                    environment("RINGSIM_WITH_FAULTS") + " --json " + arguments));
}

std::string verdict_of(const json& r) {
    const auto all = r["executions"].get<unsigned>() + r["ended_early"].get<unsigned>();
    if (r["verdict"] == "holds") return std::to_string(all);
    if (r["violating"] == 0) return r["verdict"];
    std::string kind = r["violation"];
    std::ranges::replace(kind, ' ', '_');
    return std::to_string(r["violating"].get<unsigned>()) + "/" + std::to_string(all) + " " + kind;
}

std::string counts_of(const json& results) {
    std::string text;
    for (const json& r : results) {
        const std::string verdict = verdict_of(r);
        text += (text.empty() ? "" : " ") + verdict.substr(0, verdict.find(' '));
    }
    return text;
}

std::map<std::string, std::uint64_t> ends_of(const json& r) {
    std::map<std::string, std::uint64_t> ends;
    for (const json& e : r["ends"]) ends[e["state"]] = e["executions"];
    return ends;
}

std::string expectation::models() const {
    std::string all;
    for (const auto& [m, verdict] : verdict_by_model) all += (all.empty() ? "" : ",") + m;
    return all;
}

std::vector<expectation> expectations_of(const fs::path& program) {
    std::vector<expectation> all;
    std::ifstream file(program);
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("// expect ")) all.push_back(expectation_in(line.substr(10)));
    return all;
}

std::string tree_of(const std::string& version) {
    std::vector<fs::path> found;
    const std::string where = output_of_shell("'" + environment("RINGSIM_SOURCE_ROOT") +
                                              "/upstream/get_linux.sh' --cache");
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(where.substr(0, where.find('\n')), none)) {
        const std::string name = entry.path().filename().string();
        if (name == "linux-" + version || name.starts_with("linux-" + version + "."))
            found.push_back(entry.path());
    }
    if (const fs::path package = "/usr/src/linux-source-" + version;
        fs::exists(package / "kernel/bpf/ringbuf.c"))
        found.push_back(package);
    std::ranges::sort(found);
    return found.empty() ? "" : found.back().string();
}

std::string upstream_of(const std::string& tree, const std::string& words,
                        const std::string& question) {
    return "upstream " + question + " --linux " + tree + " " + words;
}

std::string line_in(const std::string& tree, const ring_line& l) {
    const std::string all = contents(fs::path(tree) / l.file);
    const auto start = all.find(l.behind);
    REQUIRE_MESSAGE(start != std::string::npos, l.file, " has no ", l.behind);
    const auto found = all.find(l.text, start);
    REQUIRE_MESSAGE(found != std::string::npos, l.file, " has no ", l.text);
    const auto line = 1 + std::count(all.begin(), all.begin() + static_cast<long>(found), '\n');
    return std::string(l.file) + ":" + std::to_string(line);
}

changed_tree::changed_tree(const fs::path& of) {
    for (const auto& entry : fs::directory_iterator(of))
        fs::create_symlink(fs::canonical(entry.path()), path_ / entry.path().filename());
}

changed_tree& changed_tree::change(const std::string& file, const std::string& from,
                                   const std::string& to, const std::string& behind) {
    // The directories on the way become ones of our own, full of links.
    fs::path at = path_;
    for (const fs::path& part : fs::path(file).parent_path()) {
        at /= part;
        if (!fs::is_symlink(at)) continue;
        const fs::path real = fs::canonical(at);
        fs::remove(at);
        fs::create_directory(at);
        for (const auto& entry : fs::directory_iterator(real))
            fs::create_symlink(entry.path(), at / entry.path().filename());
    }
    const fs::path changed = path_ / file;
    std::string all = contents(changed);
    const auto start = all.find(behind);
    REQUIRE_MESSAGE(start != std::string::npos, file, " has no ", behind);
    const auto found = all.find(from, start);
    REQUIRE_MESSAGE(found != std::string::npos, file, " has no ", from);
    all.replace(found, from.size(), to);
    fs::remove(changed);
    std::ofstream(changed) << all;
    return *this;
}

void add_barrier(changed_tree& tree) {
    tree.change(libbpf_file, consumer_stored, std::string(consumer_stored) + " smp_mb();",
                process_ring);
}

}  // namespace ringsim::tests
