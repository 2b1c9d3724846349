#include "scenarios/gate/toml_source.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace ringsim::scenarios::gate {
namespace {

constexpr std::size_t file_bytes_max = 1 << 20;

std::string one_line(std::string_view text) {
    std::string line(text);
    for (char& c : line)
        if (static_cast<unsigned char>(c) < ' ' || c == 127) c = ' ';
    return line;
}

}  // namespace

toml::table toml_source::parsed() const {
    const std::string text = text_of_file();
    try {
        return toml::parse(text, file_);
    } catch (const toml::parse_error& e) {
        fail(e.source().begin.line, one_line(e.description()));
    }
}

void toml_source::fail(unsigned line, const std::string& what) const {
    throw user_error(fmt::format("{}:{}: {}", file_, line, what));
}

std::string toml_source::without_option(std::string text) {
    if (!text.starts_with("--")) return text;
    const auto colon = text.find(": ");
    return colon == std::string::npos ? text : text.substr(colon + 2);
}

std::string toml_source::text_of_file() const {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::file_status about = fs::status(file_, error);
    if (!fs::exists(about)) throw user_error(file_ + ": there is no such file");
    if (fs::is_directory(about)) throw user_error(file_ + ": is a directory, not a file");
    std::ifstream in(file_, std::ios::binary);
    if (!in) throw user_error(file_ + ": cannot be read");
    std::string text(file_bytes_max + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > file_bytes_max)
        throw user_error(file_ + ": is too large for a gate (1 MB at most)");
    const auto nul = std::ranges::find(text, '\0');
    if (nul != text.end())
        fail(static_cast<unsigned>(1 + std::count(text.begin(), nul, '\n')),
             "is no text: it has a byte 0");
    return text;
}

void toml_source::known_keys(const toml::table& t, std::string_view where,
                             const names& valid) const {
    for (const auto& [key, node] : t)
        if (std::ranges::find(valid, key.str()) == valid.end())
            fail(key.source().begin.line, in_quotes(key.str()) + " is no key of " +
                                              std::string(where) + "; " +
                                              suggestion(key.str(), valid));
}

std::string toml_source::text_at(const toml::node& node, std::string_view key) const {
    if (const auto* text = node.as_string()) return text->get();
    fail(line_of(node), fmt::format("{}: takes a text in quotes, not {}", key, type_text(node)));
}

std::string_view toml_source::type_text(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::string:
            return "a text";
        case toml::node_type::integer:
            return "a whole number";
        case toml::node_type::array:
            return "a list";
        case toml::node_type::table:
            return "a table";
        case toml::node_type::boolean:
            return "a boolean";
        default:
            return "a number or date";
    }
}

std::vector<std::pair<std::string, unsigned>> toml_source::texts_at(const toml::node& node,
                                                                    std::string_view key) const {
    std::vector<std::pair<std::string, unsigned>> found;
    if (const auto* list = node.as_array()) {
        for (const toml::node& one : *list) found.emplace_back(text_at(one, key), line_of(one));
        if (found.empty()) fail(line_of(node), fmt::format("{}: is an empty list", key));
        return found;
    }
    found.emplace_back(text_at(node, key), line_of(node));
    return found;
}

}  // namespace ringsim::scenarios::gate
