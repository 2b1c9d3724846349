// Uses of memory that nobody has written. What malloc() and new give, and variables on a stack,
// have no value before they are written; here the bytes are zeroes, which would hide it.
//
// Of shared memory the graph knows: such a read is from the initial value. Of a heap's memory that
// one thread has for itself the bytes that it has written are noted. A frame on its stack is filled
// when it begins (sim/check/hooks.cpp), for libraries and the compiler write there as well; who
// finds in it what it was filled with has found what nobody wrote. A read counts if no byte of it
// was written and the program computes with its value: a structure may be copied with what nobody
// has written in it.
#include <algorithm>
#include <bit>
#include <cstring>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

// Values are looked at whole, up to a register; what is larger is copied and not computed with.
constexpr std::size_t value_bytes_max = 8;

// Bytes that differ from each other, and are no address, no text and no small number.
constexpr std::uint64_t new_frame = 0xb7e9'95d3'a1c6'8bf4;
constexpr std::size_t fill_bytes_min = 4;  // fewer may be equal to these by chance

// Calls `f` with each granule of the bytes, and the bytes of it as a mask.
template <class F>
void each_granule(region& r, char* address, std::size_t size, F&& f) {
    char* const end = address + size;
    while (address < end) {
        const auto offset = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(address) % 8);
        const auto n = static_cast<unsigned>(
            std::min<std::size_t>(8 - offset, static_cast<std::size_t>(end - address)));
        f(r.at(address), static_cast<std::uint8_t>(((1u << n) - 1) << offset));
        address += n;
    }
}

}  // namespace

// calloc() and static data have zeros that somebody wrote, and the stack of a thread has none.
bool runtime::begins_unwritten(const void* address) const {
    if (!limits_.unwritten_counts) return false;
    if (const heap_object* const o = objects_.near(address)) return !o->zeroed;
    return is_on_stack(address);
}

// Whether the last read is of what a heap's object, a stack or a new frame begins with. What it
// reads from is a write that the graph has: the one of a frame's beginning, or none, which is the
// initial value.
bool runtime::reads_unwritten(graph::location_id l, std::uint64_t value) const {
    if (!locations_of()[l].begins_unwritten) return false;
    const graph::label* const behind = executor().behind_last();
    return behind ? begins_frame(*behind) : value == locations()[l].initial;
}

// Where a model lets a read have a value that is promised only, it must not look like this one.
std::uint64_t runtime::unwritten_value(unsigned size) const {
    constexpr std::uint64_t unlikely = 0xa5a5a5a5a5a5a5a5;
    return model_reads_ahead() ? unlikely >> (64 - 8 * size) : 0;
}

// For the heap only, and where one thread has it for itself: of shared memory the graph knows.
void runtime::note_written(char* address, std::size_t size) {
    if (!limits_.unwritten_counts || !heap_.has(address)) return;
    each_granule(heap_, address, size, [](granule& g, std::uint8_t bytes) {
        g.written = static_cast<std::uint8_t>(g.written | bytes);
    });
}

std::uint64_t runtime::new_frames_hold() const {
    // Rust's compiler copies the values of enumerations that have none, word by word.
    const bool told = limits_.unwritten_counts && !driver_ && !image_.own_begin;
    return told ? new_frame : 0;
}

// Fewer than four bytes are looked at together with those around them: one byte has a chance of 1
// in 256 to be what the frame was filled with. The fill is the same at each address that is a
// multiple of eight, so a byte's own address says which byte of it is meant.
bool runtime::is_as_its_frame_began(const char* address, std::size_t size) const {
    const std::uint64_t fill = new_frames_hold();
    if (fill == 0) return false;
    const auto number = [](const char* at) { return reinterpret_cast<std::uintptr_t>(at); };
    const char* from = address;
    const char* to = address + size;
    if (size < fill_bytes_min) {
        from -= number(from) % fill_bytes_min;
        to += (fill_bytes_min - number(to) % fill_bytes_min) % fill_bytes_min;
    }
    return std::all_of(from, to, [&](const char& byte) {
        return static_cast<std::uint8_t>(byte) ==
               static_cast<std::uint8_t>(fill >> (8 * (number(&byte) % 8)));
    });
}

// How many of the bytes are the thread's own and have not been written in this execution.
std::size_t runtime::own_unwritten(char* address, std::size_t size) {
    if (on_own_stack(address, static_cast<unsigned>(size)))
        return is_as_its_frame_began(address, size) ? size : 0;
    if (!heap_.has(address) || !begins_unwritten(address)) return 0;
    std::size_t found = 0;
    each_granule(heap_, address, size, [&](const granule& g, std::uint8_t bytes) {
        // Bytes of shared granules are counted by the loads themselves (perform_load()).
        if (!g.shared) found += static_cast<std::size_t>(std::popcount(bytes & ~g.written & 0xffu));
    });
    return found;
}

// Words of four bytes, which are the smallest that a frame's own are known by; of at most 64 words,
// which structures are that are copied as a whole. Not of Rust: see new_frames_hold().
std::uint64_t runtime::unwritten_words(const char* from, std::size_t size) {
    constexpr std::size_t word = fill_bytes_min;
    if (new_frames_hold() == 0 || size > 64 * word ||
        reinterpret_cast<std::uintptr_t>(from) % word != 0)
        return 0;
    std::uint64_t found = 0;
    for (std::size_t n = 0; n < size / word; ++n) {
        char* const at = const_cast<char*>(from) + n * word;
        const bool shared = std::ranges::any_of(unwritten_pieces_, [&](const auto& piece) {
            return piece.first <= at && at + word <= piece.first + piece.second;
        });
        if (shared || own_unwritten(at, word) == word) found |= std::uint64_t{1} << n;
    }
    return found;
}

// What other threads see, too, is as the graph has it: written.
void runtime::copied_unwritten(char* to, std::uint64_t words) {
    constexpr std::size_t word = fill_bytes_min;
    const std::uint64_t fill = new_frames_hold();
    if (reinterpret_cast<std::uintptr_t>(to) % word != 0) return;
    for (; words != 0; words &= words - 1) {
        char* const at = to + static_cast<std::size_t>(std::countr_zero(words)) * word;
        const auto offset = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(at) % 8);
        if (on_own_stack(at, word)) {
            const std::uint64_t part = fill >> (8 * offset);
            std::memcpy(at, &part, word);
        } else if (heap_.has(at) && !heap_.at(at).shared) {
            granule& g = heap_.at(at);
            g.written = static_cast<std::uint8_t>(g.written & ~(0xfu << offset));
        }
    }
}

// Nothing is known of what it wrote: all of the object counts as written.
void runtime::written_by_library(const void* address) {
    if (const heap_object* const o = objects_.near(address)) note_written(o->address, o->bytes);
}

void runtime::value_load(char* address, std::size_t size) {
    if (size > value_bytes_max) return plain_load(address, size);
    compared_load(address, size);
}

// As many bytes as are compared at once, which is no copy. clang reads a bit field's word in front
// of the first store to it, and computes with that. Where a program has bit fields
// (`bit_fields_are_read`), the read is a suspicion only: it is dropped if a store to the same bytes
// is what the thread does next, and else is a violation.
void runtime::compared_load(char* address, std::size_t size) {
    plain_load(address, size);
    if (!limits_.unwritten_counts) return;
    // All of its bytes: a value of which some part was written may be compared in that part only.
    if (unwritten_ + own_unwritten(address, size) < size) return;
    if (!limits_.bit_fields_are_read) fail_unwritten();
    suspect_ = {address, size, here.pc};
}

// A store of the same bytes is next: the read was the compiler's, for the bits around the field.
void runtime::forget_unwritten(const char* address, std::size_t size) {
    if (suspect_.address == address && suspect_.size == size) suspect_ = {};
}

// At the place of the read, which is behind us by now.
void runtime::fail_suspect() {
    const entry at(suspect_.pc);
    suspect_ = {};
    fail_unwritten();
}

void runtime::fail_unwritten() {
    fail("use of memory that was never written");
}

}  // namespace ringsim::sim::check
