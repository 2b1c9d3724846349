// Lines of text output: a width that no line exceeds, and colour that never carries meaning alone.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/program/settings.hpp"

namespace ringsim::scenarios::render {

// Columns that a text takes on a terminal: UTF-8 characters, escape sequences left out.
std::size_t columns(std::string_view text);

// The text, cut to at most `width` columns; a cut is marked with "...".
std::string fitted(std::string_view text, std::size_t width);

// Fills with blanks to `width` columns; cuts if longer.
std::string padded(std::string_view text, std::size_t width);

// Breaks at blanks into lines of at most `width` columns; the second and further lines begin with
// `indent` blanks.
std::vector<std::string> wrapped(std::string_view text, std::size_t width, std::size_t indent);

class text_page {
  public:
    explicit text_page(const settings& global)
        : width_(global.width), color_(global.use_color()), explain_(global.explain) {}
    text_page(std::size_t width, bool color) : width_(width), color_(color) {}

    template <class... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        add(fmt::format(format, std::forward<Args>(args)...));
    }
    // One line, cut if it is too long.
    void add(std::string_view text);
    // A command to copy: whole, however wide the page is.
    void add_command(std::string_view text) { lines_.push_back(bold(text)); }
    // As many lines as it takes.
    void add_wrapped(std::string_view text, std::size_t indent);

    std::string bold(std::string_view text) const { return colored("1", text); }
    std::string red(std::string_view text) const { return colored("1;31", text); }
    std::string green(std::string_view text) const { return colored("1;32", text); }
    std::string yellow(std::string_view text) const { return colored("33", text); }
    std::string dim(std::string_view text) const { return colored("2", text); }

    std::size_t width() const { return width_; }
    const std::vector<std::string>& lines() const { return lines_; }
    std::string str() const;
    // To stdout; and if it was asked for, what the words on the page mean.
    void print() const;

  private:
    std::string words() const;
    std::string colored(std::string_view code, std::string_view text) const;

    std::size_t width_;
    bool color_;
    bool explain_ = false;
    std::vector<std::string> lines_;
};

}  // namespace ringsim::scenarios::render
