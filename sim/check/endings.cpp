// The calls themselves, in the order that C, C++ and POSIX prescribe: see the header for the
// sources. Everything runs in the thread that ends, as code of the program: it may lock, access
// shared memory, ask for more calls, or fail.
#include "sim/check/endings.hpp"

#include "sim/check/found_out.hpp"
#include "sim/check/own_bytes.hpp"

namespace ringsim::sim::check {
namespace {

constexpr unsigned destructor_rounds = 4;  // PTHREAD_DESTRUCTOR_ITERATIONS

void call(const ending& e) {
    e.f(e.argument);
}

// The last one first. A call may ask for more, so each one is taken off before it is made.
void run_all(std::vector<ending>& due) {
    while (!due.empty()) {
        const ending e = due.back();
        due.pop_back();
        call(e);
    }
}
// The same of a list that stays. It belongs to a thread that has ended or to constructors that ran
// before main(), and nobody adds to it any more; main() may be started over without them, and needs
// it again.
void run_each(const std::vector<ending>& due) {
    for (std::size_t i = due.size(); i-- > 0;) call(due[i]);
}

}  // namespace

// Numbers stand for the lists: what was asked for stays in its list until the thread ends, so a
// round of a loop that asked for something shows as a longer one.
void endings::note_own_state(unsigned thread, std::string& to) const {
    const due& mine = of_[thread];
    add_bytes(to, mine.of_thread.size());
    add_bytes(to, mine.of_program.size());
    add_bytes(to, mine.forgotten);
    add_bytes(to, mine.keys);
    add_counts(to, mine.values);
}

// The thread's number is part of it: two threads that make keys at the same time get the same ones
// in every execution, without an event that would have to be ordered. No key is 0.
unsigned endings::new_key(unsigned thread, void (*destructor)(void*)) {
    const unsigned key = ++of_[thread].keys * threads_max + thread;
    found_out(destructors_[key], destructor);
    return key;
}

void endings::run_of_thread(unsigned thread, bool destructors,
                            const std::function<bool(unsigned key)>& deleted) {
    due& mine = of_[thread];
    if (mine.forgotten) return;
    run_all(mine.of_thread);
    if (destructors) run_destructors(thread, deleted);
}

void endings::run_of_program(std::uint32_t joined, const std::vector<ending>& early) {
    due& mine = of_[0];
    if (mine.forgotten) return;
    // Of threads that main() did not join it is not known what they have left by now: whether they
    // had asked at all differs from one execution to another without an event to tell.
    for (unsigned t = threads_max; t-- > 1;)
        if ((joined >> t) & 1) run_each(of_[t].of_program);
    run_all(mine.of_program);
    run_each(early);
}

// A destructor may leave values, its own or others', so it is done again, as often as POSIX has it.
// The value is null when its destructor is called, as POSIX prescribes. POSIX leaves their order
// open; here it is that of the keys.
void endings::run_destructors(unsigned thread, const std::function<bool(unsigned)>& deleted) {
    auto& values = of_[thread].values;
    for (unsigned round = 0; round < destructor_rounds; ++round) {
        bool any = false;
        for (auto at = values.begin(); at != values.end();) {
            const unsigned key = at->first;
            void* const value = at->second;
            void (*const destructor)(void*) = destructors_[key];
            if (value && destructor && !deleted(key)) {
                any = true;
                at->second = nullptr;
                destructor(value);
            }
            // The destructor may have added keys: the iterator is taken anew.
            at = values.upper_bound(key);
        }
        if (!any) return;
    }
}

}  // namespace ringsim::sim::check
