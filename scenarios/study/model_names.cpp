#include "scenarios/study/model_names.hpp"

#include <algorithm>

#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::study {
namespace {

namespace graph = sim::graph;

// At commas; blanks around a word do not belong to it.
std::vector<std::string_view> split(std::string_view list) {
    std::vector<std::string_view> words;
    while (!list.empty()) {
        const std::size_t length = std::min(list.find(','), list.size());
        std::string_view word = list.substr(0, length);
        while (word.starts_with(' ')) word.remove_prefix(1);
        while (word.ends_with(' ')) word.remove_suffix(1);
        if (!word.empty()) words.push_back(word);
        list.remove_prefix(std::min(length + 1, list.size()));
    }
    return words;
}

std::vector<std::string_view> valid_models() {
    std::vector<std::string_view> names(std::begin(graph::model_names),
                                        std::end(graph::model_names));
    names.emplace_back("all");
    return names;
}

}  // namespace

// In the order of model_id, each once, however they were listed: outputs do not depend on it.
std::vector<graph::model_id> models_named(std::string_view list) {
    const auto words = split(list);
    if (words.empty()) throw user_error("--model: no model given; " + joined(valid_models()));
    const auto valid = valid_models();
    for (const auto word : words)
        if (std::ranges::find(valid, word) == valid.end())
            throw user_error("--model: there is no model " + in_quotes(word) + "; " +
                             suggestion(word, valid));
    const bool all = std::ranges::find(words, "all") != words.end();
    std::vector<graph::model_id> found;
    for (std::size_t i = 0; i < graph::model_count; ++i)
        if (all || std::ranges::find(words, graph::model_names[i]) != words.end())
            found.push_back(static_cast<graph::model_id>(i));
    return found;
}

// The list may name mappings of several models; a word is wrong only if it fits none of them.
// nullptr: the model's first, which is the same as not naming one.
const graph::mapping* mapping_named(std::string_view list, graph::model_id m,
                                    const std::vector<graph::model_id>& models) {
    const graph::mapping* found = nullptr;
    const graph::mapping* named = nullptr;
    for (const auto word : split(list)) {
        bool known = false;
        for (const graph::model_id other : models)
            known = known || graph::find_mapping(other, word) != nullptr;
        if (!known) {
            std::vector<std::string_view> valid;
            for (const graph::mapping& one : graph::all_mappings())
                if (std::ranges::find(models, one.model) != models.end()) valid.push_back(one.name);
            throw user_error("--mapping: " + in_quotes(word) + " is no mapping of the models; " +
                             suggestion(word, valid));
        }
        const graph::mapping* one = graph::find_mapping(m, word);
        if (one && named && one != named)
            throw user_error("--mapping: " + in_quotes(named->name) + " and " +
                             in_quotes(one->name) + " are both mappings of " +
                             std::string(graph::name(m)) + "; name one");
        if (one) named = one;
        if (one && one != &graph::default_mapping(m)) found = one;
    }
    return found;
}

}  // namespace ringsim::scenarios::study
