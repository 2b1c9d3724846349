#include "scenarios/commands/museum_endless.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/study/search.hpp"
#include "scenarios/study/variant.hpp"
#include "scenarios/worlds/endless.hpp"
#include "sim/graph/jobs.hpp"

namespace ringsim::scenarios::commands {
// Names that other commands have too.
namespace endless_museum {
namespace {

using nlohmann::ordered_json;
using sim::graph::model_id;

// What the ring without end says of a broken variant where its scenario says something else, and
// why.
struct difference {
    std::string_view id;
    std::uint16_t under;
    sim::violation kind;
    std::string_view why;
};
constexpr difference differences[] = {
    {"B3", under_tso, sim::violation::lost_notification,
     "a commit that is a plain store loses wakeups as well, as that of A8 does; nobody sleeps in "
     "the scenario"},
    {"B8", under_sc | under_tso, sim::violation::busy_spin,
     "the second commit of a header that two producers share makes it BUSY again, and the consumer "
     "polls for ever; that comes first where the bytes themselves are not watched"},
};

// A variant of a row under one model.
struct endless_cell {
    model_id model;
    worlds::states_exploration found;
    bool as_stated = true;
    const difference* differs = nullptr;  // in a way that is explained

    bool open() const { return found.result.result == worlds::verdict::inconclusive; }
};

struct endless_variant {
    const scenario* of = nullptr;
    worlds::variant code;
    std::string why_not;  // there is no such ring
    std::vector<endless_cell> cells;

    bool is_there() const { return of != nullptr && why_not.empty(); }
    bool violated() const {
        return std::ranges::any_of(cells, [](const endless_cell& c) {
            return c.found.result.result == worlds::verdict::violation;
        });
    }
};

struct endless_row {
    const exhibit* of;
    endless_variant broken;
    endless_variant repaired;

    template <class F>
    std::size_t count(F&& f) const {
        return static_cast<std::size_t>(std::ranges::count_if(broken.cells, f) +
                                        std::ranges::count_if(repaired.cells, f));
    }
    std::size_t open() const { return count(std::mem_fn(&endless_cell::open)); }
    std::size_t wrong() const {
        return count([](const endless_cell& c) { return !c.as_stated; });
    }
};

std::string why_no_form(const scenario& s) {
    if (s.needs.has(need::overwrite)) return "the ring without end has no overwrite mode";
    if (s.needs.has(need::event)) return "the ring without end has no events as on Windows";
    if (s.waits == wait_kind::in_full)
        return "the ring without end has one consumer, and of the wakeup one bit: whom of several "
               "epoll wakes is not in it";
    return "the ring without end has nothing of the kind";
}

endless_variant explored(const museum_row& row, const stated_variant& v, const endless_tour& tour) {
    endless_variant out;
    const expectation* const stated = expectation_of(row, v);
    if (!stated) return out;
    out.of = scenario_of(row, v);
    out.code = study::parse_variant(v.orders, v.how);
    const worlds::endless_form* const form = worlds::endless_form_of(*out.of);
    if (!form) {
        out.why_not = why_no_form(*out.of);
        return out;
    }
    out.code.how = worlds::endless_trigger(*out.of, v.how);
    for (const model_id m : tour.models) {
        out.why_not = why_not_endless(out.code, m);
        if (!out.why_not.empty() || worlds::interrupted) return out;
        worlds::states_options o;
        o.model = m;
        o.limits.states_max = m == model_id::rc11 ? tour.rc11_states_max : tour.states_max;
        o.limits.jobs = sim::graph::jobs();
        o.limits.interrupted = &worlds::interrupted;
        worlds::endless_options ring;
        ring.producers = form->producers;
        ring.form = *form;
        endless_cell c{m, explore_endless(out.code, ring, o), true};
        const model_bits model = study::under(m).model();
        const sim::violation kind = c.found.result.kind;
        c.as_stated = c.open() || kind == study::expected_under(*stated, model);
        if (!c.as_stated && &v == &row.of->broken)
            for (const difference& d : differences)
                if (d.id == row.of->id && (d.under & model) && d.kind == kind) c.differs = &d;
        c.as_stated = c.as_stated || c.differs;
        out.cells.push_back(std::move(c));
    }
    return out;
}

std::string cell_text(const endless_variant& v, model_id m) {
    if (!v.of) return "-";
    const auto c = std::ranges::find(v.cells, m, &endless_cell::model);
    if (c == v.cells.end()) return "";
    const std::string mark = c->differs ? " *" : c->as_stated ? "" : " (!)";
    if (c->found.result.result == worlds::verdict::violation)
        return fmt::format("{}{}", c->found.states.depth, mark);
    return (c->open() ? "open" : "holds") + mark;
}

std::string kind_of(const endless_variant& v) {
    for (const endless_cell& c : v.cells) {
        if (c.found.result.result != worlds::verdict::violation) continue;
        const std::string text(sim::name(c.found.result.kind));
        return text == "lost notification" ? "lost wakeup" : text;
    }
    return "holds";
}

std::string line_of(const endless_row& r, const endless_tour& tour) {
    std::string text =
        fmt::format("{:<3} {} {}", r.of->id, render::padded(r.of->symptom, symptom_columns),
                    render::padded(kind_of(r.broken), 11));
    for (const endless_variant* v : {&r.broken, &r.repaired}) {
        text += " ";
        for (const model_id m : tour.models) text += " " + render::padded(cell_text(*v, m), 7);
    }
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::string head_of(const endless_tour& tour) {
    std::string models;
    for (const model_id m : tour.models)
        models += " " + render::padded(std::string(sim::graph::name(m)), 7);
    const std::string left =
        render::padded("row what happens", symptom_columns + 5) + render::padded("violation", 11);
    const std::string text = left + " " + models + " " + models;
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

void add_legend(render::text_page& page, const endless_tour& tour) {
    page.add_wrapped(
        fmt::format("the models stand twice: the broken code, then the repaired. A number is the "
                    "depth at which a shortest way ends in the violation; holds: for every number "
                    "of records; open: {} states were not enough ({} under rc11), or what "
                    "was found is forbidden by seq_cst accesses that the machine of rc11 does not "
                    "have; *: not "
                    "what the bounded search says, for a reason below; (!): for none",
                    grouped(tour.states_max), grouped(tour.rc11_states_max)),
        0);
}

void add_differences(render::text_page& page, const std::vector<endless_row>& rows) {
    for (const endless_row& r : rows)
        for (const difference& d : differences)
            if (std::ranges::find(r.broken.cells, &d, &endless_cell::differs) !=
                r.broken.cells.end())
                page.add_wrapped(fmt::format("{:<3} * {}: {}", r.of->id, sim::name(d.kind), d.why),
                                 4);
}

void print_page(const std::vector<endless_row>& rows, const endless_tour& tour,
                const std::string& stopped, const settings& global) {
    render::text_page page(global);
    std::size_t cells = 0;
    std::size_t open = 0;
    std::size_t wrong = 0;
    if (!global.quiet) page.add(page.bold(head_of(tour)));
    for (const endless_row& r : rows) {
        cells += r.count([](const endless_cell&) { return true; });
        open += r.open();
        wrong += r.wrong();
        if (!global.quiet && r.broken.is_there()) page.add(line_of(r, tour));
    }
    if (!global.quiet) {
        page.add("");
        add_legend(page, tour);
        add_differences(page, rows);
        for (const endless_row& r : rows)
            if (!r.broken.why_not.empty())
                page.add_wrapped(fmt::format("{:<3} is not shown: {}", r.of->id, r.broken.why_not),
                                 4);
        page.add("");
    }
    if (wrong != 0)
        page.add(page.red(fmt::format("UNEXPECTED   {} cells, marked (!)", wrong)));
    else if (!stopped.empty())
        page.add(page.yellow("INCONCLUSIVE") + "   " + stopped);
    else
        page.add(page.green("AS EXPECTED"));
    page.line("{} cells, {} of them open", cells, open);
    page.print();
}

ordered_json to_json(const endless_variant& v) {
    if (!v.of) return nullptr;
    ordered_json j{{"scenario", v.of->name},
                   {"orders", v.code.orders_name},
                   {"trigger", study::name(v.code.how)}};
    if (!v.why_not.empty()) j["refused"] = v.why_not;
    for (const endless_cell& c : v.cells)
        j["models"][std::string(sim::graph::name(c.model))] = {
            {"verdict", render::verdict_word(c.found.result)},
            {"violation", sim::name(c.found.result.kind)},
            {"states", c.found.states.states},
            {"depth", c.found.states.depth},
            {"as_stated", c.as_stated},
            {"differs", c.differs ? c.differs->why : ""}};
    return j;
}

void print_json(const std::vector<endless_row>& rows, const std::string& stopped) {
    ordered_json document{{"schema", "ringsim/museum-states"}, {"version", 1}};
    if (!stopped.empty()) document["stopped"] = stopped;
    document["rows"] = ordered_json::array();
    for (const endless_row& r : rows)
        document["rows"].push_back({{"id", r.of->id},
                                    {"symptom", r.of->symptom},
                                    {"broken", to_json(r.broken)},
                                    {"repaired", to_json(r.repaired)}});
    fmt::print("{}\n", document.dump(2));
}

}  // namespace
}  // namespace endless_museum

int show_endless(const std::vector<museum_row>& rows, const endless_tour& tour,
                 const settings& global) {
    using namespace endless_museum;
    const interruptible guard(tour.time);
    std::vector<endless_row> results;
    std::string stopped;
    {
        progress line(global, "walking through the museum");
        for (const museum_row& r : rows) {
            line.now(r.of->id);
            results.push_back({r.of, endless_museum::explored(r, r.of->broken, tour), {}});
            if (results.back().broken.is_there())
                results.back().repaired = endless_museum::explored(r, r.of->repaired, tour);
            const expectation* const stated = expectation_of(r, r.of->broken);
            const bool is_about_wakeups =
                stated && stated->kind == sim::violation::lost_notification;
            // Of the others only those that are shown.
            if (!tour.asked_for && !is_about_wakeups && !results.back().broken.is_there())
                results.pop_back();
            if (worlds::interrupted) {
                // What was cut short says nothing.
                if (!results.empty() && results.back().of == r.of) results.pop_back();
                stopped = guard.reason() + " at " + std::string(r.of->id);
                break;
            }
        }
    }
    if (global.json)
        endless_museum::print_json(results, stopped);
    else
        endless_museum::print_page(results, tour, stopped, global);
    std::size_t open = 0;
    for (const endless_row& r : results) {
        if (r.wrong() != 0) return exit_unexpected;
        open += r.open();
    }
    return open != 0 || !stopped.empty() ? exit_inconclusive : exit_expected;
}

}  // namespace ringsim::scenarios::commands
