// What is written down are ways through the search, counts, and what was learned: no graphs, and
// nothing of memory. The executions that told something, of the program or to the watcher, are
// pieces of their own between the others, and whoever goes on visits these again. So what is
// written grows with what there was to tell, and not with the executions.
#include "sim/graph/kept.hpp"

#include <utility>

#include "sim/graph/counts.hpp"

namespace ringsim::sim::graph {
namespace {

// Whoever writes for long writes less often.
constexpr int times_as_long = 10;

// What was done between two leaves.
exploration_report difference(const exploration_report& later, const exploration_report& before) {
    exploration_report d = later;
    each_count([&](const char*, auto count) { d.*count -= before.*count; });
    d.share_done -= before.share_done;
    d.end = exploration_end::exhausted;
    d.problem.clear();
    return d;
}

}  // namespace

// --- passes --------------------------------------------------------------------------------------

// Passes are known by what was known when they began. One that begins with something else than it
// did is of another search, and so is all that came behind it.
std::vector<piece> kept_search::begin_pass(std::uint64_t known) {
    if (begun_ < passes_.size() && passes_[begun_].known != known) passes_.resize(begun_);
    if (begun_ == passes_.size()) passes_.push_back({known, {}});
    return passes_[begun_++].pieces;
}

// Behind the pass that began last: what that one finds out is not what it was when they were
// written.
void kept_search::forget_rest() {
    passes_.resize(begun_);
}

// Only in the last pass: those before it are written as they were. How long it took is waited for
// many times over, so that writing never is most of the work.
void kept_search::write(std::vector<piece> pieces) {
    if (!is_last()) return;
    passes_.back().pieces = std::move(pieces);
    const auto began = clock::now();
    write_(passes_);
    const auto now = clock::now();
    next_ = now + std::max(std::chrono::duration_cast<clock::duration>(between_),
                           (now - began) * times_as_long);
}

// --- pieces --------------------------------------------------------------------------------------

void piece_list::clear() {
    pieces_.clear();
    points_ = {};
}

// A piece that goes on where the last one of its kind ended is put together with it. Pieces that
// are left have nothing learned: that is found out again.
void piece_list::add(piece p) {
    // Of a part that was cut off right in front of the execution at hand, nothing is left.
    if (p.what.until == p.what.begin) return;
    std::erase_if(p.points, [&](const promise_point& at) { return !points_.insert(at.name); });
    if (pieces_.empty() || pieces_.back().is != p.is || pieces_.back().what.until != p.what.begin) {
        pieces_.push_back(std::move(p));
        return;
    }
    piece& last = pieces_.back();
    last.what.until = std::move(p.what.until);
    last.report = sum(last.report, p.report);
    if (p.is == piece::done) last.learned = learned_.both(last.learned, p.learned);
    last.known = p.known;
    last.points.insert(last.points.end(), p.points.begin(), p.points.end());
}

// --- executions ----------------------------------------------------------------------------------

// What was learned before is put aside, and comes back at the end: of each piece only what is
// learned in it is written down, so that pieces can be put together in any order of processes.
noted_leaves::noted_leaves(part what, overseer& other, gathered& learned, const observer& watcher,
                           piece_list& to)
    : what_(std::move(what)),
      other_(other),
      learned_(learned),
      watcher_(watcher),
      to_(to),
      known_(learned.known()),
      looked_(watcher.looks_on()),
      begin_(what_.begin) {
    take_what_was_learned();
}

// What is counted from here on is of the piece at hand alone.
void noted_leaves::take_what_was_learned() {
    learned_.counts();
    learned_before_ = learned_.both(learned_before_, learned_.bytes());
    learned_.forget();
}

// An execution tells something if it was looked at, now or up to now, or if more is known behind it
// than before. Any other one only counts, together with its neighbours. One that tells ends the
// piece before it, and the next one begins behind it.
bool noted_leaves::at_leaf(part_search& search, const exploration_report& so_far) {
    const bool looks = watcher_.looks_on();
    if (!std::exchange(looked_, looks) && !looks && learned_.known() == known_) {
        learned_.counts();
        last_ = so_far;
        points_last_ = search.points_met().size();
        return other_.at_leaf(search, so_far);
    }
    known_ = learned_.known();
    close(search, search.at_hand().begin);
    const std::optional<part> rest = search.rest();
    piece told;
    told.what = {search.at_hand().begin, rest ? std::optional(rest->begin) : what_.until};
    told.is = piece::left;
    told.known = known_;
    to_.add(std::move(told));
    begin_.reset();
    if (rest) begin_ = rest->begin;
    before_ = last_ = so_far;
    points_before_ = points_last_ = search.points_met().size();
    return other_.at_leaf(search, so_far);
}

// The executions up to the last leaf are a piece.
void noted_leaves::close(const part_search& search, const std::optional<way_list>& until) {
    if (begin_) {
        piece done;
        done.what = {std::move(*begin_), until};
        done.report = difference(last_, before_);
        done.learned = learned_.bytes();
        const auto& points = search.points_met();
        done.points.assign(points.begin() + static_cast<std::ptrdiff_t>(points_before_),
                           points.begin() + static_cast<std::ptrdiff_t>(points_last_));
        to_.add(std::move(done));
    }
    begin_.reset();
    take_what_was_learned();
}

// An execution that ends the search in its middle, or that was not to be visited any more, tells
// so: from there on it is gone through again.
void noted_leaves::end(const part_search& search, const exploration_report& report) {
    if (report.end == exploration_end::exhausted) {
        if (begin_) close(search, what_.until);
    } else if (report.end == exploration_end::limit) {
        const std::optional<part> rest = search.rest();
        if (begin_) close(search, rest ? std::optional(rest->begin) : what_.until);
    } else {
        piece told;
        told.what = {search.at_hand().begin, what_.until};
        told.is = piece::left;
        told.known = learned_.known();
        if (begin_) close(search, told.what.begin);
        to_.add(std::move(told));
    }
    take_what_was_learned();
    learned_.forget();
    learned_.add(learned_before_);
}

}  // namespace ringsim::sim::graph
