// The file of counts is compiled in, so that the program can compare wherever it is installed. A
// line that makes no sense is a bug of this project, and ends the program.
#include "scenarios/study/execution_counts.hpp"

#include <charconv>
#include <map>
#include <stdexcept>

#include "scenarios/study/execution_counts.generated.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::study {
namespace {

// "lost-wakeup | edge | libbpf": the beginning of a line, up to the counts.
std::string key_of(const scenario& s, const worlds::variant& v) {
    return std::string(s.name) + " | " + std::string(name(v.how)) + " | " + v.orders_name;
}

std::uint64_t number(std::string_view text, std::string_view line) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw std::runtime_error("execution_counts.txt: no count in: " + std::string(line));
    return value;
}

// "K/N" or "N".
execution_count parse_count(std::string_view text, std::string_view line) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return {number(text, line), 0};
    return {number(text.substr(slash + 1), line), number(text.substr(0, slash), line)};
}

using counts_by_model = std::map<std::string, execution_count, std::less<>>;
using counts_by_key = std::map<std::string, counts_by_model, std::less<>>;

void read_line(std::string_view line, counts_by_key& all) {
    const std::size_t last = line.rfind(" | ");
    if (last == std::string_view::npos)
        throw std::runtime_error("execution_counts.txt: no '|' in: " + std::string(line));
    counts_by_model& models = all[std::string(line.substr(0, last))];
    std::string_view rest = line.substr(last + 3);
    while (!rest.empty()) {
        const std::string_view word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos)
            throw std::runtime_error("execution_counts.txt: no '=' in: " + std::string(line));
        models[std::string(word.substr(0, equals))] = parse_count(word.substr(equals + 1), line);
    }
}

// Read once, when the first count is asked for.
counts_by_key read_all(std::string_view text) {
    counts_by_key all;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (!line.empty() && line.front() != '#') read_line(line, all);
    }
    return all;
}

}  // namespace

const std::string_view execution_counts_head =
    "# The number of executions of each stated variant under each model; K/N: K of N violate.\n"
    "# `ringsim verify` compares with it. To accept new numbers after a change that explains "
    "them:\n"
    "#   ringsim verify --model all --print-counts > scenarios/execution_counts.txt\n";

std::string to_text(const execution_count& c) {
    const std::string executions = std::to_string(c.executions);
    return c.violating == 0 ? executions : std::to_string(c.violating) + "/" + executions;
}

std::optional<execution_count> stated_count(const scenario& s, const worlds::variant& v,
                                            std::string_view model) {
    static const counts_by_key all = read_all(execution_counts_text);
    const auto models = all.find(key_of(s, v));
    if (models == all.end()) return std::nullopt;
    const auto count = models->second.find(model);
    return count == models->second.end() ? std::nullopt : std::optional(count->second);
}

std::string count_line(const scenario& s, const worlds::variant& v,
                       std::span<const model_count> counts) {
    std::string line = key_of(s, v) + " |";
    for (const model_count& m : counts) line += " " + std::string(m.model) + "=" + to_text(m.count);
    return line;
}

}  // namespace ringsim::scenarios::study
