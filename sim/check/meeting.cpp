// Barriers of programs under check.
//
// By a count: each arrival adds one to it, and the last one to come lets the others go. Then each
// order of arrival is an execution of its own: n! for each time that n threads meet, although
// nothing that they do depends on it.
//
// At once: each thread says by a word of its own that it has come. One of them, the leader, waits
// for the words of all others and lets them go. No two threads write the same word, so there is one
// execution, and as before, each arrival happens before each departure, and nothing else is in
// order by it. Who is told to have been the last may be any of them: the leader chooses. Where no
// thread looks at what it is told (unheeded.hpp), there is nothing to choose.
//
// At once takes that those who come are known. They are found out: the exploration begins again
// with each new one, and with the first that looks. If there are more than the barrier has room
// for, then which of them meet is told by the order, and the barrier is one by a count.
#include "sim/check/meeting.hpp"

#include "sim/check/reduction_mutant.hpp"
#include "sim/check/waits.hpp"

const void* ringsim_unheeded;

namespace ringsim::sim::check {
namespace {

constexpr unsigned words_max = 256;  // of all barriers: an exploration has so many locations
// Numbers of a barrier's words; by a count, there are two.
constexpr unsigned nobody = 2;  // that nobody ever writes
constexpr unsigned first_of_rounds = 3;

}  // namespace

// What it notes is kept for all executions. `something_new` also where the barrier turns out to be
// one by a count: what this execution has done at it was another way.
meetings::answer meetings::comes(const void* barrier, unsigned n, unsigned thread, bool heeds) {
    meeting& m = of_[barrier];
    if (m.by_count) return answer::by_count;
    const meeting before = m;
    if (m.size == 0) m.size = n;
    const std::uint32_t me = 1u << thread;
    // A round that no thread has come to before needs words for all who come to it.
    const unsigned round = rounds_of_[thread][barrier];
    const bool news = (m.comers & me) == 0 || (heeds && !m.heeded);
    m.comers |= me;
    m.heeded = m.heeded || heeds;
    if (round == m.rounds) {
        ++m.rounds;
        words_ += n;
    }
    m.by_count = m.size != n || m.came() > n || words_ > words_max;
    if (m != before) found_out();
    return news || m.by_count ? answer::something_new : answer::at_once;
}

bool waits::meet(const void* b, unsigned n, bool heeds) {
    use(b, "barrier");
    // What a barrier was initialised with stands in the program's memory, which is 0 there.
    if (n == 0) events_.fail("a barrier that was not initialised is used");
    if (!how_.barriers_at_once) return meet_by_count(b, n);
    switch (meetings_.comes(b, n, events_.thread(), heeds)) {
        case meetings::answer::by_count:
            return meet_by_count(b, n);
        case meetings::answer::something_new:
            events_.start_again();
        case meetings::answer::at_once:
            break;
    }
    return meet_at_once(b);
}

// The rounds are told apart by the count: who came in round n waits until the second word is n. A
// later round cannot begin before all of this one were let go, for they are those who come. The
// acquire and release of the count order every arrival behind those before it, and the last one
// behind all.
bool waits::meet_by_count(const void* b, unsigned n) {
    const std::uint64_t before =
        events_.change(b, location_kind::barrier, 0, graph::rmw_op::add, 1, order::acq_rel);
    const std::uint64_t mine = before / n + 1;
    if (before % n == n - 1) {
        events_.set_word(b, location_kind::barrier, 1, mine, step_kind::set, order::release);
        return true;
    }
    events_.await(events_.word_of(b, location_kind::barrier, 1), mine, false, graph::rmw_op::none,
                  0, step_kind::take, order::acquire);
    return false;
}

// No release sequence or fence is needed: each waits for a store of one other thread, by an
// acquire.
bool waits::meet_at_once(const void* b) {
    const meeting& m = meetings_.at(b);
    const unsigned me = events_.thread();
    // The words of a round: each thread's, and at the leader's place the one that lets them go.
    const unsigned words = first_of_rounds + meetings_.next_round(b, me) * threads_max;
    const order telling = reduction_mutated("no_release") ? order::relaxed : order::release;
    const auto wait_for = [&](unsigned word) {
        return events_.await(events_.word_of(b, location_kind::barrier, word), 0, true,
                             graph::rmw_op::none, 0, step_kind::take, order::acquire);
    };
    if (me != m.leader()) {
        events_.set_word(b, location_kind::barrier, words + me, 1, step_kind::set, telling);
        return wait_for(words + m.leader()) - 1 == m.place_of(me);
    }
    // A word of n + 1 says that the thread at place n among those who came is the last; 0 is
    // nothing yet.
    const bool chooses = m.heeded && m.size > 1 && !reduction_mutated("no_choice");
    const std::uint64_t last = chooses ? events_.choose(m.size) : 0;
    std::uint32_t others = m.comers & ~(1u << me);
    if (reduction_mutated("no_waiting")) others &= others - 1;
    for (; others != 0; others &= others - 1)
        wait_for(words + static_cast<unsigned>(std::countr_zero(others)));
    // Whoever is missing has come in no execution so far.
    if (m.came() < m.size) wait_for(nobody);
    events_.set_word(b, location_kind::barrier, words + me, last + 1, step_kind::set, telling);
    return last == 0;
}

}  // namespace ringsim::sim::check
