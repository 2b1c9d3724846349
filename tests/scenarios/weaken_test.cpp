// The search for the weakest safe tables, against trying all of them.
#include "scenarios/study/weaken.hpp"
#include "kernel_model/site_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "scenarios/study/variant.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using namespace scenarios::worlds;

const std::vector<site> sites{site::consumer_load_header, site::consumer_store_consumer_pos,
                              site::consumer_recheck_fence, site::commit_xchg_header};

using orders = std::vector<order>;  // one for each of the sites
orders at_sites(const order_table& t) {
    orders all;
    for (const site s : sites) all.push_back(t[s]);
    return all;
}

// Every table that differs from upstream at the sites only.
std::vector<order_table> all_tables() {
    std::vector<order_table> tables{upstream_orders};
    for (const site s : sites) {
        std::vector<order_table> more;
        for (const order_table& t : tables)
            for (std::size_t o = 0; o < order_count; ++o)
                if (info(s).orders.contains(static_cast<order>(o)))
                    more.push_back(t.with(s, static_cast<order>(o)));
        tables = std::move(more);
    }
    return tables;
}

order_table strongest_table() {
    order_table t = upstream_orders;
    for (const site s : sites) t = t.with(s, strongest(s));
    return t;
}

// A random upward-closed set: what is above one of a few random tables.
struct random_safety {
    std::vector<order_table> seeds;
    random_safety(std::uint64_t seed, const std::vector<order_table>& all) {
        for (unsigned i = 0; i < 1 + seed % 5; ++i) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            seeds.push_back(all[(seed >> 33) % all.size()]);
        }
    }
    bool operator()(const order_table& t) const {
        return std::ranges::any_of(seeds,
                                   [&](const order_table& s) { return at_most(s, t, sites); });
    }
};

// The safe ones of `all` below which none is safe, by looking at all of them.
std::set<orders> minimal_of(const std::vector<order_table>& all, const random_safety& safe) {
    std::set<orders> minimal;
    for (const order_table& t : all) {
        const auto smaller = [&](const order_table& u) {
            return at_sites(u) != at_sites(t) && at_most(u, t, sites) && safe(u);
        };
        if (safe(t) && std::ranges::none_of(all, smaller)) minimal.insert(at_sites(t));
    }
    return minimal;
}

}  // namespace

TEST_CASE("weaken: finds just the minimal safe tables, and asks for a few of all") {
    const auto all = all_tables();
    REQUIRE(all.size() > 300);
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        const random_safety safe(seed, all);
        const std::set<orders> expected = minimal_of(all, safe);
        const weakest_tables found = find_weakest({strongest_table(), sites, safe, {}});
        std::set<orders> minimal;
        for (const order_table& t : found.minimal) minimal.insert(at_sites(t));
        CHECK(found.complete);
        CHECK(minimal == expected);
        CHECK(minimal.size() == found.minimal.size());
        CHECK(found.asked < all.size() / 2);
    }
}

TEST_CASE("weaken: orders that no table may have are passed over, and what is below them is not") {
    // As the kernel: no seq_cst load or store, no exchange between acq_rel and full.
    const auto may_have = [](site s, order o) {
        return o != order::seq_cst || s == site::consumer_recheck_fence;
    };
    order_table start = strongest_table();
    start = start.with(site::consumer_load_header, order::acquire);
    start = start.with(site::consumer_store_consumer_pos, order::release);
    std::vector<order_table> all;
    for (const order_table& t : all_tables())
        if (std::ranges::all_of(sites, [&](site s) { return may_have(s, t[s]); })) all.push_back(t);
    REQUIRE(all.size() < all_tables().size());
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        const random_safety safe(seed, all);
        const std::set<orders> expected = minimal_of(all, safe);
        const auto asked = [&](const order_table& t) -> std::optional<bool> {
            CHECK(std::ranges::all_of(sites, [&](site s) { return may_have(s, t[s]); }));
            return safe(t);
        };
        const weakest_tables found = find_weakest({start, sites, asked, may_have});
        std::set<orders> minimal;
        for (const order_table& t : found.minimal) minimal.insert(at_sites(t));
        CHECK(found.complete);
        CHECK(minimal == expected);
    }
}

TEST_CASE("weaken: an unsafe start has no weakest table; an unknown answer ends the search") {
    const auto never = [](const order_table&) -> std::optional<bool> { return false; };
    CHECK(find_weakest({strongest_table(), sites, never, {}}).minimal.empty());
    CHECK(find_weakest({strongest_table(), sites, never, {}}).complete);
    unsigned asked = 0;
    const auto stops = [&](const order_table&) -> std::optional<bool> {
        return ++asked > 3 ? std::nullopt : std::optional(true);
    };
    CHECK_FALSE(find_weakest({strongest_table(), sites, stops, {}}).complete);
}

TEST_CASE("weaken: orders at a site are a partial order") {
    for (std::size_t i = 0; i < order_count; ++i)
        for (std::size_t j = 0; j < order_count; ++j) {
            const auto a = static_cast<order>(i);
            const auto b = static_cast<order>(j);
            if (i != j) CHECK_FALSE((at_most(a, b) && at_most(b, a)));
            for (std::size_t k = 0; k < order_count; ++k)
                if (at_most(a, b) && at_most(b, static_cast<order>(k)))
                    CHECK(at_most(a, static_cast<order>(k)));
        }
}

}  // namespace ringsim::tests
