// Accesses of a program become labels, and labels become events by the mapping. All functions come
// down to emit(), which is also where setup and exploration part.
//
// A label says what the source says: the kind of access, its order, its operands, and what a trace
// is to show. Which instructions it becomes, and so which events, is looked up for the model and
// the mapping at hand (perform()).
#include "sim/graph/engine.hpp"

#include <stdexcept>
#include <utility>

#include "kernel_model/site_table.hpp"
#include "sim/graph/perform.hpp"

namespace ringsim::sim::graph {
namespace {

// What every access has in common; kind and operands are filled in by the caller. `lock` is what
// models of the kernel ask for: an exchange by spin_lock() gives other order than one by xchg().
label label_at(access_point at, event_kind kind, step_kind shown, location_id id) {
    label l;
    l.kind = kind;
    l.location = id;
    l.note = static_cast<std::uint32_t>(at.note);
    l.where = at.where;
    l.source = at.how;
    l.shown = shown;
    l.lock = shown == step_kind::lock || shown == step_kind::unlock;
    return l;
}

}  // namespace

// The port that Relacy's adapter and this one both implement.
static_assert(sim::engine<engine>);

// Combinations that no mapping allows get a lowering too, one that says why not
// (lowering::refused).
engine::engine(model_id m, const mapping& how) : model_knows_dependencies_(info(m).dependencies) {
    for (const language l : {language::cxx, language::kernel})
        for (std::size_t a = 0; a < access_count; ++a)
            for (std::size_t o = 0; o < order_count; ++o)
                lowered_[static_cast<std::size_t>(l)][a][o] =
                    lower(m, how, l, static_cast<access>(a), static_cast<order>(o));
}

// A place in memory of its own for each word, datum, lock and edge.
void engine::add(location_id& id, std::string_view name, std::uint64_t initial) {
    if (locations_.size() == locations_max)
        throw std::length_error("a program has at most " + std::to_string(locations_max) +
                                " locations (locations_max)");
    id = static_cast<location_id>(locations_.size());
    locations_.push_back({std::string(name), initial});
}

// Before an exploration the newest value is the initial one, for setup has changed that.
std::uint64_t engine::newest(location_id id) const {
    return executor_ ? executor_->newest(id) : locations_[id].initial;
}

// The one way of every access, in setup and in an exploration. The language of a site decides which
// column of the mapping counts: kernel and consumer are compiled from different sources.
std::uint64_t engine::emit(access kind, label l, const dependencies& on) {
    if (!executor_) return emit_in_setup(l);
    note_use(kind, l);
    const lowering& to =
        lowered_[static_cast<std::size_t>(language_of(l.where))][static_cast<std::size_t>(kind)]
                [static_cast<std::size_t>(l.source)];
    // Commands ask before they explore whether the model can express every order (refusal()): who
    // comes here with one that it cannot is wrong about it.
    if (!to.refused.empty()) throw std::logic_error(std::string(to.refused));
    return perform(*executor_, to, std::move(l), on);
}

// For `matrix` and the like: which sites are contended, over all executions.
void engine::note_use(access kind, const label& l) {
    if (kind == access::fence) return contention_.note_fence(l.where);
    contention_.make_room(locations_.size());
    contention_.note_access(executor_->thread(), l.where, l.location, kind != access::load);
}

// Nobody runs beside the setup, so an access is what it is on paper: it changes the initial value,
// and no event is made. The step is kept, since a trace begins with the setup.
std::uint64_t engine::emit_in_setup(const label& l) {
    trace_step step;
    step.kind = l.shown;
    step.where = l.where;
    step.how = l.source;
    step.note = l.note;
    std::uint64_t value = 0;
    if (l.kind != event_kind::fence) {
        location_info& at = locations_[l.location];
        step.word = at.name;
        step.location = l.location + 1u;
        step.read = value = at.initial;
        // Nobody else runs who could change it.
        if (l.await && value != l.expected) throw setup_waits();
        if (l.kind == event_kind::write) at.initial = l.value;
        if (l.kind == event_kind::read && writes(l, value)) at.initial = apply(l, value);
        step.written = at.initial;
    }
    setup_steps_.push_back(step);
    return value;
}

// What the access found; the dependencies are those that the program states, by the reads that it
// has made.
std::uint64_t engine::read(location_id id, access_point at, step_kind shown,
                           const dependencies& on) {
    return emit(access::load, label_at(at, event_kind::read, shown, id), on);
}

void engine::write(location_id id, std::uint64_t value, access_point at, step_kind shown,
                   const dependencies& on) {
    label l = label_at(at, event_kind::write, shown, id);
    l.value = value;
    emit(access::store, l, on);
}

// A read that writes: the graph splits it into two events.
std::uint64_t engine::exchange_at(location_id id, std::uint64_t value, access_point at,
                                  step_kind shown, const dependencies& on) {
    label l = label_at(at, event_kind::read, shown, id);
    l.op = rmw_op::exchange;
    l.value = value;
    return emit(access::rmw, l, on);
}

// Blocks until the value read is `expected`: the one thing that waits in this engine.
void engine::await_exchange(location_id id, std::uint64_t expected, std::uint64_t value,
                            access_point at, step_kind shown) {
    label l = label_at(at, event_kind::read, shown, id);
    l.op = rmw_op::exchange;
    l.value = value;
    l.await = true;
    l.expected = expected;
    emit(access::rmw, l);
}

// Returns what was read; it has written if that is `expected`. No dependencies are stated: no
// caller has any.
std::uint64_t engine::compare_exchange_at(location_id id, std::uint64_t expected,
                                          std::uint64_t value, access_point at, bool of_lock) {
    label l = label_at(at, event_kind::read, step_kind::rmw, id);
    l.op = rmw_op::compare_exchange;
    l.value = value;
    l.expected = expected;
    l.lock = of_lock;
    return emit(access::rmw, l);
}

// An internal choice is no access: no mapping has a word for it.
std::uint64_t engine::choose(unsigned ways, access_point at) {
    if (!executor_) return 0;
    label l = label_at(at, event_kind::choice, step_kind::load, 0);
    l.expected = ways;
    return executor_->step(l);
}

// Of no location: 0 stands there and means nothing.
void engine::fence(access_point at) {
    emit(access::fence, label_at(at, event_kind::fence, step_kind::fence, 0));
}

// In setup nobody can have found a violation yet, so the scenario itself is wrong.
void engine::fail(violation kind, std::string_view what) {
    if (!executor_) throw std::logic_error("the setup of a scenario fails: " + std::string(what));
    executor_->fail(kind, what);
}

}  // namespace ringsim::sim::graph
