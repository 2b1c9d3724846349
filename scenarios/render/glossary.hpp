// The words of the output, and what they mean there: the table of docs/course/glossary.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringsim::scenarios::render {

struct explained_word {
    std::string word;  // as the table has it: "edge", "acyclic(...)"
    std::string meaning;
};

// The words of the glossary that stand in `text`, in the glossary's order, each once.
std::vector<explained_word> words_explained(std::string_view text);

}  // namespace ringsim::scenarios::render
