#include "scenarios/render/text.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "scenarios/program/user_error.hpp"
#include "scenarios/render/glossary.hpp"

namespace ringsim::scenarios::render {
namespace {

// Length in bytes of what stands at `i`: an escape sequence (no column), or a character (one).
struct unit {
    std::size_t bytes;
    std::size_t columns;
};

unit unit_at(std::string_view text, std::size_t i) {
    if (text[i] == '\033') {
        const auto end = text.find('m', i);
        return {end == std::string_view::npos ? text.size() - i : end - i + 1, 0};
    }
    std::size_t end = i + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
    return {end - i, 1};
}

}  // namespace

std::size_t columns(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size();) {
        const unit u = unit_at(text, i);
        count += u.columns;
        i += u.bytes;
    }
    return count;
}

std::string fitted(std::string_view text, std::size_t width) {
    if (columns(text) <= width) return std::string(text);
    constexpr std::string_view mark = "...";
    const std::size_t keep = width > mark.size() ? width - mark.size() : 0;
    std::string out;
    std::size_t count = 0;
    bool colored = false;
    for (std::size_t i = 0; i < text.size();) {
        const unit u = unit_at(text, i);
        // Past the edge only escape sequences are kept, so that a colour ends where it must.
        if (u.columns == 0 || count < keep) out += text.substr(i, u.bytes);
        if (u.columns != 0 && count == keep) out += mark.substr(0, width);
        count += u.columns;
        colored = colored || u.columns == 0;
        i += u.bytes;
    }
    return out;
}

std::string padded(std::string_view text, std::size_t width) {
    std::string out = fitted(text, width);
    out.append(width - std::min(width, columns(out)), ' ');
    return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width, std::size_t indent) {
    std::vector<std::string> lines;
    std::string line;
    // The blanks inside the text are kept, those at a break are dropped.
    while (!text.empty()) {
        const auto word_begin = std::min(text.find_first_not_of(' '), text.size());
        auto word_end = text.find(' ', word_begin);
        if (word_end == std::string_view::npos) word_end = text.size();
        const auto piece = text.substr(0, word_end);
        const auto word = text.substr(word_begin, word_end - word_begin);
        const bool only_indent = line.find_first_not_of(' ') == std::string::npos;
        if (!only_indent && columns(line) + columns(piece) > width) {
            lines.push_back(line);
            line = std::string(indent, ' ') + std::string(word);
        } else {
            line += piece;
        }
        text.remove_prefix(word_end);
    }
    if (!line.empty()) lines.push_back(line);
    for (std::string& l : lines) l = fitted(l, width);
    return lines;
}

void text_page::add(std::string_view text) {
    std::string line = fitted(text, width_);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    lines_.push_back(std::move(line));
}

void text_page::add_wrapped(std::string_view text, std::size_t indent) {
    for (const std::string& l : wrapped(text, width_, indent)) add(l);
}

std::string text_page::str() const {
    std::string all;
    for (const std::string& l : lines_) all += l + "\n";
    return all;
}

void text_page::print() const {
    const std::string all = explain_ ? str() + words() : str();
    errno = 0;
    if (std::fwrite(all.data(), 1, all.size(), stdout) != all.size() || std::fflush(stdout) != 0)
        throw output_error(std::string("cannot write the output: ") + std::strerror(errno));
}

// Behind everything else, so that the page itself is as it was.
std::string text_page::words() const {
    text_page page(width_, color_);
    for (const explained_word& w : words_explained(str())) {
        if (page.lines_.empty()) page.add("");
        page.add_wrapped(bold(w.word) + ": " + w.meaning, 4);
    }
    return page.str();
}

std::string text_page::colored(std::string_view code, std::string_view text) const {
    if (!color_) return std::string(text);
    return fmt::format("\033[{}m{}\033[0m", code, text);
}

}  // namespace ringsim::scenarios::render
