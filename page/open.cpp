#include "page/open.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "page/game.hpp"
#include "page/of_litmus.hpp"
#include "page/run_self.hpp"
#include "page/tell.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/export/c_text.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/study/model_names.hpp"
#include "sim/graph/trace_of.hpp"
#include "sim/litmus/report.hpp"
#include "sim/temporary_directory.hpp"

namespace ringsim::page {
namespace {

namespace fs = std::filesystem;
namespace graph = sim::graph;
namespace litmus = sim::litmus;
using scenarios::user_error;

constexpr std::uintmax_t file_bytes_max = 16 * 1024 * 1024;

execution open_finding(const scenarios::study::saved_finding& f, const open_options& how) {
    using namespace scenarios;
    const scenario& s = *find_scenario(f.scenario);
    std::vector<scenarios::study::tried_fix> fixes;
    const scenarios::commands::interruptible guard;
    if (how.try_fixes && f.counterexample.kind != sim::violation::none) {
        const scenarios::commands::progress line(how.global, "trying what repairs it");
        fixes = possible_fixes(f, tell(f.counterexample, scenarios::study::detail::normal));
        try_fixes(s, f.how, fixes);
    }
    return told(f, scenarios::render::command_to_replay(f, how.global), fixes);
}

// Whether a walk of the machine was an execution of its test.
struct witness_counts final : litmus::machine::listener {
    bool counts = true;
    void ended(const litmus::machine::ending& e) override { counts = !e.does_not_count; }
};

execution open_litmus(const std::string& file, const open_options& how) {
    const std::string text = read_text(file);
    try {
        const auto wanted = how.model == "lkmm" ? litmus::dialect::lkmm : litmus::dialect::c11;
        const litmus::test t = litmus::parse(text, wanted);
        litmus::run_options o;
        o.model = litmus::default_model(t.language);
        if (!how.model.empty()) o.model = scenarios::study::models_named(how.model).front();
        if (!litmus::judges(o.model, t.language))
            throw user_error(fmt::format("{}: {} is not judged under {}", file,
                                         litmus::name(t.language), graph::name(o.model)));
        o.want_witness = true;
        o.interrupted = &scenarios::worlds::interrupted;
        const scenarios::commands::interruptible guard;
        const litmus::result r = litmus::run(t, o);
        if (!r.witness)
            throw user_error(fmt::format("{}: there is no execution to show under {}: {}", file,
                                         graph::name(o.model), r.observation()));
        litmus::machine m(t, o.model, graph::default_mapping(o.model), {r.unroll});
        const std::string command =
            fmt::format("ringsim show {} --model {} --html FILE",
                        scenarios::render::shell_word(file), graph::name(o.model));
        execution e = execution_of(t, *r.witness, m.locations(),
                                   {file, text, command, std::string(graph::name(o.model))},
                                   litmus::state_text(t, r.witness_state));
        witness_counts by;
        m.listen(by);
        stepper steps(o.model, m, m.locations());
        steps.ask_whether_it_counts([&by] { return by.counts; });
        tell_candidates(e, graph::trace_of(*r.witness, m.locations()), o.model, steps);
        return e;
    } catch (const litmus::source_error& e) {
        throw user_error(fmt::format("{}:{}: {}", file, e.line, e.what()));
    }
}

// What `check` finds, by its own file of it.
execution open_program(const std::string& file, const open_options& how) {
    (void)read_text(file);
    const sim::temporary_directory where;
    const std::string saved = where.path_of("execution.json");
    std::vector<std::string> words{"check", file, "--quiet", "--save", saved};
    if (!how.model.empty()) words.insert(words.end(), {"--model", how.model});
    if (!how.flags.empty()) words.emplace_back("--");
    words.insert(words.end(), how.flags.begin(), how.flags.end());
    const int status = run_self(words, /*silent=*/true);
    if (status != scenarios::exit_expected && status != scenarios::exit_unexpected &&
        status != scenarios::exit_inconclusive)
        throw refused_already{status};
    if (!fs::exists(saved))
        throw user_error(
            fmt::format("{}: there is no violation to show; `ringsim check {} --replay "
                        "1 --save FILE` saves an execution without one",
                        file, scenarios::render::shell_word(file)));
    return execution_from_json(read_text(saved), saved);
}

bool is_execution(const std::string& text) {
    return text.substr(0, 200).find("\"" + std::string(execution_schema) + "\"") !=
           std::string::npos;
}

}  // namespace

std::string read_text(const std::string& path) {
    std::error_code error;
    if (!fs::exists(path, error))
        throw user_error("there is no file " + scenarios::in_quotes(path));
    if (!fs::is_regular_file(path, error))
        throw user_error(scenarios::in_quotes(path) + " is not a file");
    if (fs::file_size(path, error) > file_bytes_max)
        throw user_error(path + ": is too large (16 MiB at most)");
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw user_error(path + ": cannot be read");
    return text.str();
}

execution open_execution(const std::string& what, const open_options& how) {
    if (what.ends_with(".litmus")) return open_litmus(what, how);
    if (is_program(what)) return open_program(what, how);
    std::error_code error;
    if (fs::is_regular_file(what, error)) {
        const std::string text = read_text(what);
        if (is_execution(text)) return execution_from_json(text, what);
    }
    return open_finding(scenarios::study::load_finding(what, how.global.findings_directory()), how);
}

std::string litmus_test_of(const std::string& what, const open_options& how) {
    using namespace scenarios::exporting;
    if (what.ends_with(".litmus"))
        throw user_error(fmt::format("--litmus: {} is a litmus test already", what));
    std::error_code error;
    if (is_program(what) || (fs::is_regular_file(what, error) && is_execution(read_text(what))))
        throw user_error(
            "--litmus is of findings of scenarios: what a program computes between its accesses "
            "has no place in a litmus test");
    const auto f = scenarios::study::load_finding(what, how.global.findings_directory());
    // Relacy's model is C11's.
    const bool by_graphs = f.how.engine == scenarios::study::engine_kind::graph;
    const auto m = by_graphs ? f.how.graph.model : graph::model_id::rc11;
    const core made = core_of(*scenarios::find_scenario(f.scenario), f.code, f.counterexample, m);
    return export_text(made, m == graph::model_id::lkmm ? export_form::lkmm : export_form::c11);
}

void refuse_existing(const std::string& option, const std::string& path, bool force) {
    std::error_code error;
    if (!fs::exists(path, error)) return;
    if (fs::is_directory(path, error)) throw user_error(option + ": " + path + " is a directory");
    if (!force) throw user_error(option + ": " + path + " is there already; --force overwrites it");
}

void write_file(const std::string& option, const std::string& path, const std::string& text) {
    errno = 0;
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out)
        throw scenarios::output_error(option + ": cannot write " + path +
                                      (errno != 0 ? std::string(": ") + std::strerror(errno) : ""));
}

}  // namespace ringsim::page
