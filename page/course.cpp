#include "page/course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <functional>
#include <optional>
#include <sstream>

#include "consumer/order_tables.hpp"
#include "kernel_model/uapi.hpp"
#include "page/course_text.generated.hpp"
#include "page/game.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/report.hpp"
#include "scenarios/study/model_names.hpp"
#include "scenarios/study/site_use.hpp"
#include "sim/litmus/run.hpp"

namespace ringsim::page {
namespace {

using namespace scenarios;  // NOLINT: exercises are about what they do
namespace graph = sim::graph;
namespace litmus = sim::litmus;

constexpr std::uint64_t exercise_executions_max = 200'000;

// A file of KEY = VALUE lines, which the exercise asks for by name. Who writes down nothing but a
// value means the one thing that is asked for.
class given {
  public:
    given(const std::string& text, std::string where)
        : where_(std::move(where)), fields_(read_answer(text, where_)) {}

    const std::string& operator[](const std::string& key) const {
        auto found = fields_.find(key);
        if (found == fields_.end() && fields_.size() == 1) found = fields_.find("");
        if (found == fields_.end())
            throw user_error(fmt::format("{}: lacks a line `{} = ...`", where_, key));
        return found->second;
    }
    std::vector<std::uint64_t> numbers(const std::string& key) const {
        std::vector<std::uint64_t> out;
        std::string text = (*this)[key];
        std::ranges::replace(text, ',', ' ');
        std::istringstream words(text);
        for (std::string word; words >> word;) {
            std::uint64_t n = 0;
            const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), n);
            if (error != std::errc{} || end != word.data() + word.size())
                throw user_error(fmt::format("{}: {} is no number", where_, in_quotes(word)));
            out.push_back(n);
        }
        return out;
    }
    worlds::variant code() const {
        // The text of an order table may name a file, which an answer need not.
        const std::string& text = (*this)["orders"];
        std::istringstream words(text);
        for (std::string word; words >> word;)
            if (word.find('/') != std::string::npos ||
                (word.find('=') == std::string::npos && !consumer::find_order_table(word)))
                throw user_error(where_ +
                                 ": orders is a table with changes, `TABLE SITE=ORDER ...`");
        return study::parse_variant(text);
    }

  private:
    std::string where_;
    answer_fields fields_;
};

worlds::exploration explored(std::string_view scenario, const worlds::variant& v,
                             std::string_view model) {
    study::search how = study::under(study::models_named(model).front());
    how.graph.executions_max = exercise_executions_max;
    how.graph.stop_at_first_violation = false;
    how.graph.smallest = false;
    return explore(*find_scenario(scenario), v, how);
}

bool violates(std::string_view scenario, const worlds::variant& v, std::string_view model) {
    return explored(scenario, v, model).result == worlds::verdict::violation;
}
bool holds(std::string_view scenario, const worlds::variant& v, std::string_view model) {
    return explored(scenario, v, model).result == worlds::verdict::safe;
}

// The one site at which the answer changes the table that it begins with.
std::optional<site> only_change(const worlds::variant& v, std::string_view table) {
    const std::vector<site> changes = study::changed_sites(v);
    if (changes.size() != 1 || !v.orders_name.starts_with(table)) return std::nullopt;
    return changes.front();
}
checked one_change_please(std::string_view table) {
    return {false, fmt::format("one change to the table {}, please", table)};
}

// --- the exercises -------------------------------------------------------------------------------

checked bytes(const given& answer) {
    std::vector<std::uint64_t> right;
    std::vector<std::uint64_t> before;
    std::uint64_t at = 0;
    for (const std::uint32_t len : {5u, 8u, 9u}) {
        before.push_back(at);
        right.push_back(at += record_size(len));
    }
    const std::vector<std::uint64_t> given = answer.numbers("positions");
    if (given.size() != right.size()) return {false, "three numbers, please, one for each record"};
    if (given == before) return {false, "that is where each record begins, and not where it ends"};
    const bool is = given == right;
    return {is, is ? "each record takes its header, and is rounded up to eight"
                   : "not so: think of the header, and of rounding up"};
}

// Makes the choices of the answer, by their numbers in the list of `ringsim step`.
checked played(game& g, const given& answer, const std::function<checked(game&)>& judge) {
    std::size_t made = 0;
    for (const std::uint64_t n : answer.numbers("choices")) {
        ++made;
        std::size_t at = 0;
        std::uint64_t allowed = 0;
        for (; at < g.choices().size(); ++at)
            if (g.choices()[at].allowed && ++allowed == n) break;
        if (at == g.choices().size())
            return {false, fmt::format("choice {} is {}, which is not in the list there", made, n)};
        g.take(at);
    }
    if (!g.over()) return {false, "the run is not over: somebody can still go on"};
    return judge(g);
}

checked busy_seen(const given& answer) {
    const auto g = game_of(*find_scenario("lost-wakeup"), worlds::variant{}, graph::model_id::sc,
                           sim::violation::none);
    return played(*g, answer, [](game& over) -> checked {
        const execution e = over.shown();
        const bool seen = std::ranges::any_of(e.steps, [](const shown_step& s) {
            return s.site == "consumer.load_header" && s.read.starts_with("BUSY");
        });
        if (e.verdict == "VIOLATED") return {false, over.ending()};
        if (!seen) return {false, "the consumer did not find B BUSY in this run"};
        return {true, "B was BUSY, and the consumer took it when it was woken"};
    });
}

checked relaxed_consumer(const given& answer) {
    const worlds::variant v = answer.code();
    const auto at = only_change(v, "libbpf");
    if (!at) return one_change_please("libbpf");
    if (!is_of_consumer(*at)) return {false, "that is no site of the consumer"};
    if (*at == site::consumer_load_header) return {false, "that is the one of the lesson"};
    if (!violates("publish", v, "armv8")) return {false, "publish still holds under armv8"};
    if (!holds("publish", v, "x86-tso")) return {false, "it fails under x86-tso too"};
    return {true, "publish fails under armv8, and holds under x86-tso"};
}

checked kernel_acquire(const given& answer) {
    const worlds::variant v = answer.code();
    const auto at = only_change(v, "libbpf");
    if (!at) return one_change_please("libbpf");
    if (is_of_consumer(*at)) return {false, "that is a site of the consumer"};
    if (!violates("reuse", v, "rc11")) return {false, "reuse still holds under rc11"};
    if (*at != site::reserve_load_consumer_pos)
        return {false,
                "reuse fails under rc11, but not because of what the consumer released: that is "
                "acquired somewhere else"};
    return {true, "reuse fails under rc11: the kernel does not acquire what was released"};
}

checked counted(const given& answer) {
    const worlds::exploration e = explored("lost-wakeup", worlds::variant{}, "x86-tso");
    const auto executions = answer.numbers("executions");
    const auto violating = answer.numbers("violating");
    if (executions.size() != 1 || violating.size() != 1)
        return {false,
                "one number in each of two lines, please: `executions = N`, `violating = N`"};
    if (executions != std::vector{e.executions})
        return {false, "that is not the number of executions"};
    if (violating != std::vector{e.violating})
        return {false, "that is not how many lose the wakeup"};
    return {true, fmt::format("{} of {} lose the wakeup", e.violating, e.executions)};
}

checked wakeup_lost(const given& answer) {
    const auto g = game_of(*find_challenge("lose-the-wakeup"));
    return played(*g, answer, [](game& over) -> checked { return {over.solved(), over.ending()}; });
}

checked repaired(const given& answer) {
    const worlds::variant v = answer.code();
    if (v.orders_name == "libbpf")
        return {false, "that changes nothing: it is what the table libbpf has"};
    if (!v.orders_name.starts_with("libbpf ")) return {false, "begin with the table libbpf"};
    for (const site s : study::changed_sites(v))
        if (info(s).kind == access::fence)
            return {false, "without a fence, please"};
        else if (!is_of_consumer(s))
            return {false, "the consumer is what you can change"};
    for (const std::string_view m :
         {"sc", "x86-tso", "rc11", "armv8", "armv8-rcpc", "riscv", "power"})
        if (!holds("lost-wakeup", v, m)) return {false, fmt::format("not under {}", m)};
    return {true, "the wakeup is never lost, under any of the seven"};
}

checked both_sides(const given& answer) {
    const worlds::variant v = answer.code();
    if (!only_change(v, "fenced")) return one_change_please("fenced");
    if (only_change(v, "fenced") != site::commit_xchg_header)
        return {false, "the change is to be at kernel.commit.xchg_header"};
    if (!violates("lost-wakeup", v, "x86-tso"))
        return {false, "under x86-tso the wakeup is still not lost"};
    return {true, "without a barrier on the kernel's side the consumer's fence does not help"};
}

checked load_buffering(const std::string& text, const std::string& where) {
    try {
        const litmus::test t = litmus::parse(text);
        for (const auto& [m, wanted] : {std::pair{graph::model_id::armv8, true},
                                        std::pair{graph::model_id::x86_tso, false}}) {
            if (!litmus::judges(m, t.language))
                throw user_error(fmt::format("{}: {} is not judged under {}; write it in C", where,
                                             litmus::name(t.language), graph::name(m)));
            litmus::run_options o;
            o.model = m;
            o.executions_max = exercise_executions_max;
            const litmus::result r = litmus::run(t, o);
            if (!r.complete()) return {false, "it is too large to be sure"};
            if ((r.positive > 0) != wanted)
                return {false,
                        wanted ? fmt::format("its condition is never true under {}: in none "
                                             "of {} executions",
                                             graph::name(m), r.negative)
                               : fmt::format("its condition is true under {} too: in {} of "
                                             "{} executions",
                                             graph::name(m), r.positive, r.positive + r.negative)};
        }
        return {true, "seen under armv8, never under x86-tso"};
    } catch (const litmus::source_error& e) {
        throw user_error(fmt::format("{}:{}: {}", where, e.line, e.what()));
    }
}

}  // namespace

answer_fields read_answer(const std::string& text, const std::string& where) {
    answer_fields fields;
    std::istringstream lines(text);
    std::size_t number = 0;
    const auto trimmed = [](std::string_view part, std::string_view off = " \t\r") {
        const auto begin = part.find_first_not_of(off);
        if (begin == std::string_view::npos) return std::string();
        return std::string(part.substr(begin, part.find_last_not_of(off) - begin + 1));
    };
    for (std::string line; std::getline(lines, line);) {
        ++number;
        line = line.substr(0, line.find('#'));
        if (trimmed(line).empty()) continue;
        // A key is one word of letters; what else stands before a '=' is a site, and belongs to the
        // value.
        const auto equals = line.find_first_of("=:");
        std::string key = equals == std::string::npos ? "" : trimmed(line.substr(0, equals));
        if (key.empty() && equals != std::string::npos)
            throw user_error(fmt::format("{}:{}: not `KEY = VALUE`", where, number));
        const bool is_key = !key.empty() && std::ranges::all_of(key, [](unsigned char c) {
            return std::isalpha(c) != 0;
        });
        std::ranges::transform(key, key.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const std::string value = is_key ? line.substr(equals + 1) : line;
        // Values alone may stand below each other.
        if (const auto alone = fields.find(""); !is_key && alone != fields.end()) {
            alone->second += " " + trimmed(value, " \t\r\"'");
            continue;
        }
        if (!fields.emplace(is_key ? key : "", trimmed(value, " \t\r\"'")).second)
            throw user_error(fmt::format("{}:{}: the key is there twice", where, number));
    }
    if (fields.empty()) throw user_error(where + ": has no answer; a line `KEY = VALUE`");
    return fields;
}

checked check_answer(std::size_t n, const std::string& text, const std::string& where) {
    if (n == 9) return load_buffering(text, where);
    using exercise = checked (*)(const given&);
    constexpr std::array<exercise, 8> all{bytes,   busy_seen,   relaxed_consumer, kernel_acquire,
                                          counted, wakeup_lost, repaired,         both_sides};
    const given answer(text, where);
    try {
        return all.at(n - 1)(answer);
    } catch (const user_error& e) {
        std::string what = e.what();
        // Nobody gave that option here.
        if (constexpr std::string_view option = "--orders: "; what.starts_with(option))
            what.erase(0, option.size());
        throw user_error(what.starts_with(where) ? what : where + ": " + what);
    }
}

const std::vector<lesson>& lessons() {
    static const std::vector<lesson> all(std::begin(course::lessons), std::end(course::lessons));
    return all;
}

std::string_view consumer_harness() {
    return course::harness;
}

std::string lesson::title() const {
    return std::string(text.substr(2, text.find('\n') - 2));
}

}  // namespace ringsim::page
