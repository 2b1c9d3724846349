// Parts of a search: how one is cut into pieces that several processes go through.
//
// A search is a tree. Wherever there are several ways on, they are numbered from 0 in the order in
// which the search takes them, so an execution is the list of the ways that lead to it, and the
// search visits executions in the order of their lists. A part is what lies between two of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/graph/fingerprint_set.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::sim::graph {

// The ways that are taken, one for each point where there are several.
using way_list = std::vector<std::uint32_t>;

struct part {
    way_list begin;                 // to the first execution of the part; behind it: the first ways
    std::optional<way_list> until;  // to the first one that is behind the part, if there is one

    friend bool operator==(const part&, const part&) = default;
};

// Where a read may be promised a write (load buffering): the ways that lead to the write, and which
// the two are. `name` is the same wherever the same would come of it.
struct promise_point {
    struct place {
        std::uint16_t thread;
        std::uint16_t po;
        friend bool operator==(const place&, const place&) = default;
    };
    way_list ways;
    place write;
    place reader;
    fingerprint name;
};

class overseer;

// A search that can be done part by part. One object for many parts, of the same search.
class part_search {
  public:
    virtual ~part_search() = default;
    // Goes through a part. If the overseer ends it, at a limit, rest() is what is left.
    virtual exploration_report run(const part& which, overseer* watched_by) = 0;
    // While it runs, from at_leaf(): leaves the end of the part to somebody else, as much as it can
    // without going on. Nothing: there is nothing to give.
    virtual std::optional<part> give_away() = 0;
    // What is left of the part, behind the execution at hand.
    virtual std::optional<part> rest() const = 0;
    // The same with it: from at_leaf(), or when the program has abandoned the search in its middle.
    // What the report counts by then is what was done before, if it was taken at the leaf before.
    virtual part at_hand() const = 0;

    // --- load buffering: under models that have it ----------------------------------------------
    // Parts have the executions without a cycle in po | rf. Those with one come behind all of them,
    // by promises. These are where the last part may make some, in the order in which it came
    // there; also while it runs.
    virtual const std::vector<promise_point>& points_met() const = 0;
    // Visits what comes of promises at the points of all parts: no two with the same name, and in
    // the order of the search. Goes on from the sum of the parts.
    virtual exploration_report visit_cycles(const std::vector<promise_point>& points,
                                            const exploration_report& so_far) = 0;
};

// Whoever stands beside a search and may end it, or take some of it over.
class overseer {
  public:
    virtual ~overseer() = default;
    // After each execution, and after each run that came to none. False: the search ends here.
    virtual bool at_leaf(part_search& search, const exploration_report& so_far) = 0;
};

// The sum of what two parts of a search report. How the second ended is how both did.
exploration_report sum(const exploration_report& first, const exploration_report& second);

// "0.0.3..0.1", "0.2..end": one word. The whole search is "start..end".
std::string to_text(const part& p);
// Nothing if the text is no part.
std::optional<part> parse_part(std::string_view text);

}  // namespace ringsim::sim::graph
