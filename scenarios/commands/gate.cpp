// ringsim gate: a file in a user's repository says which orders must be safe; is it so?
#include "scenarios/gate/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/gate_upstream.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/text.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;

// Items of one check, table and scenario that differ only by the model: one row, if what came of
// them is the same.
struct gate_row {
    std::vector<std::size_t> items;
    const gate::gate_item& first(const gate::gate& g) const { return g.items[items.front()]; }
};

std::string_view word_of(gate::gate_verdict v) {
    switch (v) {
        case gate::gate_verdict::passed:
            return "ok";
        case gate::gate_verdict::failed:
            return "FAIL";
        default:
            return "?";
    }
}

class gate_command final : public command {
  public:
    std::string_view name() const override { return "gate"; }
    std::string_view summary() const override {
        return "check the order tables of a repository, as a file says";
    }
    std::string_view examples() const override {
        return "FILE is TOML: it names order tables, scenarios, models, and verdicts that must "
               "come out\n"
               "(docs/gate.md). Exit status 1 if one does not.\n\n"
               "Examples:\n"
               "  ringsim gate docs/examples/ringsim-gate.toml\n"
               "  ringsim gate ringsim-gate.toml --junit report.xml";
    }
    void declare(option_set& options) override {
        options.operands("FILE", files_, 1, "the gate");
        options.text("--junit", junit_, "FILE", "write a report there, as JUnit XML");
        declare_time(options, time_);
    }

    int run(const settings& global) override {
        if (files_.empty()) throw user_error("gate: name the FILE; docs/gate.md has an example");
        gate_ = gate::read_gate(files_.front());
        if (!junit_.empty()) gate_.junit = junit_;
        const interruptible guard(time_);
        // Before the work, not after it.
        std::ofstream report;
        if (!gate_.junit.empty()) {
            report.open(gate_.junit, std::ios::binary);
            if (!report)
                throw output_error("cannot write " + gate_.junit + ": " + std::strerror(errno));
        }
        {
            progress line(global, "gate");
            for (gate::gate_item& item : gate_.items) {
                line.now(fmt::format("{}  {} under {}", item.table, item.of->name,
                                     item.how.model_name()));
                line.follow(item.how.graph);
                gate::gate_result r =
                    item.upstream.empty() ? run_item(item) : run_upstream_item(gate_, item);
                item.how.graph.progress = nullptr;
                if (worlds::interrupted) break;
                results_.push_back(std::move(r));
            }
        }
        if (worlds::interrupted) stopped_ = guard.reason();
        if (report.is_open() && !(report << junit_report(gate_, results_, stopped_) << std::flush))
            throw output_error("cannot write " + gate_.junit + ": " + std::strerror(errno));
        if (global.json)
            print_json();
        else
            print_text(global);
        return status();
    }

  private:
    std::size_t count(gate::gate_verdict v) const {
        return static_cast<std::size_t>(std::ranges::count(results_, v, &gate::gate_result::is));
    }
    int status() const {
        if (count(gate::gate_verdict::failed) > 0) return exit_unexpected;
        return results_.size() < gate_.items.size() || count(gate::gate_verdict::inconclusive) > 0
                   ? exit_inconclusive
                   : exit_expected;
    }

    std::vector<gate_row> rows() const {
        std::vector<gate_row> all;
        for (std::size_t i = 0; i < results_.size(); ++i) {
            const auto same = [&](const gate_row& row) {
                const gate::gate_item& a = row.first(gate_);
                const gate::gate_item& b = gate_.items[i];
                const gate::gate_result& r = results_[row.items.front()];
                return a.check == b.check && a.line == b.line && a.table == b.table &&
                       a.of == b.of && a.scenario_text == b.scenario_text &&
                       r.is == results_[i].is && r.found == results_[i].found;
            };
            const auto row = std::ranges::find_if(all, same);
            if (row == all.end())
                all.push_back({{i}});
            else
                row->items.push_back(i);
        }
        return all;
    }

    // --- as text ------------------------------------------------------------------------------

    // "holds, 12 executions"; and under which models, if not under all of the check.
    std::string found_text(const gate_row& row) const {
        const gate::gate_result& r = results_[row.items.front()];
        study::execution_count sum;
        for (const std::size_t i : row.items) {
            sum.executions += results_[i].count.executions;
            sum.violating += results_[i].count.violating;
        }
        std::string text = r.found;
        if (sum.violating > 0)
            text += fmt::format(", {} of {}", grouped(sum.violating), grouped(sum.executions));
        else if (sum.executions > 0)
            text += fmt::format(", {} executions", grouped(sum.executions));
        const auto models = models_of(row.first(gate_));
        if (row.items.size() == models.size()) return text;
        text += " under";
        for (const std::size_t i : row.items)
            text += " " + std::string(gate_.items[i].how.model_name());
        return text;
    }
    // Under which models there is something like this item.
    std::vector<std::string_view> models_of(const gate::gate_item& item) const {
        std::vector<std::string_view> found;
        for (const gate::gate_item& other : gate_.items)
            if (other.check == item.check && other.line == item.line &&
                std::ranges::find(found, other.how.model_name()) == found.end())
                found.push_back(other.how.model_name());
        return found;
    }

    void print_text(const settings& global) const {
        render::text_page page(global);
        if (!global.quiet) {
            add_table(page);
            add_reasons(page);
            page.add("");
            for (const std::string& why : gate_.left_out) page.add_wrapped("left out: " + why, 4);
        }
        const std::string head = fmt::format("{}   {} of {} as the file says", files_.front(),
                                             count(gate::gate_verdict::passed), gate_.items.size());
        if (const std::size_t n = count(gate::gate_verdict::failed); n > 0)
            page.add(page.red("FAILED") + fmt::format("   {}, {} not", head, n));
        else if (status() == exit_expected)
            page.add(page.green("PASSED") + "   " + head);
        else
            page.add(page.yellow("INCONCLUSIVE") + "   " + head +
                     (stopped_.empty() ? "" : "; " + stopped_));
        page.print();
    }

    void add_table(render::text_page& page) const {
        const auto all = rows();
        std::size_t table = 5;
        std::size_t scenarios = 8;
        for (const gate_row& row : all) {
            table = std::max(table, row.first(gate_).table.size());
            scenarios = std::max(scenarios, row.first(gate_).scenario_text.size());
        }
        constexpr std::size_t found_min = 28;
        table = std::min<std::size_t>(table, 24);
        scenarios = std::min(scenarios, page.width() - found_min - table - 10);
        unsigned line = 0;
        for (const gate_row& row : all) {
            const gate::gate_item& item = row.first(gate_);
            if (item.line != line) {
                if (line != 0) page.add("");
                line = item.line;
                page.add_wrapped(page.bold(item.check) + fmt::format("   line {}   {}", line,
                                                                     joined(models_of(item), " ")),
                                 6);
            }
            const gate::gate_verdict is = results_[row.items.front()].is;
            const std::string word = render::padded(word_of(is), 4);
            page.add_wrapped((is == gate::gate_verdict::failed ? page.red(word) : word) + "  " +
                                 render::padded(item.table, table) + "  " +
                                 render::padded(item.scenario_text, scenarios) + "  " +
                                 found_text(row),
                             10 + table + scenarios);
        }
    }

    // Why the first row of each check is not as wanted; the rest is mostly the same.
    void add_reasons(render::text_page& page) const {
        std::size_t more = 0;
        unsigned line = 0;
        for (const gate_row& row : rows()) {
            if (results_[row.items.front()].is == gate::gate_verdict::passed) continue;
            if (row.first(gate_).line == line) {
                ++more;
                continue;
            }
            line = row.first(gate_).line;
            add_reason(page, row);
        }
        if (more == 0) return;
        page.add("");
        page.add_wrapped(fmt::format("{} more {} not as the file says; --json and --junit FILE "
                                     "have the reason of each.",
                                     more, more == 1 ? "row is" : "rows are"),
                         0);
    }

    // Of the first of the row's models.
    void add_reason(render::text_page& page, const gate_row& row) const {
        const gate::gate_item& item = row.first(gate_);
        const gate::gate_result& r = results_[row.items.front()];
        page.add("");
        page.add_wrapped(
            fmt::format("{} {}, {}, {}: {}", word_of(r.is), item.table, item.scenario_text,
                        item.how.model_and_mapping(), expected_and_found(item, r)),
            5);
        for (const std::string& line : r.why) page.add_wrapped("     " + line, 5);
        page.add_wrapped("     " + r.command, 7);
    }

    void print_json() const {
        ordered_json document{{"schema", "ringsim/gate"},
                              {"version", 1},
                              {"file", gate_.file},
                              {"left_out", gate_.left_out},
                              {"interrupted", results_.size() < gate_.items.size()}};
        if (!stopped_.empty()) document["stopped"] = stopped_;
        document["results"] = ordered_json::array();
        for (std::size_t i = 0; i < results_.size(); ++i) {
            const gate::gate_item& item = gate_.items[i];
            const gate::gate_result& r = results_[i];
            document["results"].push_back({{"check", item.check},
                                           {"line", item.line},
                                           {"table", item.table},
                                           {"orders", item.code.orders_name},
                                           {"scenario", item.of->name},
                                           {"model", item.how.model_name()},
                                           {"expected", to_text(item.wanted)},
                                           {"found", r.found},
                                           {"executions", r.count.executions},
                                           {"violating", r.count.violating},
                                           {"result", word_of(r.is)},
                                           {"why", r.why},
                                           {"command", r.command}});
        }
        fmt::print("{}\n", document.dump(2));
    }

    std::vector<std::string> files_;
    std::string junit_;
    std::string time_;     // empty: not given
    std::string stopped_;  // before its end, and by what; empty if it was not
    gate::gate gate_;
    std::vector<gate::gate_result> results_;
};

}  // namespace

std::unique_ptr<command> make_gate() {
    return std::make_unique<gate_command>();
}
bool gate_available() {
    return true;
}

}  // namespace ringsim::scenarios::commands
