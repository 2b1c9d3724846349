// A TOML file of a user, and what is wrong with it: one line that begins with FILE:LINE.
#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::gate {

class toml_source {
  public:
    using names = std::vector<std::string_view>;

    explicit toml_source(std::string file) : file_(std::move(file)) {}

    // All of these throw user_error.
    toml::table parsed() const;
    [[noreturn]] void fail(unsigned line, const std::string& what) const;
    void known_keys(const toml::table& t, std::string_view where, const names& valid) const;
    std::string text_at(const toml::node& node, std::string_view key) const;
    // A text, or a list of them, with the line of each.
    std::vector<std::pair<std::string, unsigned>> texts_at(const toml::node& node,
                                                           std::string_view key) const;

    // Runs a part that knows nothing of lines; what it throws gets one.
    template <class Part>
    auto at_line(unsigned line, Part part) const {
        try {
            return part();
        } catch (const user_error& e) {
            fail(line, without_option(e.what()));
        }
    }

    static unsigned line_of(const toml::node& node) { return node.source().begin.line; }
    static std::string_view type_text(const toml::node& node);

  private:
    // What a message of the command line says, without the option that it begins with.
    static std::string without_option(std::string text);
    std::string text_of_file() const;

    std::string file_;
};

}  // namespace ringsim::scenarios::gate
