// The heap of a program under check: what is allocated before main(), and what threads do with
// objects. Where objects lie is in objects.cpp; here is when an allocation, a use and a free() are
// events, and which of them are violations.
//
// A thread knows of its own allocations and frees by itself, and needs no event for them. Between
// threads it is different, and each of these is found by an event on a word of the object: use
// before its allocation (location_kind::allocation), a second free() (location_kind::internal), and
// use after free(), for which every location of the object is written over.
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "sim/check/found_out.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

// What free() writes: a trace shows it as the value that was read.
constexpr std::uint64_t freed_value = 0xfeeefeeefeeefeee;
// Marks the label of a write that frees; other writes leave `expected` at 0.
constexpr std::uint64_t freed_mark = 1;

// Before main(): remembered for the runtime. Constructors run once, when the program is loaded, and
// what they allocate stays for all executions.
struct early_heap {
    char* base = nullptr;
    char* next = nullptr;
    struct object {
        char* address;
        std::size_t bytes;
        const void* pc;  // where it was allocated
    };
    std::vector<object> objects;
    // Memory that is mapped twice, and what both places held when they were last made equal.
    struct twice {
        char* copy;
        char* of;
        std::vector<char> was;
    };
    std::vector<twice> mapped_twice;

    // Below 4 GiB if there is room: code that is narrowed to 32 bits keeps addresses in 32 bits.
    // Once for the process: addresses in the program's static data lead here.
    void open() {
        if (base) return;
        constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
        void* room = mmap(nullptr, heap_bytes, PROT_READ | PROT_WRITE, flags | MAP_32BIT, -1, 0);
        if (room == MAP_FAILED)
            room = mmap(nullptr, heap_bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
        if (room == MAP_FAILED) throw std::bad_alloc();
        base = next = static_cast<char*>(room);
    }
};

early_heap& early() {
    static early_heap heap;
    return heap;
}

const char* gives(allocator a) {
    return a == allocator::one ? "new" : a == allocator::several ? "new[]" : "malloc()";
}
const char* gives_back(allocator a) {
    return a == allocator::one ? "delete" : a == allocator::several ? "delete[]" : "free()";
}

}  // namespace

// By the mark that write_part() left in the label.
bool frees(const graph::label& l) {
    return l.kind == graph::event_kind::write && (l.expected == freed_mark || ends_block(l));
}

// Also of memory that was freed: addresses are not given out again.
bool is_of_heap(const void* address) {
    return early().base &&
           static_cast<std::size_t>(static_cast<const char*>(address) - early().base) < heap_bytes;
}

void* allocate_early(std::size_t bytes, std::size_t alignment) {
    early().open();
    char* const address = take_room(early().next, bytes, alignment);
    early().objects.push_back({address, bytes, here.pc});
    return address;
}

// Two views of the same pages, as a ring buffer maps its data twice. Until the runtime is there the
// two are made equal by hand.
void alias_early(char* copy, char* of, std::size_t bytes) {
    early().mapped_twice.push_back({copy, of, std::vector<char>(of, of + bytes)});
    std::memcpy(copy, of, bytes);
}

// Of the two places that are one, the one that has changed since is right; both are remembered.
void mirror_early() {
    for (auto& [copy, of, was] : early().mapped_twice)
        for (std::size_t i = 0; i < was.size(); ++i)
            copy[i] = of[i] = was[i] = of[i] != was[i] ? of[i] : copy[i];
}

// Objects that constructors of static objects made are there in every execution, and what they left
// in them is their initial value.
void runtime::open_heap() {
    early().open();
    mirror_early();
    heap_.watch(early().base, heap_bytes);
    for (const auto& [copy, of, was] : early().mapped_twice) heap_.alias(copy, of, was.size());
    heap_.take_initial(static_cast<std::size_t>(early().next - early().base));
    objects_.open(early().base, heap_bytes, early().next);
    for (const auto& [address, bytes, pc] : early().objects)
        objects_.add(address, bytes, true, pc, 0);
}

// For the next runtime of this process: the heap is as constructors left it. The pages behind that
// go back to the system, which gives zeroes when they are touched again.
void runtime::close_heap() {
    constexpr std::uintptr_t page = 4096;
    heap_.restore_initial();
    const auto from = (reinterpret_cast<std::uintptr_t>(early().next) + page - 1) / page * page;
    std::memset(early().next, 0, from - reinterpret_cast<std::uintptr_t>(early().next));
    madvise(reinterpret_cast<void*>(from),
            heap_bytes - (from - reinterpret_cast<std::uintptr_t>(early().base)), MADV_DONTNEED);
}

// Memory is new: the thread has changed something, and its loops' rounds are counted anew. What is
// allocated is not the same object in two rounds. The heap is for all executions together, because
// no address is given out twice.
void* runtime::allocate(std::size_t bytes, std::size_t alignment, bool zeroed, allocator from) {
    if (!running()) return allocate_early(bytes, alignment);
    flush();
    thread_state& me = threads_[thread()];
    me.places_used = 0;
    heap_object* const o =
        objects_.allocation(thread(), me.allocated++, bytes, alignment, zeroed, here.pc);
    if (!o)
        refuse(3, "more than " + std::to_string(heap_bytes >> 20) +
                      " MiB of heap in all executions together (heap_bytes)");
    found_out(o->from, from);
    // Some thread has found bytes of it that nobody wrote: then the allocation is an event.
    if (o->handed_over) allocated(*o);
    return o->address;
}

// --- who uses what another thread has allocated --------------------------------------------------

// The allocation has to happen before. As a rule that shows by what the allocating thread wrote
// there. Where another thread finds what nobody has written, the allocation is a write of a word
// that belongs to the object, and the first use by a thread a read of that.

heap_object* runtime::object_of_another(const void* address) {
    // Whoever means his races means this one, too; and kernel code knows by the address.
    if (!limits_.races_count || limits_.kernel_code || driver_) return nullptr;
    heap_object* const o = objects_.near(address);
    return !o || o->by == 0 || o->by == thread() + 1 ? nullptr : o;
}

// A plain write: the first use by another thread reads it (come_to()), and is a race if it is not
// ordered behind it.
void runtime::allocated(const heap_object& o) {
    graph::label l = label_for(graph::event_kind::write, step_kind::store,
                               word_of(o.address, location_kind::allocation));
    l.value = 1;
    perform(access::store, l, order::plain);
}

// Once for each thread and object. perform() ends in performed(), which notes what the access came
// after; this access is none of the program's, and so what was noted is put back.
void runtime::come_to(const void* address) {
    const heap_object* const o = object_of_another(address);
    if (!o || !o->handed_over || !threads_[thread()].come_to.insert(o->address).second) return;
    // What is known of the access that brought the thread here.
    const bool freed = touched_freed_;
    const bool unwritten = found_unwritten_;
    const graph::label touched = touched_;
    perform(access::load,
            label_for(graph::event_kind::read, step_kind::load,
                      word_of(o->address, location_kind::allocation)),
            order::plain);
    touched_freed_ = freed;
    found_unwritten_ = unwritten;
    touched_ = touched;
}

// The first time that it is found out, for this object: see allocate().
void runtime::come_to_unwritten(const void* address) {
    heap_object* const o = object_of_another(address);
    if (!o || o->handed_over) return;
    o->handed_over = anything_handed_over_ = true;
    start_again();
}

std::size_t runtime::size_of(const void* address) const {
    const heap_object* const o = objects_.near(address);
    return o ? o->bytes : 0;
}

// What this thread freed itself it need not be told by an event. What others freed is found by what
// it reads or overwrites: free_granule() and check_source().
void runtime::check_freed(const void* address) {
    const heap_object* const o = objects_.near(address);
    if (!o || !o->has(address)) fail("heap overflow: an access outside every allocation");
    if (o->freed_by & (1u << thread())) fail("use after free");
}

// An access that begins in an object ends in it.
void runtime::check_end(const char* address, std::size_t size) {
    const heap_object* const o = objects_.near(address);
    if (!o || !o->has(address)) return;
    if (size > static_cast<std::size_t>(o->address + o->bytes - address))
        fail("heap overflow: an access that goes on behind its allocation");
}

// In some execution, so far: then also memory that one thread has for itself needs events, or its
// accesses could not be seen to come too late.
bool runtime::freed_by_others(const void* address) const {
    const heap_object* const o = objects_.near(address);
    return o && (o->ever_freed & ~(1u << thread())) != 0;
}

// After an access was performed: the write that it came after, or wrote over without being behind
// it, was one that frees.
void runtime::check_source(const void* address) {
    if (!touched_freed_) return;
    fail_if_allowed(use_after(touched_, !heap_.has(address)));
}

// free() is a write to each location of the object that others know of, as C++ has it: whoever
// reads that, or writes without being before it, uses what is gone. That a second free() of the
// object is found, in whichever thread, is the exchange of a word that belongs to the object.
void runtime::release(void* address, allocator from) {
    if (!address) return;
    if (!running()) return;
    flush();
    heap_object* const o = objects_.near(address);
    if (!o && !region_of(address)) return;  // of a library: not ours to look after
    if (!o || o->address != address) fail("free() of an address that no allocation returned");
    if (o->from != allocator::unknown && o->from != from)
        fail(std::string(gives_back(from)) + " of what came from " + gives(o->from));
    // POSIX leaves it undefined to destroy a lock that is held. Nobody could unlock it any more.
    if (waiting.holds_lock_in(o->address, o->bytes))
        fail("memory is freed with a lock in it that the thread holds");
    const unsigned me = thread();
    graph::label life = label_for(graph::event_kind::read, step_kind::rmw,
                                  word_of(address, location_kind::internal));
    life.op = graph::rmw_op::exchange;
    life.value = 1;
    // The exchange of all threads for one word gives exactly one of them a 0.
    if (perform(access::rmw, life, order::relaxed) != 0) return fail_if_allowed("double free");
    waiting.freed(o->address, o->bytes);
    found_out(anything_freed_);
    o->freed_by |= 1u << me;
    found_out(o->ever_freed, o->ever_freed | 1u << me);
    threads_[me].freed.push_back(o);
    for (char* at = o->address; at < o->address + o->bytes; at += 8) {
        granule& g = heap_.at(at);
        // What only this thread has touched needs no write: check_freed() knows.
        if (!g.shared && (g.owner == 0 || g.owner == me + 1)) continue;
        // Another thread has it for itself so far, without events: these are needed now.
        if (!g.shared) {
            g.shared = true;
            start_again();
        }
        free_granule(heap_, at);
    }
}

// Whoever sees this, or is not before it, uses what is gone.
void runtime::free_granule(region& r, char* address) {
    found_out(anything_freed_);
    write_over(r, address, freed_value, freed_mark);
}

// A granule has several locations where accesses were of different sizes.
void runtime::write_over(region& r, char* address, std::uint64_t value, std::uint64_t mark) {
    granule& g = r.at(address);
    for (unsigned s = 0; s < 8; s = piece_end(g, s)) {
        if ((g.starts >> s) & 1) write_part(r, {address + s, piece_end(g, s) - s, &g}, value, mark);
    }
}

void runtime::write_part(region& r, const piece& p, std::uint64_t value, std::uint64_t mark) {
    graph::label l = access_label(graph::event_kind::write, step_kind::store, location_at(r, p),
                                  p.address, p.size);
    l.value = value;
    l.expected = mark;
    // To the kernel's model nothing but a barrier orders a plain write behind what others did to
    // the frame that ends: but whose it is the thread has known by then.
    const bool frame = limits_.kernel_code && &r != &heap_;
    perform(access::store, l, frame ? order::release : order::plain, std::nullopt,
            frame ? language::kernel : language::cxx);
    check_source(p.address);
}

// Variables first, then objects, then stacks: these do not overlap. A place on a stack is counted
// down from its top, which is the same in each execution.
runtime::memory_place runtime::place_of(const void* address) const {
    memory_place at;
    for (std::size_t i = 0; i < data_regions_; ++i)
        if (data_[i].has(address)) at = {memory_place::variable, 0, offset_of(address), nullptr};
    if (const heap_object* const o = objects_.near(address)) {
        const auto inside = static_cast<const char*>(address) - o->address;
        at = {memory_place::heap, o->number, static_cast<std::uint64_t>(inside), o->pc};
        at.bytes = o->bytes;
    }
    for (unsigned t = 0; t < threads_max; ++t)
        if (stacks_[t].has(address)) {
            const auto below =
                stacks_[t].base() + stacks_[t].bytes() - static_cast<const char*>(address);
            at = {memory_place::stack, t, static_cast<std::uint64_t>(below), nullptr};
            find_variable(static_cast<const char*>(address), at);
        }
    return at;
}

}  // namespace ringsim::sim::check
