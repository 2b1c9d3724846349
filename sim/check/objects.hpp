// The objects of a program's heap: where each one is, and what became of it.
//
// The same thread's nth allocation of so many bytes has the same address in each execution, so that
// locations stay what they are. Another size is another object: the thread took another way. No
// address is used again after free(), or a later object's accesses would look like an earlier
// one's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <tuple>
#include <vector>

namespace ringsim::sim::check {

// What gave an object of the heap, and so what takes it back.
enum class allocator : std::uint8_t { unknown, malloc, one, several };  // new, new[]

struct heap_object {
    char* address;
    std::size_t bytes;
    const void* pc;  // where it was allocated
    bool zeroed;
    unsigned by;      // 1 + the thread that allocated it; 0: before main()
    unsigned number;  // in the order of their first allocation, from 1
    allocator from = allocator::unknown;
    bool handed_over = false;      // another thread found in it what nobody had written
    std::uint32_t freed_by = 0;    // threads that freed it in their present run
    std::uint32_t ever_freed = 0;  // threads that freed it in some execution

    bool has(const void* at) const {
        return static_cast<std::size_t>(static_cast<const char*>(at) - address) < bytes;
    }
};

// Where an object of `bytes` bytes goes; `next` moves behind it and a slot that belongs to none, so
// that an access just behind the object is found.
char* take_room(char*& next, std::size_t bytes, std::size_t alignment);

class heap_objects {
  public:
    // The heap: `bytes` bytes from `base`, of which those before `next` are taken.
    void open(char* base, std::size_t bytes, char* next);
    // One that is there in every execution. Never freed from under its user: references stay valid.
    heap_object& add(char* address, std::size_t bytes, bool zeroed, const void* pc, unsigned by);
    // The `nth` allocation of the thread, from 0, in any execution. nullptr if there is no room.
    heap_object* allocation(unsigned thread, unsigned nth, std::size_t bytes, std::size_t alignment,
                            bool zeroed, const void* pc);
    // The one whose bytes the address is among, or is next to; nullptr if there is none.
    heap_object* near(const void* address);
    const heap_object* near(const void* address) const;

  private:
    char* base_ = nullptr;
    char* next_ = nullptr;
    std::size_t bytes_ = 0;
    std::map<std::tuple<unsigned, unsigned, std::size_t, bool>, heap_object*> allocations_;
    std::deque<heap_object> objects_;
    std::vector<heap_object*> by_slot_;
};

}  // namespace ringsim::sim::check
