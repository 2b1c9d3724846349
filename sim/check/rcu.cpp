// RCU of kernel code under check. To lkmm these are events of its own, and the model has the axiom.
// The models of machines have no axiom of RCU; there it is made of a word for each thread that has
// sections: a section puts it to `reader_inside` and back, and a grace period looks at each one
// between two full barriers, waits while there is somebody inside, and leaves `reader_passed`. So
// of a section and a look one is before the other: if the section is, its end has been seen by the
// grace period; if the look is, the section finds `reader_passed`, and comes to see, by a full
// barrier, what was before the grace period. That is what RCU promises, and a section that meets no
// grace period orders nothing by its beginning, as in the kernel. Its end is a release store, which
// the kernel has not: on POWER and RISC-V it also orders what is in a section before what the
// thread does later.
//
// A program whose threads wait for no grace period needs none of it: sections are events only as
// soon as somebody has waited for them in some execution, and of those threads only that have some.
#include "sim/check/caller.hpp"
#include "sim/check/found_out.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

enum state_of_reader : std::uint64_t { reader_outside, reader_inside, reader_passed };

}  // namespace

void runtime::rcu_read_lock() {
    flush();
    if (threads_[thread()].sections++ != 0 || !waits_for_readers_) return;
    if (model() == graph::model_id::lkmm)
        return fence(order::seq_cst, language::kernel, graph::barrier::rcu_read_lock);
    if (found_one(readers_, thread())) start_again();
    graph::label at = label_for(graph::event_kind::read, step_kind::rmw,
                                word_of(nullptr, location_kind::rcu_reader, thread()));
    at.op = graph::rmw_op::exchange;
    at.value = reader_inside;
    if (perform(access::rmw, at, order::relaxed, std::nullopt, language::kernel) == reader_passed)
        fence(order::seq_cst, language::kernel);
}

void runtime::rcu_read_unlock() {
    flush();
    if (threads_[thread()].sections == 0) fail("rcu_read_unlock() without rcu_read_lock()");
    if (--threads_[thread()].sections != 0 || !waits_for_readers_) return;
    if (model() == graph::model_id::lkmm)
        return fence(order::seq_cst, language::kernel, graph::barrier::rcu_read_unlock);
    graph::label at = label_for(graph::event_kind::write, step_kind::store,
                                word_of(nullptr, location_kind::rcu_reader, thread()));
    at.value = reader_outside;
    perform(access::store, at, order::release, std::nullopt, language::kernel);
}

void runtime::synchronize_rcu() {
    flush();
    if (threads_[thread()].sections != 0)
        fail("synchronize_rcu() in a read-side critical section waits for itself");
    if (!waits_for_readers_) {
        found_out(waits_for_readers_);
        start_again();
    }
    if (model() == graph::model_id::lkmm)
        return fence(order::seq_cst, language::kernel, graph::barrier::synchronize_rcu);
    fence(order::seq_cst, language::kernel);
    for (const unsigned reader : readers_)
        await(word_of(nullptr, location_kind::rcu_reader, reader), reader_inside, /*other=*/true,
              graph::rmw_op::exchange, reader_passed, step_kind::rmw, order::acq_rel);
    fence(order::seq_cst, language::kernel);
}

void runtime::fail_if_allowed(std::string_view what) {
    if (!fails_at_the_end()) fail(std::string(what));
    if (threads_[thread()].failed.empty()) threads_[thread()].failed = told_here(what);
}

}  // namespace ringsim::sim::check

using namespace ringsim::sim::check;

// NOLINTBEGIN: names that the headers of upstream/include use
extern "C" {

void ringsim___sim_rcu_read_lock() {
    RINGSIM_ENTER;
    if (running()) active->rcu_read_lock();
}
void ringsim___sim_rcu_read_unlock() {
    RINGSIM_ENTER;
    if (running()) active->rcu_read_unlock();
}
// Before the program is explored nobody reads.
void ringsim___sim_synchronize_rcu() {
    RINGSIM_ENTER;
    if (running()) active->synchronize_rcu();
}

}  // extern "C"
// NOLINTEND
