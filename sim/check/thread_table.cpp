// Threads of a program by numbers that are the same in each execution of an exploration. What is
// here is of two kinds: what was found out in this exploration (who is whose nth child, all tasks
// and results that ever came by), which only grows; and what each thread has done in its present
// run (deeds), which is as if nothing had been done when it begins again.
#include "sim/check/thread_table.hpp"

#include <algorithm>

#include "sim/check/found_out.hpp"
#include "sim/check/own_bytes.hpp"

namespace ringsim::sim::check {
namespace {

// The place of `what` among all there were, from 1: a word that is still 0 has no value yet.
template <class T>
std::uint64_t number_in(std::vector<T>& all, const T& what) {
    const auto known = std::ranges::find(all, what);
    const auto number = static_cast<std::uint64_t>(known - all.begin()) + 1;
    if (known == all.end()) {
        all.push_back(what);
        found_out();
    }
    return number;
}

}  // namespace

// What is known of claims stays (claimed_by_, contended_): it is about the program.
void thread_table::begin_exploration() {
    children_.clear();
    tasks_.clear();
    results_.clear();
}

// By these numbers, and not by what threads run: that is in the events.
void thread_table::note_own_state(unsigned thread, std::string& to) const {
    const deeds& did = of_[thread];
    add_bytes(to, did.created);
    add_bytes(to, did.started);
    add_bytes(to, did.joined);
    add_bytes(to, did.detached);
}

// The first to come by gets the next number; a number beyond the last is the caller's to refuse.
unsigned thread_table::start_next(unsigned creator) {
    const auto [at, fresh] = children_.try_emplace({creator, of_[creator].created++}, 0);
    if (fresh) found_out(at->second, static_cast<unsigned>(children_.size()));
    if (at->second < threads_max) of_[creator].started |= 1u << at->second;
    return at->second;
}

std::uint64_t thread_table::number_of(task t) {
    return number_in(tasks_, t);
}

std::uint64_t thread_table::number_of_result(void* result) {
    return number_in(results_, result);
}

// Who is met first as the claimant of a thread is taken to be the only one, and needs no event.
// When another one is met, in this execution or a later one, that is something new about the
// program; from then on an event finds out which of them comes first.
thread_table::claim thread_table::claims(unsigned claimant, unsigned thread) {
    const std::uint32_t bit = 1u << thread;
    if (of_[claimant].joined & bit) return claim::again;
    of_[claimant].joined |= bit;
    // Kept for later explorations, as is contended_: it is about the program.
    if (claimed_by_[thread] == 0)
        found_out(claimed_by_[thread], static_cast<std::uint8_t>(claimant + 1));
    if (contended_ & bit) return claim::among_several;
    if (claimed_by_[thread] == claimant + 1) return claim::alone;
    contended_ |= bit;
    return claim::something_new;
}

// A program ends when main() returns, and detached threads with it, whatever they wait for. Of
// another thread that still waits then, nobody will know what it was to do: a hang.
bool thread_table::ends_with_detached() const {
    if (!of_[0].ends_program || !of_[0].finished) return false;
    // Bits of threads: main() is started, and so are those that a started thread has started. This
    // goes round until no more come.
    std::uint32_t started = 1;
    std::uint32_t detached = 0;
    for (std::uint32_t seen = 0; seen != started;) {
        seen = started;
        for (unsigned t = 0; t < threads_max; ++t) {
            if (((seen >> t) & 1) == 0) continue;
            started |= of_[t].started;
            detached |= of_[t].detached;
        }
    }
    for (unsigned t = 0; t < threads_max; ++t)
        if (((started & ~detached) >> t) & 1 && !of_[t].finished) return false;
    return true;
}

}  // namespace ringsim::sim::check
