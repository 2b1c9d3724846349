// The memory of a program under check: which bytes are locations of the execution graph.
//
// Memory is divided into granules of eight bytes. A granule that only one thread has touched, by
// plain accesses, is that thread's own: its accesses leave no events. The first access of a second
// thread, or an atomic one, makes it shared, and the exploration begins again. In a shared granule
// each run of bytes that is always accessed as a whole is a location; an access that cuts a
// location in two makes it two, and the exploration begins again. Where an atomic access is of
// several of those, they are joined to one location, for ever, which is accessed in parts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ringsim::sim::check {

struct granule {
    std::array<std::uint16_t, 8> number;  // 1 + location, by the byte at which it starts; or 0
    std::uint8_t starts;                  // bytes at which a location starts
    std::uint8_t owner;                   // 1 + the one thread that touched it, 0: nobody
    bool shared;
    std::uint8_t written;  // of its bytes, by its owner, in this execution
    std::uint8_t joined;   // bytes that are of the same location as those before them, for ever

    bool untouched() const { return owner == 0 && !shared; }
};

// A stretch of memory that is watched, with a granule for each of its eight bytes. Its granules
// outlive it in another place: a stack may be somewhere else the next time.
class region {
  public:
    region() = default;
    ~region();
    region(const region&) = delete;
    region& operator=(const region&) = delete;

    // Room for `bytes` bytes from `base`, which is aligned to 8. Throws std::bad_alloc.
    void watch(char* base, std::size_t bytes);
    void move_to(char* base) { base_ = base; }
    // It is nowhere until it moves; not at address 0, where a wild pointer may point to.
    void leave() { base_ = reinterpret_cast<char*>(nowhere); }
    bool is_somewhere() const { return base_ != reinterpret_cast<char*>(nowhere); }
    // The granules of `bytes` bytes from `copy` on are those from `of` on, and are shared: what
    // memory holds at either place does not matter then.
    void alias(const char* copy, const char* of, std::size_t bytes);
    // Remembers what the first `bytes` bytes are now, as their initial values; the others are 0.
    void take_initial(std::size_t bytes);
    // Gives them their initial values.
    void restore_initial() const;

    bool has(const void* address) const {
        return static_cast<std::size_t>(static_cast<const char*>(address) - base_) < bytes_;
    }
    granule& at(const void* address) {
        std::size_t offset = static_cast<std::size_t>(static_cast<const char*>(address) - base_);
        for (const aliased& a : aliases_)
            if (offset - a.from < a.bytes) offset = offset - a.from + a.to;
        return granules_[offset / 8];
    }
    char* base() const { return base_; }
    std::size_t bytes() const { return bytes_; }
    std::uint64_t initial(const void* address, unsigned size) const;
    // Gives the granule of `address` its initial value.
    void restore(char* address) const;

  private:
    struct aliased {
        std::size_t from;
        std::size_t to;
        std::size_t bytes;
    };

    static constexpr std::uintptr_t nowhere = std::uintptr_t{1} << 63;

    char* base_ = nullptr;
    std::size_t bytes_ = 0;
    granule* granules_ = nullptr;
    std::vector<char> initial_;
    std::vector<aliased> aliases_;
};

// A part of an access that is one location, or will be.
struct piece {
    char* address;
    unsigned size;
    granule* of;
};

// The location of byte `offset` of a granule, at which an access begins, starts here, and ends
// where the next one starts.
unsigned piece_begin(const granule& g, unsigned offset);
unsigned piece_end(const granule& g, unsigned offset);

// Whether these bytes are of several locations.
bool is_divided(const granule& g, unsigned offset, unsigned size);

// Makes `offset` and `offset + size` borders of locations. False: that cuts a location which had a
// number; all numbers are to be given anew.
bool set_borders(granule& g, unsigned offset, unsigned size);

// Makes one location of all that have bytes there; all numbers are to be given anew.
void join(granule& g, unsigned offset, unsigned size);

}  // namespace ringsim::sim::check
