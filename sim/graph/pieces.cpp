// Cutting needs executions, for only an execution shows what ways there are; and they may find out
// what whoever goes through a part will not know. So they are made in a fork, which is given up as
// soon as there is news.
#include "sim/graph/pieces.hpp"

#include <algorithm>
#include <iterator>

#include "sim/graph/bytes.hpp"
#include "sim/graph/explore_models.hpp"
#include "sim/graph/helper_process.hpp"

namespace ringsim::sim::graph {
namespace {

// To look at the clock costs more than many an execution.
constexpr std::uint64_t leaves_between_clocks = 64;
constexpr std::size_t whole = SIZE_MAX;  // as a depth: it cannot be cut

// Gives away the rest of a part behind its first execution, and is through.
class cut_in_two final : public overseer {
  public:
    bool at_leaf(part_search& search, const exploration_report&) override {
        second = search.give_away();
        return false;
    }
    std::optional<part> second;
};

}  // namespace

// Only whether there was one: those that are looked at are left to the process that looks.
class search_in_pieces::violation_seen final : public observer {
  public:
    void violation(const verdict_of_program&) override { seen = true; }
    bool seen = false;
};

// From the start of a search: ends it after so many leaves, or after a time. It ends behind a leaf,
// never within one, so that whoever counts the same number of them stands at the same place.
class search_in_pieces::counting_leaves final : public overseer {
  public:
    counting_leaves(const gathered& learned, std::uint64_t leaves_max,
                    std::optional<std::chrono::milliseconds> how_long)
        : learned_(learned), leaves_max_(leaves_max), how_long_(how_long) {}

    // The search begins again.
    void begin() {
        leaves_ = leaf_of_news_ = 0;
        known_ = learned_.known();
    }
    std::uint64_t leaves() const { return leaves_; }
    std::uint64_t leaf_of_news() const { return leaf_of_news_; }

    bool at_leaf(part_search&, const exploration_report&) override {
        ++leaves_;
        if (learned_.known() != known_) leaf_of_news_ = leaves_;
        known_ = learned_.known();
        if (!how_long_) return leaves_ < leaves_max_;
        const bool looks = how_long_->count() == 0 || leaves_ % leaves_between_clocks == 0;
        return !looks || std::chrono::steady_clock::now() - started_ < *how_long_;
    }

  private:
    const gathered& learned_;
    const std::uint64_t leaves_max_;
    const std::optional<std::chrono::milliseconds> how_long_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::uint64_t leaves_ = 0;
    std::uint64_t leaf_of_news_ = 0;  // the last one by which more was known than before it
    std::uint64_t known_ = 0;         // at the last leaf
};

search_in_pieces::search_in_pieces(model_id m, program& p,
                                   const std::vector<location_info>& locations,
                                   const exploration_limits& limits, gathered& learned)
    : model_(m),
      program_(p),
      locations_(locations),
      limits_(limits),
      learned_(learned),
      violations_(std::make_unique<violation_seen>()) {
    // Whoever calls says when it is enough.
    limits_.interrupted = nullptr;
    limits_.seconds_max = 1e18;
}

search_in_pieces::~search_in_pieces() = default;

// The one before is gone by then: stacks of the program's threads are to be where they were, for
// what is found out of an address on one is of no use at another.
std::unique_ptr<part_search> search_in_pieces::new_search() {
    search_.reset();
    return explorers_for(model_).in_parts(size_, program_, locations_, limits_, *violations_);
}

// As a single process begins, and begins again: in larger graphs, or without symmetry.
exploration_report search_in_pieces::from_start(counting_leaves& watch) {
    for (;;) {
        search_ = new_search();
        watch.begin();
        exploration_report report = search_->run(part{}, &watch);
        if (report.end == exploration_end::told_apart) {
            limits_.symmetry = false;
            continue;
        }
        if (report.end != exploration_end::too_large || size_ + 1 == graph_sizes) return report;
        ++size_;
    }
}

// Where the search is over in that time there is always something behind the first leaf, unless it
// is all there is.
exploration_report search_in_pieces::look_around(std::chrono::milliseconds how_long) {
    counting_leaves watch(learned_, 0, how_long);
    const exploration_report report = from_start(watch);
    const bool behind = watch.leaf_of_news() < watch.leaves();
    seen_ = {};
    seen_.leaves = behind ? std::max<std::uint64_t>(watch.leaf_of_news(), 1) : 1;
    seen_.symmetry = limits_.symmetry;
    return report;
}

// What is known there, and the execution behind it, say whether this is the search that was cut:
// the caller compares the two with what they were then. An end of the search that falls on the last
// leaf of the beginning is no limit, and is told as what it is.
exploration_report search_in_pieces::go_through_beginning(beginning& b) {
    limits_.symmetry = b.symmetry;
    counting_leaves watch(learned_, b.leaves, std::nullopt);
    exploration_report report = from_start(watch);
    b.symmetry = limits_.symmetry;
    b.known = learned_.known();
    const std::optional<part> rest = search_->rest();
    if (report.end == exploration_end::limit && !rest) report.end = exploration_end::exhausted;
    b.rest = rest ? rest->begin : way_list{};
    seen_ = b;
    return report;
}

// --- cutting -------------------------------------------------------------------------------------

// `depth`: of its highest point with several ways on. The higher it is, the larger the part is.
struct search_in_pieces::rough_part {
    part what;
    std::size_t depth;
};

// In the fork. One that has come to news is as it was before its last execution to those who ask.
//
// Again and again the largest part is run up to its first execution, behind which the rest of it is
// given away: two parts, of which the first may be cut again. With news in the fork nothing that it
// finds holds for whoever will go through the parts, so it ends there, and what is cut stays.
std::vector<search_in_pieces::rough_part> search_in_pieces::cut_until_news(
    std::vector<rough_part> pieces, std::size_t how_many) {
    while (pieces.size() < how_many) {
        const auto largest = std::ranges::min_element(pieces, {}, &rough_part::depth);
        if (largest->depth == whole) break;
        cut_in_two cut;
        (void)search_->run(largest->what, &cut);
        const bool news = learned_.has_news();
        if (!cut.second || news) {
            largest->depth = whole;
            if (news) break;
            continue;
        }
        largest->what.until = cut.second->begin;
        largest->depth = cut.second->begin.size();
        pieces.insert(std::next(largest), {*cut.second, cut.second->begin.size()});
    }
    return pieces;
}

// The search stands behind its beginning, and knows some ways on: those are the first cuts.
std::vector<part> search_in_pieces::cut(std::size_t how_many) {
    std::vector<rough_part> pieces;
    while (pieces.size() + 1 < how_many) {
        const auto given = search_->give_away();
        if (!given) break;
        pieces.insert(pieces.begin(), {*given, given->begin.size()});
    }
    if (const auto rest = search_->rest())
        pieces.insert(pieces.begin(), {*rest, rest->begin.size()});
    const auto to_cut = [&] {
        return pieces.size() < how_many &&
               std::ranges::any_of(pieces, [](const rough_part& p) { return p.depth != whole; });
    };
    while (to_cut()) {
        helper_process other([&](channel& to) {
            learned_.in_another_process();
            byte_writer all;
            for (const rough_part& p : cut_until_news(pieces, how_many)) {
                all.put(std::string_view(to_text(p.what)));
                all.put(p.depth);
            }
            to.send(all.take());
        });
        std::optional<std::string> said;
        while (!(said = other.talk().take()) && other.talk().receive(true)) {
        }
        // What it came to brings a process down: so be it there.
        if (!said) break;
        pieces.clear();
        byte_reader from(*said);
        while (!from.at_end()) {
            const std::string text = from.get_text();
            pieces.push_back({parse_part(text).value(), from.get<std::size_t>()});
        }
    }
    std::vector<part> parts;
    for (const rough_part& p : pieces) parts.push_back(p.what);
    return parts;
}

// --- going through a part ------------------------------------------------------------------------

// What a worker does at each leaf (worker.cpp), and where a piece ends.
class search_in_pieces::watching_pieces final : public overseer {
  public:
    enum class why : std::uint8_t { not_at_all, news, violation, looked_at, enough };

    watching_pieces(violation_seen& violations, gathered& learned,
                    const std::function<bool()>& enough)
        : violations_(violations), learned_(learned), enough_(enough) {}

    // `ends_at_violation`: what is from the first one on is of another piece. Otherwise it ends
    // when it has so many executions more.
    void begin(bool ends_at_violation, std::uint64_t executions_max) {
        violations_.seen = false;
        ends_at_violation_ = ends_at_violation;
        executions_max_ = executions_max;
        ended_ = why::not_at_all;
        done_ = {};
        points_done_ = 0;
        from_.reset();
    }
    why ended() const { return ended_; }
    // In larger graphs.
    void goes_on() { ended_ = why::not_at_all; }
    const exploration_report& done() const { return done_; }
    const std::optional<part>& from() const { return from_; }
    // Where reads may be promised writes, in what is of this piece.
    std::vector<promise_point> points(const part_search& search) const {
        const std::vector<promise_point>& all = search.points_met();
        const bool not_all = ended_ == why::news || ended_ == why::violation;
        const std::size_t n = not_all ? points_done_ : all.size();
        return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n)};
    }

    // What is from the run at hand on is not of this piece.
    void end_before(const part_search& search, why w) {
        from_ = search.at_hand();
        ended_ = w;
    }

    // News first: what the program did in such a run may be due to what others do not know, a
    // violation as well.
    bool at_leaf(part_search& search, const exploration_report& so_far) override {
        if (learned_.has_news()) return end_before(search, why::news), false;
        if (ends_at_violation_ && violations_.seen)
            return end_before(search, why::violation), false;
        done_ = so_far;
        points_done_ = search.points_met().size();
        learned_.counts();
        if (so_far.executions + so_far.ended_early >= executions_max_) ended_ = why::looked_at;
        if (enough_()) ended_ = why::enough;
        if (ended_ != why::not_at_all) from_ = search.rest();
        return ended_ == why::not_at_all;
    }

  private:
    violation_seen& violations_;
    gathered& learned_;
    const std::function<bool()>& enough_;
    bool ends_at_violation_ = true;
    std::uint64_t executions_max_ = UINT64_MAX;
    why ended_ = why::not_at_all;
    exploration_report done_;      // at the last leaf that counts
    std::size_t points_done_ = 0;  // likewise
    std::optional<part> from_;     // what is left of the part
};

// Adds what was done to the last piece, if that is of the same kind, and what is left to the rest.
// False: somebody said that it is enough.
bool search_in_pieces::go_on_once(part_in_pieces& known, watching_pieces& watch) {
    const part asked = *known.rest;
    learned_.forget();
    exploration_report report = search_->run(asked, &watch);
    using why = watching_pieces::why;
    // Also an execution that ends the search in another way is not this process's.
    if (watch.ended() != why::news && watch.ended() != why::violation) {
        const bool ends =
            report.end != exploration_end::exhausted && report.end != exploration_end::limit;
        if (ends || learned_.has_news()) watch.end_before(*search_, why::news);
    }
    const bool larger =
        report.end == exploration_end::too_large && size_ + 1 < graph_sizes && !learned_.has_news();
    if (watch.ended() != why::not_at_all) report = watch.done();
    report.end = exploration_end::exhausted;
    known.rest = watch.from();
    piece& last = known.pieces.back();
    last.learned = learned_.both(last.learned, learned_.bytes());
    last.report = sum(last.report, report);
    for (promise_point& p : watch.points(*search_))
        if (known.names.insert(p.name)) last.points.push_back(std::move(p));
    last.what.until = known.rest ? known.rest->begin : asked.until;
    if (larger) {
        ++size_;
        search_ = new_search();
        watch.goes_on();
    }
    return watch.ended() != why::enough;
}

// A piece ends where something else is to be done with what follows: where a violation was found,
// behind the executions that the watcher may want to look at, and where there is news. What comes
// between two runs of this function is one piece, however often the process was killed meanwhile.
void search_in_pieces::go_on(part_in_pieces& known, bool keep_going, std::uint64_t behind_violation,
                             const std::function<bool()>& enough) {
    using why = watching_pieces::why;
    watching_pieces watch(*violations_, learned_, enough);
    const auto& pieces = known.pieces;
    for (const piece& one : pieces)
        for (const promise_point& p : one.points) (void)known.names.insert(p.name);
    for (bool goes_on = true; goes_on && known.rest;) {
        if (pieces.empty()) begin_piece(known, piece::done);
        const piece& last = pieces.back();
        const std::uint64_t looked_at = last.report.executions + last.report.ended_early;
        const bool none_yet =
            std::ranges::none_of(pieces, [](const piece& p) { return p.is == piece::violating; });
        watch.begin(none_yet, last.is == piece::violating
                                  ? behind_violation - std::min(behind_violation, looked_at)
                                  : UINT64_MAX);
        goes_on = go_on_once(known, watch);
        if (!known.rest) break;
        if (watch.ended() == why::looked_at) begin_piece(known, piece::done);
        if (watch.ended() == why::news) leave_rest(known);
        if (watch.ended() != why::violation) continue;
        if (keep_going)
            begin_piece(known, piece::violating);
        else
            leave_rest(known);
    }
}

// The next piece has everything in it until there is another one. It begins empty; one that stayed
// so is none.
void search_in_pieces::begin_piece(part_in_pieces& known, piece::state is) {
    auto& pieces = known.pieces;
    if (!pieces.empty() && pieces.back().what.begin == pieces.back().what.until) pieces.pop_back();
    pieces.push_back({{known.rest->begin, known.rest->begin}, is, {}, {}});
}
// To the process that adds up, which knows all that there is to know by then.
void search_in_pieces::leave_rest(part_in_pieces& known) {
    begin_piece(known, piece::left);
    known.pieces.back().what = *known.rest;
    known.rest.reset();
}

}  // namespace ringsim::sim::graph
