// The engine of states and the engine of graphs agree on the scenarios.
#include <doctest/doctest.h>

#include <set>

#include "scenarios/study/variant.hpp"
#include "scenarios/worlds/states.hpp"
#include "sim/graph/bytes.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using namespace scenarios::worlds;
namespace graph = sim::graph;

// A scenario with more executions, or more states, is left to its own tests.
constexpr std::uint64_t executions_max = 30'000;
constexpr std::uint64_t states_max = 60'000;

std::string text(const thread_facts& f) {
    std::string out;
    for (const made_record& m : f.records_made())
        out += "made " + std::to_string(m.pos) + "/" + std::to_string(m.len) + "/" +
               std::to_string(static_cast<int>(m.state)) + " ";
    for (const taken_record& t : f.records_taken())
        out += "took " + std::to_string(t.pos) + "/" + std::to_string(t.payload) + " ";
    out += std::to_string(f.sleeps) + (f.asleep ? " asleep" : "") + (f.finished ? " done" : "");
    return out + " " + std::to_string(f.reservations_failed) + "; ";
}

std::string text(const outcome& o, sim::violation found) {
    std::string out;
    for (unsigned t = 0; t < o.thread_count; ++t) out += text(o.threads[t]);
    for (const ring_end& r : o.ring_ends())
        out += std::to_string(r.consumer_pos) + " " + std::to_string(r.producer_pos) + " " +
               std::to_string(r.header) + (r.notify_pending ? " notified; " : "; ");
    return out + std::string(name(found));
}

struct ends {
    std::set<std::string> all;
    bool early = false;
    bool cut = false;
    sim::violation kind = sim::violation::none;
    std::uint64_t states = 0;
    std::uint64_t classes = 0;
    std::uint64_t interchangeable = 0;
};

struct texts_of_ends final : end_listener {
    std::set<std::string> all;
    void begin() override { all.clear(); }
    void execution_ended(const outcome& end, sim::violation found) override {
        all.insert(text(end, found));
    }
    void execution_cut_short(sim::violation, const std::string&) override {}
    std::string bytes() const override {
        graph::byte_writer to;
        to.put(all.size());
        for (const std::string& one : all) to.put(std::string_view(one));
        return to.take();
    }
    void add(std::string_view bytes) override {
        graph::byte_reader from(bytes);
        for (auto n = from.get<std::size_t>(); n > 0; --n) all.insert(from.get_text());
    }
};

ends by_graphs(const scenario& s, const variant& v, graph::model_id m) {
    ends e;
    texts_of_ends heard;
    graph_options o;
    o.model = m;
    o.executions_max = executions_max;
    o.stop_at_first_violation = false;
    o.smallest = false;
    o.ends = &heard;
    const exploration r = explore_with_graph(s, v, o);
    e.all = std::move(heard.all);
    e.cut = !r.finished;
    e.early = r.ended_early > 0;
    return e;
}

ends by_states(const scenario& s, const variant& v, graph::model_id m, bool apart = false) {
    ends e;
    states_options o;
    o.model = m;
    o.limits.tell_all_apart = apart;
    o.limits.states_max = states_max;
    o.limits.stop_at_first_violation = false;
    o.on_begin = [&] { e = {}; };
    o.on_outcome = [&](const outcome& end, sim::violation found) {
        e.all.insert(text(end, found));
    };
    const states_exploration r = explore_with_states(s, v, o);
    e.cut = !r.result.finished || r.states.weaker_seq_cst;
    e.states = r.states.states;
    e.classes = r.states.classes;
    e.interchangeable = r.states.identical;
    if (r.states.counterexample) e.early = !r.states.counterexample->complete;
    return e;
}

void check_scenarios(graph::model_id m) {
    unsigned compared = 0;
    unsigned skipped = 0;
    unsigned interchangeable = 0;
    for (const scenario* s : all_scenarios())
        for (const expectation& x : s->expect) {
            const variant v = parse_variant(x.orders, x.how);
            if (!why_no_states(*s, v, m).empty()) continue;
            const ends g = by_graphs(*s, v, m);
            if (g.cut) {
                ++skipped;
                continue;
            }
            const ends t = by_states(*s, v, m);
            if (t.cut) {
                ++skipped;
                continue;
            }
            ++compared;
            INFO(s->name << " " << x.orders << " " << graph::name(m));
            if (t.interchangeable > 0) {
                const ends apart = by_states(*s, v, m, /*apart=*/true);
                ++interchangeable;
                CHECK(apart.early == t.early);
                CHECK((t.early || apart.all == t.all));
                CHECK(t.states < apart.states);
                CHECK((t.early || t.states == apart.classes));
            }
            CHECK(g.early == t.early);
            if (g.early || t.early) continue;
            for (const std::string& e : g.all) {
                INFO("missing: " << e);
                CHECK(t.all.contains(e));
            }
            for (const std::string& e : t.all) {
                INFO("extra: " << e);
                CHECK(g.all.contains(e));
            }
        }
    MESSAGE(compared << " compared, " << skipped << " too large or not expressible");
    CHECK(compared > 50);
    CHECK(interchangeable > 0);
}

}  // namespace

TEST_CASE("states: every stated variant has the ends that the graphs have under sc") {
    check_scenarios(graph::model_id::sc);
}
TEST_CASE("states: every stated variant has the ends that the graphs have under x86-tso") {
    check_scenarios(graph::model_id::x86_tso);
}
TEST_CASE("states: every stated variant has the ends that the graphs have under rc11") {
    check_scenarios(graph::model_id::rc11);
}

}  // namespace ringsim::tests
