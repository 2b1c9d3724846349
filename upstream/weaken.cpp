#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/program/user_error.hpp"
#include "upstream/questions.hpp"
#include "upstream/report.hpp"

namespace ringsim::upstream_code {
namespace {

using nlohmann::ordered_json;
using scenarios::render::text_page;

// One line at a time, from the first: the weakest order that changes no verdict, with those that
// were found before. What is weakened later makes no stronger order unnecessary, so that in the end
// no line can be weaker than it is.
class weakening {
  public:
    weakening(const questioned& q, const questions& all) : q_(q), all_(all) {
        for (const ordered_line& l : all.lines()) {
            outcome o{&l, l.how, nullptr};
            for (const order to : l.weaker()) {
                if (scenarios::worlds::interrupted) return;
                auto orders = found_;
                l.change(orders, to);
                const place* breaks = broken_by(l, to, orders);
                if (!breaks) {
                    found_ = std::move(orders);
                    o.how = to;
                    break;
                }
                o.needed_by = breaks;
            }
            lines_.push_back(o);
        }
    }

    void print(text_page& page) const {
        print_head(page, q_);
        const std::size_t width = std::clamp<std::size_t>(page.width() - 24, 20, 70) - 2;
        std::string file;
        for (const outcome& o : lines_) {
            const ordered_line& l = *o.line;
            if (l.file != file) page.line("{}{}", file.empty() ? "" : "\n", l.file);
            if (file.empty())
                page.add(page.bold(scenarios::render::padded("line", width + 2) +
                                   "has         may have"));
            file = l.file;
            page.line("{}  {}{}", text_of(l, width),
                      scenarios::render::padded(name_of_order(l, l.how), 12),
                      o.how == l.how ? "" : name_of_order(l, o.how));
            if (o.needed_by)
                page.line("       not weaker: {} under {}", o.needed_by->what->name,
                          sim::graph::name(o.needed_by->model));
        }
        page.line("");
        page.add_wrapped(
            "All of it at once, and no line weaker; another order of trying may find another such "
            "set. It says what these scenarios need under these models, and nothing of others",
            0);
        for (const std::string& s : all_.left_out())
            page.add_wrapped("left out, does not hold as given: " + s, 2);
    }

    ordered_json to_json() const {
        ordered_json lines = ordered_json::array();
        for (const outcome& o : lines_) {
            ordered_json one{{"file", o.line->file},
                             {"line", o.line->line},
                             {"text", o.line->text},
                             {"has", name_of_order(*o.line, o.line->how)},
                             {"may_have", name_of_order(*o.line, o.how)}};
            if (o.needed_by)
                one["not_weaker"] = {{"scenario", o.needed_by->what->name},
                                     {"model", sim::graph::name(o.needed_by->model)}};
            lines.push_back(one);
        }
        return lines;
    }

    bool unknown() const { return unknown_; }

  private:
    struct outcome {
        const ordered_line* line;
        order how;
        const place* needed_by;
    };

    // nullptr: all that come by the line hold.
    const place* broken_by(const ordered_line& l, order to,
                           const std::vector<sim::check::order_at_call>& orders) {
        explorations asked;
        const std::vector<const place*> places = all_.places(l);
        for (const place* p : places) all_.ask(asked, *p, orders);
        for (const place* p : places) {
            all_.shown().now(fmt::format("{}:{} {}   {} under {}", l.file, l.line,
                                         name_of_order(l, to), p->what->name,
                                         sim::graph::name(p->model)));
            const answer a = asked.next().verdict;
            if (a == answer::inconclusive) unknown_ = true;
            if (a != answer::holds) return p;
        }
        return nullptr;
    }

    const questioned& q_;
    const questions& all_;
    std::vector<sim::check::order_at_call> found_;
    std::vector<outcome> lines_;
    bool unknown_ = false;
};

}  // namespace

int run_weaken(const scenarios::settings& global, const questioned& q) {
    scenarios::commands::progress shown(global, "weaken " + text_of(q.from));
    const questions all(q, shown);
    const weakening w(q, all);
    if (global.json) {
        fmt::print("{}\n", ordered_json{{"schema", "ringsim/upstream-weaken"},
                                        {"version", 1},
                                        {"trigger", q.how.edge ? "edge" : "level"},
                                        {"left_out", all.left_out()},
                                        {"lines", w.to_json()}}
                               .dump(2));
    } else {
        text_page page(global);
        w.print(page);
        page.print();
    }
    return w.unknown() || all.unknown() || scenarios::worlds::interrupted
               ? scenarios::exit_inconclusive
               : scenarios::exit_expected;
}

}  // namespace ringsim::upstream_code
