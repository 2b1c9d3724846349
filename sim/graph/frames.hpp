// The points of a search where there are several ways on, from the first to the newest: a graph for
// each, and the ways that are left. They are kept and used again, so nothing is allocated in the
// steady state. They also know what part of the search it is.
//
// A part of the search is what lies between two lists of ways (part.hpp). Its beginning is found by
// walking down: at each point the way that the list says is taken, and the ways before it are left
// out. Its end is cut off as it comes near: a frame that lies on the list's path drops the ways
// behind it.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/graph/part.hpp"

namespace ringsim::sim::graph {

enum class frame_kind : std::uint8_t {
    read,       // another source for the read `subject`
    write,      // another place for the write `subject`, or a read that it revisits
    choice,     // another way of the choice `subject`
    revisited,  // another place for the write `subject`, which `revisited` is to read from
    keeping,    // the write `subject` does not keep the free promise number `e`
};
enum class way_on : std::uint8_t {
    here,     // with the source, place or way `e`
    revisit,  // the read `e` reads from the write
    ahead,    // the read `e` is promised the write, and everything after it is done again
};
struct choice {
    event_id e;
    way_on how;
};

// A point of the search. `Shown`: what is being repeated, if anything. All that is needed to go on
// from here is in it: the graph as it was, and the ways that are left, in the order in which they
// are taken.
template <class G, class Shown>
struct frame {
    using graph_type = G;

    // `subject` is appended, and that is all of it.
    std::unique_ptr<G> graph = std::make_unique_for_overwrite<G>();
    frame_kind kind;
    event_id subject;
    event_id revisited;
    double weight;      // share of the search that each choice stands for
    bool one_at_once;   // a way that is none of the choices was the first to be taken
    unsigned next = 0;  // of the choices
    unsigned end = 0;   // of those that are in the part
    std::vector<choice> choices;
    std::shared_ptr<const Shown> shown;

    // Ways are numbered from 0, the one that was taken at once being the first. These numbers are
    // what a part is made of, so they must not depend on how the search came here.
    unsigned next_way() const { return next + (one_at_once ? 1 : 0); }
    unsigned ways() const { return end + (one_at_once ? 1 : 0); }
};

// A stack: the search goes on from the newest frame, and drops it when it has no way left.
template <class Frame>
class frame_stack {
  public:
    using frame_type = Frame;

    // An empty stack, for that part.
    void begin(const part& which) {
        depth_ = 0;
        begin_ = which.begin;
        on_the_way_ = !begin_.empty();
        until_ = which.until;
        runs_from_ = 0;
        at_leaf_ = false;
    }
    // Whether nothing is left out on either side.
    bool is_whole_search() const { return begin_.empty() && !until_; }
    // Whether the first execution of the part has not been reached.
    bool on_the_way() const { return on_the_way_; }

    bool empty() const { return depth_ == 0; }
    frame_type& newest() { return *frames_[depth_ - 1]; }
    void pop() { --depth_; }
    // The next choice of the newest frame, which the search takes now.
    choice take() {
        if (std::exchange(at_leaf_, false)) runs_from_ = depth_;
        return newest().choices[newest().next++];
    }
    // An execution is done, or came to nothing.
    void leaf() { at_leaf_ = true; }
    void clear() { depth_ = 0; }
    // Whether there is another way anywhere. If not, give_away() has nothing to give.
    bool is_more() const { return deepest_with_more() != depth_; }

    // The caller fills in the choices, and then calls enter().
    frame_type& push(frame_kind kind, event_id subject,
                     const typename frame_type::graph_type& graph) {
        if (depth_ == frames_.size()) frames_.push_back(std::make_unique<frame_type>());
        // Frames above the depth are spare: their graphs and vectors keep their memory.
        frame_type& f = *frames_[depth_++];
        f.graph->copy_from(graph);
        f.kind = kind;
        f.subject = subject;
        f.next = 0;
        f.choices.clear();
        return f;
    }

    struct turn {
        bool wrong = false;    // there is no such part
        bool arrived = false;  // the first execution of the part is the next one
        bool at_once = true;   // the search goes on; otherwise with the frame's next choice
    };
    // The newest frame has its choices; `ways` is how many ways there are with the one that was
    // taken at once. What is behind the part is left out, and on the way to its beginning the way
    // that leads there is taken.
    turn enter(unsigned ways) {
        frame_type& f = newest();
        f.one_at_once = ways != f.choices.size();
        f.end = static_cast<unsigned>(f.choices.size());
        if (until_ && !stop_at_edge(f)) return {.wrong = true};
        if (!on_the_way_) return {};
        const unsigned way = begin_[depth_ - 1];
        if (way >= f.ways()) return {.wrong = true};
        on_the_way_ = depth_ != begin_.size();
        const bool at_once = f.one_at_once && way == 0;
        if (!at_once) f.next = way - (f.one_at_once ? 1 : 0);
        return {.arrived = !on_the_way_, .at_once = at_once};
    }

    // Cuts what is left in two, and keeps the first piece. From the frame nearest to the root: what
    // hangs there is likely to be largest, and it is the end of the part, so that the two pieces
    // stay in the order of the search.
    std::optional<part> give_away() {
        for (std::size_t d = 0; d < depth_; ++d) {
            frame_type& f = *frames_[d];
            if (f.next == f.end) continue;
            part given{way_to(d), until_};
            f.end = f.next;
            until_ = given.begin;
            return given;
        }
        return std::nullopt;
    }

    // The ways that led to where the search is.
    way_list ways() const { return ways_to(depth_); }

    // All that is left of the part, as a part; nothing if it is done.
    std::optional<part> rest() const {
        const std::size_t d = deepest_with_more();
        return d == depth_ ? std::nullopt : std::optional(part{way_to(d), until_});
    }

    // The part from the run at hand on: what was done since the last leaf but one, if the search
    // stands at a leaf, or else since the last leaf, is at its beginning.
    part at_hand() const {
        if (runs_from_ == 0) return {begin_, until_};
        return {ways_to(runs_from_), until_};
    }

  private:
    std::size_t deepest_with_more() const {
        for (std::size_t d = depth_; d-- > 0;)
            if (frames_[d]->next < frames_[d]->end) return d;
        return depth_;
    }

    // Leaves out the choices of the newest frame that are behind the part. False: all of them. Only
    // a frame whose ways so far are those of until_ can reach the edge. The way that leads to
    // `until` itself stays in, unless it ends here: its beginning is part of the part.
    bool stop_at_edge(frame_type& f) {
        const std::size_t level = depth_ - 1;
        if (level >= until_->size()) return true;
        for (std::size_t d = 0; d < level; ++d)
            if (frames_[d]->next_way() != (*until_)[d] + 1) return true;
        const bool last = level + 1 == until_->size();
        const unsigned ways = std::min((*until_)[level] + (last ? 0 : 1), f.ways());
        if (ways == 0) return false;
        f.end = ways - (f.one_at_once ? 1 : 0);
        return true;
    }

    // The ways that were taken at the first points, so many.
    way_list ways_to(std::size_t depth) const {
        way_list way;
        for (std::size_t d = 0; d < depth; ++d) way.push_back(frames_[d]->next_way() - 1);
        return way;
    }
    // The ways that were taken, down to this level, and there the one that comes next.
    way_list way_to(std::size_t level) const {
        way_list way;
        for (std::size_t d = 0; d <= level; ++d) {
            const unsigned next = frames_[d]->next_way();
            way.push_back(d < level ? next - 1 : next);
        }
        return way;
    }

    // By pointers, so that a frame stays where it is while others are pushed.
    std::vector<std::unique_ptr<frame_type>> frames_;
    std::size_t depth_ = 0;
    way_list begin_;                 // of the part
    bool on_the_way_ = false;        // to its first execution
    std::optional<way_list> until_;  // where it ends
    // The run at hand began with the next choice of the frame at this depth, from 1; 0: it is the
    // first of the part.
    std::size_t runs_from_ = 0;
    bool at_leaf_ = false;  // the run is over
};

}  // namespace ringsim::sim::graph
