#include "scenarios/study/finding.hpp"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/program/user_error.hpp"
#include "scenarios/program/version.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::scenarios::study {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t finding_bytes_max = 16 * 1024 * 1024;
// Enough for the findings of one person; an id is also a name to type.
constexpr std::size_t id_digits = 6;

// "lost-wakeup:2c41aa" -> "lost-wakeup-2c41aa.json"
std::string file_name(std::string id) {
    for (char& c : id)
        if (c == ':') c = '-';
    return id + ".json";
}

bool looks_like_id(std::string_view text) {
    const auto colon = text.rfind(':');
    return colon != std::string_view::npos && text.size() - colon - 1 == id_digits &&
           text.find('/') == std::string_view::npos &&
           text.find_first_not_of("0123456789abcdef", colon + 1) == std::string_view::npos;
}

std::string read_file(const std::string& path) {
    std::error_code error;
    if (!fs::exists(path, error)) throw user_error("there is no file " + in_quotes(path));
    if (!fs::is_regular_file(path, error)) throw user_error(in_quotes(path) + " is not a file");
    if (fs::file_size(path, error) > finding_bytes_max)
        throw user_error(path + ": is too large for a finding (16 MiB at most)");
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw user_error(path + ": cannot be read");
    return text.str();
}

}  // namespace

// With ~ for the home directory, as people write it.
std::string shown_path(const std::string& path) {
    const char* home = std::getenv("HOME");
    const std::string_view prefix = home ? home : "";
    if (prefix.size() < 2 || !path.starts_with(prefix) || path[prefix.size()] != '/') return path;
    return "~" + path.substr(prefix.size());
}

// A hash of what the finding is about: the same violation has the same name on every machine and in
// every build. So nothing may be added to `identity` for what is as usual: all names would change.
std::string saved_finding::id() const {
    std::string identity = scenario + "\n";
    // What differs from upstream, so that a finding keeps its name when there is one site more.
    for (std::size_t i = 0; i < site_count; ++i)
        if (code.orders.orders[i] != upstream_orders.orders[i])
            identity += fmt::format("{}={}\n", site_table[i].name, name(code.orders.orders[i]));
    identity += fmt::format("{}\n{}\n{}\n{}\n", name(code.how), name(how.engine),
                            how.model_and_mapping(), schedule);
    // The code that is not upstream's of today: the rest of the identity is as it always was.
    const worlds::variant usual;
    if (code.release != usual.release) identity += fmt::format("kernel={}\n", code.release->name);
    if (code.width != usual.width) identity += fmt::format("bits={}\n", code.width);
    if (code.consumer != usual.consumer)
        identity += fmt::format("consumer={}\n", code.consumer->name);
    for (std::size_t i = 0; i < dependency_count; ++i)
        if (code.left_out.contains(static_cast<dependency>(i)))
            identity += fmt::format("without={}\n", dependency_table[i].name);
    // The graph engine finds the same execution again by itself; its choices are in the steps.
    if (schedule.empty())
        for (const sim::trace_step& s : counterexample.steps)
            identity += fmt::format("{} {} {}\n", s.thread,
                                    s.where == site::count_ ? std::string_view() : name(s.where),
                                    s.reads_from);
    const std::uint64_t hash = XXH64(identity.data(), identity.size(), 0);
    return fmt::format("{}:{:0{}x}", scenario, hash >> (64 - 4 * id_digits), id_digits);
}

saved_finding finding_of(const scenario& s, const worlds::variant& v, const search& how,
                         const worlds::exploration& e) {
    return {std::string(s.name),
            v,
            how,
            e.schedule,
            e.executions,
            sim::sequenced(e.counterexample),
            std::string(program_version),
            std::string(v.release->name),
            e.by_dependency};
}

std::string save_finding(const saved_finding& f, const std::string& directory) {
    if (directory.empty()) throw output_error("there is no HOME to save findings in; --out DIR");
    const fs::path path = fs::path(directory) / file_name(f.id());
    std::error_code error;
    fs::create_directories(directory, error);
    // Else the file that is not there would be what is wrong, and not whatever forbids the
    // directory.
    if (error) throw output_error("cannot write " + path.string() + ": " + error.message());
    errno = 0;
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << to_json(f);
    out.close();
    if (!out)
        throw output_error("cannot write " + path.string() +
                           (errno != 0 ? std::string(": ") + std::strerror(errno) : ""));
    return path.string();
}

saved_finding load_finding(const std::string& id_or_path, const std::string& directory) {
    std::error_code error;
    const bool meant_as_id = id_or_path.find(':') != std::string::npos &&
                             id_or_path.find('/') == std::string::npos &&
                             !fs::exists(id_or_path, error);
    if (!looks_like_id(id_or_path) && !meant_as_id)
        return finding_from_json(read_file(id_or_path), id_or_path);
    const fs::path path = fs::path(directory) / file_name(id_or_path);
    if (!fs::exists(path, error)) {
        std::vector<std::string> known;
        for (const auto& entry : fs::directory_iterator(directory, error)) {
            std::string stem = entry.path().stem().string();
            if (entry.path().extension() != ".json") continue;
            if (const auto dash = stem.rfind('-'); dash != std::string::npos) stem[dash] = ':';
            if (looks_like_id(stem)) known.push_back(stem);
        }
        std::ranges::sort(known);
        const std::vector<std::string_view> names(known.begin(), known.end());
        const auto close = nearest_names(id_or_path, names);
        throw user_error("there is no finding " + in_quotes(id_or_path) + " in " +
                         shown_path(directory) + "/; " +
                         (close.empty() ? "`ringsim explore` saves one, --out DIR says where"
                                        : "did you mean " + joined(close, " or ") + "?"));
    }
    return finding_from_json(read_file(path.string()), path.string());
}

}  // namespace ringsim::scenarios::study
