// The store of visited states: each once, and what led to it.
#include "sim/states/hashed_store.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

namespace ringsim::tests {
namespace {

using sim::states::exact_store;
using sim::states::hashed_store;
using sim::states::no_state;
using sim::states::state_id;
using sim::states::state_store;
using added = state_store::added;

// Mostly small numbers, as in states; now and then any byte.
std::string random_state(std::mt19937& random) {
    std::string text(random() % (random() % 8 == 0 ? 900 : 40), '\0');
    for (char& c : text) {
        const unsigned kind = random() % 8;
        c = static_cast<char>(kind < 4 ? 0 : kind < 6 ? 1 : kind < 7 ? random() % 11 : random());
    }
    return text;
}

}  // namespace

TEST_CASE("states: what is packed is found again, and nothing else is packed in the same way") {
    std::mt19937 random(1);
    std::map<std::string, std::string> packed_as;
    std::string packed, back;
    for (unsigned i = 0; i < 50'000; ++i) {
        const std::string text = random_state(random);
        sim::states::pack(text, packed);
        sim::states::unpack(packed, back);
        REQUIRE(back == text);
        const auto [known, is_new] = packed_as.emplace(packed, text);
        if (!is_new) REQUIRE(known->second == text);
    }
    for (unsigned b = 0; b < 256; ++b) {
        const std::string text(3, static_cast<char>(b));
        sim::states::pack(text, packed);
        sim::states::unpack(packed, back);
        REQUIRE(back == text);
    }
}

namespace {

// As in a search: what led to a state never stands before what led to the last one. `explored`:
// whoever was explored is read no more.
template <class Store>
void check_store(bool explored) {
    std::mt19937 random(2);
    Store store;
    state_store::reader reader;
    struct one {
        std::string text;
        state_id from;
        std::uint32_t turn;
    };
    std::map<std::string, state_id> known;
    std::vector<one> all;
    state_id from = no_state;
    for (unsigned i = 0; i < 200'000; ++i) {
        const one s{random_state(random), from, static_cast<std::uint32_t>(random() % 300)};
        const bool is_new = known.emplace(s.text, static_cast<state_id>(all.size())).second;
        REQUIRE(store.add(s.text, s.from, s.turn) == (is_new ? added::yes : added::known));
        if (is_new) all.push_back(s);
        if (from == no_state)
            from = 0;
        else if (random() % 3 == 0)
            from = std::min(from + static_cast<state_id>(random() % 300),
                            static_cast<state_id>(all.size() - 1));
        if (!explored) continue;
        store.explored_before(from);
        REQUIRE(store.at(from, reader) == all[from].text);
        const auto s2 = static_cast<state_id>(from + random() % (all.size() - from));
        REQUIRE(store.at(s2, reader) == all[s2].text);
    }
    REQUIRE(store.size() == all.size());
    for (unsigned i = 0; i < all.size() + 10'000; ++i) {
        const auto s = static_cast<state_id>(i < all.size() ? i : random() % all.size());
        if (!explored) REQUIRE(store.at(s, reader) == all[s].text);
        REQUIRE(store.came_from(s, reader) == all[s].from);
        REQUIRE(store.is(s, all[s].text, all[s].turn, reader));
        REQUIRE_FALSE(store.is(s, all[s].text + "x", all[s].turn + 1, reader));
    }
}

template <class Store>
void check_room() {
    for (const std::uint64_t megabytes : {3, 5, 9}) {
        std::mt19937_64 random(3);
        Store store;
        store.limit(megabytes << 20);
        added last = added::yes;
        while (last == added::yes) {
            const std::uint64_t number = random();
            last = store.add({reinterpret_cast<const char*>(&number), sizeof number}, 0, 0);
            REQUIRE(store.bytes() <= megabytes << 20);
        }
        CHECK(last == added::no_room);
        CHECK(store.bytes() > (megabytes << 20) / 3);
    }
}

}  // namespace

TEST_CASE("states: a store has each state once, and says what led to it") {
    check_store<exact_store>(false);
    check_store<exact_store>(true);
    check_store<hashed_store>(false);
    check_store<hashed_store>(true);
}

TEST_CASE("states: a store never takes more memory than it is given") {
    check_room<exact_store>();
    check_room<hashed_store>();
}

TEST_CASE("states: hashes of states that were explored are all that is kept of them") {
    std::mt19937_64 random(4);
    exact_store exact;
    hashed_store hashed;
    for (state_id i = 0; i < 100'000; ++i) {
        std::string text(100, '\0');
        for (char& c : text) c = static_cast<char>(random());
        REQUIRE(exact.add(text, i / 2, 1) == added::yes);
        REQUIRE(hashed.add(text, i / 2, 1) == added::yes);
        hashed.explored_before(i);
    }
    CHECK(exact.bytes() > 100 * 100'000);
    CHECK(hashed.bytes() < 45 * 100'000);
    // Of 5 * 10^9 pairs one in 2^64.
    CHECK(hashed.probability_of_a_miss() == doctest::Approx(5e9 / 18446744073709551616.0));
    CHECK(exact.probability_of_a_miss() == 0);
}

TEST_CASE("states: two states with one hash are one for a store of hashes") {
    hashed_store hashed;
    exact_store exact;
    std::string a, b;
    sim::states::pack("a", a);
    sim::states::pack("b", b);
    for (state_store* s : {static_cast<state_store*>(&hashed), static_cast<state_store*>(&exact)}) {
        CHECK(s->add_packed(a, 7, no_state, 0) == added::yes);
        CHECK(s->has(b, 7) == (s == &hashed));
        CHECK(s->add_packed(b, 7, 0, 0) == (s == &hashed ? added::known : added::yes));
    }
    // No hash is taken for an empty place.
    CHECK(hashed.add_packed(b, 0, 0, 1) == added::yes);
    CHECK(hashed.has(b, 0));
    CHECK(hashed.add_packed(b, 0, 0, 1) == added::known);
}

}  // namespace ringsim::tests
