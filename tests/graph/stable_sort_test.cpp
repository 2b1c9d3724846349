#include "sim/stable_sort.hpp"

#include <doctest/doctest.h>

#include <random>
#include <utility>
#include <vector>

namespace ringsim::tests {

TEST_CASE("stable sort: in order, and what is alike stays in its order") {
    std::mt19937 random(1);
    for (unsigned n = 0; n < 40; ++n) {
        std::vector<std::pair<unsigned, unsigned>> list;  // a key, and the place before
        for (unsigned i = 0; i < n; ++i) list.emplace_back(random() % 5, i);
        auto wanted = list;
        std::ranges::sort(wanted);
        sim::sort_stably_by(list, &std::pair<unsigned, unsigned>::first);
        CHECK(list == wanted);
    }
}

}  // namespace ringsim::tests
