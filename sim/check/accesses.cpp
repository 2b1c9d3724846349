// Accesses of a program under check: plain ones in pieces, atomic ones as a whole. What only one
// thread has touched is that thread's own; the rest are events of the graph.
//
// The order in here is always the same. First what is to be found out about the memory (whose it
// is, whether it ends there, how it is divided): that may end the exploration, and comes before the
// access has made any event. Then the event. Then what it met (check_source()): an error is told
// after the access, because the graph must have it for the trace.
//
// Memory of the program is scratch space: it holds for each thread what that thread's next
// instruction is to find, and is right from an entry to the next event only.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "sim/check/found_out.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

// Whether it is known what accesses to parts of a location do.
bool has_parts(graph::model_id m) {
    return m == graph::model_id::sc || m == graph::model_id::x86_tso;
}

}  // namespace

// Memory that is in none of them (the stack of this process, a library's data) is not watched:
// accesses to it have no events, and are made as they stand.
const region* runtime::region_of(const void* address) const {
    for (std::size_t i = 0; i < data_regions_; ++i)
        if (data_[i].has(address)) return &data_[i];
    if (heap_.has(address)) return &heap_;
    for (const region& r : stacks_)
        if (r.has(address)) return &r;
    return nullptr;
}
region* runtime::region_of(const void* address) {
    const region* const r = std::as_const(*this).region_of(address);
    if (!r) refuse_undefined(address);
    return const_cast<region*>(r);
}

// A granule goes one way: nobody's, then the one thread's that came first, then shared. What it has
// become is kept for later executions, since it is a fact about the program and not about one of
// them. When it becomes shared, this execution is worth nothing: its owner's accesses before have
// left no events. So the exploration begins again, with one granule more that is known to be
// shared; there are finitely many, and so an end.
granule* runtime::shared_granule(region& r, char* address) {
    granule& g = r.at(address);
    if (g.shared) return &g;
    const unsigned me = thread();
    // Its own stack, as long as nobody else came there. Nobody is noted as its owner: whoever else
    // comes makes it shared.
    if (&r == &stacks_[me]) return nullptr;
    if (&r == &heap_) check_freed(address);
    if (g.owner == me + 1) return nullptr;
    const bool stack = &r >= stacks_.data() && &r < stacks_.data() + stacks_.size();
    // Accesses to what another thread frees must be events from the first one on, or the free()
    // could not be seen to come before them.
    const bool freed_elsewhere = &r == &heap_ && freed_by_others(address);
    if (g.owner == 0 && !stack && !freed_elsewhere) {
        found_out(g.owner, static_cast<std::uint8_t>(me + 1));
        threads_[me].own.emplace_back(&r, address);
        return nullptr;
    }
    share(g, r, address);
    start_again();
}

// The hooks let accesses to the own stack pass; now they must not.
void runtime::share(granule& g, const region& r, const char* address) {
    found_out(g.shared);
    for (std::size_t t = 0; t < stacks_.size(); ++t)
        if (&r == &stacks_[t])
            shared_on_stack_[t].push_back(static_cast<std::uint32_t>((address - r.base()) / 8 * 8));
    if (stack_shared(thread())) ringsim_reported.stack_size = 0;
}

void runtime::divide(granule& g, const char* address, unsigned size) {
    const auto offset = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(address) % 8);
    const auto before = g.starts;
    const bool whole = set_borders(g, offset, size);
    // For a message: which access it was that made a border there.
    if (g.starts != before) {
        divided_at_[address - offset].push_back({g.starts & ~before, here.pc});
        found_out();
    }
    // `whole` is false if a location that has a number is cut: events were made of it as it was.
    // A free(), or the end of a function or of a block, did not know of the new parts: in an
    // execution before this one, or earlier in this one.
    const heap_object* const o = g.starts == before ? nullptr : objects_.near(address);
    const bool frame_ended =
        g.starts != before && (frames_ended_ || scopes_) && is_on_stack(address);
    if (!whole || frame_ended || (o && o->ever_freed != 0)) start_again();
}

// First each granule of the access is looked at, which may find that it is shared from now on; then
// `f` gets the parts of those that are. What is not shared gets no call: memory has its value.
template <class F>
void runtime::each_piece(char* address, std::size_t size, F&& f) {
    char* const end = address + size;
    while (address < end) {
        const auto offset = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(address) % 8);
        const unsigned n = static_cast<unsigned>(
            std::min<std::size_t>(8 - offset, static_cast<std::size_t>(end - address)));
        region* r = region_of(address);
        granule* g = r ? shared_granule(*r, address) : nullptr;
        if (g) {
            divide(*g, address, n);
            for (unsigned s = offset; s < offset + n;) {
                const unsigned e = std::min(piece_end(*g, s), offset + n);
                f(*r, piece{address + (s - offset), e - s, g});
                s = e;
            }
        }
        address += n;
    }
}

// A plain load of the program, which its own instruction makes behind this.
void runtime::plain_load(char* address, std::size_t size) {
    unwritten_ = 0;
    unwritten_pieces_.clear();
    // GCC reports the two halves of a structure's copy as a write, then a read, and copies then.
    pending_store later;
    if (pending_.size == size && ringsim_reported.unwritten_size != 0)
        std::swap(later, pending_);
    else
        flush();
    load_pieces(address, size, plain_order());
    if (later.size != 0) {
        pending_ = later;
        report_store();
    }
    report_load(address, size);
}

// --- what the next instruction may do ---
//
// The compiler reports an access in front of the instruction that makes it. The hooks in the
// program's assembly see every instruction that accesses memory, and let pass without a call what
// is in these ranges (sim/check/hooks.hpp); the others are accesses that the compiler did not
// report.

void runtime::report_load(const char* address, std::size_t size) {
    ringsim_reported.read_begin = reinterpret_cast<std::uintptr_t>(address);
    ringsim_reported.read_size = size;
}

void runtime::report_store() {
    ringsim_reported.write_begin = reinterpret_cast<std::uintptr_t>(pending_.address);
    ringsim_reported.write_size = ringsim_reported.unwritten_size = pending_.size;
}

// Both are for copies. What a string instruction or a call of memcpy() will do, the compiler may
// have reported already, and it is to be one load and one store.
bool runtime::reported_load(const char* address, std::size_t size) const {
    return ringsim_reported.read_begin == reinterpret_cast<std::uintptr_t>(address) &&
           ringsim_reported.read_size == size;
}

void runtime::forget_reported_store(const char* address, std::size_t size) {
    if (pending_.address != address || pending_.size != size) return;
    if (ringsim_reported.unwritten_size == size) pending_ = {};
}

// Whoever is here first has it; a second thread makes it shared, and is told so.
bool runtime::is_own(char* address) {
    flush();
    region* const r = region_of(address);
    return !r || !shared_granule(*r, address);
}

// The way of nearly every access once a program is known: no granule changes, and nothing is found
// out. It must say no whenever the long way would do more than look the number up.
bool runtime::known_location(const char* address, std::size_t size, graph::location_id& l) {
    region* r = data_[0].has(address) ? &data_[0] : region_of(address);
    if (!r) return false;
    const granule& g = r->at(address);
    const auto offset = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(address) % 8);
    const unsigned number = g.number[offset];
    // A location whose number starts at this byte and that ends where the access does.
    if (!g.shared || number == 0 || piece_end(g, offset) != offset + size) return false;
    l = static_cast<graph::location_id>(number - 1);
    return true;
}

// What the graph answers is put where the program's own instruction will look for it.
void runtime::perform_load(graph::location_id l, const char* address, char* to, std::size_t size,
                           order o) {
    check_part(l, address, size, o);
    const std::uint64_t v = perform(
        access::load, access_label(graph::event_kind::read, step_kind::load, l, address, size), o);
    check_source(locations_of()[l].address);
    if (found_unwritten_) {
        unwritten_ += size;
        unwritten_pieces_.emplace_back(address, size);
    }
    std::memcpy(to, &v, size);
}

// A load of several locations is as many events, in the order of their addresses: between two of
// them other threads may run, so such a load can be torn, as it can be on a machine.
void runtime::load_pieces(char* address, std::size_t size, order o) {
    graph::location_id known;
    if (known_location(address, size, known)) return perform_load(known, address, address, size, o);
    // A volatile load, or one by hand: it is made in one piece where the model knows what that
    // means.
    if (o != order::plain) keep_whole(address, size);
    if (!has_shared(address, size)) return;
    // What the other pieces are worth may change in memory while a step lets other threads run.
    char values[range_bytes_max];
    std::memcpy(values, address, size);
    each_piece(address, size, [&](const region& r, const piece& p) {
        perform_load(location_at(r, p), p.address, values + (p.address - address), p.size, o);
    });
    each_piece(address, size, [&](const region&, const piece& p) {
        std::memcpy(p.address, values + (p.address - address), p.size);
    });
}

// Memory that the thread has for itself, in an object that another one has allocated.
void runtime::come_to_own(char* address) {
    const granule& g = heap_.at(address);
    if (g.shared || (g.owner != 0 && g.owner != thread() + 1)) return;
    come_to_unwritten(address);
    if (anything_handed_over_) come_to(address);
}

// The long way of a plain access: what is to be found out about its memory is found out here,
// before the access has its first event. Whether it will have any.
bool runtime::has_shared(char* address, std::size_t size) {
    check_bounds(address, size);
    // Those of the heap are looked at further: does the access end in its object, and was the
    // object allocated before?
    if (heap_.has(address)) {
        check_end(address, size);
        come_to_own(address);
    }
    std::size_t shared = 0;
    each_piece(address, size, [&](const region&, const piece& p) { shared += p.size; });
    if (shared > 0 && size > range_bytes_max)
        refuse(3, "an access to " + std::to_string(size) + " bytes of shared memory, more than " +
                      std::to_string(range_bytes_max) + " (range_bytes_max)");
    return shared > 0;
}

// What is stored is not known yet: the instruction comes behind the report. So the store is noted,
// and performed at the next entry of the same thread (flush()), which is before any other event of
// it. The locations are looked up now, while a mistake can still be told at the right place.
void runtime::plain_store(char* address, std::size_t size) {
    forget_unwritten(address, size);
    flush();
    thread_state& me = threads_[thread()];
    // A store to its own stack is seen by the comparison of stacks (spinning.cpp).
    if (!stacks_[thread()].has(address)) me.places_used = 0;
    graph::location_id known;
    if (known_location(address, size, known)) {
        prepare_part(known, address, size);
    } else {
        const bool shared = has_shared(address, size);
        note_written(address, size);
        if (!shared) return;
        // Larger stores are no bit fields: all of their bytes are written.
        if (size <= 8)
            each_piece(address, size, [&](const region& r, const piece& p) {
                prepare_part(location_at(r, p), p.address, p.size);
            });
    }
    pending_ = {address, size, here.pc, plain_order()};
    report_store();
}

// A destructor begins by storing which class the object is of from now on, which is most often what
// stands there: to other threads, which may still call a virtual function, that is no change.
void runtime::class_store(char* address, std::uint64_t value) {
    flush();
    graph::location_id l;
    if (!known_location(address, sizeof value, l)) return plain_store(address, sizeof value);
    const graph::event* const next = executor().recorded_next();
    const bool same = next && next->what.location == l ? next->what.kind == graph::event_kind::read
                                                       : executor().newest(l) == value;
    if (!same) return plain_store(address, sizeof value);
    plain_load(address, sizeof value);
    ringsim_reported.write_begin = reinterpret_cast<std::uintptr_t>(address);
    ringsim_reported.write_size = sizeof value;
}

// Nothing of the program may use what a library writes as if it had been reported.
void runtime::library_store(char* address, std::size_t size) {
    plain_store(address, size);
    ringsim_reported.write_size = ringsim_reported.unwritten_size = 0;
}

// What `volatile` means is the user's choice (limits_.volatile_is_relaxed): an access like any
// other, or one that is made once, as a whole, and races with nobody.
void runtime::volatile_load(char* address, std::size_t size) {
    if (!limits_.volatile_is_relaxed) return plain_load(address, size);
    flush();
    load_pieces(address, size, order::relaxed);
    report_load(address, size);
}

void runtime::volatile_store(char* address, std::size_t size) {
    if (limits_.volatile_is_relaxed) keep_whole(address, size);
    plain_store(address, size);
    if (limits_.volatile_is_relaxed) pending_.how = order::relaxed;
}

// A store to a bit field leaves the rest of its bytes as they are: the newest value there is, or
// what came of it when the execution is repeated.
void runtime::prepare_part(graph::location_id l, char* address, std::size_t size) {
    const graph::event* next = executor().recorded_next();
    const bool repeated = next && next->what.location == l;
    const graph::label part =
        access_label(graph::event_kind::write, step_kind::store, l, address, size);
    const std::uint64_t v = !repeated ? graph::part_of(part, executor().newest(l))
                            : graph::is_store_to_part(next->what) ? next->what.value
                                                                  : next->value;
    std::memcpy(address, &v, size);
}

// The instruction has been executed by now: what it stored is taken from memory. All of it is read
// before the first event, since a step lets other threads run, which write into the same memory.
void runtime::flush_pending() {
    const pending_store done = pending_;
    pending_ = {};
    const entry by(done.pc);
    ringsim_reported.write_size = ringsim_reported.unwritten_size = 0;
    graph::location_id known;
    if (known_location(done.address, done.size, known)) {
        std::uint64_t v = 0;
        std::memcpy(&v, done.address, done.size);
        return perform_store(known, done.address, done.size, v, done.how);
    }
    char values[range_bytes_max];
    std::memcpy(values, done.address, done.size);
    each_piece(done.address, done.size, [&](const region& r, const piece& p) {
        std::uint64_t v = 0;
        std::memcpy(&v, values + (p.address - done.address), p.size);
        perform_store(location_at(r, p), p.address, p.size, v, done.how);
    });
}

// The value is in label::value, with what the access is to the location if that has parts.
void runtime::perform_store(graph::location_id l, const char* address, std::size_t size,
                            std::uint64_t value, order o) {
    check_part(l, address, size, o);
    graph::label at = access_label(graph::event_kind::write, step_kind::store, l, address, size);
    at.value = value;
    perform(access::store, at, o);
    check_source(locations_of()[l].address);
}

// For what is stored by a function of ours: there is no instruction to wait for. Reported, done and
// performed: nobody can come in between.
void runtime::store_now(char* address, unsigned size, std::uint64_t value) {
    plain_store(address, size);
    std::memcpy(address, &value, size);
    flush();
}

// An atomic access makes its memory shared, whoever else has been there: it is an event even in a
// program in which nobody else ever looks, for it has an order. False: memory that is not watched,
// and the access is made there and then. An atomic access is one location; one that would be
// several is refused, since no model says what it would mean.
bool runtime::atomic_location(char* address, unsigned size, graph::location_id& l) {
    flush();
    if (known_location(address, size, l)) return true;
    region* r = region_of(address);
    if (!r) return false;
    check_bounds(address, size);
    granule& g = r->at(address);
    const auto offset = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(address) % 8);
    if (offset + size > 8)
        refuse(2, "an atomic access of " + std::to_string(size) + " bytes at an address that is " +
                      "no multiple of it, or larger than 8 bytes");
    if (!g.shared) {
        if (r == &heap_) check_freed(address);
        // Nothing was there before: then no access without an event is lost, and this execution
        // may go on.
        const bool touched =
            g.owner != 0 || (r >= stacks_.data() && r < stacks_.data() + stacks_.size());
        share(g, *r, address);
        if (touched) start_again();
    }
    divide(g, address, size);
    if (is_divided(g, offset, size)) join_parts(g, address, size);
    l = location_at(*r, piece{address, size, &g});
    check_part(l, address, size, order::relaxed);
    return true;
}

// An access that is made at once and is no atomic one: torn is the worst that it can be.
void runtime::keep_whole(char* address, std::size_t size) {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    if (!has_parts(model()) || size > 8 || !std::has_single_bit(size) || at % size != 0) return;
    region* const r = region_of(address);
    granule* const g = r ? shared_granule(*r, address) : nullptr;
    if (!g) return;
    const auto first = static_cast<unsigned>(at % 8);
    const auto n = static_cast<unsigned>(size);
    if (is_divided(*g, first, n)) join_parts(*g, address, n);
}

// Makes one location of those that the access is of; others go on to access parts of it. What that
// means in two models: all stores to any of its bytes are in one order, and a load takes what is in
// memory at one moment, and of each byte what its own thread has stored last if memory does not
// have it yet. In the other models plain accesses may be of parts, as where a structure is written
// member by member before it is an atomic object: those are in one order with all others, or race.
void runtime::join_parts(granule& g, const char* address, unsigned size) {
    const auto offset = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(address) % 8);
    const char* const base = address - offset;
    if (has_parts(model()) || plain_order() == order::plain) {
        joined_at_.insert_or_assign(base, here.pc);
        join(g, offset, size);
        start_again();
    }
    const void* other = nullptr;
    for (const auto& [borders, pc] : divided_at_[base])
        for (unsigned b = offset + 1; b < offset + size && !other; ++b)
            if ((borders >> b) & 1) other = pc;
    refuse_part(size, "also accessed in smaller parts", other);
}

void runtime::refuse_part(std::size_t size, const char* how, const void* other) {
    const std::string_view why =
        model() == graph::model_id::rc11
            ? "C and C++ leave that undefined; --model x86-tso and sc do not"
            : "only --model x86-tso and sc know what that means";
    refuse(2, fmt::format("an atomic access of {} bytes to memory that is {}: {}", size, how, why),
           other);
}

// An access that is no plain one to a part of what is accessed as a whole.
void runtime::check_part(graph::location_id l, const char* address, std::size_t size, order o) {
    if (o == order::plain || size == locations_of()[l].size || has_parts(model())) return;
    const char* const base = address - reinterpret_cast<std::uintptr_t>(address) % 8;
    const auto whole = joined_at_.find(base);
    refuse_part(size, "also accessed as a whole",
                whole == joined_at_.end() ? nullptr : whole->second);
}

// Of the language's atomics the kernel's model says nothing: READ_ONCE() and its like are others.
// Of libbpf's files, which run beside the kernel's, they are taken for those.
void runtime::refuse_foreign_atomic() {
    if (model() != graph::model_id::lkmm || driver_) return;
    refuse(2,
           "an atomic operation of C11: lkmm has the kernel's only (READ_ONCE(), "
           "smp_store_release(), atomic_...); the model of C11 is rc11");
}

// Atomic accesses of C and C++, with the value at hand: no instruction follows that would make
// them. Memory that is not watched is the process's own; there they are ordinary accesses.
std::uint64_t runtime::atomic_load(char* address, unsigned size, order o) {
    refuse_foreign_atomic();
    graph::location_id l;
    std::uint64_t v = 0;
    if (!atomic_location(address, size, l)) {
        std::memcpy(&v, address, size);
        return v;
    }
    const graph::label at =
        access_label(graph::event_kind::read, step_kind::load, l, address, size);
    v = perform(access::load, at, o);
    check_source(address);
    // An atomic access computes with what it reads, as far as can be seen.
    if (found_unwritten_) fail_unwritten();
    // clang leaves the load behind its report, although nobody uses what it gives.
    report_load(address, size);
    return v;
}

// Memory that is not watched is written at once, and there is no event that would say that the
// thread has come on: a loop that stores is none that waits.
void runtime::atomic_store(char* address, unsigned size, std::uint64_t v, order o) {
    refuse_foreign_atomic();
    graph::location_id l;
    if (!atomic_location(address, size, l)) {
        made_progress();
        std::memcpy(address, &v, size);
        return;
    }
    graph::label at = access_label(graph::event_kind::write, step_kind::store, l, address, size);
    at.value = v;
    perform(access::store, at, o);
    check_source(address);
}

std::uint64_t runtime::atomic_rmw(char* address, unsigned size, graph::rmw_op op, std::uint64_t v,
                                  order o) {
    refuse_foreign_atomic();
    graph::label at;
    at.op = op;
    at.value = v;
    // How wide the operation is: it wraps round there.
    at.bytes = static_cast<std::uint8_t>(size);
    graph::location_id l;
    if (!atomic_location(address, size, l)) {
        std::uint64_t old = 0;
        std::memcpy(&old, address, size);
        // A loop that changes nothing there has made no progress.
        const std::uint64_t made = graph::apply(at, old);
        if (made != old) made_progress();
        std::memcpy(address, &made, size);
        return old;
    }
    at = access_label(graph::event_kind::read, step_kind::rmw, l, address, size);
    at.op = op;
    at.value = v;
    at.bytes = static_cast<std::uint8_t>(size);
    const std::uint64_t old = perform(access::rmw, at, o);
    check_source(address);
    if (found_unwritten_) fail_unwritten();
    return old;
}

std::uint64_t runtime::compare_exchange(char* address, unsigned size, std::uint64_t expected,
                                        std::uint64_t v, order success, order failure) {
    refuse_foreign_atomic();
    graph::location_id l;
    if (!atomic_location(address, size, l)) {
        std::uint64_t old = 0;
        std::memcpy(&old, address, size);
        if (old == expected && old != v) made_progress();
        if (old == expected) std::memcpy(address, &v, size);
        return old;
    }
    graph::label at = access_label(graph::event_kind::read, step_kind::rmw, l, address, size);
    // Somebody asked for another order at this line: the failure gets what C++ gives it then.
    if (const order other = order_of(access::rmw, success); other != success) {
        success = other;
        failure = order_instead(access::load, order::relaxed, other);
    }
    at.op = graph::rmw_op::compare_exchange;
    at.value = v;
    at.expected = expected;
    // The event has one order; which of the two the access had is seen from its outcome.
    at.if_written = mode_of(access::rmw, success);
    at.otherwise = mode_of(access::rmw, failure);
    at.bytes = static_cast<std::uint8_t>(size);
    note_failure_order(success, failure);
    const std::uint64_t old = perform(access::rmw, at, success, failure);
    check_source(address);
    if (found_unwritten_) fail_unwritten();
    return old;
}

}  // namespace ringsim::sim::check
