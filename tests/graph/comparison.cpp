#include "tests/graph/comparison.hpp"

#include <algorithm>
#include <map>

#include "tests/graph/plain_execution.hpp"

namespace ringsim::tests {
namespace {

constexpr std::uint64_t candidates_max = 60'000;
constexpr std::uint64_t steps_max = 60'000;
// An engine that visits so many more executions than there are will not end.
constexpr std::uint64_t visits_for_each = 20;
constexpr std::uint64_t visits_more = 200;
constexpr unsigned lines_max = 6;  // executions shown in a report

// Collects what the engine finds.
class collector final : public graph::observer {
  public:
    collector(const test_program& p, const running_program& running) : p_(p), running_(running) {}

    std::map<std::string, unsigned> texts;  // how often each execution was visited
    std::set<std::string> races;            // what is said of them
    bool fails = false;
    std::string wrong_facts;

    void begin() override {
        texts.clear();
        races.clear();
        fails = false;
    }
    void execution(const std::function<graph::recorded_execution()>& record) override {
        complete(record());
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        const graph::recorded_execution e = record();
        if (e.found->kind == sim::violation::data_race)
            races.insert(e.found->what);
        else if (e.found->kind == sim::violation::assertion)
            fails = true;
        else
            complete(e);
    }

  private:
    void complete(const graph::recorded_execution& e) {
        const auto threads = static_cast<unsigned>(p_.threads.size());
        const std::string text =
            to_text(plain(e, threads, static_cast<unsigned>(p_.initial.size())));
        ++texts[text];
        for (unsigned t = 0; t < threads; ++t)
            if (!agrees(e, t)) wrong_facts = "thread " + std::to_string(t) + " of" + text;
    }

    // The program's own log of what it read against the graph.
    bool agrees(const graph::recorded_execution& e, unsigned thread) const {
        const thread_facts& facts = running_.facts(thread);
        unsigned read = 0;
        bool blocked = false;
        for (const graph::recorded_event& r : e.events) {
            if (r.thread != thread) continue;
            blocked = blocked || r.blocked;
            if (r.what.kind != graph::event_kind::read || r.blocked) continue;
            if (facts.read[read++] != r.value) return false;
        }
        return read == facts.read_count && facts.finished != blocked;
    }

    const test_program& p_;
    const running_program& running_;
};

void add_line(comparison& c, mismatch kind, unsigned& lines, const std::string& line) {
    c.found = kind;
    if (lines++ < lines_max) c.what += line + "\n";
}

// The engine ends an execution where it finds a race or a failure, so of a program with such it
// need not visit all executions without; lkmm's races are found at the end.
void compare_with(comparison& c, const collector& engine, const all_executions& oracle,
                  graph::model_id m) {
    unsigned lines = 0;
    const bool races = !oracle.race_words.empty();
    const bool ends_early = (races && m != graph::model_id::lkmm) || oracle.fails;
    for (const auto& [text, times] : engine.texts)
        if (times > 1) add_line(c, mismatch::duplicate, lines, "twice:  " + text);
    if (!ends_early)
        for (const std::string& text : oracle.texts)
            if (!engine.texts.contains(text))
                add_line(c, mismatch::missing, lines, "missing:" + text);
    for (const auto& [text, times] : engine.texts)
        if (oracle.racy.contains(text))
            add_line(c, mismatch::wrong_verdict, lines, "a race is not seen:" + text);
        else if (!oracle.texts.contains(text) && !oracle.self_made.contains(text))
            add_line(c, mismatch::extra, lines, "extra:  " + text);
    for (const std::string& race : engine.races) {
        const bool real = std::ranges::any_of(
            oracle.race_words, [&](auto& word) { return race.ends_with(" to " + word); });
        if (!real) add_line(c, mismatch::wrong_verdict, lines, "no race: " + race);
    }
    if (engine.fails && !oracle.fails && !oracle.self_made_fails)
        add_line(c, mismatch::wrong_verdict, lines, "a failure that is not there");
    if ((races || oracle.fails) && engine.races.empty() && !engine.fails)
        add_line(c, mismatch::wrong_verdict, lines, "a race or a failure is not found");
    if (lines > lines_max) c.what += "... and " + std::to_string(lines - lines_max) + " more\n";
}

}  // namespace

comparison compare(const test_program& p, graph::model_id m, const explorer& explore) {
    comparison c;
    const std::optional<all_executions> oracle = by_axioms(p, m, candidates_max);
    if (!oracle) {
        c.found = mismatch::too_large;
        return c;
    }
    if (m == graph::model_id::sc) {
        const std::optional<all_executions> again = by_interleaving(p, steps_max);
        if (!again) {
            c.found = mismatch::too_large;
            return c;
        }
        if (again->texts != oracle->texts || again->fails != oracle->fails) {
            c.found = mismatch::oracles_disagree;
            c.what = std::to_string(oracle->texts.size()) + " executions by axioms, " +
                     std::to_string(again->texts.size()) + " by interleavings\n";
            return c;
        }
    }
    running_program running(p, m);
    collector engine(p, running);
    graph::exploration_limits limits;
    limits.executions_max =
        (oracle->texts.size() + oracle->racy.size()) * visits_for_each + visits_more;
    const graph::exploration_report report =
        explore(m, running, running.locations(), limits, engine);
    c.executions = oracle->texts.size();
    compare_with(c, engine, *oracle, m);
    if (c.found == mismatch::none && !engine.wrong_facts.empty()) {
        c.found = mismatch::wrong_facts;
        c.what = engine.wrong_facts + "\n";
    }
    if (c.found == mismatch::none && report.end != graph::exploration_end::exhausted) {
        c.found = mismatch::not_exhausted;
        c.what = report.problem + "\n";
    }
    return c;
}

test_program shrink(const test_program& p, graph::model_id m, const explorer& explore) {
    const mismatch kind = compare(p, m, explore).found;
    test_program best = p;
    const auto still = [&](const test_program& smaller) {
        if (smaller == best || compare(smaller, m, explore).found != kind) return false;
        best = smaller;
        return true;
    };
    for (bool progress = true; progress;) {
        progress = false;
        for (std::size_t t = best.threads.size(); t-- > 0;)
            for (std::size_t i = best.threads[t].size(); i-- > 0;) {
                test_program smaller = best;
                smaller.threads[t].erase(smaller.threads[t].begin() + static_cast<long>(i));
                if (smaller.threads[t].empty())
                    smaller.threads.erase(smaller.threads.begin() + static_cast<long>(t));
                if (still(smaller)) {
                    progress = true;
                    if (t >= best.threads.size()) break;
                    continue;
                }
                smaller = best;
                smaller.threads[t][i].guard_register = -1;
                smaller.threads[t][i].guard_value = 0;
                progress = still(smaller) || progress;
                smaller = best;
                instruction& weaker = smaller.threads[t][i];
                if (weaker.what != opcode::fence && weaker.what != opcode::lock &&
                    weaker.what != opcode::unlock && weaker.what != opcode::fail)
                    weaker.how = order::relaxed;
                progress = still(smaller) || progress;
            }
        test_program smaller = best;
        smaller.initial.assign(best.initial.size(), 0);
        progress = still(smaller) || progress;
    }
    return best;
}

std::string explain(const test_program& p, graph::model_id m, const explorer& explore) {
    const test_program small = shrink(p, m, explore);
    const comparison c = compare(small, m, explore);
    return std::string(graph::name(m)) + ": " + to_text(small) + "\n" + c.what + "shrunk from " +
           to_text(p);
}

}  // namespace ringsim::tests
