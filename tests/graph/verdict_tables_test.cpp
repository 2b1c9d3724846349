// The lost wakeup's core in the instructions of each machine, as herd7 decides it.
#include "tests/graph/verdict_tables.hpp"

#include <doctest/doctest.h>

#include "tests/graph/stale_looks.hpp"

namespace ringsim::tests {
namespace {

std::string committing(std::string_view code, char word) {
    std::string text(code);
    text[text.find('$')] = word;
    return text;
}

}  // namespace

TEST_CASE("verdict tables: every consumer with every producer, on both paths") {
    for (const verdict_table& table : verdict_tables)
        for (const verdict_row& row : table.rows) {
            REQUIRE(row.lost.size() == table.producers.size());
            for (std::size_t i = 0; i < table.producers.size(); ++i) {
                const named_code& producer = table.producers[i];
                const std::string consumer(row.consumer.code);
                const std::string h = consumer + " | " + committing(producer.code, 'y');
                const std::string p = consumer + " | " + std::string(table.reserve) + "; " +
                                      committing(producer.code, 'z');
                INFO(graph::name(table.model)
                     << ": " << row.consumer.name << " / " << producer.name);
                CHECK_MESSAGE(may_lose(h, table.model) == (row.lost[i] != 'n'), h);
                CHECK_MESSAGE(may_lose(p, table.model) == (row.lost[i] == 'Y'), p);
            }
        }
}

}  // namespace ringsim::tests
