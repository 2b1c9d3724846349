#include "upstream/questions.hpp"

#include "scenarios/program/user_error.hpp"
#include "upstream/report.hpp"

namespace ringsim::upstream_code {

using scenarios::worlds::interrupted;

questions::questions(const questioned& q, scenarios::commands::progress& shown)
    : q_(q), shown_(shown) {
    explorations as_given;
    for (const scenarios::scenario* s : q.scenarios)
        for (const sim::graph::model_id m : q.models) {
            task t = q.how;
            t.what = s;
            t.model = m;
            t.lists_accesses = true;
            as_given.plan(q.program, q.from, std::move(t));
        }
    for (const scenarios::scenario* s : q.scenarios) {
        std::string not_held;
        for (const sim::graph::model_id m : q.models) {
            if (interrupted) return;
            shown.now(fmt::format("{} under {}, as given", s->name, sim::graph::name(m)));
            result r = as_given.next();
            if (r.verdict == answer::holds)
                places_.push_back({s, m, std::move(r)});
            else if (r.verdict == answer::inconclusive)
                unknown_ = true;
            if (r.verdict != answer::holds)
                not_held += fmt::format("{}{}", not_held.empty() ? "" : " ", sim::graph::name(m));
        }
        if (!not_held.empty()) left_out_.push_back(fmt::format("{} under {}", s->name, not_held));
    }
    std::vector<const result*> visited;
    for (const place& p : places_) visited.push_back(&p.as_given);
    lines_ = ordered_lines(q.program, q.from, visited);
}

std::vector<const place*> questions::places(const ordered_line& l,
                                            std::optional<sim::graph::model_id> m) const {
    std::vector<const place*> found;
    for (const place& p : places_)
        if ((!m || p.model == *m) && l.visited_by(p.as_given)) found.push_back(&p);
    return found;
}

void questions::ask(explorations& all, const place& at,
                    std::vector<sim::check::order_at_call> orders) const {
    task t = q_.how;
    t.what = at.what;
    t.model = at.model;
    t.only_verdict = true;
    t.orders = std::move(orders);
    all.plan(q_.program, q_.from, std::move(t));
}

void print_head(scenarios::render::text_page& page, const questioned& q) {
    page.line("{}   trigger {}", text_of(q.from), q.how.edge ? "edge" : "level");
    std::vector<std::string_view> names;
    for (const auto* s : q.scenarios) names.push_back(s->name);
    page.add_wrapped(scenarios::joined(names), 0);
    std::string legend;
    for (std::size_t m = 0; m < q.models.size(); ++m)
        legend += fmt::format("{}{} {}", m == 0 ? "" : "   ", m + 1, sim::graph::name(q.models[m]));
    page.add_wrapped(legend, 0);
    page.line("");
}

std::string text_of(const ordered_line& l, std::size_t width) {
    return scenarios::render::padded(
        scenarios::render::fitted(fmt::format("{:>4} {}", l.line, l.text), width), width);
}

}  // namespace ringsim::upstream_code
