// Granules and the places in them, without any knowledge of threads or events: what is decided by
// them is in accesses.cpp and runtime.cpp.
//
// Two sets of bits describe how the eight bytes of a granule are divided. `starts` has a bit for
// each byte at which a location starts; it grows as accesses come by, and each new border is found
// in some execution and holds for all that follow. `joined` has a bit for each byte that belongs
// for ever to the same location as the one before it, because an atomic access covers both. No byte
// has both bits.
#include "sim/check/memory.hpp"

#include <sys/mman.h>

#include <bit>
#include <cstring>
#include <new>

namespace ringsim::sim::check {

// --- regions -------------------------------------------------------------------------------------

// The granules' pages; the memory that is watched belongs to somebody else.
region::~region() {
    if (granules_) munmap(granules_, bytes_ / 8 * sizeof(granule));
}

void region::watch(char* base, std::size_t bytes) {
    base_ = base;
    bytes_ = (bytes + 7) / 8 * 8;
    if (bytes_ == 0) return;
    // Zero pages that cost nothing until they are touched: the heap is 256 MiB, and most of its
    // granules are never looked at. A granule of zeros is one that nobody touched.
    void* room = mmap(nullptr, bytes_ / 8 * sizeof(granule), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) throw std::bad_alloc();
    granules_ = static_cast<granule*>(room);
}

// at() leads from the copy to the original, so the two have one granule a place, and are one
// location each. Shared from the start: a granule that is one thread's own lets that thread's
// accesses go to memory, which is another place for each of the two.
void region::alias(const char* copy, const char* of, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; i += 8) at(of + i).shared = true;
    aliases_.push_back(
        {static_cast<std::size_t>(copy - base_), static_cast<std::size_t>(of - base_), bytes});
}

// Called once, by the runtime's constructor: static data are as the constructors of static objects
// have left them, and so is the part of the heap that these allocated. All else begins with zeros.
void region::take_initial(std::size_t bytes) {
    initial_.assign(base_, base_ + bytes);
}

// At the end of a runtime: the next one of this process finds the program as it was loaded. Between
// two executions of a thread its own granules are put back one by one (restore()).
void region::restore_initial() const {
    if (!initial_.empty()) std::memcpy(base_, initial_.data(), initial_.size());
}

// Little-endian: `size` bytes are the low ones of the value. What lies beyond the bytes that were
// remembered is 0.
std::uint64_t region::initial(const void* address, unsigned size) const {
    std::uint64_t value = 0;
    const auto offset = static_cast<std::size_t>(static_cast<const char*>(address) - base_);
    if (offset + size <= initial_.size()) std::memcpy(&value, initial_.data() + offset, size);
    return value;
}

// All eight bytes, whatever the address in them is.
void region::restore(char* address) const {
    const std::size_t offset = static_cast<std::size_t>(address - base_) / 8 * 8;
    const std::uint64_t value = initial(base_ + offset, 8);
    std::memcpy(base_ + offset, &value, 8);
}

// --- locations in a granule ----------------------------------------------------------------------

// The lowest bit above `offset` that is set; the end of the granule stands for one behind all.
unsigned piece_end(const granule& g, unsigned offset) {
    const unsigned later = static_cast<unsigned>(g.starts) >> (offset + 1) | 1u << (7 - offset);
    return offset + 1 + static_cast<unsigned>(std::countr_zero(later));
}

// There is always a byte that is not joined: join() leaves the first one out.
unsigned piece_begin(const granule& g, unsigned offset) {
    while ((g.joined >> offset) & 1) --offset;
    return offset;
}

bool is_divided(const granule& g, unsigned offset, unsigned size) {
    return piece_end(g, offset) < offset + size;
}

// A border that is there, or at the end of the granule, changes nothing. One in the middle of a
// location that has a number cuts it: the number was for more bytes than there will be.
bool set_borders(granule& g, unsigned offset, unsigned size) {
    bool whole = true;
    for (const unsigned border : {offset, offset + size}) {
        if (border > 7 || (((g.starts | g.joined) >> border) & 1)) continue;
        for (unsigned s = 0; s < border; ++s)
            if (((g.starts >> s) & 1) && g.number[s] != 0 && piece_end(g, s) > border)
                whole = false;
        g.starts = static_cast<std::uint8_t>(g.starts | 1u << border);
    }
    return whole;
}

// From the start of the location that has the first byte to the end of the one that has the last.
// Borders between go away, and set_borders() makes no new ones there.
void join(granule& g, unsigned offset, unsigned size) {
    const unsigned begin = piece_begin(g, offset);
    const unsigned end = piece_end(g, offset + size - 1);
    const unsigned inner = (1u << end) - (1u << (begin + 1));
    g.starts = static_cast<std::uint8_t>((g.starts | 1u << begin) & ~inner);
    g.joined = static_cast<std::uint8_t>(g.joined | inner);
}

}  // namespace ringsim::sim::check
