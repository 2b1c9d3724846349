// A ring of one's own on the engine of execution graphs: one producer, one consumer, two slots. The
// orders of the two positions are what is in question.
//
//   c++ -std=c++20 own_ring.cpp $(pkg-config --cflags --libs ringsim) -o own_ring
//   ./own_ring
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "sim/graph/explore.hpp"
#include "sim/graph/perform.hpp"

namespace {

using namespace ringsim;
namespace graph = sim::graph;

constexpr unsigned slots = 2;
constexpr unsigned messages = 3;

constexpr graph::location_id head = 0;  // written by the consumer
constexpr graph::location_id tail = 1;  // written by the producer
constexpr graph::location_id first_slot = 2;

class own_ring final : public graph::program {
  public:
    own_ring(graph::model_id m, order load, order store) : model_(m), load_(load), store_(store) {}

    static std::vector<graph::location_info> locations() {
        return {{"head", 0}, {"tail", 0}, {"slot[0]", 0}, {"slot[1]", 0}};
    }
    unsigned thread_count() const override { return 2; }
    void attach(graph::executor& e) override { executor_ = &e; }
    void run_thread(unsigned thread) override { thread == 0 ? produce() : consume(); }
    std::optional<graph::verdict_of_program> judge(graph::hang) override {
        if (wrong_)
            return graph::verdict_of_program{sim::violation::torn_record, "a message is another's"};
        return std::nullopt;
    }

  private:
    // Neither side waits: it gives up when the ring is full, or empty.
    void produce() {
        for (std::uint64_t i = 0; i < messages; ++i) {
            if (i - load(head, load_) == slots) return;
            store(slot(i), 100 + i, order::plain);
            store(tail, i + 1, store_);
        }
    }
    void consume() {
        wrong_ = false;  // a thread starts afresh again and again
        for (std::uint64_t i = 0; i < messages; ++i) {
            if (load(tail, load_) == i) return;
            wrong_ = wrong_ || load(slot(i), order::plain) != 100 + i;
            store(head, i + 1, store_);
        }
    }
    static graph::location_id slot(std::uint64_t i) {
        return static_cast<graph::location_id>(first_slot + i % slots);
    }

    std::uint64_t load(graph::location_id l, order o) {
        return access(ringsim::access::load, graph::event_kind::read, l, 0, o);
    }
    void store(graph::location_id l, std::uint64_t value, order o) {
        access(ringsim::access::store, graph::event_kind::write, l, value, o);
    }
    std::uint64_t access(ringsim::access kind, graph::event_kind event, graph::location_id l,
                         std::uint64_t value, order o) {
        graph::label at;
        at.kind = event;
        at.location = l;
        at.value = value;
        at.source = o;
        const auto how =
            graph::lower(model_, graph::default_mapping(model_), language::cxx, kind, o);
        return graph::perform(*executor_, how, std::move(at));
    }

    graph::model_id model_;
    order load_;
    order store_;
    graph::executor* executor_ = nullptr;
    bool wrong_ = false;
};

struct first_finding final : graph::observer {
    std::string what;
    void violation(const graph::verdict_of_program& v) override {
        if (what.empty()) what = sim::name(v.kind);
    }
};

void explore(graph::model_id m, order load, order store) {
    own_ring ring(m, load, store);
    first_finding heard;
    graph::exploration_limits limits;
    limits.stop_at_first_violation = false;
    const auto report = graph::explore_exhaustively(m, ring, own_ring::locations(), limits, heard);
    std::printf("%-8s %-8s %-8s %4llu executions, %s\n", std::string(graph::name(m)).c_str(),
                std::string(name(load)).c_str(), std::string(name(store)).c_str(),
                static_cast<unsigned long long>(report.executions + report.ended_early),
                heard.what.empty() ? "holds" : heard.what.c_str());
}

}  // namespace

int main() try {
    for (const auto m : {graph::model_id::sc, graph::model_id::rc11, graph::model_id::armv8}) {
        explore(m, order::acquire, order::release);
        explore(m, order::relaxed, order::relaxed);
    }
} catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 70;
}
