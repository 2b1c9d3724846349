// Where objects of the heap lie, and whose an address is. No address is ever given out twice, in
// any execution, so a table from slots of 16 bytes to objects is all that is needed to find the
// object of an address; it grows with the heap and never forgets. What becomes of an object (who
// frees it, who has come to it) is kept in the object by heap.cpp.
#include "sim/check/objects.hpp"

#include <algorithm>
#include <utility>

#include "sim/check/found_out.hpp"

namespace ringsim::sim::check {
namespace {

// The least that objects can be apart; also the alignment that malloc() has on x86-64, where it is
// that of max_align_t.
constexpr unsigned slot_bytes = 16;  // the least that objects can be apart

}  // namespace

char* take_room(char*& next, std::size_t bytes, std::size_t alignment) {
    // At least one byte behind the object is in the object's last slot, and the slot behind that is
    // nobody's. An access that runs over the end by a little is then told as one to this object;
    // one that goes further meets nothing, and does not damage a neighbour unseen.
    const std::size_t step = std::max<std::size_t>(alignment, slot_bytes);
    const auto start = (reinterpret_cast<std::uintptr_t>(next) + step - 1) / step * step;
    char* const address = reinterpret_cast<char*>(start);
    next = address + (bytes + slot_bytes) / slot_bytes * slot_bytes + slot_bytes;
    return address;
}

void heap_objects::open(char* base, std::size_t bytes, char* next) {
    base_ = base;
    bytes_ = bytes;
    next_ = next;
}

heap_object& heap_objects::add(char* address, std::size_t bytes, bool zeroed, const void* pc,
                               unsigned by) {
    const auto number = static_cast<unsigned>(objects_.size()) + 1;
    heap_object& o = objects_.emplace_back(heap_object{address, bytes, pc, zeroed, by, number});
    const auto first = static_cast<std::size_t>(address - base_) / slot_bytes;
    // The last slot counts too in which only the byte behind the object is: see take_room().
    // Objects are added by rising addresses, so the table only grows.
    by_slot_.resize(first + bytes / slot_bytes + 2);
    for (std::size_t i = 0; i <= bytes / slot_bytes; ++i) by_slot_[first + i] = &o;
    return o;
}

heap_object* heap_objects::allocation(unsigned thread, unsigned nth, std::size_t bytes,
                                      std::size_t alignment, bool zeroed, const void* pc) {
    // A thread that allocates another size at its nth time has taken another way, and gets another
    // object; so does one that asks for zeros, whose first values are others. The same way gives
    // the same address, on which all that was found out about memory depends.
    const auto [at, fresh] = allocations_.try_emplace({thread, nth, bytes, zeroed}, nullptr);
    if (!fresh) return at->second;
    found_out();
    const auto used = static_cast<std::size_t>(next_ - base_);
    // The first comparison keeps the sum behind it from running over; the sum counts the most that
    // take_room() can take: what an alignment skips, and the slots behind the object.
    if (bytes > bytes_ || used + bytes + alignment + 4 * slot_bytes > bytes_) return nullptr;
    // The place of the allocation is that of the first time; it is for messages only.
    return at->second = &add(take_room(next_, bytes, alignment), bytes, zeroed, pc, thread + 1);
}

const heap_object* heap_objects::near(const void* address) const {
    const auto offset = static_cast<std::size_t>(static_cast<const char*>(address) - base_);
    return offset / slot_bytes < by_slot_.size() ? by_slot_[offset / slot_bytes] : nullptr;
}

heap_object* heap_objects::near(const void* address) {
    return const_cast<heap_object*>(std::as_const(*this).near(address));
}

}  // namespace ringsim::sim::check
