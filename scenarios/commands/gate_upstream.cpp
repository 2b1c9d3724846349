#include "scenarios/commands/gate_upstream.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"

namespace ringsim::scenarios::commands {
namespace {

using gate::gate_verdict;
using nlohmann::json;
using kind_of_verdict = gate::wanted_verdict::verdict_kind;

// "upstream --linux ... lost-wakeup --model rc11".
std::string words_of(const gate::gate_item& item) {
    std::string words = "upstream";
    for (const std::string& word : item.upstream) words += " " + render::shell_word(word);
    return fmt::format("{} {} --model {}", words, item.of->name, item.how.model_name());
}

// What this program prints, with both of its streams.
std::string said_to(const std::string& words) {
    std::array<char, PATH_MAX> self{};
    if (readlink("/proc/self/exe", self.data(), self.size() - 1) < 0)
        throw machine_error("cannot tell where this program is");
    const std::string command = render::shell_word(self.data()) + " --json " + words + " 2>&1";
    std::FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw machine_error("cannot start a process");
    std::string text;
    std::array<char, 4096> part{};
    for (std::size_t n; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
        text.append(part.data(), n);
    pclose(pipe);
    return text;
}

void judge_change(const gate::gate_item& item, const json& found, gate::gate_result& r) {
    const std::size_t more = found["new"].size();
    const bool worse = found["after"] == "violated" && found["before"] != "violated";
    r.found = more > 0 ? fmt::format("{} {} more", more, more == 1 ? "end" : "ends")
              : worse  ? "violated"
                       : gate::to_text({kind_of_verdict::no_more, {}});
    for (const char* when : {"before", "after"})
        if (found[when] == "inconclusive" || found[when] == "refused") {
            r.why.push_back(fmt::format("{}: {}", when, found[when].get<std::string>()));
            return;
        }
    const bool as_wanted = (more > 0 || worse) == (item.wanted.is == kind_of_verdict::more);
    r.is = as_wanted ? gate_verdict::passed : gate_verdict::failed;
    if (as_wanted) return;
    for (const json& state : found["new"]) r.why.push_back("new: " + state.get<std::string>());
}

void judge_files(const gate::gate_item& item, const json& found, gate::gate_result& r) {
    const std::string verdict = found["verdict"];
    r.count = {found["executions"].get<std::uint64_t>() + found["ended_early"].get<std::uint64_t>(),
               found["violating"].get<std::uint64_t>()};
    r.found = verdict == "violated" ? found["violation"].get<std::string>() : verdict;
    if (verdict != "holds") r.why.push_back(found["what"].get<std::string>());
    if (verdict == "inconclusive" || verdict == "refused") return;
    bool as_wanted = verdict == "holds";
    if (item.wanted.is == kind_of_verdict::violated)
        as_wanted = verdict == "violated" && (item.wanted.kind == sim::violation::none ||
                                              sim::name(item.wanted.kind) == r.found);
    r.is = as_wanted ? gate_verdict::passed : gate_verdict::failed;
    if (as_wanted) r.why.clear();
}

}  // namespace

gate::gate_result run_upstream_item(const gate::gate& of, const gate::gate_item& item) {
    gate::gate_result r;
    const std::string words = words_of(item);
    r.command = "ringsim " + words;
    const std::string said = said_to(words);
    const json j = json::parse(said, nullptr, false);
    if (j.is_discarded() || !j.contains("results") || j["results"].size() != 1) {
        constexpr std::string_view own = "ringsim: ";
        std::string line = said.substr(0, said.find('\n'));
        if (line.starts_with(own)) line.erase(0, own.size());
        throw user_error(fmt::format("{}:{}: {}", of.file, item.line, line));
    }
    const json& found = j["results"][0];
    if (found.contains("before"))
        judge_change(item, found, r);
    else
        judge_files(item, found, r);
    return r;
}

}  // namespace ringsim::scenarios::commands
