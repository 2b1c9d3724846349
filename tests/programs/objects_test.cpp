// The objects of a heap, without a program: each thread's nth allocation is the same object in each
// execution.
#include <doctest/doctest.h>

#include <array>

#include "sim/check/objects.hpp"

namespace ringsim::tests {
namespace {

using namespace sim::check;

struct heap {
    alignas(64) std::array<char, 4096> bytes{};
    heap_objects objects;
    heap() { objects.open(bytes.data(), bytes.size(), bytes.data()); }
    heap_object& made(unsigned thread, unsigned nth, std::size_t size, bool zeroed = false) {
        return *objects.allocation(thread, nth, size, 16, zeroed, nullptr);
    }
};

}  // namespace

TEST_CASE("heap: an allocation that comes again is the object that it was") {
    heap h;
    const heap_object& first = h.made(1, 0, 24);
    const heap_object& other = h.made(2, 0, 24);
    CHECK(first.address != other.address);
    CHECK(&h.made(1, 0, 24) == &first);
    CHECK(&h.made(2, 0, 24) == &other);
    // Another way through the program: another size, or another place in the order.
    CHECK(&h.made(1, 0, 32) != &first);
    CHECK(&h.made(1, 1, 24) != &first);
    CHECK(&h.made(1, 0, 24, true) != &first);
    CHECK(first.by == 2);
    CHECK(first.number == 1);
}

TEST_CASE("heap: an object is found by each of its bytes, and by the one behind") {
    heap h;
    for (const std::size_t size : {1u, 15u, 16u, 17u, 64u}) {
        const heap_object& o = h.made(0, static_cast<unsigned>(size), size);
        CHECK(h.objects.near(o.address) == &o);
        CHECK(h.objects.near(o.address + size - 1) == &o);
        CHECK(h.objects.near(o.address + size) == &o);
        CHECK(o.has(o.address + size - 1));
        CHECK_FALSE(o.has(o.address + size));
        CHECK_FALSE(o.has(o.address - 1));
    }
    CHECK(h.objects.near(h.bytes.data() - 1) == nullptr);
    CHECK(h.objects.near(h.bytes.data() + h.bytes.size()) == nullptr);
}

TEST_CASE("heap: between two objects is a slot that belongs to none") {
    heap h;
    const heap_object& a = h.made(0, 0, 16);
    const heap_object& b = h.made(0, 1, 16);
    CHECK(b.address - a.address >= 32);
    CHECK(h.objects.near(b.address - 1) != &b);
}

TEST_CASE("heap: where there is no room there is no object") {
    heap h;
    CHECK(h.objects.allocation(0, 0, 1 << 20, 16, false, nullptr) == nullptr);
    CHECK(h.objects.allocation(0, 1, ~std::size_t{0}, 16, false, nullptr) == nullptr);
    CHECK(h.made(0, 2, 64).address == h.bytes.data());
}

TEST_CASE("heap: an object is aligned as it was asked for") {
    heap h;
    (void)h.made(0, 0, 1);
    const heap_object* const o = h.objects.allocation(0, 1, 8, 256, false, nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(o->address) % 256 == 0);
}

}  // namespace ringsim::tests
