// Strict on purpose: a file that was cut short by a full disk, or that another build wrote, must
// not be added up with the others.
#include "scenarios/study/shard.hpp"

#include <fcntl.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/shard_lines.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::study {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view shard_title = "ringsim shard 2";
constexpr std::string_view result_title = "ringsim shard result 2";

template <class Lines, class Result>
void each_line(Lines& line, Result& r) {
    each_line_of_problem(line, r.of);
    each_line_of_beginning(line, r.of);
    line("part", r.part);
    line("rest", r.rest);
    if (r.of.checked) {
        lines_of_pieces(line, r.pieces);
        return;
    }
    line("executions", r.executions);
    line("blocked", r.blocked);
    line("inconsistent", r.inconsistent);
    line("violating", r.violating);
    line("ended early", r.ended_early);
    line("reached", r.reached);
    line("kind", r.kind);
    line("what", r.what);
    line("schedule", r.schedule);
    if (line.has("points", !r.points.empty())) line_of_points(line, "points", r.points);
}

}  // namespace

std::string hash_of(std::string_view text) {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx",
                  static_cast<unsigned long long>(XXH3_64bits(text.data(), text.size())));
    return digits;
}

// An empty file is no shard either: it is what a crash may leave.
std::string contents(const std::string& path) {
    std::error_code unknown;
    if (fs::is_directory(path, unknown)) throw user_error(path + ": is a directory, and no file");
    std::ifstream in(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    if (!in && !in.eof()) throw user_error(path + ": cannot be read");
    if (text.empty()) throw user_error(path + ": cannot be read, or is empty");
    return text;
}

// Ways of a search are numbered by the code that makes them, so a part means nothing to another
// build.
const std::string& hash_of_program() {
    static const std::string hash = hash_of(contents("/proc/self/exe"));
    return hash;
}

shared_problem problem_of(const scenario& s, const worlds::variant& v, const search& how) {
    return {hash_of_program(),
            std::string(s.name),
            v.orders_name,
            std::string(name(v.how)),
            std::string(how.model_name()),
            how.graph.mapping ? std::string(how.graph.mapping->name) : std::string()};
}

std::string to_text(const shard& s) {
    line_writer line(shard_title);
    each_line_of_problem(line, s.of);
    each_line_of_beginning(line, s.of);
    line("part", s.part);
    return line.finished();
}

std::string to_text(const shard_result& r) {
    line_writer line(result_title);
    each_line(line, r);
    return line.finished();
}

shard read_shard(const std::string& path) {
    line_reader line(path, shard_title);
    shard s;
    each_line_of_problem(line, s.of);
    each_line_of_beginning(line, s.of);
    line("part", s.part);
    return s;
}

shard_result read_result(const std::string& path) {
    line_reader line(path, result_title);
    shard_result r;
    try {
        each_line(line, r);
    } catch (const std::length_error&) {
        throw user_error(path + ": has points that are none");
    }
    return r;
}

// Into a file beside it, which then takes its name: whoever reads sees the old text or the new one,
// and never half of it, also after a loss of power (fsync).
void write_at_once(const std::string& path, const std::string& text) {
    // Two processes may write the same result.
    const std::string beside = path + "." + std::to_string(getpid());
    const auto failed = [&] {
        const std::string why = std::strerror(errno);
        unlink(beside.c_str());
        throw output_error("cannot write " + path + ": " + why);
    };
    const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) failed();
    const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (!written || fsync(file) != 0) {
        close(file);
        failed();
    }
    close(file);
    if (rename(beside.c_str(), path.c_str()) != 0) failed();
}

std::string result_path(const std::string& shard_path) {
    return fs::path(shard_path).replace_extension(".result").string();
}

std::vector<std::string> shards_in(const std::string& directory) {
    std::vector<std::string> paths;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error))
        if (entry.path().extension() == ".shard") paths.push_back(entry.path().string());
    if (error) throw user_error(directory + ": " + error.message());
    if (paths.empty())
        throw user_error(directory + ": holds no shards; `ringsim split` puts them there");
    // By where they begin and not by their names: whoever copies them may rename them.
    std::vector<std::pair<sim::graph::way_list, std::string>> in_order;
    for (const std::string& path : paths) in_order.emplace_back(read_shard(path).part.begin, path);
    std::ranges::sort(in_order);
    std::ranges::transform(in_order, paths.begin(), [](const auto& s) { return s.second; });
    return paths;
}

}  // namespace ringsim::scenarios::study
