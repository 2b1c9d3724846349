// ringsim check: explore an ordinary C or C++ program with threads.
#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "scenarios/commands/best_violation.hpp"
#include "scenarios/commands/check_build.hpp"
#include "scenarios/commands/check_checkpoint.hpp"
#include "scenarios/commands/check_fix.hpp"
#include "scenarios/commands/check_options.hpp"
#include "scenarios/commands/check_process.hpp"
#include "scenarios/commands/check_reductions.hpp"
#include "scenarios/commands/check_search.hpp"
#include "scenarios/commands/command.hpp"
#include "scenarios/commands/execution_views.hpp"
#include "scenarios/commands/graph_search_options.hpp"
#include "scenarios/commands/keep_addresses.hpp"
#include "scenarios/commands/kernel_code.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/save_execution.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/check_report.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/worlds/searches.hpp"
#include "sim/check/compile.hpp"
#include "sim/check/crash.hpp"
#include "sim/check/order_at.hpp"
#include "sim/check/runtime.hpp"
#include "sim/check/symbols.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;

// With that of processes that have helped.
double processor_seconds() {
    rusage helpers{};
    getrusage(RUSAGE_CHILDREN, &helpers);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC) +
           seconds(helpers.ru_utime) + seconds(helpers.ru_stime);
}

constexpr double seconds_of_a_trial = 10;  // of --fix
constexpr std::uint64_t probes_of_estimate = 10'000;
constexpr unsigned accesses_expected = 50;  // of one execution: a first guess of PCT

class check_command final : public command {
  public:
    check_command() = default;
    check_command(check_options what, check_search& in_parts)
        : what_(std::move(what)), in_parts_(&in_parts) {}

    std::string_view name() const override { return "check"; }
    std::string_view summary() const override { return "explore a C or C++ program with threads"; }
    std::string_view examples() const override {
        return "Compiles the files with $CC or $CXX, and visits every execution of the program.\n\n"
               "Examples:\n"
               "  ringsim check lock.c                          under C's own model, rc11\n"
               "  ringsim check lock.c --model all              under each model; or sc,x86-tso\n"
               "  ringsim check ring.cpp test.cpp -- -std=c++20 -DSLOTS=2\n"
               "  ringsim check ring_test.c --model lkmm        kernel C: <ringsim/test.h>\n"
               "  ringsim check lock.c --checkpoint FILE        a search that may be killed\n"
               "  ringsim check --resume FILE                   go on with it\n";
    }
    void declare(option_set& options) override {
        options.operands("FILE", what_.files, 256,
                         "C and C++ files; after --, what goes to the compiler");
        options.text("--model", model_, "MODELS", "memory models, or all (rc11)");
        options.text("--mapping", what_.mapping, "MAPPING",
                     "how it is compiled; first: each model's; compilers: all");
        what_.declare_first(options);
        options.flag("--fix", fix_,
                     "which orders of which lines forbid the violation: each is tried");
        options.text("--save", save_, "FILE",
                     "save the execution that is shown, for `ringsim show`");
        options.flag("--force", force_, "--save overwrites the file");
        views_.declare(options);
        options.number("--replay", replay_, 1, 1'000'000'000'000, "show execution N, step by step");
        what_.declare_rest(options);
        options.flag("--measure", measure_, "tell the processor time and memory of the search");
        options.flag("--estimate", estimate_,
                     "explore nothing: say about how many executions there are");
        search_.declare(options);
        checkpoint_.declare(options);
    }

    bool takes_rest() const override { return true; }
    void take_rest(std::vector<std::string> words) override { what_.flags = std::move(words); }

    int run(const settings& global) override {
        refuse_beside_checkpoint();
        if (!model_.empty()) what_.model = model_;
        if (what_.files.empty() && checkpoint_.resumed().empty())
            throw user_error("check: needs a C or C++ file");
        if (checkpoint_.chosen()) begin_checkpoint();
        models_ = study::models_named(what_.model);
        search_.refuse_idle_seed();
        search_.apply(how_);
        if (estimate_ && how_.search != worlds::graph_search::all)
            throw user_error("--estimate goes with a search of every execution only");
        refuse_idle_options();
        refuse_several_shown(global);
        try {
            if (!what_.at.empty()) lines_at_ = check::parse_orders_at(what_.at);
        } catch (const std::invalid_argument& e) {
            throw user_error(fmt::format("--at: {}", e.what()));
        }
        keep_addresses();
        const check::work_directory where;
        const bool kernel_is_meant = what_.model != "all" && has_model(of_the_kernel);
        kernel_code_ = kernel_is_meant || is_kernel_code(what_.files);
        const check::built_program program =
            kernel_code_ ? build_for_kernel(what_.files, what_.flags, what_.allow_unseen, where)
                         : build_program(what_.files, what_.flags, what_.allow_unseen, where);
        if (in_parts_) in_parts_->built(program);
        find_lines_at(program);
        int status = 0;
        for (const graph::model_id m : models_)
            if (m != of_the_kernel || kernel_code_)
                status = std::max(status, under_model(m, program, global));
        return status;
    }

  private:
    bool has_model(graph::model_id m) const {
        return std::ranges::find(models_, m) != models_.end();
    }
    // One execution is saved, or printed in one form.
    void refuse_several_shown(const settings& global) const {
        const bool several = models_.size() > 1 || what_.mapping == "compilers";
        if (!save_.empty() && several)
            throw user_error("--save: one execution is saved: of one --model and one --mapping");
        if (!save_.empty()) refuse_saving_over(save_, force_);
        if (views_.given() == 0) return;
        const std::string_view form = views_.name();
        if (several)
            throw user_error(fmt::format(
                "{}: one execution is printed: of one --model and one --mapping", form));
        if (global.json || fix_ || estimate_ || views_.given() > 1)
            throw user_error(
                fmt::format("{} prints one execution in one form, and does not go "
                            "with --json, --fix, --estimate or another form",
                            form));
    }
    // What is searched is said here, or by the file.
    void refuse_beside_checkpoint() const {
        if (!checkpoint_.chosen()) return;
        checkpoint_.check_pair();
        const std::string_view limit = search_.first_given();
        const std::string_view idle = fix_           ? "--fix"
                                      : estimate_    ? "--estimate"
                                      : replay_ != 0 ? "--replay"
                                                     : limit;
        if (!idle.empty())
            throw user_error(fmt::format(
                "--checkpoint and --resume go through all of a search; leave out {}", idle));
        if (checkpoint_.resumed().empty()) return;
        const std::string given = what_.given();
        const std::string_view said = !what_.files.empty()     ? what_.files.front()
                                      : !model_.empty()        ? "--model"
                                      : !what_.mapping.empty() ? "--mapping"
                                      : !what_.flags.empty()   ? "what is behind --"
                                                               : std::string_view(given);
        if (!said.empty())
            throw user_error(
                fmt::format("--resume: the file says what is searched; leave out {}", said));
    }
    void begin_checkpoint() {
        keep_addresses();
        // The file may be of another directory.
        if (!save_.empty()) save_ = std::filesystem::absolute(save_).string();
        kept_ = kept_search_of(checkpoint_, what_);
        in_parts_ = kept_.get();
    }
    // Options that would be without effect beside another one.
    void refuse_idle_options() const {
        check::check_limits of_nobody;
        apply_reductions(what_.reduce, of_nobody);
        if (force_ && save_.empty()) throw user_error("--force goes with --save");
        if (!estimate_ && replay_ == 0) return;
        const std::string_view only = estimate_ ? "--estimate" : "--replay";
        const std::string_view idle = what_.keep_going                       ? "--keep-going"
                                      : fix_                                 ? "--fix"
                                      : estimate_ && replay_ != 0            ? "--replay"
                                      : estimate_ && !save_.empty()          ? "--save"
                                      : estimate_ && search_.executions != 0 ? "--executions"
                                                                             : "";
        if (!idle.empty())
            throw user_error(fmt::format("{} does not go with {}, which visits no execution for it",
                                         idle, only));
    }

    void find_lines_at(const check::built_program& program) {
        if (lines_at_.empty()) return;
        try {
            calls_at_ = check::program_lines(program.path).calls_at(lines_at_);
        } catch (const std::invalid_argument& e) {
            throw user_error(fmt::format("--at: {}", e.what()));
        }
    }

    // Under each of the mappings that are asked for. Under the first one alone, without being
    // asked, those that compilers also use are tried as well: a program that one of them breaks is
    // broken.
    int under_model(graph::model_id m, const check::built_program& program,
                    const settings& global) {
        int status = exit_expected;
        const auto mappings = mappings_for(m);
        for (const graph::mapping* how : mappings) {
            if (blocks_++ > 0 && !global.json) std::cout << '\n';
            const int found = explore_apart(m, *how, program, global);
            if (found == exit_unexpected && fix_) fix(m, *how, program, global);
            status = std::max(status, found);
        }
        if (!what_.mapping.empty() || replay_ != 0 || estimate_ || status != exit_expected)
            return status;
        if (in_parts_ && !in_parts_->judges()) return status;
        for (const auto& [model, how] : also_compiled(m)) {
            if (explore_apart(model, *how, program, global, true) != exit_unexpected) continue;
            if (models_.size() == 1) {
                hint(model, *how, global);
                continue;
            }
            if (blocks_++ > 0 && !global.json) std::cout << '\n';
            status = std::max(status, explore_apart(model, *how, program, global));
        }
        return status;
    }

    void fix(graph::model_id m, const graph::mapping& how, const check::built_program& program,
             const settings& global) {
        const std::vector<check::order_at_call> before = calls_at_;
        const auto explore = [&](const std::vector<check::order_at_call>& orders) {
            calls_at_ = orders;
            const int status = explore_apart(m, how, program, global, true);
            calls_at_ = before;
            return status;
        };
        print_fixes(check::program_lines(program.path), accesses_from(found_accesses_), before,
                    explore, global);
        std::fflush(stdout);
    }

    static bool of_compilers(const graph::mapping& how) { return how.name != "libbpf-github"; }

    static std::vector<const graph::mapping*> compilers_mappings(graph::model_id m) {
        std::vector<const graph::mapping*> found;
        for (const graph::mapping& one : graph::all_mappings())
            if (of_compilers(one) && graph::find_mapping(m, one.name) == &one)
                found.push_back(&one);
        return found;
    }

    std::vector<const graph::mapping*> mappings_for(graph::model_id m) const {
        if (what_.mapping == "compilers") return compilers_mappings(m);
        if (what_.mapping == "first") return {&graph::default_mapping(m)};
        const graph::mapping* named = study::mapping_named(what_.mapping, m, models_);
        return {named ? named : &graph::default_mapping(m)};
    }

    using compiled = std::pair<graph::model_id, const graph::mapping*>;
    static std::vector<compiled> other_mappings(graph::model_id m) {
        std::vector<compiled> found;
        for (const graph::mapping* one : compilers_mappings(m))
            if (one != &graph::default_mapping(m)) found.emplace_back(m, one);
        return found;
    }
    // The same architecture, compiled otherwise.
    std::vector<compiled> also_compiled(graph::model_id m) const {
        std::vector<compiled> found = other_mappings(m);
        if (m == graph::model_id::armv8 && !has_model(graph::model_id::armv8_rcpc))
            found.emplace_back(graph::model_id::armv8_rcpc,
                               &graph::default_mapping(graph::model_id::armv8_rcpc));
        return found;
    }

    void hint(graph::model_id m, const graph::mapping& how, const settings& global) const {
        if (global.json || global.quiet || views_.given() != 0) return;
        render::text_page page(global);
        page.add_wrapped(
            fmt::format("        but it is VIOLATED under {} with the mapping {} ({}): --model {} "
                        "--mapping {}",
                        graph::name(m), how.name, how.summary, graph::name(m), how.name),
            8);
        page.print();
        std::fflush(stdout);
    }

    // In a process of its own, which the program may bring down; `silent`: for its status alone.
    int explore_apart(graph::model_id m, const graph::mapping& how,
                      const check::built_program& program, const settings& global,
                      bool silent = false) {
        std::string told;
        const auto work = [&](int tells) {
            silent_ = silent;
            accesses_to_ = tells;
            return explore(m, how, program, global);
        };
        const int status = run_apart(what_.files[0], silent, work, told);
        if (!silent) found_accesses_ = told;
        return status;
    }

    // A constructor of a static object cannot go on, while the program is loaded.
    struct program_loaded {
        const std::string* path;
        const std::string* file;
        std::string_view model;
        bool json;
    };
    static inline program_loaded loading{};
    static void tell_early_end(int status, const std::string& what, const void* pc) {
        Dl_info in{};
        dladdr(pc, &in);
        const auto offset = static_cast<std::uint64_t>(static_cast<const char*>(pc) -
                                                       static_cast<const char*>(in.dli_fbase));
        check::symbols_of_program symbols(*loading.path);
        symbols.look_up({offset});
        const auto& at = symbols.place(offset);
        if (status != exit_unexpected)
            std::cerr << fmt::format("ringsim: {}:{}: {}, before main() begins\n", at.file, at.line,
                                     what);
        else if (loading.json)
            std::cout << nlohmann::ordered_json{{"program", *loading.file},
                                                {"model", loading.model},
                                                {"verdict", "violated"},
                                                {"what", what + ", before main() begins"},
                                                {"file", at.file},
                                                {"line", at.line}}
                      << '\n';
        else
            std::cout << fmt::format("VIOLATED   {}, before main() begins\n           {}:{}\n",
                                     what, at.file, at.line);
        std::cout.flush();
    }

    int explore(graph::model_id m, const graph::mapping& how, const check::built_program& program,
                const settings& global) {
        const std::string& file = what_.files[0];
        // Those that are explored once more have no other process to ask.
        std::optional<standby> with_dependencies;
        if (graph::info(m).dependencies && !silent_ && replay_ == 0 &&
            how_.search == worlds::graph_search::all)
            with_dependencies.emplace([&] { return explore_with_dependencies(m, how, program); });
        const interruptible guard;
        loading = {&program.path, &file, graph::name(m), global.json};
        check::on_early_end = tell_early_end;
        check::runtime runtime(m, how, check::load_guarded(program.path), limits_under(m, program));
        best_violation watcher(replay_, what_.keep_going);
        graph::exploration_limits limits;
        limits.interrupted = watcher.enough();
        limits.executions_max = how_.executions_max;
        limits.seconds_max = how_.seconds_max;
        if (fix_ && silent_) limits.seconds_max = std::min(limits.seconds_max, seconds_of_a_trial);
        if (estimate_) limits.probes = probes_of_estimate;
        graph::exploration_report report;
        check_search* const in_parts =
            in_parts_ && (!silent_ || in_parts_->takes_all()) ? in_parts_ : nullptr;
        if (in_parts) in_parts->begins(m, how);
        {
            const progress shown(global, fmt::format("{}   {}", file, graph::name(m)));
            const double before = processor_seconds();
            report = runtime.explore(limits, watcher, policy(), in_parts);
            seconds_ = processor_seconds() - before;
        }
        if (in_parts) in_parts->explored(!runtime.refused().what.empty());
        if (in_parts_ && in_parts_->status()) return *in_parts_->status();
        if (!runtime.refused().what.empty()) {
            std::cerr << "ringsim: " << refusal_text(runtime, program.path, file) << '\n';
            return runtime.refused().status;
        }
        if (runtime.threads_of_program().seen() == 1 && !watcher.found() && !worlds::interrupted)
            throw user_error(file + ": main() starts no thread: there is nothing to explore");
        if (const auto n = runtime.order_without_access();
            n && *n < lines_at_.size() && !silent_ && !watcher.found() && !worlds::interrupted)
            throw user_error(fmt::format(
                "--at: {}:{}: no access that can be {} comes from that line in any execution",
                lines_at_[*n].file, lines_at_[*n].line, ringsim::name(lines_at_[*n].how)));
        if (replay_ != 0 && !watcher.found() && !worlds::interrupted)
            throw user_error(fmt::format("--replay: there is no such execution, but {} under {}",
                                         report.executions + report.ended_early, graph::name(m)));
        const auto unseen = unseen_in(runtime, program);
        render::check_result result{file,
                                    program.path,
                                    unseen,
                                    what_.command(m, how, search_),
                                    what_.rest_of_command(),
                                    m,
                                    how,
                                    runtime,
                                    report,
                                    watcher.found(),
                                    watcher.found_in()};
        if (measure_) result.seconds = seconds_;
        if (how_.search != worlds::graph_search::all)
            result.searched = worlds::covered_by(
                how_, !is_sample(how_.search) && report.end == graph::exploration_end::exhausted);
        result.sample = is_sample(how_.search);
        result.loop_bound = what_.loop_bound;
        result.estimated = estimate_;
        if (with_dependencies && result.violated() && !worlds::interrupted)
            result.dependencies = render::dependencies_by_status(with_dependencies->run());
        if (kept_ && !silent_ && worlds::interrupted)
            std::cerr << "ringsim: to go on: ringsim check --resume " << checkpoint_.path() << '\n';
        if (views_.given() == 0)
            print_check(result, global);
        else if (!silent_)
            print_view(result, runtime);
        if (!save_.empty() && !silent_) save(result, runtime, global);
        if (fix_ && !silent_ && watcher.found() && watcher.found()->found)
            tell_accesses(*watcher.found());
        return exit_status_of(result);
    }

    void save(const render::check_result& result, check::runtime& runtime,
              const settings& global) const {
        if (!result.found) {
            if (!global.quiet) tell_nothing_to_show("--save: nothing is saved", "saves");
            return;
        }
        render::program_words words(runtime, result.image);
        save_execution(save_, told(result, words), *result.found, result.model, runtime);
        if (!global.quiet && !global.json) std::cerr << "saved to " << save_ << '\n';
    }

    static void tell_nothing_to_show(std::string_view what, std::string_view does) {
        std::cerr << fmt::format(
            "ringsim: {}, for there is no violation; --replay N shows and {} execution N\n", what,
            does);
    }

    // The form stands alone in the output; the verdict is the exit status.
    void print_view(const render::check_result& result, const check::runtime& runtime) const {
        if (!result.found)
            return tell_nothing_to_show(fmt::format("{}: nothing is printed", views_.name()),
                                        "prints");
        render::program_words words(runtime, result.image);
        fmt::print("{}", view_of(views_.asked(), told(result, words), *result.found, runtime));
    }

    // Whether the violation is still there if every access depends on all reads before it.
    int explore_with_dependencies(graph::model_id m, const graph::mapping& how,
                                  const check::built_program& program) {
        check::runtime runtime(m, how, check::load(program.path), limits_under(m, program));
        graph::exploration_limits limits;
        limits.assume_dependencies = limits.stop_at_first_violation = true;
        limits.seconds_max = seconds_of_a_trial;
        graph::observer nobody;
        const graph::exploration_report report = runtime.explore(limits, nobody);
        if (report.violating > 0) return exit_unexpected;
        return report.end == graph::exploration_end::exhausted && runtime.refused().what.empty()
                   ? exit_expected
                   : exit_inconclusive;
    }

    check::runtime::policy_maker policy() const {
        if (how_.search == worlds::graph_search::all) return {};
        return [this] { return worlds::policy_of(how_, accesses_expected); };
    }

    void tell_accesses(const graph::recorded_execution& e) const {
        const std::string text = to_text(accesses_of(e));
        for (std::size_t at = 0; at < text.size();) {
            const ssize_t n = write(accesses_to_, text.data() + at, text.size() - at);
            if (n <= 0) return;
            at += static_cast<std::size_t>(n);
        }
    }

    check::check_limits limits_under(graph::model_id m, const check::built_program& program) const {
        check::check_limits limits = usual_limits(m, program);
        limits.kernel_code = kernel_code_;
        limits.volatile_is_relaxed = limits.volatile_is_relaxed || kernel_code_;
        limits.loop_bound = what_.loop_bound;
        limits.exit_status_counts = what_.exit_status == "counts";
        limits.spurious = what_.spurious;
        limits.orders = calls_at_;
        limits.races_count = what_.races == "count";
        limits.unwritten_counts = what_.unwritten == "count";
        apply_reductions(what_.reduce, limits);
        if (how_.search != worlds::graph_search::all) limits.symmetry = false;
        if (!what_.volatiles.empty()) limits.volatile_is_relaxed = what_.volatiles == "relaxed";
        return limits;
    }

    // With what was found out while it was explored.
    static std::vector<check::unseen_place> unseen_in(const check::runtime& runtime,
                                                      const check::built_program& program) {
        std::vector<check::unseen_place> found = program.unseen;
        if (runtime.unfollowed_blocks().empty()) return found;
        check::symbols_of_program symbols(program.path);
        for (const auto& [function, pc] : runtime.unfollowed_blocks()) {
            symbols.look_up({runtime.offset_of(pc)});
            const auto& at = symbols.place(runtime.offset_of(pc));
            found.push_back({at.file, at.line, symbols.text(at),
                             "whether the block of the variable has ended is not followed here"});
        }
        return found;
    }

    check_options what_;
    std::string model_;  // if it was given
    std::vector<graph::model_id> models_;
    check_search* in_parts_ = nullptr;  // instead of the whole search
    checkpoint_options checkpoint_;
    std::unique_ptr<check_search> kept_;  // with a checkpoint
    // The kernel's model knows the kernel's functions only.
    static constexpr auto of_the_kernel = graph::model_id::lkmm;
    bool kernel_code_ = false;  // the files are compiled with its stand-in headers

    std::vector<check::order_at_line> lines_at_;
    std::vector<check::order_at_call> calls_at_;
    bool fix_ = false;
    std::string save_;
    bool force_ = false;
    view_options views_;
    bool silent_ = false;         // in a process that explores for its status alone
    int accesses_to_ = -1;        // where that process tells what the violating execution did
    std::string found_accesses_;  // what it told
    unsigned blocks_ = 0;         // printed so far
    bool measure_ = false;
    double seconds_ = 0;  // of processor time, of the search
    bool estimate_ = false;
    graph_search_options search_;
    worlds::graph_options how_;  // as search_ says
    std::uint64_t replay_ = 0;
};

}  // namespace

int check_in_parts(const check_options& what, check_search& how, const settings& global) {
    return check_command(what, how).run(global);
}

std::unique_ptr<command> make_check() {
    return std::make_unique<check_command>();
}

}  // namespace ringsim::scenarios::commands
