// Symmetric threads against the oracle: of executions that differ in the order of twins only, one
// is visited, and together they stand for all of them.
#define RINGSIM_ENGINE_ANY_MUTANT
#include <algorithm>
#include <numeric>
#include <random>

#include "sim/graph/models/rc11.hpp"
#include "sim/graph/models/sc.hpp"
#include "sim/graph/models/x86_tso.hpp"
#include "tests/graph/faults.hpp"
#include "tests/graph/plain_execution.hpp"

namespace {

using namespace ringsim;
using tests::mismatch;
using tests::plain_execution;
using tests::test_program;
namespace graph = sim::graph;
using graph::mutant;

constexpr std::uint64_t candidates_max = 60'000;
constexpr std::uint64_t seeds = 2'000;

// --- the orders of twins ------------------------------------------------------------------------

// The execution with thread to[t] in the place of thread t.
plain_execution reordered(const plain_execution& e, const std::vector<unsigned>& to) {
    plain_execution out = e;
    for (unsigned t = 0; t < e.threads.size(); ++t) {
        out.threads[to[t]] = e.threads[t];
        for (tests::plain_event& p : out.threads[to[t]])
            if (p.reads_from) p.reads_from->first = to[p.reads_from->first];
    }
    for (auto& writes : out.coherence)
        for (tests::event_name& w : writes) w.first = to[w.first];
    return out;
}

// All that are the same as `e` but for the order of twins, as texts.
std::set<std::string> orders_of(const plain_execution& e, const test_program& p) {
    std::set<std::string> all;
    std::vector<unsigned> to(p.threads.size());
    std::iota(to.begin(), to.end(), 0u);
    do {
        bool twins = true;
        for (unsigned t = 0; t < to.size(); ++t) twins &= p.threads[t] == p.threads[to[t]];
        if (twins) all.insert(to_text(reordered(e, to)));
    } while (std::ranges::next_permutation(to).found);
    return all;
}

// --- comparing ----------------------------------------------------------------------------------

class collector final : public graph::observer {
  public:
    explicit collector(const test_program& p) : p_(p) {}

    std::set<std::string> texts;  // those that what was visited stands for
    bool twice = false;
    bool ends_early = false;

    void begin() override {
        texts.clear();
        twice = ends_early = false;
    }
    void execution(const std::function<graph::recorded_execution()>& record) override {
        complete(record());
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        const graph::recorded_execution e = record();
        if (e.complete)
            complete(e);
        else
            ends_early = true;
    }

  private:
    void complete(const graph::recorded_execution& e) {
        const plain_execution found = tests::plain(e, static_cast<unsigned>(p_.threads.size()),
                                                   static_cast<unsigned>(p_.initial.size()));
        for (const std::string& text : orders_of(found, p_)) twice |= !texts.insert(text).second;
    }

    const test_program& p_;
};

template <class Model>
mismatch compare(graph::model_id m, const test_program& p, graph::exploration_report& report) {
    const auto oracle = tests::by_axioms(p, m, candidates_max);
    if (!oracle) return mismatch::too_large;
    tests::running_program running(p, m);
    collector found(p);
    graph::exploration_limits limits;
    limits.symmetry = true;
    limits.executions_max = 10'000;
    report = tests::explore_under<Model>(m, running, running.locations(), limits, found);
    if (report.end == graph::exploration_end::told_apart) return mismatch::too_large;
    if (report.end != graph::exploration_end::exhausted) return mismatch::not_exhausted;
    const bool wrong = oracle->fails || !oracle->race_words.empty();
    if (wrong != found.ends_early) return mismatch::wrong_verdict;
    if (wrong) return mismatch::none;
    if (found.twice) return mismatch::duplicate;
    if (!std::ranges::includes(oracle->texts, found.texts)) return mismatch::extra;
    if (found.texts != oracle->texts) return mismatch::missing;
    return report.stands_for == found.texts.size() ? mismatch::none : mismatch::wrong_facts;
}

// --- programs -----------------------------------------------------------------------------------

// Threads of a generated program, some of them several times; not adjacent, now and then.
test_program with_twins(std::uint64_t seed, graph::model_id m) {
    static constexpr std::string_view shapes[] = {"aa", "aab", "baa", "aba", "aaa", "aabb", "abab"};
    std::mt19937_64 random(seed);
    test_program p = tests::generate(seed, m);
    const std::string_view shape = shapes[random() % std::size(shapes)];
    const std::size_t longest = shape.size() == 2 ? 5 : shape.size() == 3 ? 4 : 3;
    for (auto& thread : p.threads)
        if (thread.size() > longest) thread.resize(longest);
    const auto threads = p.threads;
    p.threads.clear();
    for (const char c : shape) p.threads.push_back(threads[static_cast<std::size_t>(c - 'a')]);
    return p;
}

struct result {
    mismatch first = mismatch::none;
    std::string program;
    std::uint64_t compared = 0, apart = 0, visited = 0, stands_for = 0;
};

template <class Model>
void compare_all(graph::model_id m, result& r) {
    for (std::uint64_t seed = 1; seed <= seeds && r.first == mismatch::none; ++seed) {
        const test_program p = with_twins(seed, m);
        graph::exploration_report report;
        const mismatch found = compare<Model>(m, p, report);
        r.apart += report.end == graph::exploration_end::told_apart;
        if (found == mismatch::too_large) continue;
        ++r.compared;
        r.visited += report.executions;
        r.stands_for += report.stands_for;
        if (found == mismatch::none) continue;
        r.first = found;
        r.program = std::string(graph::name(m)) + " " + to_text(p);
    }
}

std::string text_of(const result& r) {
    return std::to_string(r.compared) + " compared, " + std::to_string(r.apart) + " told apart; " +
           std::to_string(r.visited) + " executions visited for " + std::to_string(r.stands_for);
}

int run() {
    constexpr tests::fault faults[] = {
        {mutant::none, mismatch::none, "symmetric threads"},
        {mutant::symmetry_without_prefix, mismatch::missing, "not behind the twin"},
        {mutant::symmetry_against_prefix, mismatch::missing, "in clashing orders"},
    };
    int failed = 0;
    unsigned n = 0;
    std::printf("1..%zu\n", std::size(faults));
    for (const tests::fault& f : faults) {
        graph::active_mutant = f.what;
        result r;
        compare_all<graph::sc_model>(graph::model_id::sc, r);
        compare_all<graph::x86_tso_model>(graph::model_id::x86_tso, r);
        compare_all<graph::rc11_model>(graph::model_id::rc11, r);
        std::printf("# %s\n", text_of(r).c_str());
        failed += !tests::tell(++n, r.first == f.makes, f.text, r.program);
    }
    return failed == 0 ? 0 : 1;
}

}  // namespace

int main() {
    return ringsim::tests::run_told(run);
}
