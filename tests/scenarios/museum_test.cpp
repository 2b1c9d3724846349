// The museum as data: every row is complete, and every known bug is a row or left out with a
// reason.
#include "scenarios/museum.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "scenarios/study/variant.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using namespace scenarios::worlds;

// The known bugs: a letter and how many there are of it.
struct letter {
    char name;
    unsigned rows;
};
constexpr letter letters[] = {{'A', 22}, {'B', 17}, {'C', 11}, {'D', 6}, {'U', 6}, {'F', 2}};

}  // namespace

TEST_CASE("museum: every row is complete and its verdicts are stated") {
    std::string text;
    for (const std::string& complaint : museum_complaints()) text += "\n" + complaint;
    INFO(text);
    CHECK(text.empty());
    CHECK(museum_rows().size() >= 38);
}

TEST_CASE("museum: the variants of a row can be written on the command line") {
    for (const museum_row& row : museum_rows())
        for (const stated_variant& v : {row.of->broken, row.of->repaired, row.of->beside}) {
            if (v.orders.empty()) continue;
            CAPTURE(row.of->id);
            const variant code = parse_variant(v.orders, v.how);
            const expectation* stated = expectation_of(*scenario_of(row, v), code);
            CHECK(stated == expectation_of(row, v));
        }
}

TEST_CASE("museum: docs/museum.md has a line for every known bug that is no row") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT does not name the source tree; meson test sets it");
    std::ifstream page(std::string(root) + "/docs/museum.md");
    const std::string whole{std::istreambuf_iterator<char>(page), {}};
    const auto section = whole.find("## Rows that are not shown");
    REQUIRE(section != std::string::npos);
    const std::string text = whole.substr(section);
    std::set<std::string> shown;
    for (const museum_row& row : museum_rows()) shown.insert(std::string(row.of->id));
    for (const letter& l : letters)
        for (unsigned i = 1; i <= l.rows; ++i) {
            const std::string id = l.name + std::to_string(i);
            CAPTURE(id);
            const bool left_out = text.find("\n| " + id + " |") != std::string::npos;
            CHECK(shown.contains(id) != left_out);
            const auto why = why_left_out(id);
            CHECK(why.has_value() == left_out);
            // The page may set words as code.
            std::string line = text.substr(text.find("\n| " + id + " |") + 1);
            line = line.substr(0, line.find('\n'));
            std::erase(line, '`');
            if (why) CHECK_MESSAGE(line.find(std::string(*why)) != std::string::npos, line);
        }
}

}  // namespace ringsim::tests
