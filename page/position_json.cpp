#include "page/position_json.hpp"

#include <nlohmann/json.hpp>

#include "page/api.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::page {
namespace {

using nlohmann::ordered_json;
using scenarios::user_error;

constexpr std::size_t turns_max = 400;

std::string line_of(const ordered_json& body) {
    ordered_json whole{{"schema", "ringsim/api"}, {"version", api_version}};
    whole.update(body);
    return whole.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::vector<turn> turns_of(const ordered_json& request) {
    std::vector<turn> turns;
    const ordered_json list = request.value("turns", ordered_json::array());
    if (!list.is_array() || list.size() > turns_max)
        throw user_error("turns is not a list of at most " + std::to_string(turns_max));
    for (const ordered_json& one : list) {
        const auto number = [](const ordered_json& n) {
            if (!n.is_number_unsigned() || n.get<std::uint64_t>() > 1000)
                throw user_error("turns: each is a list of small numbers, the thread first");
            return n.get<unsigned>();
        };
        if (!one.is_array() || one.empty() || one.size() > 16)
            throw user_error("turns: each is a list of small numbers, the thread first");
        turn t{number(one.front())};
        for (std::size_t i = 1; i < one.size(); ++i) t.picks.push_back(number(one[i]));
        turns.push_back(std::move(t));
    }
    return turns;
}

ordered_json position_of(game& g, const ordered_json& request) {
    try {
        g.make(turns_of(request));
    } catch (const sim::graph::schedule_error& e) {
        throw user_error(std::string("turns: ") + e.what());
    }
    ordered_json out{{"heading", g.heading()},
                     {"goal", g.goal()},
                     {"threads", g.threads()},
                     {"over", g.over()},
                     {"solved", g.solved()}};
    out["ending"] = g.over() ? g.ending() : "";
    out["waiting"] = g.waiting();
    out["choices"] = ordered_json::array();
    for (const choice& c : g.choices()) {
        ordered_json how = ordered_json::array({c.how.thread});
        for (const unsigned pick : c.how.picks) how.push_back(pick);
        out["choices"].push_back({{"thread", c.thread},
                                  {"text", c.text},
                                  {"allowed", c.allowed},
                                  {"why", c.why},
                                  {"turn", c.allowed ? how : ordered_json()}});
    }
    out["execution"] = ordered_json::parse(to_json(g.over() ? g.told() : g.shown()));
    if (request.value("hint", ordered_json(false)) == true) {
        const std::size_t at = g.goal().empty() ? g.choices().size() : g.hint();
        out["hint"] = at < g.choices().size() ? ordered_json(at) : ordered_json();
    }
    return out;
}

std::string answer_to_line(game& g, const std::string& line) {
    try {
        const ordered_json j = ordered_json::parse(line, nullptr, false);
        if (!j.is_object()) throw user_error("the line is no JSON object");
        return line_of(position_of(g, j));
    } catch (const user_error& e) {
        return error_line(e.what());
    }
}

std::string error_line(const std::string& what) {
    return line_of({{"error", what}});
}

}  // namespace ringsim::page
