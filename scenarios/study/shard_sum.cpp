// A program of the tests has this with faults: it is compiled with -DRINGSIM_SHARD_MUTANTS, and the
// environment variable RINGSIM_SHARD_MUTANT names the fault.
//
// - missing  a shard that is not there is not missed
// - twice    nor is one noticed that is there twice
// - halves   a shard that is not finished counts as it is
// - points   where reads may be promised writes is known of the first part alone
#include "scenarios/study/shard_sum.hpp"

#include <cstdlib>
#include <string_view>

#include "scenarios/program/user_error.hpp"
#include "sim/graph/fingerprint_set.hpp"

namespace ringsim::scenarios::study {
namespace {

#ifdef RINGSIM_SHARD_MUTANTS
bool shard_mutated(std::string_view fault) {
    static const char* const wanted = std::getenv("RINGSIM_SHARD_MUTANT");
    return wanted && fault == wanted;
}
#else
constexpr bool shard_mutated(std::string_view) {
    return false;
}
#endif

}  // namespace

// Of the two, the first violation is the one of the part that comes first, with all that is told of
// it; counts add up.
shard_result merged(const shard_result& first, const shard_result& second) {
    shard_result both = second.violating == 0 || first.violating != 0 ? first : second;
    both.of = first.of;
    both.part = {first.part.begin, second.part.until};
    both.rest = second.rest;
    both.executions = first.executions + second.executions;
    both.blocked = first.blocked + second.blocked;
    both.inconsistent = first.inconsistent + second.inconsistent;
    both.violating = first.violating + second.violating;
    both.ended_early = first.ended_early + second.ended_early;
    both.pieces = first.pieces;
    both.pieces.insert(both.pieces.end(), second.pieces.begin(), second.pieces.end());
    both.points = first.points;
    sim::graph::fingerprint_set known;
    for (const sim::graph::promise_point& p : both.points) (void)known.insert(p.name);
    for (const sim::graph::promise_point& p : second.points)
        if (known.insert(p.name) && !shard_mutated("points")) both.points.push_back(p);
    // One digit for each site, '1' if a thread came there.
    both.reached = first.reached;
    for (std::size_t i = 0; i < both.reached.size() && i < second.reached.size(); ++i)
        if (second.reached[i] == '1') both.reached[i] = '1';
    return both;
}

// Of a program, behind what each process begins with.
shard_sum::shard_sum(const shared_problem& of, std::string path)
    : of_(of),
      first_path_(std::move(path)),
      reached_(of.checked ? of.checked->begun.rest : sim::graph::way_list{}) {}

void shard_sum::add(const std::string& path, const shard& s,
                    const std::optional<shard_result>& came_of) {
    if (s.of != of_) throw user_error(path + ": is of another search than " + first_path_);
    if ((!reached_ || s.part.begin < *reached_) && !shard_mutated("twice"))
        throw user_error(path + ": is counted twice: a shard before it has the same part");
    if (reached_ && s.part.begin != *reached_ && !shard_mutated("missing"))
        missing_.push_back("a shard is missing: " +
                           to_text(sim::graph::part{*reached_, s.part.begin}));
    reached_ = s.part.until;
    if (!came_of || (came_of->rest && !shard_mutated("halves"))) {
        missing_.push_back(path + (came_of ? ": is not finished" : ": was not run"));
        return;
    }
    total_ = total_ ? merged(*total_, *came_of) : *came_of;
}

void shard_sum::end() {
    if (reached_)
        missing_.push_back("a shard is missing: " +
                           to_text(sim::graph::part{*reached_, std::nullopt}));
}

}  // namespace ringsim::scenarios::study
