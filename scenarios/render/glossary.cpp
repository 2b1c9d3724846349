#include "scenarios/render/glossary.hpp"

#include <algorithm>
#include <cctype>

#include "scenarios/render/glossary.generated.hpp"

namespace ringsim::scenarios::render {
namespace {

struct entry {
    std::vector<std::string> words;
    explained_word told;
};

std::string without(std::string text, std::string_view marks) {
    std::erase_if(text, [&](char c) { return marks.find(c) != std::string_view::npos; });
    return text;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// "`acyclic(...)`, `irreflexive(...)`" is two words, looked for as "acyclic" and "irreflexive".
std::vector<std::string> words_of(std::string_view cell) {
    std::vector<std::string> words;
    while (!cell.empty()) {
        const auto comma = std::min(cell.find(','), cell.size());
        std::string word = without(std::string(trimmed(cell.substr(0, comma))), "`");
        words.push_back(word.substr(0, word.find('(')));
        cell.remove_prefix(std::min(comma + 1, cell.size()));
    }
    return words;
}

// The rows of the table behind its head: "| word | meaning |".
std::vector<entry> read_table(std::string_view page) {
    std::vector<entry> all;
    bool behind_head = false;
    while (!page.empty()) {
        const auto end = std::min(page.find('\n'), page.size());
        const std::string_view line = page.substr(0, end);
        page.remove_prefix(std::min(end + 1, page.size()));
        if (line.starts_with("|---")) behind_head = true;
        const auto second = line.find(" | ");
        if (!behind_head || !line.starts_with("| ") || second == std::string_view::npos) continue;
        const std::string_view word = trimmed(line.substr(1, second - 1));
        const std::string_view meaning = trimmed(line.substr(second + 3, line.size() - second - 4));
        all.push_back({words_of(word),
                       {without(std::string(word), "`"), without(std::string(meaning), "`*")}});
    }
    return all;
}

bool is_letter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
}

// As a word of its own, or its plural. A mark is in the text if the legend has it, for in code it
// means something else.
bool has_word(std::string_view text, std::string_view word) {
    if (std::ranges::none_of(word, is_letter))
        return text.find(" " + std::string(word) + ": ") != std::string_view::npos;
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        auto end = at + word.size();
        if (end < text.size() && text[end] == 's') ++end;
        const bool begins = at == 0 || !is_letter(text[at - 1]);
        if (begins && (end == text.size() || !is_letter(text[end]))) return true;
    }
    return false;
}

}  // namespace

std::vector<explained_word> words_explained(std::string_view text) {
    static const std::vector<entry> table = read_table(glossary_page);
    std::vector<explained_word> found;
    for (const entry& e : table)
        if (std::ranges::any_of(e.words, [&](const auto& word) { return has_word(text, word); }))
            found.push_back(e.told);
    return found;
}

}  // namespace ringsim::scenarios::render
