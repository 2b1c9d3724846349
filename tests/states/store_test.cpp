// The store of visited states: each once, and what led to it.
#include "sim/states/store.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

namespace ringsim::tests {
namespace {

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

TEST_CASE("states: the store has each state once, and says what led to it") {
    std::mt19937 random(2);
    state_store store;
    std::map<std::string, state_id> known;
    std::vector<std::pair<std::string, state_id>> all;
    state_id from = no_state;
    for (unsigned i = 0; i < 200'000; ++i) {
        const std::string text = random_state(random);
        const bool is_new = known.emplace(text, static_cast<state_id>(all.size())).second;
        REQUIRE(store.add(text, from) == (is_new ? added::yes : added::known));
        if (is_new) all.emplace_back(text, from);
        // As in a search: what led to a state never stands before what led to the last one.
        if (from == no_state)
            from = 0;
        else if (random() % 3 == 0)
            from += random() % 300;
    }
    REQUIRE(store.size() == all.size());
    for (state_id s = 0; s < all.size(); ++s) {
        REQUIRE(store.at(s) == all[s].first);
        REQUIRE(store.came_from(s) == all[s].second);
    }
    for (unsigned i = 0; i < 10'000; ++i) {
        const auto s = static_cast<state_id>(random() % all.size());
        REQUIRE(store.at(s) == all[s].first);
        REQUIRE(store.came_from(s) == all[s].second);
    }
}

TEST_CASE("states: the store never takes more memory than it is given") {
    for (const std::uint64_t megabytes : {2, 3, 9}) {
        std::mt19937_64 random(3);
        state_store store;
        store.limit(megabytes << 20);
        added last = added::yes;
        while (last == added::yes) {
            const std::uint64_t number = random();
            last = store.add({reinterpret_cast<const char*>(&number), sizeof number}, 0);
            REQUIRE(store.bytes() <= megabytes << 20);
        }
        CHECK(last == added::no_room);
        CHECK(store.bytes() > (megabytes << 20) / 3);
    }
}

}  // namespace ringsim::tests
