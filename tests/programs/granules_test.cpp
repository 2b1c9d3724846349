// The memory of a program under check, without a program: granules, the locations in them, and
// regions that go back to what they were.
#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <string>

#include "sim/check/memory.hpp"

namespace ringsim::tests {
namespace {

using namespace sim::check;

// The borders of a granule's locations, as "0 2 4".
std::string starts_of(const granule& g) {
    std::string text;
    for (unsigned i = 0; i < 8; ++i)
        if ((g.starts >> i) & 1) text += (text.empty() ? "" : " ") + std::to_string(i);
    return text;
}

struct watched {
    alignas(8) std::array<char, 64> bytes{};
    region r;
    watched() { r.watch(bytes.data(), bytes.size()); }
};

}  // namespace

TEST_CASE("granule: an access has a border at each of its ends") {
    granule g{};
    CHECK(set_borders(g, 0, 8));
    CHECK(starts_of(g) == "0");
    CHECK(piece_end(g, 0) == 8);
    CHECK(set_borders(g, 2, 2));
    CHECK(starts_of(g) == "0 2 4");
    CHECK(piece_end(g, 0) == 2);
    CHECK(piece_end(g, 2) == 4);
    CHECK(piece_end(g, 4) == 8);
    // What is there already changes nothing.
    CHECK(set_borders(g, 0, 4));
    CHECK(starts_of(g) == "0 2 4");
    CHECK(set_borders(g, 7, 1));
    CHECK(piece_end(g, 4) == 7);
    CHECK(piece_end(g, 7) == 8);
}

TEST_CASE("granule: only a location that has a number can be cut") {
    granule g{};
    CHECK(set_borders(g, 0, 8));
    CHECK(set_borders(g, 0, 4));
    g.number[0] = 1;
    g.number[4] = 2;
    // Beside it, or along its borders, is no cut.
    CHECK(set_borders(g, 0, 4));
    CHECK(set_borders(g, 4, 4));
    CHECK(set_borders(g, 0, 8));
    CHECK_FALSE(set_borders(g, 6, 2));
    CHECK(starts_of(g) == "0 4 6");
    // It is cut now: once.
    g.number.fill(0);
    CHECK(set_borders(g, 6, 2));
}

TEST_CASE("region: has what is in it, to the byte") {
    watched w;
    CHECK(w.r.has(w.bytes.data()));
    CHECK(w.r.has(w.bytes.data() + 63));
    CHECK_FALSE(w.r.has(w.bytes.data() + 64));
    CHECK_FALSE(w.r.has(w.bytes.data() - 1));
    CHECK(w.r.at(w.bytes.data() + 8).untouched());
    w.r.at(w.bytes.data() + 9).owner = 1;
    CHECK_FALSE(w.r.at(w.bytes.data() + 15).untouched());
    CHECK(w.r.at(w.bytes.data() + 16).untouched());
    // Somewhere else, with what is known of its granules.
    std::array<char, 64> other{};
    w.r.move_to(other.data());
    CHECK_FALSE(w.r.has(w.bytes.data()));
    CHECK(w.r.at(other.data() + 8).owner == 1);
    w.r.leave();
    CHECK_FALSE(w.r.has(other.data()));
    CHECK_FALSE(w.r.has(nullptr));
}

TEST_CASE("region: gives back what its bytes were, and zeroes behind them") {
    watched w;
    const std::uint32_t was = 0x01020304;
    std::memcpy(w.bytes.data() + 8, &was, sizeof was);
    w.r.take_initial(16);
    CHECK(w.r.initial(w.bytes.data() + 8, 4) == was);
    CHECK(w.r.initial(w.bytes.data() + 8, 1) == 0x04);
    w.bytes.fill(0x7f);
    w.r.restore(w.bytes.data() + 9);  // the granule around it
    CHECK(std::memcmp(w.bytes.data() + 8, &was, sizeof was) == 0);
    CHECK(w.bytes[7] == 0x7f);
    CHECK(w.bytes[16] == 0x7f);
    w.r.restore(w.bytes.data() + 24);
    CHECK(w.bytes[24] == 0);
    w.r.restore_initial();
    CHECK(w.bytes[0] == 0);
    CHECK(w.bytes[16] == 0x7f);
}

TEST_CASE("region: memory that is mapped twice has one granule a place") {
    watched w;
    w.r.alias(w.bytes.data() + 32, w.bytes.data(), 16);
    CHECK(&w.r.at(w.bytes.data() + 40) == &w.r.at(w.bytes.data() + 8));
    CHECK(&w.r.at(w.bytes.data() + 48) != &w.r.at(w.bytes.data() + 16));
    CHECK(w.r.at(w.bytes.data() + 32).shared);
    CHECK_FALSE(w.r.at(w.bytes.data() + 16).shared);
}

}  // namespace ringsim::tests
