// A process says what came of its exploration once, in JSON, and ends. Nobody listens before its
// turn has come: until then its answer waits in the channel, and, where that is full, the process.
#include "upstream/explorations.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "scenarios/program/user_error.hpp"
#include "sim/check/early.hpp"
#include "sim/graph/helper_process.hpp"
#include "sim/graph/jobs.hpp"

namespace ringsim::upstream_code {
namespace {

namespace check = sim::check;
using nlohmann::json;

json to_json(const result& r) {
    json j{{"verdict", r.verdict},     {"violation", r.violation},   {"what", r.what},
           {"edge", r.edge},           {"executions", r.executions}, {"early", r.ended_early},
           {"violating", r.violating}, {"given_up", r.given_up},     {"cut_short", r.cut_short},
           {"never", r.never},         {"found_in", r.found_in},     {"ends", json::object()},
           {"steps", json::array()},   {"accesses", json::array()},  {"used", r.orders_used},
           {"lacks", r.lacks}};
    for (const auto& [state, e] : r.ends) j["ends"][state] = {e.executions, e.violating};
    for (const step& s : r.steps)
        j["steps"].push_back({s.thread, s.of, s.line, s.file, s.text, s.does, s.remark});
    for (const ordered_access& a : r.accesses) j["accesses"].push_back({a.offset, a.kind, a.how});
    return j;
}

result from_json(const json& j) {
    result r;
    r.verdict = j["verdict"];
    r.violation = j["violation"];
    r.what = j["what"];
    r.edge = j["edge"];
    r.lacks = j["lacks"];
    r.executions = j["executions"];
    r.ended_early = j["early"];
    r.violating = j["violating"];
    r.given_up = j["given_up"];
    r.cut_short = j["cut_short"].get<std::map<std::string, std::uint64_t>>();
    r.never = j["never"].get<std::vector<std::string>>();
    r.found_in = j["found_in"];
    r.orders_used = j["used"].get<std::set<unsigned>>();
    for (const auto& [state, e] : j["ends"].items()) r.ends[state] = {e[0], e[1]};
    for (const auto& a : j["accesses"]) r.accesses.push_back({a[0], a[1], a[2]});
    for (const auto& s : j["steps"]) r.steps.push_back({s[0], s[1], s[2], s[3], s[4], s[5], s[6]});
    return r;
}

// In the process that explores.
std::string explored(const check::built_program& program, const sources& from, const task& t) {
    json said;
    try {
        said = to_json(explore_here(program, from, t));
    } catch (const scenarios::user_error& e) {
        result r;
        r.verdict = answer::refused;
        r.what = e.what();
        said = to_json(r);
    } catch (const std::exception& e) {
        said = {{"bug", e.what()}};
    }
    return said.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Constructors of the program run before it is explored, and may end it: then this process is
// about to end, and says why.
sim::graph::channel* listening = nullptr;

void tell_early_end(int, const std::string& what, const void*) {
    result r;
    r.verdict = answer::refused;
    r.what = what + ", before any thread begins";
    listening->send(to_json(r).dump(-1, ' ', false, json::error_handler_t::replace));
}

void explore_and_tell(sim::graph::channel& to, const check::built_program& program,
                      const sources& from, const task& t) {
    listening = &to;
    check::on_early_end = tell_early_end;
    to.send(explored(program, from, t));
}

result crashed(int signal) {
    result r;
    r.verdict = answer::violated;
    r.violation = "crash";
    r.what = std::string("the code under test brought its process down: ") + strsignal(signal);
    return r;
}

}  // namespace

class explorations::child {
  public:
    child(const check::built_program& program, const sources& from, const task& t) try
        : process_([&](sim::graph::channel& to) { explore_and_tell(to, program, from, t); },
                   sim::graph::on_stderr::as_usual) {
    } catch (const std::system_error& e) {
        throw scenarios::machine_error(std::string("cannot start a process: ") + e.what());
    }

    result answer() {
        std::optional<std::string> text;
        while (!text && process_.talk().receive(true)) text = process_.talk().take();
        const int ended = process_.wait_for_end();
        if (WIFSIGNALED(ended)) return crashed(WTERMSIG(ended));
        const json said = json::parse(text.value_or(""), nullptr, false);
        if (said.is_discarded()) throw std::runtime_error("the exploring process said nothing");
        if (said.contains("bug")) throw std::runtime_error(said["bug"].get<std::string>());
        return from_json(said);
    }

  private:
    sim::graph::helper_process process_;
};

explorations::explorations() = default;
explorations::~explorations() = default;

void explorations::plan(const check::built_program& program, const sources& from, task t) {
    planned_.push_back({&program, &from, std::move(t)});
}

// The first ones in the order, as many as may run at once.
void explorations::begin_some() {
    const std::size_t n = std::min<std::size_t>(sim::graph::jobs(), planned_.size());
    for (std::size_t i = 0; i < n; ++i) {
        planned& p = planned_[i];
        if (!p.by) p.by = std::make_unique<child>(*p.program, *p.from, p.what);
    }
}

result explorations::next() {
    begin_some();
    const planned first = std::move(planned_.front());
    planned_.pop_front();
    return first.by->answer();
}

}  // namespace ringsim::upstream_code
