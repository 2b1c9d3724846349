#include "scenarios/program/user_error.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace ringsim::scenarios {
namespace {

constexpr std::size_t quoted_max = 40;
constexpr std::size_t suggestions_max = 3;

// Levenshtein distance with transpositions of neighbours ("optimal string alignment").
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
}

// Upper and lower case, '_' and '-' are the same to somebody who guesses a name.
std::string folded(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

}  // namespace

std::vector<std::string_view> nearest_names(std::string_view text,
                                            const std::vector<std::string_view>& valid) {
    if (text.empty() || text.size() > 4 * quoted_max) return {};
    struct candidate {
        std::size_t distance;
        std::size_t place;  // among those that are close
        std::string_view name;
    };
    std::vector<candidate> close;
    const std::string wanted = folded(text);
    for (const std::string_view name : valid) {
        const std::string known = folded(name);
        std::size_t distance = edit_distance(wanted, known);
        // Also as the last part of a dotted name: load_header for consumer.load_header.
        if (const auto dot = known.rfind('.'); dot != std::string::npos)
            distance = std::min(distance, edit_distance(wanted, known.substr(dot + 1)));
        const bool part = wanted.size() >= 3 && known.find(wanted) != std::string::npos;
        if (distance <= std::max<std::size_t>(1, wanted.size() / 3) || part)
            close.push_back({distance, close.size(), name});
    }
    std::ranges::sort(close, {}, [](const candidate& c) { return std::pair(c.distance, c.place); });
    std::vector<std::string_view> names;
    for (const candidate& c : close)
        if (names.size() < suggestions_max) names.push_back(c.name);
    return names;
}

std::string joined(const std::vector<std::string_view>& names, std::string_view separator) {
    std::string out;
    for (const std::string_view name : names) {
        if (!out.empty()) out += separator;
        out += name;
    }
    return out;
}

std::string suggestion(std::string_view text, const std::vector<std::string_view>& valid) {
    const auto close = nearest_names(text, valid);
    if (close.empty()) return "valid: " + joined(valid);
    return "did you mean " + joined(close, " or ") + "?";
}

std::string in_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text.substr(0, quoted_max))
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    if (text.size() > quoted_max) out += "...";
    return out + "'";
}

}  // namespace ringsim::scenarios
