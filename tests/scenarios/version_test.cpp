// Kernel versions and position widths as words of a variant.
#include "kernel_model/version.hpp"

#include <doctest/doctest.h>

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/search.hpp"
#include "scenarios/study/variant.hpp"
#include "scenarios/worlds/exploration.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using namespace scenarios::worlds;

std::string error_of(const std::string& text) {
    try {
        (void)parse_variant(text);
    } catch (const user_error& e) {
        return e.what();
    }
    return "";
}

unsigned differences(const kernel::features& a, const kernel::features& b) {
    return unsigned(a.length_check != b.length_check) + (a.pending != b.pending) +
           (a.lock != b.lock) + (a.user_ring != b.user_ring) +
           (a.drain_ends_full != b.drain_ends_full) + (a.overwrite != b.overwrite) +
           (a.avail != b.avail) + (a.look != b.look) +
           (a.late_wakeup_counts != b.late_wakeup_counts) + (a.sync_on_free != b.sync_on_free) +
           (a.held_first != b.held_first);
}

}  // namespace

TEST_CASE("versions: each differs from its neighbour, by little, and says by what") {
    for (std::size_t i = 1; i < kernel::versions.size(); ++i) {
        const auto &before = kernel::versions[i - 1], &v = kernel::versions[i];
        CAPTURE(v.name);
        CHECK(differences(before.has, v.has) >= 1);
        CHECK(differences(before.has, v.has) <= 3);
        CHECK_FALSE(v.differs.empty());
        CHECK(kernel::find_version(v.name) == &v);
    }
    CHECK(kernel::described_version.name == "6.12");
    CHECK(kernel::find_version("6.13") == nullptr);
}

TEST_CASE("variant: kernel, width and consumer are words, and lead back") {
    const variant v = parse_variant("edge bits=8, kernel=5.8");
    CHECK(v.orders == parse_variant("edge").orders);
    CHECK(v.release->name == "5.8");
    CHECK(v.width == 8);
    CHECK(v.orders_name == "fenced kernel=5.8 bits=8");
    CHECK(parse_variant(v.orders_name).same_code_as(v));
    CHECK_FALSE(parse_variant("edge kernel=5.8").same_code_as(v));
    const variant other = changed(v, site::consumer_load_header, order::relaxed);
    CHECK(other.orders_name == "fenced kernel=5.8 bits=8 consumer.load_header=relaxed");
    CHECK(other.release == v.release);
    // What is as usual is not said.
    CHECK(parse_variant("libbpf kernel=6.12 bits=64 consumer=libbpf").orders_name == "libbpf");

    variant adopted;
    adopted.orders_name = v.orders_name;
    adopt_features(adopted);
    CHECK(adopted.release == v.release);
    CHECK(adopted.width == 8);
}

TEST_CASE("variant: a version, a width or a consumer that is not there") {
    std::string valid;
    for (const kernel::version& v : kernel::versions)
        valid += (valid.empty() ? "" : ", ") + std::string(v.name);
    CHECK(error_of("libbpf kernel=5.9") ==
          "--orders: kernel: there is no version '5.9' here; valid: " + valid);
    CHECK(error_of("bits=12") == "--orders: bits: '12' is not one of: 8, 16, 32, 64");
    CHECK(error_of("consumer=libpbf").find("did you mean libbpf") != std::string::npos);
    CHECK(error_of("kernel=5.8 kernel=6.1") == "--orders: kernel is given twice");
}

TEST_CASE("variant: a scenario that needs more than the usual kernel has") {
    const scenario& s = *find_scenario("overwrite-reader");
    CHECK(release_for(s, parse_variant("libbpf")).name == "6.19");
    CHECK(release_for(s, parse_variant("libbpf kernel=7.3")).name == "7.3");
    CHECK(why_not(s, parse_variant("libbpf")) == "");
    CHECK(why_not(s, parse_variant("libbpf kernel=6.1")) ==
          "needs overwrite mode, which Linux 6.1 does not have: kernel=6.19 or later");
    // The usual kernel, if somebody asks for it, is what he gets.
    CHECK(release_for(s, parse_variant("libbpf kernel=6.12")).name == "6.12");
    CHECK(why_not(s, parse_variant("libbpf kernel=6.12")) ==
          "needs overwrite mode, which Linux 6.12 does not have: kernel=6.19 or later");
    CHECK(why_not(*find_scenario("user-ring"), parse_variant("libbpf kernel=5.13")) ==
          "needs the user ring buffer, which Linux 5.13 does not have: kernel=6.1 or later");
    CHECK(release_for(*find_scenario("publish"), parse_variant("libbpf")).name == "6.12");
    // Positions must tell a full ring from an empty one, and before from behind.
    scenario large = *find_scenario("publish");
    large.ring_bytes = 256;
    CHECK(why_not(large, parse_variant("libbpf bits=8")) ==
          "needs positions wider than 8 bits for its ring of 256 bytes");
    CHECK(why_not(large, parse_variant("libbpf bits=16")) == "");
    large.ring_bytes = 128;
    CHECK(why_not(large, parse_variant("libbpf bits=8")) == "");
    search how;
    how.engine = engine_kind::graph;
    CHECK_THROWS_AS((void)explore(s, parse_variant("libbpf kernel=6.1"), how), user_error);
}

TEST_CASE("variant: narrow positions do not change what happens before they wrap") {
    for (const char* width : {"8", "16", "32"}) {
        CAPTURE(width);
        search how;
        how.engine = engine_kind::graph;
        how.graph.stop_at_first_violation = false;
        const scenario& s = *find_scenario("lost-wakeup-prod");
        const exploration wide = explore(s, parse_variant("libbpf"), how);
        const exploration narrow =
            explore(s, parse_variant("libbpf bits=" + std::string(width)), how);
        CHECK(narrow.executions == wide.executions);
        CHECK(narrow.violating == wide.violating);
    }
}

}  // namespace ringsim::tests
