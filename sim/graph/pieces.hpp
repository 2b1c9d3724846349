// A search in pieces, by processes that know nothing of one another: on other machines, or later.
//
// Whoever helps in the same run is a fork of the process that began (jobs.hpp), and has all that
// the program had found out about itself by then. Here each process finds that out for itself: it
// begins with the same first leaves of the search, so many of them that there was no news in those
// behind them that whoever cut the search has seen. From there on it is as with forks: who comes to
// an execution with news leaves it, and what is behind it in its part, to the process that adds up.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/graph/jobs.hpp"
#include "sim/graph/part.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// What each process begins with, and how it is seen that it did the same as the others.
struct beginning {
    std::uint64_t leaves = 0;  // executions, and runs that came to none
    bool symmetry = false;     // exploration_limits::symmetry; threads may turn out to differ
    std::uint64_t known = 0;   // gathered::known() then
    way_list rest;             // the first execution behind them

    friend bool operator==(const beginning&, const beginning&) = default;
};

// What came of a piece of the search.
struct piece {
    enum state : std::uint8_t {
        done,
        violating,  // done; the first violations are in it, which the watcher may want to look at
        left,       // to the process that adds up, because of news or of what ends a search
        open,       // nobody has come to it
    };
    part what;
    state is = done;
    exploration_report report{};
    std::string learned{};                // the bytes of gathered
    std::vector<promise_point> points{};  // of it, in its order
    // Of what is left, by a process that had added up before: gathered::known() behind it.
    std::uint64_t known = 0;
};

// What is known of a part: its pieces, in the order of the search, and what nobody has come to.
struct part_in_pieces {
    std::vector<piece> pieces;
    std::optional<part> rest;
    fingerprint_set names{};  // of the points of the pieces: the first one of each is enough
};

// In a process that goes through some part, or cuts the search.
class search_in_pieces {
  public:
    // The program and its locations outlive this object.
    search_in_pieces(model_id m, program& p, const std::vector<location_info>& locations,
                     const exploration_limits& limits, gathered& learned);
    ~search_in_pieces();
    search_in_pieces(const search_in_pieces&) = delete;
    search_in_pieces& operator=(const search_in_pieces&) = delete;

    // The whole search for a while, to see where there is news: begin() is set to what to begin
    // with. The end `limit` says that the time was over.
    exploration_report look_around(std::chrono::milliseconds how_long);
    // Goes through the beginning; all but `leaves` and `symmetry` is filled in. The end `limit`
    // says that there is more behind it.
    exploration_report go_through_beginning(beginning& b);
    const beginning& seen() const { return seen_; }

    // Behind the beginning: the rest of the search in about so many parts, in its order.
    std::vector<part> cut(std::size_t how_many);

    // Behind the beginning, again and again: goes on with a part until `enough` says so, which is
    // asked after each leaf. Without keep_going, what is from the first violation on is left;
    // with it, at least so many executions from there on are a piece of their own.
    void go_on(part_in_pieces& known, bool keep_going, std::uint64_t behind_violation,
               const std::function<bool()>& enough);

  private:
    class counting_leaves;
    class violation_seen;
    class watching_pieces;
    struct rough_part;

    exploration_report from_start(counting_leaves& watch);
    std::unique_ptr<part_search> new_search();
    bool go_on_once(part_in_pieces& known, watching_pieces& watch);
    static void begin_piece(part_in_pieces& known, piece::state is);
    static void leave_rest(part_in_pieces& known);
    std::vector<rough_part> cut_until_news(std::vector<rough_part> pieces, std::size_t how_many);

    const model_id model_;
    program& program_;
    const std::vector<location_info>& locations_;
    exploration_limits limits_;
    gathered& learned_;
    std::unique_ptr<violation_seen> violations_;
    std::unique_ptr<part_search> search_;
    unsigned size_ = 0;
    beginning seen_;
};

// As explore_with_jobs(), with what others have gone through behind the beginning. Pieces of which
// it turns out that they are of another search than this one are not looked at.
exploration_report explore_with_pieces(model_id m, program& p,
                                       const std::vector<location_info>& locations,
                                       const exploration_limits& limits, observer& watcher,
                                       gathered& learned, const beginning& begun,
                                       const std::vector<piece>& pieces);

}  // namespace ringsim::sim::graph
