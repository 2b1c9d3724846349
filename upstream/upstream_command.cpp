// ringsim upstream: the scenarios of the ring buffer on the kernel's and libbpf's own files.
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "scenarios/commands/keep_addresses.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/commands/upstream_commands.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/study/model_names.hpp"
#include "upstream/compare.hpp"
#include "upstream/explorations.hpp"
#include "upstream/looking_options.hpp"
#include "upstream/matrix.hpp"
#include "upstream/patch.hpp"
#include "upstream/report.hpp"
#include "upstream/ring_world.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;
using nlohmann::ordered_json;

class upstream_command final : public command {
  public:
    std::string_view name() const override { return "upstream"; }
    std::string_view summary() const override {
        return "the kernel's and libbpf's own files, explored";
    }
    std::string_view examples() const override {
        return "Compiles kernel/bpf/ringbuf.c and libbpf's ringbuf.c as they are, with $CC.\n\n"
               "Examples:\n"
               "  ringsim upstream --linux ~/linux lost-wakeup\n"
               "  ringsim upstream --linux ~/linux --trigger edge --model all lost-wakeup\n"
               "  ringsim upstream --linux debian:6.12 --libbpf ~/libbpf all\n"
               "  ringsim upstream --linux ~/linux --patch 0001-libbpf.patch --trigger edge\n"
               "  ringsim upstream matrix --linux ~/linux       what each line is needed for\n"
               "  ringsim upstream weaken --linux ~/linux       how weak the lines could be\n";
    }
    void declare(option_set& options) override {
        options.operands("SCENARIO", names_, 64,
                         "matrix or weaken; which scenarios, or all (lost-wakeup)");
        options.text("--linux", linux_, "DIR",
                     "a kernel tree, its kernel/bpf/ringbuf.c, or debian:VERSION");
        options.text("--libbpf", libbpf_, "DIR",
                     "a checkout of libbpf or its ringbuf.c (the kernel tree's)");
        options.text("--model", models_, "M,...", "memory models, or all (all)");
        options.choice("--trigger", trigger_, {"level", "edge"},
                       "as libbpf's file asks for, or as if it asked for EPOLLET (level)");
        options.choice("--bits", bits_, {"64", "32"}, "of a position: `long` is `int` for 32 (64)");
        options.choice("--wakeup", wakeup_, {"abstract", "irq_work", "eventpoll"},
                       "one step, or the tree's own irq_work.c, and its eventpoll.c (abstract)");
        options.text("--patch", patch_, "FILE",
                     "compares the files with what the patch makes of them");
        options.text("--before", before_, "DIR", "--linux by another name, beside --after");
        options.text("--after", after_, "DIR",
                     "compares them with another kernel tree: what that allows newly");
        options.text("--after-libbpf", after_libbpf_, "DIR", "and with another libbpf");
        looking_.declare(options, "kernel/bpf/ringbuf.c:507=relaxed");
    }

    int run(const settings& global) override {
        if (linux_.empty()) linux_ = before_;
        if (!before_.empty() && linux_ != before_)
            throw user_error("--before and --linux: the same by two names; give one");
        if (linux_.empty())
            throw user_error("upstream: --linux DIR is needed: a kernel tree, or debian:6.12");
        const auto models = study::models_named(models_);
        const std::string question = taken_question();
        const auto chosen =
            study::scenarios_named(names_.empty() ? usual_scenarios(question) : names_);
        if (looking_.replays() && (models.size() > 1 || chosen.size() > 1))
            throw user_error("--replay: needs one scenario and one --model");
        if (looking_.saves()) check_saving(models, chosen, question);
        keep_addresses();
        upstream_code::sources from =
            upstream_code::find_sources({"--linux", linux_}, {"--libbpf", libbpf_});
        upstream_code::take_wakeup(from, wakeup_);
        const interruptible guard;
        if (!question.empty()) return run_question(question, global, from, chosen, models);
        const int status = compares() ? run_comparison(global, from, chosen, models)
                                      : run_one(global, from, chosen, models);
        return worlds::interrupted ? upstream_code::worse_of(status, exit_inconclusive) : status;
    }

  private:
    using scenario_list = std::vector<const scenario*>;
    using model_list = std::vector<graph::model_id>;

    // The first word, if it is no scenario.
    std::string taken_question() {
        if (names_.empty() || (names_[0] != "matrix" && names_[0] != "weaken")) return "";
        const std::string question = names_[0];
        names_.erase(names_.begin());
        if (compares() || looking_.replays() || looking_.tries_orders())
            throw user_error("upstream " + question +
                             " is asked of one version of the files: without --patch, --after, "
                             "--after-libbpf, --at and --replay");
        return question;
    }
    // For a question about every line: those that come by all of them in a few executions.
    static std::vector<std::string> usual_scenarios(const std::string& question) {
        if (question.empty()) return {"lost-wakeup"};
        return {"publish", "reuse", "wrap", "discard", "lost-wakeup", "lost-wakeup-late"};
    }

    int run_question(const std::string& question, const settings& global,
                     const upstream_code::sources& from, const scenario_list& chosen,
                     const model_list& models) {
        scenario_list able;
        for (const scenario* s : chosen) {
            const std::string why = why_not(*s);
            if (why.empty())
                able.push_back(s);
            else if (chosen.size() == 1)
                throw user_error(fmt::format("{} {}", s->name, why));
        }
        const check::work_directory where;
        const check::built_program program = built(from, where);
        const upstream_code::questioned q{from, program, able, models,
                                          task_of(*able[0], models[0])};
        return question == "matrix" ? upstream_code::run_matrix(global, q)
                                    : upstream_code::run_weaken(global, q);
    }

    void check_saving(const model_list& models, const scenario_list& chosen,
                      const std::string& question) const {
        if (models.size() > 1 || chosen.size() > 1)
            throw user_error("--save: needs one scenario and one --model");
        if (!question.empty() || compares())
            throw user_error("--save: saves an execution of one version of the files");
        looking_.check_saving();
    }

    bool compares() const { return !patch_.empty() || !after_.empty() || !after_libbpf_.empty(); }

    int run_one(const settings& global, const upstream_code::sources& from,
                const scenario_list& chosen, const model_list& models) {
        const check::work_directory where;
        const check::built_program program = built(from, where);
        looking_.find_lines(program);
        render::text_page page(global);
        ordered_json all = ordered_json::array();
        int status = exit_expected;
        upstream_code::explorations planned;
        for (const scenario* s : chosen)
            for (const graph::model_id m : models)
                if (why_not(*s).empty()) planned.plan(program, from, task_of(*s, m));
        for (const scenario* s : chosen) {
            if (worlds::interrupted) break;
            if (refuses(page, global, *s, chosen.size() == 1)) continue;
            upstream_code::scenario_results results{s, {}};
            std::string lacking;
            for (const graph::model_id m : models) {
                const progress shown(global, fmt::format("{}   {}", s->name, graph::name(m)));
                results.by_model.emplace_back(m, planned.next());
                const upstream_code::result& found = results.by_model.back().second;
                if (found.lacks && chosen.size() > 1) {
                    lacking = found.what;
                    continue;
                }
                status = upstream_code::worse_of(status, upstream_code::status_of(found));
                looking_.note(found, m, global);
            }
            if (!lacking.empty())
                refuse(page, global, *s, lacking);
            else if (global.json)
                for (auto& one : upstream_code::to_json(from, results)) all.push_back(one);
            else
                upstream_code::print(page, from, results, chosen.size() == 1 && !global.quiet);
        }
        if (!worlds::interrupted) looking_.check_all_used();
        print(page, global, all);
        return status;
    }

    int run_comparison(const settings& global, const upstream_code::sources& before,
                       const scenario_list& chosen, const model_list& models) {
        std::optional<upstream_code::patched_sources> patched;
        upstream_code::sources after = before;
        if (looking_.tries_orders())
            throw user_error("--at: a change to try in the one file; it does not go with two");
        if (!patch_.empty()) {
            if (!after_.empty() || !after_libbpf_.empty())
                throw user_error("--patch does not go with --after: give one of them");
            patched.emplace(before, patch_);
            after = patched->after();
        } else {
            after = upstream_code::find_sources(
                after_.empty() ? upstream_code::asked_for{"--linux", linux_}
                               : upstream_code::asked_for{"--after", after_},
                after_libbpf_.empty() ? upstream_code::asked_for{"--libbpf", libbpf_}
                                      : upstream_code::asked_for{"--after-libbpf", after_libbpf_});
            upstream_code::take_wakeup(after, wakeup_);
        }
        std::optional<check::work_directory> where;
        where.emplace();
        const check::built_program one = built(before, *where);
        std::optional<check::work_directory> second;
        second.emplace();
        const check::built_program other = built(after, *second);
        render::text_page page(global);
        ordered_json all = ordered_json::array();
        int status = exit_expected;
        upstream_code::explorations planned;
        for (const scenario* s : chosen)
            for (const graph::model_id m : models) {
                if (!why_not(*s).empty()) continue;
                planned.plan(one, before, task_of(*s, m));
                planned.plan(other, after, task_of(*s, m));
            }
        for (const scenario* s : chosen) {
            if (worlds::interrupted) break;
            if (refuses(page, global, *s, chosen.size() == 1)) continue;
            std::vector<upstream_code::difference> differences;
            std::string lacking;
            for (const graph::model_id m : models) {
                const progress shown(global, fmt::format("{}   {}", s->name, graph::name(m)));
                const upstream_code::result was = planned.next();
                differences.push_back(upstream_code::compare(m, was, planned.next()));
                const upstream_code::difference& d = differences.back();
                if (chosen.size() > 1 && (d.before.lacks || d.after.lacks))
                    lacking = (d.before.lacks ? d.before : d.after).what;
                else
                    status = upstream_code::worse_of(status, status_of(d));
            }
            if (!lacking.empty()) {
                refuse(page, global, *s, lacking);
                continue;
            }
            if (!global.json) upstream_code::print(page, *s, differences, after, !global.quiet);
            for (const auto& d : differences) all.push_back(upstream_code::to_json(*s, d));
        }
        print(page, global, all);
        return status;
    }

    // What is worse after the change, or cannot be compared.
    static int status_of(const upstream_code::difference& d) {
        for (const auto* r : {&d.before, &d.after}) {
            if (r->verdict == upstream_code::answer::refused) return exit_usage;
            if (r->verdict == upstream_code::answer::inconclusive) return exit_inconclusive;
        }
        return d.is_worse() ? exit_unexpected : exit_expected;
    }

    std::string why_not(const scenario& s) const {
        return upstream_code::why_not(s, wakeup_ == "eventpoll");
    }
    bool refuses(render::text_page& page, const settings& global, const scenario& s,
                 bool alone) const {
        const std::string why = why_not(s);
        if (why.empty()) return false;
        if (alone) throw user_error(fmt::format("{} {}", s.name, why));
        refuse(page, global, s, why);
        return true;
    }
    // One of several: the others are explored, and it is none of their business.
    static void refuse(render::text_page& page, const settings& global, const scenario& s,
                       const std::string& why) {
        if (!global.json) page.add_wrapped(fmt::format("{}   REFUSED: it {}", s.name, why), 4);
    }

    void print(render::text_page& page, const settings& global, const ordered_json& all) const {
        if (!global.json) return page.print();
        const ordered_json j{
            {"schema", compares() ? "ringsim/upstream-change" : "ringsim/upstream"},
            {"version", 1},
            {"results", all}};
        fmt::print("{}\n", j.dump(2));
    }

    check::built_program built(const upstream_code::sources& from,
                               const check::work_directory& where) const {
        upstream_code::build_options how;
        how.bits = bits_ == "32" ? 32 : 64;
        const char* compiler = std::getenv("CC");
        if (compiler && *compiler) how.c_compiler = compiler;
        try {
            return upstream_code::build(from, how, where);
        } catch (const check::build_error& e) {
            if (e.status == exit_impossible) throw machine_error(e.what());
            throw user_error(as_known(from, e.what()));
        }
    }

    // What a patch makes of a file lies in a directory that is gone soon.
    static std::string as_known(const upstream_code::sources& from, std::string text) {
        constexpr std::string_view with = ", with ";
        for (const auto& [file, name] : {std::pair{from.kernel_file, from.kernel_name},
                                         std::pair{from.libbpf_file, from.libbpf_name}}) {
            const std::size_t at = text.find(file);
            const std::size_t patch = name.find(with);
            if (file.empty() || at == std::string::npos || patch == std::string::npos) continue;
            text.replace(at, file.size(), name.substr(0, patch));
            text += name.substr(patch);
        }
        return text;
    }

    upstream_code::task task_of(const scenario& s, graph::model_id m) const {
        upstream_code::task t;
        t.what = &s;
        t.model = m;
        t.edge = trigger_ == "edge";
        t.bits = bits_ == "32" ? 32 : 64;
        t.title = s.name;
        t.command = command_again(s, m);
        looking_.put_into(t);
        return t;
    }

    std::string command_again(const scenario& s, graph::model_id m) const {
        std::string text = "ringsim upstream --linux " + render::shell_word(linux_);
        if (!libbpf_.empty()) text += " --libbpf " + render::shell_word(libbpf_);
        text += fmt::format(" {} --trigger {} --model {}", s.name, trigger_, graph::name(m));
        if (bits_ != "64") text += " --bits " + bits_;
        if (wakeup_ != "abstract") text += " --wakeup " + wakeup_;
        return text + looking_.words_again();
    }

    std::vector<std::string> names_;
    std::string linux_;
    std::string libbpf_;
    std::string models_ = "all";
    std::string trigger_ = "level";
    std::string bits_ = "64";
    std::string wakeup_ = "abstract";
    upstream_code::looking_options looking_;
    std::string patch_;
    std::string before_;
    std::string after_;
    std::string after_libbpf_;
};

}  // namespace

std::unique_ptr<command> make_upstream() {
    return std::make_unique<upstream_command>();
}

}  // namespace ringsim::scenarios::commands
