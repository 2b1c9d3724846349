// ringsim litmus: tests in herd7's format, judged by the engine of execution graphs.
#include "sim/litmus/draw.hpp"
#include "sim/litmus/report.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "sim/graph/bytes.hpp"
#include "sim/graph/tasks_ahead.hpp"

#include <sys/stat.h>

namespace ringsim::scenarios::commands {
namespace {

namespace litmus = sim::litmus;
using nlohmann::ordered_json;

constexpr std::size_t files_max = 100'000;

// Why it is not known what every execution does, and how far the search got; empty: it is known.
std::string gap_in(const litmus::result& r, std::uint64_t executions_max) {
    const std::string so_far =
        r.by_states ? fmt::format("after {} states", r.executions)
                    : fmt::format("after {} executions, about {:.0f} % of the search", r.executions,
                                  100 * r.share_done);
    switch (r.reach) {
        case litmus::reach_of::everything:
            return "";
        case litmus::reach_of::loops_cut:
            return fmt::format("a loop may need more than {} turns; --unroll raises that",
                               r.unroll);
        case litmus::reach_of::limit:
            return so_far +
                   (r.executions >= executions_max
                        ? fmt::format(": the limit of {} was reached; --executions raises it",
                                      r.by_states ? "states" : "executions")
                        : ": the limit of time was reached; --time raises it");
        case litmus::reach_of::interrupted:
            return "interrupted " + so_far;
        case litmus::reach_of::weaker_seq_cst:
            return "seq_cst accesses count as acquires and releases: what is not there is not "
                   "possible, what is there may not be";
        default:
            return r.problem + ", " + so_far;
    }
}

// The text of a test. Throws source_error, at line 1, if it cannot be had.
std::string text_of(const std::string& file) {
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0)
        throw litmus::source_error(1, std::string("cannot be read: ") + std::strerror(errno));
    if (S_ISDIR(about.st_mode)) throw litmus::source_error(1, "cannot be read: it is a directory");
    std::ifstream in(file, std::ios::binary);
    if (!in) throw litmus::source_error(1, std::string("cannot be read: ") + std::strerror(errno));
    // One byte more than is allowed, so that parse() sees that there are more.
    std::string text(litmus::file_bytes_max + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

ordered_json json_of(const std::string& file, std::string_view model, const litmus::test& t,
                     const litmus::result& r, const std::string& gap) {
    ordered_json j{{"file", file},
                   {"name", t.name},
                   {"dialect", litmus::name(t.language)},
                   {"model", model},
                   {"verdict", litmus::verdict(t, r)},
                   {"observation", r.observation()}};
    if (r.by_states) j["engine"] = "states";
    if (!r.by_states) {
        j["positive"] = r.positive;
        j["negative"] = r.negative;
    }
    j["race"] = r.race;
    j["flags"] = litmus::flags_of(t, r);
    j["complete"] = r.complete();
    if (!r.complete()) j["incomplete"] = gap;
    j["warnings"] = ordered_json::array();
    for (const litmus::warning& w : t.warnings)
        j["warnings"].push_back({{"line", w.line}, {"text", w.what}});
    j["states"] = ordered_json::array();
    for (const auto& [values, count] : r.states) {
        j["states"].push_back({{"state", litmus::state_text(t, values)}});
        if (!r.by_states) j["states"].back()["executions"] = count;
    }
    return j;
}

// What a test has to say, wherever it was judged.
struct judged {
    std::string out;
    std::string err;  // comes first
    bool refused = false;
    bool inconclusive = false;
    ordered_json result;  // with --json
    // How the language's words are taken, for the first test in it.
    std::string language;
    std::string mapping;
};

std::string bytes_of(const judged& j) {
    sim::graph::byte_writer to;
    const std::string result = j.result.is_null() ? "" : j.result.dump();
    for (const std::string* text : {&j.out, &j.err, &result, &j.language, &j.mapping})
        to.put(std::string_view(*text));
    to.put(j.refused);
    to.put(j.inconclusive);
    return to.take();
}

judged judged_of(const std::string& bytes) {
    sim::graph::byte_reader from(bytes);
    judged j;
    std::string result;
    for (std::string* text : {&j.out, &j.err, &result, &j.language, &j.mapping})
        *text = from.get_text();
    if (!result.empty()) j.result = ordered_json::parse(result);
    j.refused = from.get<bool>();
    j.inconclusive = from.get<bool>();
    return j;
}

class litmus_command final : public command {
  public:
    std::string_view name() const override { return "litmus"; }
    std::string_view summary() const override {
        return "litmus tests in herd7's format: LKMM C, C11, assembly";
    }
    std::string_view examples() const override {
        return "Examples:\n"
               "  ringsim litmus SB.litmus                     herd7's result block\n"
               "  ringsim litmus --summary --model sc *.litmus one line each\n"
               "  ringsim litmus --graph SB.litmus | dot -Tsvg a witness as a picture\n"
               "  ringsim litmus --model riscv --mapping trailing SB.litmus\n"
               "  ringsim litmus --engine states SB.litmus     by its states, without counts\n"
               "What cannot be judged is named by file and line, with status 2; a limit that was\n"
               "reached makes it status 3.";
    }
    void declare(option_set& options) override {
        options.operands("FILE", files_, files_max, "litmus tests");
        options.choice("--model", model_, model_choices(),
                       "the memory model (the language's or machine's own)");
        options.text("--mapping", mapping_, "MAPPING",
                     "with --model: C as instructions; `ringsim models` (the first)");
        options.choice("--engine", engine_, {"graph", "states"},
                       "visit every execution, or every state (graph)");
        options.flag("--summary", summary_, "one line for each test");
        options.flag("--graph", graph_, "a witness in Graphviz's language");
        options.number("--unroll", unroll_, 1, 64, "turns of a while loop (2, or what it needs)");
        options.number("--executions", executions_, 1, UINT64_MAX,
                       "executions, or states, of a test at most (10000000)");
        options.text("--time", time_, "TIME", "for a test at most: 10 or 10s, 500ms, 2m (600)");
    }

    int run(const settings& global) override {
        if (files_.empty()) throw user_error("litmus: name at least one FILE");
        if (graph_ && engine_ == "states")
            throw user_error("--graph draws an execution; it goes with --engine graph");
        if (!mapping_.empty()) take_mapping();
        sim::graph::tasks_ahead ahead;
        ahead.begin(files_.size(),
                    [&](std::size_t i) { return bytes_of(judge(files_[i], global)); });
        for (std::size_t i = 0; i < files_.size() && !worlds::interrupted; ++i) {
            const auto known = ahead.take(i, worlds::interrupted);
            tell(known ? judged_of(*known) : judge(files_[i], global));
        }
        if (global.json) {
            ordered_json document{{"schema", "ringsim/litmus"}, {"version", 1}};
            document["tests"] = std::move(results_);
            fmt::print("{}\n", document.dump(2));
        }
        std::fflush(stdout);
        return refused_ ? exit_usage : inconclusive_ ? exit_inconclusive : exit_expected;
    }

  private:
    judged judge(const std::string& file, const settings& global) const {
        judged j;
        try {
            const std::string text = text_of(file);
            const litmus::test t = litmus::parse(text, wanted_dialect());
            const litmus::result r = litmus::run(t, options(t));
            if (!global.quiet) add_remarks(j, file, t, r);
            // A condition on what is never written has a verdict that nobody meant, so this is told
            // to whoever asks for little too.
            for (const litmus::warning& w : t.warnings)
                if (w.is_constant || !global.quiet)
                    j.err += fmt::format("{}:{}: {}\n", file, w.line, w.what);
            const std::string gap = gap_in(r, executions_);
            if (!r.complete()) {
                j.inconclusive = true;
                j.err += fmt::format("{}: inconclusive: {}\n", file, gap);
            }
            show(j, file, t, r, gap, global);
        } catch (const litmus::source_error& e) {
            j.refused = true;
            j.err += fmt::format("{}:{}: {}\n", file, e.line, e.what());
        }
        return j;
    }

    void tell(judged j) {
        std::string err = std::move(j.err);
        if (!j.language.empty() && explained_.insert(j.language).second) err = j.mapping + err;
        if (!err.empty()) {
            std::fflush(stdout);
            fmt::print(stderr, "{}", err);
        }
        fmt::print("{}", j.out);
        if (!j.result.is_null()) results_.push_back(std::move(j.result));
        refused_ = refused_ || j.refused;
        inconclusive_ = inconclusive_ || j.inconclusive;
    }

    void take_mapping() {
        if (model_.empty()) throw user_error("--mapping goes with --model, whose mapping it is");
        const auto m = study::models_named(model_);
        chosen_ = study::mapping_named(mapping_, m.front(), m);
    }

    static std::vector<std::string_view> model_choices() {
        return {std::begin(sim::graph::model_names), std::end(sim::graph::model_names)};
    }

    // In whose words a test in C is that does not show it.
    litmus::dialect wanted_dialect() const {
        return model_ == "lkmm" ? litmus::dialect::lkmm : litmus::dialect::c11;
    }

    // Throws source_error, at line 1, if the model that was asked for cannot judge the test.
    sim::graph::model_id model_of(const litmus::test& t) const {
        if (model_.empty()) return litmus::default_model(t.language);
        std::size_t m = 0;
        while (sim::graph::model_names[m] != model_) ++m;
        const auto model = static_cast<sim::graph::model_id>(m);
        if (!litmus::judges(model, t.language) && t.language == litmus::dialect::c11)
            throw litmus::source_error(
                1,
                "C11 is not judged under lkmm, which knows the kernel's functions only "
                "(READ_ONCE(), smp_mb(), ...), but under any other model");
        if (!litmus::judges(model, t.language))
            throw litmus::source_error(
                1, fmt::format("{} is not judged under {}, but under sc and {}",
                               litmus::name(t.language), model_,
                               sim::graph::name(litmus::default_model(t.language))));
        return model;
    }

    litmus::run_options options(const litmus::test& t) const {
        litmus::run_options o;
        o.model = model_of(t);
        o.mapping = chosen_;
        o.unroll = static_cast<unsigned>(unroll_);
        o.by_states = engine_ == "states";
        o.executions_max = executions_;
        o.seconds_max = parse_time_limit("--time", time_);
        o.want_witness = graph_;
        o.interrupted = &worlds::interrupted;
        return o;
    }

    // What a reader has to know beside the result; on stderr, so that results can be compared.
    void add_remarks(judged& j, const std::string& file, const litmus::test& t,
                     const litmus::result& r) const {
        const sim::graph::model_id model = model_of(t);
        j.language = litmus::name(t.language);
        j.mapping = fmt::format(
            "{} under {}: {}\n", j.language, sim::graph::name(model),
            litmus::mapping_text(model, chosen_ ? *chosen_ : sim::graph::default_mapping(model),
                                 t.language));
        if (r.unroll > 2 && unroll_ == 0)
            j.err += fmt::format("{}: loops had up to {} turns; herd7 needs -unroll {}\n", file,
                                 r.unroll, r.unroll);
    }

    void show(judged& j, const std::string& file, const litmus::test& t, const litmus::result& r,
              const std::string& gap, const settings& global) const {
        // Of a search that was cut off, counts and states are no answer in herd7's words.
        const bool cut_off = !r.complete() && r.reach != litmus::reach_of::loops_cut &&
                             r.reach != litmus::reach_of::weaker_seq_cst;
        if (global.json) {
            j.result = json_of(file, sim::graph::name(model_of(t)), t, r, gap);
            if (chosen_) j.result["mapping"] = chosen_->name;
        } else if (cut_off && !summary_ && !global.quiet) {
            return;
        } else if (graph_) {
            if (r.witness)
                j.out = litmus::drawing(t, *r.witness,
                                        t.name + "  " + litmus::state_text(t, r.witness_state));
            else
                j.err += fmt::format("{}: no execution to draw: {}\n", file, r.observation());
        } else if (summary_ || global.quiet) {
            j.out = litmus::summary_line(t, r);
        } else {
            j.out = litmus::block(t, r) + "\n";
        }
    }

    std::vector<std::string> files_;
    std::string model_;  // empty: the one of the language
    std::string mapping_;
    std::string engine_;                           // empty: that of graphs
    const sim::graph::mapping* chosen_ = nullptr;  // nullptr: the first of the model
    bool summary_ = false;
    bool graph_ = false;
    std::uint64_t unroll_ = 0;
    std::uint64_t executions_ = 10'000'000;
    std::string time_ = "600";

    std::set<std::string> explained_;  // languages
    ordered_json results_ = ordered_json::array();
    bool refused_ = false;
    bool inconclusive_ = false;
};

}  // namespace

std::unique_ptr<command> make_litmus() {
    return std::make_unique<litmus_command>();
}

}  // namespace ringsim::scenarios::commands
