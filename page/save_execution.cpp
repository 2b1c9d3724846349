// Saves what `check`, `kernel` and `upstream` show, or puts it into another form.
#include "scenarios/commands/save_execution.hpp"

#include "page/of_program.hpp"
#include "page/open.hpp"
#include "page/tell.hpp"
#include "page/views.hpp"
#include "sim/graph/schedule.hpp"
#include "sim/graph/trace_of.hpp"

namespace ringsim::page {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;
using scenarios::render::told_execution;

// Following an execution performs its beginning again for each step.
constexpr std::size_t followed_steps_max = 200;

// What an event that is not told is called where an edge leads over it.
std::string name_of_untold(const graph::recorded_event& e, const check::runtime& program) {
    const bool access =
        e.what.kind == graph::event_kind::read || e.what.kind == graph::event_kind::write;
    if (access) switch (program.locations_of()[e.what.location].kind) {
            case check::location_kind::thread_start:
                return "(begin)";
            case check::location_kind::thread_end:
                return "(end)";
            default:
                break;
        }
    return "(...)";
}

// Its locations get their numbers anew.
void explore_a_little(check::runtime& program) {
    graph::exploration_limits limits;
    limits.executions_max = 1;
    graph::observer nobody;
    (void)program.explore(limits, nobody);
    if (!program.refused().what.empty()) throw graph::schedule_error(program.refused().what);
}

void tell_what_could_be_read(execution& out, const told_execution& told,
                             const graph::recorded_execution& e, graph::model_id m,
                             check::runtime& program) {
    sim::trace trace = graph::trace_of(e, program.locations());
    // What a step is on is told by the number of its location; the name says that there is one.
    for (sim::trace_step& s : trace.steps)
        if (s.location != 0) s.word = "word";
    if (trace.steps.size() > followed_steps_max) return;
    std::vector<const graph::recorded_event*> events;
    for (const graph::recorded_event& event : e.events)
        if (!event.what.implied && !event.what.rmw) events.push_back(&event);
    told_numbers numbers{told_steps(told, e), {}};
    numbers.called = [&](std::uint32_t step) {
        const std::uint32_t shown = numbers.of[step - 1];
        return shown == 0 ? name_of_untold(*events[step - 1], program) : std::to_string(shown);
    };
    stepper steps(m, program, program.locations(),
                  [&](graph::walk_policy& policy, graph::observer& watcher) {
                      return program.search(policy, watcher);
                  });
    steps.learn_by([&] { explore_a_little(program); });
    tell_candidates(out, trace, m, steps, numbers);
}

}  // namespace
}  // namespace ringsim::page

namespace ringsim::scenarios::commands {

void refuse_saving_over(const std::string& file, bool force) {
    page::refuse_existing("--save", file, force);
}

void save_execution(const std::string& file, const render::told_execution& told,
                    const sim::graph::recorded_execution& e, sim::graph::model_id m,
                    sim::check::runtime& program) {
    page::execution out = page::execution_of(told, e, program.locations());
    page::tell_what_could_be_read(out, told, e, m, program);
    page::write_file("--save", file, page::to_json(out));
}

std::string view_of(execution_view asked, const render::told_execution& told,
                    const sim::graph::recorded_execution& e, const sim::check::runtime& program) {
    return page::view_of(page::execution_of(told, e, program.locations()), asked);
}

}  // namespace ringsim::scenarios::commands
