#include "upstream/matrix.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/program/user_error.hpp"
#include "upstream/questions.hpp"
#include "upstream/report.hpp"

namespace ringsim::upstream_code {
namespace {

using nlohmann::ordered_json;
using scenarios::render::text_page;

// What came of one weaker line under one model.
struct cell {
    std::vector<const scenarios::scenario*> broken;
    std::vector<const scenarios::scenario*> doubtful;  // only a dependency can forbid it
    unsigned held = 0;                                 // scenarios that visit the line
    bool unknown = false;
};

struct row {
    const ordered_line* line;
    order after;
    std::vector<cell> cells;  // by model
};

class matrix {
  public:
    matrix(const questioned& q, const questions& all) : q_(q), all_(all) {
        for (const ordered_line& l : all.lines())
            for (const order after : l.one_step_weaker()) {
                rows_.push_back({&l, after, {}});
                for (const auto m : q.models) ask(l, after, m);
            }
        for (row& r : rows_)
            for (const auto m : q.models) r.cells.push_back(look(*r.line, r.after, m));
    }

    void print(text_page& page) const {
        print_head(page, q_);
        constexpr std::size_t order_width = 12;
        const std::size_t cells = 4 * q_.models.size();
        const std::size_t width =
            std::clamp<std::size_t>(page.width() - order_width - cells, 20, 64) - 2;
        std::string head = scenarios::render::padded("line", width + 2) + "weakened to ";
        for (std::size_t m = 0; m < q_.models.size(); ++m) head += fmt::format("{:>4}", m + 1);
        std::string file;
        for (const row& r : rows_) {
            if (r.line->file != file) page.line("{}{}", file.empty() ? "" : "\n", r.line->file);
            if (file.empty()) page.add(page.bold(head));
            file = r.line->file;
            std::string text =
                text_of(*r.line, width) + "  " +
                scenarios::render::padded(name_of_order(*r.line, r.after), order_width);
            for (const cell& c : r.cells) {
                const std::string padded_cell = fmt::format("{:>4}", cell_text(c));
                text += c.broken.empty() ? padded_cell : page.red(padded_cell);
            }
            page.add(text);
            if (const std::string who = broken_by(r); !who.empty())
                page.add_wrapped("       " + who, 7);
        }
        page.line("");
        page.add_wrapped(
            "N: so many scenarios break, those below; N*: and only a dependency, which compiled "
            "code does not show, can forbid it; .: all that come by hold; -: none comes by; ?: not "
            "known. Locks are locks, and are not weakened",
            0);
        for (const std::string& s : all_.left_out())
            page.add_wrapped("left out, does not hold as given: " + s, 2);
    }

    ordered_json to_json() const {
        ordered_json rows = ordered_json::array();
        for (const row& r : rows_) {
            ordered_json one{{"file", r.line->file},
                             {"line", r.line->line},
                             {"text", r.line->text},
                             {"from", name_of_order(*r.line, r.line->how)},
                             {"to", name_of_order(*r.line, r.after)},
                             {"models", ordered_json::object()}};
            for (std::size_t m = 0; m < r.cells.size(); ++m) {
                const auto names = [](const auto& list) {
                    ordered_json all = ordered_json::array();
                    for (const auto* s : list) all.push_back(s->name);
                    return all;
                };
                one["models"][std::string(sim::graph::name(q_.models[m]))] = {
                    {"broken", names(r.cells[m].broken)},
                    {"needs_dependency", names(r.cells[m].doubtful)},
                    {"held", r.cells[m].held},
                    {"unknown", r.cells[m].unknown}};
            }
            rows.push_back(one);
        }
        return rows;
    }

    bool unknown() const {
        return std::ranges::any_of(rows_, [](const row& r) {
            return std::ranges::any_of(r.cells, [](const cell& c) { return c.unknown; });
        });
    }

  private:
    void ask(const ordered_line& l, order after, sim::graph::model_id m) {
        std::vector<sim::check::order_at_call> orders;
        l.change(orders, after);
        for (const place* p : all_.places(l, m)) all_.ask(asked_, *p, orders);
    }
    // What comes of what was asked, in the same order.
    cell look(const ordered_line& l, order after, sim::graph::model_id m) {
        cell c;
        for (const place* p : all_.places(l, m)) {
            if (scenarios::worlds::interrupted) {
                c.unknown = true;
                return c;
            }
            all_.shown().now(fmt::format("{}:{} {}   {} under {}", l.file, l.line,
                                         name_of_order(l, after), p->what->name,
                                         sim::graph::name(m)));
            switch (asked_.next().verdict) {
                case answer::holds:
                    ++c.held;
                    break;
                case answer::violated:
                    c.broken.push_back(p->what);
                    break;
                case answer::needs_dependency:
                    c.doubtful.push_back(p->what);
                    break;
                default:
                    c.unknown = true;
            }
        }
        return c;
    }

    static std::string cell_text(const cell& c) {
        if (!c.broken.empty()) return std::to_string(c.broken.size());
        if (c.unknown) return "?";
        if (!c.doubtful.empty()) return std::to_string(c.doubtful.size()) + "*";
        return c.held > 0 ? "." : "-";
    }

    // Under any of the models.
    std::string broken_by(const row& r) const {
        std::vector<std::string_view> names;
        for (const auto* s : q_.scenarios) {
            const auto breaks = [&](const cell& c) {
                return std::ranges::find(c.broken, s) != c.broken.end() ||
                       std::ranges::find(c.doubtful, s) != c.doubtful.end();
            };
            if (std::ranges::any_of(r.cells, breaks)) names.push_back(s->name);
        }
        return scenarios::joined(names);
    }

    const questioned& q_;
    const questions& all_;
    explorations asked_;
    std::vector<row> rows_;
};

}  // namespace

int run_matrix(const scenarios::settings& global, const questioned& q) {
    scenarios::commands::progress shown(global, "matrix of " + upstream_code::text_of(q.from));
    const questions all(q, shown);
    const matrix m(q, all);
    if (global.json) {
        fmt::print("{}\n", ordered_json{{"schema", "ringsim/upstream-matrix"},
                                        {"version", 1},
                                        {"trigger", q.how.edge ? "edge" : "level"},
                                        {"left_out", all.left_out()},
                                        {"lines", m.to_json()}}
                               .dump(2));
    } else {
        text_page page(global);
        m.print(page);
        page.print();
    }
    return m.unknown() || all.unknown() || scenarios::worlds::interrupted
               ? scenarios::exit_inconclusive
               : scenarios::exit_expected;
}

}  // namespace ringsim::upstream_code
