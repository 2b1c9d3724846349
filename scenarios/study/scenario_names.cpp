#include "scenarios/study/scenario_names.hpp"

#include <algorithm>

#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::study {

std::vector<const scenario*> scenarios_named(const std::vector<std::string>& names) {
    std::vector<const scenario*> found;
    std::vector<std::string_view> valid{"all"};
    for (const scenario* s : all_scenarios()) valid.push_back(s->name);
    for (const std::string& name : names) {
        if (name == "all") {
            const auto all = all_scenarios();
            found.insert(found.end(), all.begin(), all.end());
        } else if (const scenario* s = find_scenario(name)) {
            found.push_back(s);
        } else if (name.find('=') != std::string::npos) {
            throw user_error(in_quotes(name) +
                             " is no scenario; to change an order write --orders " + "\"TABLE " +
                             name + "\"");
        } else {
            throw user_error("there is no scenario " + in_quotes(name) + "; " +
                             suggestion(name, valid));
        }
    }
    // In the order in which they were named, each once.
    std::vector<const scenario*> once;
    for (const scenario* s : found)
        if (std::ranges::find(once, s) == once.end()) once.push_back(s);
    return once;
}

std::vector<const scenario*> scenarios_of_orders(const std::vector<std::string>& names) {
    if (!names.empty()) return scenarios_named(names);
    std::vector<const scenario*> small;
    for (const scenario* s : all_scenarios())
        if (s->waits != wait_kind::in_full) small.push_back(s);
    return small;
}

std::string left_out_of_orders(const std::vector<std::string>& names) {
    if (!names.empty()) return {};
    std::vector<std::string_view> large;
    for (const scenario* s : all_scenarios())
        if (s->waits == wait_kind::in_full) large.push_back(s->name);
    return "not looked at, unless they are named (or all): the scenarios of the wakeup in full, " +
           joined(large);
}

}  // namespace ringsim::scenarios::study
