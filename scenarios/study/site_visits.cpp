#include "scenarios/study/site_visits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel_model/site_table.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::study {
namespace {

constexpr std::size_t names_max = 6;  // of scenarios, in one sentence

}  // namespace

void site_visits::add(std::string_view scenario_name,
                      const std::array<bool, site_count>& executed) {
    const auto known = std::ranges::find(visits_, scenario_name, &visit::scenario_name);
    if (known == visits_.end()) {
        visits_.push_back({scenario_name, executed});
        return;
    }
    for (std::size_t i = 0; i < site_count; ++i) known->executed[i] |= executed[i];
}

std::vector<site> site_visits::never(const std::vector<site>& asked) const {
    std::vector<site> found;
    for (const site s : asked)
        if (std::ranges::none_of(
                visits_, [&](const visit& v) { return v.executed[static_cast<std::size_t>(s)]; }))
            found.push_back(s);
    return found;
}

// A sentence for each site that some scenario did not come to; none for those that all came to.
std::vector<std::string> site_visits::remarks(const std::vector<site>& asked) const {
    std::vector<std::string> sentences;
    if (visits_.empty()) return sentences;
    for (const site s : asked) {
        std::vector<std::string_view> in;
        for (const visit& v : visits_)
            if (v.executed[static_cast<std::size_t>(s)]) in.push_back(v.scenario_name);
        if (in.size() == visits_.size()) continue;
        if (in.empty()) {
            sentences.push_back(fmt::format(
                "No thread comes to {} in any execution that was looked at: its order had no "
                "part in this.",
                name(s)));
            continue;
        }
        std::string names;
        for (std::size_t i = 0; i < std::min(in.size(), names_max); ++i)
            names += fmt::format("{}{}", i == 0 ? "" : ", ", in[i]);
        if (in.size() > names_max) names += fmt::format(" and {} more", in.size() - names_max);
        sentences.push_back(
            fmt::format("Threads come to {} in {} of {} scenarios only ({}): in the others its "
                        "order had no part.",
                        name(s), in.size(), visits_.size(), names));
    }
    return sentences;
}

// Of one exploration.
std::vector<site> not_executed(const worlds::variant& v, const worlds::exploration& e) {
    std::vector<site> sites = changed_sites(v);
    std::erase_if(sites, [&](site s) { return e.executed[static_cast<std::size_t>(s)]; });
    return sites;
}

std::vector<std::string_view> names_of(const std::vector<site>& sites) {
    std::vector<std::string_view> names;
    for (const site s : sites) names.push_back(name(s));
    return names;
}

}  // namespace ringsim::scenarios::study
