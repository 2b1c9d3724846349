// What shards, their results and checkpoints are made of: lines "key: value" behind a title, and a
// checksum of all lines before it.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/shard.hpp"
#include "sim/graph/bytes.hpp"
#include "sim/graph/counts.hpp"
#include "sim/graph/point_bytes.hpp"

namespace ringsim::scenarios::study {

inline constexpr std::string_view check_key = "checksum: ";

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
    template <class T>
    std::size_t count(std::string_view key, const std::vector<T>& of) {
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
        return std::string_view(text_).substr(at_).starts_with(std::string(key) + ": ");
    }
    template <class T>
    std::size_t count(std::string_view key, std::vector<T>& of) {
        std::uint64_t n = 0;
        (*this)(key, n);
        // No more than there is text for.
        if (n > text_.size())
            throw user_error(path_ + ": has not as many " + std::string(key) + " as it says");
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
inline std::string in_hex(std::string_view bytes) {
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
inline std::string from_hex(std::string_view text) {
    std::string bytes;
    for (; text.size() >= 2; text.remove_prefix(2)) {
        unsigned byte = 0;
        if (std::from_chars(text.data(), text.data() + 2, byte, 16).ptr != text.data() + 2) break;
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

// A value for which the visitors have no line of its kind: written as `told` makes it, and read as
// `taken` makes it of that again.
template <class Lines, class Value, class Told, class Taken>
void line_as(Lines& line, std::string_view key, Value& value, Told&& told, Taken&& taken) {
    auto said = told(value);
    line(key, said);
    if constexpr (!std::is_const_v<Value>) value = taken(said);
}

// A place in a search is told as the part that begins there.
template <class Lines, class Ways>
void line_of_ways(Lines& line, std::string_view key, Ways& ways) {
    using sim::graph::part;
    line_as(
        line, key, ways,
        [](const auto& w) {
            return part{w, std::nullopt};
        },
        [](const part& from) { return from.begin; });
}
template <class Lines, class Flag>
void line_of_flag(Lines& line, std::string_view key, Flag& flag) {
    line_as(
        line, key, flag, [](bool is) { return std::uint64_t{is}; },
        [](std::uint64_t number) { return number != 0; });
}
template <class Lines, class Bytes>
void line_of_bytes(Lines& line, std::string_view key, Bytes& bytes) {
    line_as(line, key, bytes, in_hex, from_hex);
}

// Where reads may be promised writes.
template <class Lines, class Points>
void line_of_points(Lines& line, std::string_view key, Points& points) {
    line_as(
        line, key, points,
        [](const auto& told) {
            sim::graph::byte_writer to;
            put(to, std::span(told));
            return in_hex(to.take());
        },
        [](const std::string& text) {
            const std::string bytes = from_hex(text);
            sim::graph::byte_reader from(bytes);
            return sim::graph::get_points(from);
        });
}

// How many there are, and then `each` of them.
template <class Lines, class List, class F>
void lines_of_list(Lines& line, std::string_view key, List& list, F&& each) {
    const std::size_t n = line.count(key, list);
    for (std::size_t i = 0; i < n; ++i) each(list[i]);
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
}

template <class Lines, class Problem>
void each_line_of_beginning(Lines& line, Problem& of) {
    if (!of.checked) return;
    auto& c = *of.checked;
    line("round", c.round);
    line("leaves", c.begun.leaves);
    line_of_flag(line, "symmetry", c.begun.symmetry);
    line("known", c.begun.known);
    line_of_ways(line, "behind", c.begun.rest);
}

// What is searched.
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
        p.is = static_cast<sim::graph::piece::state>(std::min<std::uint64_t>(is, p.open));
    if (p.is == p.left) line("then known", p.known);
    if (p.is == p.left || p.is == p.open) return;
    sim::graph::each_count([&](const char* key, auto count) { line(key, p.report.*count); });
    line_of_bytes(line, "learned", p.learned);
    if (line.has("points", !p.points.empty())) line_of_points(line, "points", p.points);
}

template <class Lines, class Pieces>
void lines_of_pieces(Lines& line, Pieces& pieces) {
    lines_of_list(line, "pieces", pieces, [&](auto& p) { each_line_of_piece(line, p); });
}

}  // namespace ringsim::scenarios::study
