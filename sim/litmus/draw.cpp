// A picture has one node for each event that a reader would call one. Choices and waiting are
// decisions of the search, so they are left out, and the arrows of program order close over them.
//
// A node is called by the number of its event from 1 (e1, e2, ...), by which `reads_from` counts as
// well; 0 there is the initial write of the location (i0, i1, ... by locations). Arrows: po and rmw
// within a thread, rf from a write to its reader, co from a write to the next one of its location,
// fr from a read to the write behind the one that it read.
#include "sim/litmus/draw.hpp"

#include <algorithm>
#include <vector>

#include "sim/dot_text.hpp"

namespace ringsim::sim::litmus {
namespace {

using graph::event_kind;
using graph::recorded_event;

// In the abbreviations that papers use.
const char* mode_text(graph::mode m) {
    switch (m) {
        // As the literature writes it: non-atomic.
        case graph::mode::plain:
            return "na";
        case graph::mode::relaxed:
            return "rlx";
        case graph::mode::acquire:
            return "acq";
        case graph::mode::release:
            return "rel";
        case graph::mode::acq_rel:
            return "acq_rel";
        default:
            return "sc";
    }
}

// One drawing, line by line; names are quoted for Graphviz by dot_quoted(), since they come from
// the user's file.
class picture : dot_text {
  public:
    picture(const test& t, const graph::recorded_execution& e) : test_(t), events_(e.events) {}

    std::string draw(const std::string& caption) {
        line("digraph {} {{", dot_quoted(test_.name));
        line("  label={}; node [shape=plaintext]; splines=spline;", dot_quoted(caption));
        initial_writes();
        for (unsigned t = 0; t < test_.threads.size(); ++t) thread(t);
        for (std::size_t i = 0; i < events_.size(); ++i) communication(i);
        line("}}");
        return take();
    }

  private:
    // What is an event to a reader.
    static bool shown(const recorded_event& e) {
        return e.what.kind != event_kind::choice && e.what.kind != event_kind::block;
    }
    // As the condition would show it: by the type of its location, and an address by its name.
    std::string value(const recorded_event& e) const {
        return test_.value_text(static_cast<std::int64_t>(e.value),
                                test_.locations[e.what.location].shown_as);
    }
    const std::string& place(const recorded_event& e) const {
        return test_.locations[e.what.location].name;
    }

    // As in papers: R or W, its annotation, the location and the value.
    std::string label(const recorded_event& e) const {
        const char* mode = mode_text(e.what.how);
        switch (e.what.kind) {
            case event_kind::read:
                return fmt::format("R[{}] {}={}", mode, place(e), value(e));
            case event_kind::write:
                return fmt::format("W[{}] {}={}", mode, place(e), value(e));
            default:
                return fmt::format("F[{}]", mode);
        }
    }

    // Only those that somebody read: the others would be nodes without an edge.
    void initial_writes() {
        std::vector<graph::location_id> read;
        for (const recorded_event& e : events_)
            if (e.what.kind == event_kind::read && e.reads_from == 0 &&
                std::ranges::find(read, e.what.location) == read.end())
                read.push_back(e.what.location);
        std::ranges::sort(read);
        for (const graph::location_id l : read)
            line("  i{} [label={}];", l,
                 dot_quoted(fmt::format(
                     "init {}={}", test_.locations[l].name,
                     test_.value_text(test_.locations[l].initial, test_.locations[l].shown_as))));
    }

    // A cluster for each thread. Weight keeps program order straight; the two halves of a
    // read-modify-write are tied by `rmw`.
    void thread(unsigned t) {
        line("  subgraph cluster_{} {{ label=\"P{}\"; color=gray;", t, t);
        // The event before in the thread; events_.size() stands for none.
        std::size_t before = events_.size();
        for (std::size_t i = 0; i < events_.size(); ++i) {
            const recorded_event& e = events_[i];
            if (e.thread != t || !shown(e)) continue;
            line("    e{} [label={}];", i + 1,
                 dot_quoted(fmt::format("{} (line {})", label(e), e.what.note)));
            if (before != events_.size())
                line("    e{} -> e{} [label=\"{}\", weight=10];", before + 1, i + 1,
                     e.what.rmw ? "rmw" : "po");
            before = i;
        }
        line("  }}");
    }

    // rf into a read and fr out of it; co from a write to the next one.
    void communication(std::size_t i) {
        const recorded_event& e = events_[i];
        if (e.what.kind == event_kind::read) {
            const std::string from = e.reads_from == 0 ? fmt::format("i{}", e.what.location)
                                                       : fmt::format("e{}", e.reads_from);
            line("  {} -> e{} [label=\"rf\", color=red, constraint=false];", from, i + 1);
            // fr is to the write that follows the one that was read, in coherence.
            const unsigned source = e.reads_from == 0 ? 0 : events_[e.reads_from - 1].co;
            const std::size_t newer = write_at(e.what.location, source + 1);
            // The write half of a read-modify-write is right behind what it read.
            if (newer != 0 &&
                !(events_[newer - 1].what.rmw && events_[newer - 1].thread == e.thread))
                line("  e{} -> e{} [label=\"fr\", color=orange, constraint=false];", i + 1, newer);
        }
        if (e.what.kind == event_kind::write)
            if (const std::size_t next = write_at(e.what.location, e.co + 1); next != 0)
                line("  e{} -> e{} [label=\"co\", color=blue, constraint=false];", i + 1, next);
    }

    // The number of the write at place `co` of a location, from 1, or 0. Looked for each time:
    // pictures are of small tests.
    std::size_t write_at(graph::location_id l, unsigned co) const {
        for (std::size_t i = 0; i < events_.size(); ++i)
            if (events_[i].what.kind == event_kind::write && events_[i].what.location == l &&
                events_[i].co == co)
                return i + 1;
        return 0;
    }

    const test& test_;
    const std::vector<recorded_event>& events_;
};

}  // namespace

// Text for Graphviz's dot; the caption is the label of the whole picture.
std::string drawing(const test& t, const graph::recorded_execution& e, const std::string& caption) {
    return picture(t, e).draw(caption);
}

}  // namespace ringsim::sim::litmus
