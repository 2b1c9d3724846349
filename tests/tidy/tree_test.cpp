// The project keeps its own house rules.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "tests/skip.hpp"
#include "tests/tidy/rules.hpp"

namespace ringsim::tests {

TEST_CASE("every file of the tree keeps the house rules") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT does not name the source tree; meson test sets it");
    const auto tree = read_tree(root);
    REQUIRE(tree.size() > 20);  // looking at the wrong directory must not pass
    std::string text;
    for (const std::string& complaint : check_tree(tree)) text += "\n" + complaint;
    INFO(text);
    CHECK(text.empty());
}

}  // namespace ringsim::tests
