#include "scenarios/render/command_text.hpp"

#include <fmt/format.h>

#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::render {
namespace {

std::string graph_text(const worlds::graph_options& g) {
    std::string text = fmt::format(" --engine graph --model {}", sim::graph::name(g.model));
    if (g.mapping) text += fmt::format(" --mapping {}", shell_word(g.mapping->name));
    if (g.search == worlds::graph_search::random) text += " --search random";
    if (g.search == worlds::graph_search::pct)
        text += fmt::format(" --search pct --depth {}", g.pct_depth);
    if (g.search == worlds::graph_search::bounded) text += " --search bounded";
    const auto bound = [&](const char* option, unsigned value) {
        if (value != sim::graph::no_bound) text += fmt::format(" {} {}", option, value);
    };
    bound("--bound", g.bounds.preemptions);
    bound("--stale", g.bounds.stale_reads);
    bound("--steps", g.bounds.steps);
    if (g.seed != 0) text += fmt::format(" --seed {}", g.seed);
    return text;
}

std::string relacy_text(const worlds::relacy_options& r) {
    std::string text;
    if (r.scheduler != worlds::relacy_scheduler::random)
        text += fmt::format(" --scheduler {}", study::name(r.scheduler));
    if (r.scheduler == worlds::relacy_scheduler::bound)
        text += fmt::format(" --bound {}", r.context_bound);
    if (r.seed != 0) text += fmt::format(" --seed {}", r.seed);
    return text;
}

}  // namespace

std::string shell_word(std::string_view text) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=.,:/";
    if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos)
        return std::string(text);
    if (text.find_first_of("\"$`\\!") == std::string_view::npos) return fmt::format("\"{}\"", text);
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

std::string options_text(const worlds::variant& v, const study::search& how) {
    std::string text = " --orders " + shell_word(v.orders_name);
    if (v.how == trigger::level) text += " --trigger level";
    return text + (how.engine == study::engine_kind::graph ? graph_text(how.graph)
                                                           : relacy_text(how.relacy));
}

std::string command_to_replay(const study::saved_finding& f, const settings& global) {
    const std::string out = global.out.empty() ? "" : " --out " + shell_word(global.out);
    return "ringsim replay " + f.id() + out;
}

}  // namespace ringsim::scenarios::render
