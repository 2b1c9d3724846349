// Shards as lines "key: value" behind a title, and a checksum of all lines before it. Strict on
// purpose: a file that was cut short by a full disk, or that another build wrote, must not be added
// up with the others.
#include "scenarios/study/shard.hpp"

#include <fcntl.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/variant.hpp"
#include "sim/graph/counts.hpp"

namespace ringsim::scenarios::study {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view shard_title = "ringsim shard 1";
constexpr std::string_view result_title = "ringsim shard result 1";
constexpr std::string_view check_key = "checksum: ";

// One of two visitors of a shard's lines: this one makes the text, line_reader reads it. What lines
// there are, and in which order, is said once, by each_line().
class line_writer {
  public:
    explicit line_writer(std::string_view title) : text_(std::string(title) + "\n") {}
    void operator()(std::string_view key, const std::string& value) {
        text_ += std::string(key) + ": " + value + "\n";
    }
    void operator()(std::string_view key, std::uint64_t value) {
        (*this)(key, std::to_string(value));
    }
    // On one line, whatever is in them.
    void operator()(std::string_view key, const std::vector<std::string>& values) {
        (*this)(key, nlohmann::json(values).dump());
    }
    // Whether the lines that begin with this one are there.
    bool has(std::string_view, bool is_there) const { return is_there; }
    std::size_t count(std::string_view key, const std::vector<sim::graph::piece>& of) {
        (*this)(key, static_cast<std::uint64_t>(of.size()));
        return of.size();
    }
    void operator()(std::string_view key, const sim::graph::part& p) {
        (*this)(key, sim::graph::to_text(p));
    }
    void operator()(std::string_view key, const std::optional<sim::graph::part>& p) {
        (*this)(key, p ? sim::graph::to_text(*p) : std::string("none"));
    }
    std::string finished() const { return text_ + std::string(check_key) + hash_of(text_) + "\n"; }

  private:
    std::string text_;
};

// Throws user_error, naming the file, if the title, the checksum or a line is not what it should
// be. The checksum is looked at first: of a damaged file nothing is believed.
class line_reader {
  public:
    line_reader(const std::string& path, std::string_view title) : path_(path) {
        text_ = contents(path);
        if (!text_.starts_with(std::string(title) + "\n"))
            throw user_error(path + ": does not begin with '" + std::string(title) + "'");
        const std::size_t last = text_.rfind(check_key);
        if (last == std::string::npos ||
            text_.substr(last) != std::string(check_key) + hash_of(text_.substr(0, last)) + "\n")
            throw user_error(path + ": is damaged: the checksum is not that of its lines");
        at_ = title.size() + 1;
    }
    void operator()(std::string_view key, std::string& value) {
        const std::size_t end = text_.find('\n', at_);
        const std::string line = text_.substr(at_, end - at_);
        if (!line.starts_with(std::string(key) + ": "))
            throw user_error(path_ + ": has no line '" + std::string(key) + "' where it should be");
        value = line.substr(key.size() + 2);
        at_ = end + 1;
    }
    void operator()(std::string_view key, std::uint64_t& value) {
        std::string text;
        (*this)(key, text);
        const char* const end = text.data() + text.size();
        if (text.empty() || std::from_chars(text.data(), end, value).ptr != end)
            throw user_error(path_ + ": '" + text + "' is no number of " + std::string(key));
    }
    void operator()(std::string_view key, std::vector<std::string>& values) {
        std::string text;
        (*this)(key, text);
        const auto json = nlohmann::json::parse(text, nullptr, false);
        if (!json.is_array()) throw user_error(path_ + ": '" + text + "' is no list of words");
        values = json.get<std::vector<std::string>>();
    }
    bool has(std::string_view key, bool) const {
        return text_.substr(at_).starts_with(std::string(key) + ": ");
    }
    std::size_t count(std::string_view key, std::vector<sim::graph::piece>& of) {
        std::uint64_t n = 0;
        (*this)(key, n);
        // No more than there is text for.
        if (n > text_.size()) throw user_error(path_ + ": has not as many pieces as it says");
        of.resize(n);
        return of.size();
    }
    void operator()(std::string_view key, sim::graph::part& p) {
        std::string text;
        (*this)(key, text);
        const auto read = sim::graph::parse_part(text);
        if (!read) throw user_error(path_ + ": '" + text + "' is no part of a search");
        p = *read;
    }
    // "none", or a part.
    void operator()(std::string_view key, std::optional<sim::graph::part>& p) {
        const std::size_t line = at_;
        std::string text;
        (*this)(key, text);
        p.reset();
        if (text == "none") return;
        at_ = line;
        (*this)(key, p.emplace());
    }

  private:
    std::string path_;
    std::string text_;
    std::size_t at_ = 0;
};

// Bytes of this build, for this build.
std::string in_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}
// What is no number of two digits ends it.
std::string from_hex(std::string_view text) {
    std::string bytes;
    for (; text.size() >= 2; text.remove_prefix(2)) {
        unsigned byte = 0;
        if (std::from_chars(text.data(), text.data() + 2, byte, 16).ptr != text.data() + 2) break;
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

// A place in a search is told as the part that begins there.
template <class Lines, class Ways>
void line_of_ways(Lines& line, std::string_view key, Ways& ways) {
    sim::graph::part from{ways, std::nullopt};
    line(key, from);
    if constexpr (!std::is_const_v<Ways>) ways = from.begin;
}
template <class Lines, class Flag>
void line_of_flag(Lines& line, std::string_view key, Flag& flag) {
    std::uint64_t number = flag ? 1 : 0;
    line(key, number);
    if constexpr (!std::is_const_v<Flag>) flag = number != 0;
}

template <class Lines, class Checked>
void each_line_of_checked(Lines& line, Checked& c) {
    line("files", c.files);
    line("flags", c.flags);
    line("directory", c.directory);
    line("options", c.options);
    line("sources", c.sources);
    line("compiler", c.compiler);
    line("built", c.built);
    line("round", c.round);
    line("leaves", c.begun.leaves);
    line_of_flag(line, "symmetry", c.begun.symmetry);
    line("known", c.begun.known);
    line_of_ways(line, "behind", c.begun.rest);
}

// What is searched: the same lines in a shard and in its result.
template <class Lines, class Problem>
void each_line_of_problem(Lines& line, Problem& of) {
    line("program", of.program);
    if (line.has("files", of.checked.has_value())) {
        if constexpr (!std::is_const_v<Problem>) of.checked.emplace();
        each_line_of_checked(line, *of.checked);
    } else {
        line("scenario", of.scenario);
        line("orders", of.orders);
        line("trigger", of.trigger);
    }
    line("model", of.model);
    line("mapping", of.mapping);
}

template <class Lines, class Piece>
void each_line_of_piece(Lines& line, Piece& p) {
    line("piece", p.what);
    std::uint64_t is = p.is;
    line("is", is);
    if constexpr (!std::is_const_v<Piece>)
        p.is = static_cast<sim::graph::piece::state>(std::min<std::uint64_t>(is, p.left));
    if (p.is == p.left) return;
    sim::graph::each_count([&](const char* key, auto count) { line(key, p.report.*count); });
    std::string learned = in_hex(p.learned);
    line("learned", learned);
    if constexpr (!std::is_const_v<Piece>) p.learned = from_hex(learned);
}

template <class Lines, class Result>
void each_line(Lines& line, Result& r) {
    each_line_of_problem(line, r.of);
    line("part", r.part);
    line("rest", r.rest);
    if (r.of.checked) {
        const std::size_t pieces = line.count("pieces", r.pieces);
        for (std::size_t i = 0; i < pieces; ++i) each_line_of_piece(line, r.pieces[i]);
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

// Of the two, the first violation is the one of the part that comes first, with all that is told of
// it; counts add up.
shard_result merged(const shard_result& first, const shard_result& second) {
    shard_result both = second.violating == 0 || first.violating != 0 ? first : second;
    both.of = first.of;
    both.part = {first.part.begin, second.part.until};
    both.rest = second.rest;
    both.executions = first.executions + second.executions;
    both.blocked = first.blocked + second.blocked;
    both.inconsistent = first.inconsistent + second.inconsistent;
    both.violating = first.violating + second.violating;
    both.ended_early = first.ended_early + second.ended_early;
    both.pieces = first.pieces;
    both.pieces.insert(both.pieces.end(), second.pieces.begin(), second.pieces.end());
    // One digit for each site, '1' if a thread came there.
    both.reached = first.reached;
    for (std::size_t i = 0; i < both.reached.size() && i < second.reached.size(); ++i)
        if (second.reached[i] == '1') both.reached[i] = '1';
    return both;
}

std::string to_text(const shard& s) {
    line_writer line(shard_title);
    each_line_of_problem(line, s.of);
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
    line("part", s.part);
    return s;
}

shard_result read_result(const std::string& path) {
    line_reader line(path, result_title);
    shard_result r;
    each_line(line, r);
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
