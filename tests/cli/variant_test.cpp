// Order tables as a user writes them.
#include "scenarios/study/variant.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "consumer/order_tables.hpp"
#include "kernel_model/site_table.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::tests {
namespace {

using namespace scenarios;
using namespace scenarios::study;
using namespace scenarios::worlds;

std::string variant_error(const std::string& text) {
    try {
        (void)parse_variant(text);
    } catch (const user_error& e) {
        return e.what();
    }
    return "";
}

}  // namespace

TEST_CASE("orders: a named table") {
    for (const auto& table : consumer::order_tables) {
        const variant v = parse_variant(table.name);
        CHECK(v.orders == table.orders);
        CHECK(v.orders_name == table.name);
    }
}

TEST_CASE("orders: changes after a table, by full and by short names") {
    const order_table wanted = consumer::libbpf.with(site::consumer_recheck_fence, order::seq_cst)
                                   .with(site::commit_xchg_header, order::store_release);
    for (const char* text :
         {"libbpf consumer.recheck_fence=seq_cst kernel.commit.xchg_header=store_release",
          "libbpf,recheck_fence=seq_cst,xchg_header=store_release",
          "xchg_header=store_release, recheck_fence=seq_cst",
          "edge commit.xchg_header=store_release"}) {
        CAPTURE(text);
        CHECK(parse_variant(text).orders == wanted);
    }
    // The name is the same however it was written, and leads to the same orders.
    const variant v = parse_variant("xchg_header=store_release,recheck_fence=seq_cst");
    CHECK(v.orders_name ==
          "libbpf consumer.recheck_fence=seq_cst commit.xchg_header=store_release");
    CHECK(parse_variant(v.orders_name).orders == wanted);
    CHECK(parse_variant("fenced recheck_fence=seq_cst").orders_name == "fenced");
    // By the name that the table had before.
    CHECK(parse_variant("edge recheck_fence=acq_rel").orders_name ==
          "fenced consumer.recheck_fence=acq_rel");
}

TEST_CASE("orders: short names lead back to their sites") {
    for (std::size_t i = 0; i < site_count; ++i) {
        const auto s = static_cast<site>(i);
        CHECK(parse_site_name(name(s)) == s);
        CHECK(parse_site_name(short_name(s)) == s);
    }
}

TEST_CASE("orders: the kernel's and C++'s words for an order") {
    const auto same = [](const std::string& word, const std::string& plain) {
        CAPTURE(word);
        CHECK(parse_variant(word).orders == parse_variant(plain).orders);
        CHECK(parse_variant(word).orders_name == parse_variant(plain).orders_name);
    };
    same("consumer.load_header=READ_ONCE", "consumer.load_header=relaxed");
    same("consumer.load_header=smp_load_acquire", "consumer.load_header=acquire");
    same("consumer.load_header=smp_load_acquire()", "consumer.load_header=acquire");
    same("consumer.load_header=memory_order_seq_cst", "consumer.load_header=seq_cst");
    same("consumer.load_header=memory_order::relaxed", "consumer.load_header=relaxed");
    same("store_consumer_pos=WRITE_ONCE", "store_consumer_pos=relaxed");
    same("store_consumer_pos=smp_store_release", "store_consumer_pos=release");
    same("recheck_fence=smp_mb", "recheck_fence=seq_cst");
    same("xchg_header=xchg", "xchg_header=full");
    same("xchg_header=cmpxchg", "xchg_header=full");
    same("consumer.load_header=rcu_dereference()", "consumer.load_header=relaxed");
    same("xchg_header=xchg_release", "xchg_header=release");
    same("xchg_header=smp_store_release", "xchg_header=store_release");
    same("xchg_header=WRITE_ONCE", "xchg_header=store_relaxed");

    CHECK(variant_error("consumer.load_header=smp_store_release") ==
          "--orders: 'smp_store_release' is a store, and consumer.load_header a load; it takes: "
          "relaxed, acquire, seq_cst");
    CHECK(variant_error("consumer.load_header=smp_mb").find("'smp_mb' is a fence, and") !=
          std::string::npos);
    CHECK(variant_error("recheck_fence=xchg").find("'xchg' is a rmw, and") != std::string::npos);
    CHECK(variant_error("recheck_fence=smp_wmb") ==
          "--orders: 'smp_wmb' orders stores before stores and nothing else, as no fence of C and "
          "C++ does; consumer.recheck_fence takes: none, acquire, release, acq_rel, seq_cst");
    CHECK(variant_error("recheck_fence=fast").find("is no memory order") != std::string::npos);
    CHECK(variant_error("consumer.load_header=memory_order_release").find("makes no sense at") !=
          std::string::npos);
}

TEST_CASE("orders: which sites differ from the table that is named") {
    CHECK(changed_sites(parse_variant("edge")).empty());
    CHECK(changed_sites(parse_variant("edge kernel=5.8 consumer.load_header=seq_cst")) ==
          std::vector<site>{site::consumer_load_header});
}

TEST_CASE("orders: a file") {
    const auto path = std::filesystem::temp_directory_path() / "ringsim-orders-test.txt";
    std::ofstream(path) << "# what my consumer does\naya-0.14\n\n"
                           "consumer.load_header=seq_cst   # stronger\n";
    const variant v = parse_variant(path.string());
    CHECK(v.orders == consumer::aya_0_14.with(site::consumer_load_header, order::seq_cst));
    CHECK(v.orders_name == "aya-0.14 consumer.load_header=seq_cst");

    std::ofstream(path) << "libbpf\nload_heder=seq_cst\n";
    CHECK(variant_error(path.string()) ==
          path.string() +
              ":2: there is no site 'load_heder'; did you mean consumer.load_header or "
              "kernel.commit.load_header?");
    std::filesystem::remove(path);
    CHECK(variant_error("/no/such/file") == "--orders: '/no/such/file' is not a file");
}

TEST_CASE("orders: what is wrong is named, with what would be right") {
    const struct {
        const char* text;
        const char* message;
    } table[] = {
        {"", "--orders: no order table given; valid: libbpf, aya-0.12, aya-0.14, fenced, seq_cst"},
        {"libbfp",
         "--orders: 'libbfp' is no order table, file or SITE=ORDER; did you mean libbpf?"},
        {"aya", "did you mean aya-0.12 or aya-0.14?"},
        {"edge libbpf", "the table 'libbpf' must come first"},
        {"recheck_fense=seq_cst",
         "there is no site 'recheck_fense'; did you mean consumer.recheck_fence?"},
        {"load_consumer_pos=relaxed",
         "the site 'load_consumer_pos' is not unique: consumer.load_consumer_pos, "},
        {"recheck_fence=sequential",
         "'sequential' is no memory order; consumer.recheck_fence takes"},
        {"consumer.load_header=release",
         "'release' makes no sense at consumer.load_header, a load; it takes: relaxed, acquire, "
         "seq_cst"},
        {"store_consumer_pos=acquire", "'acquire' makes no sense at consumer.store_consumer_pos"},
        {"recheck_fence=seq_cst recheck_fence=none", "consumer.recheck_fence is given twice"},
        {"=seq_cst", "there is no site ''"},
        {"recheck_fence=", "'' is no memory order"},
    };
    for (const auto& row : table) {
        CAPTURE(row.text);
        const std::string message = variant_error(row.text);
        CHECK_MESSAGE(message.find(row.message) != std::string::npos, message);
        CHECK(message.find('\n') == std::string::npos);
    }
}

TEST_CASE("orders: one step weaker, one step stronger") {
    using enum order;
    CHECK(one_step_weaker(site::consumer_load_header, acquire) == std::vector{relaxed});
    CHECK(one_step_weaker(site::consumer_load_header, seq_cst) == std::vector{acquire});
    CHECK(one_step_weaker(site::consumer_load_header, relaxed).empty());
    CHECK(one_step_weaker(site::consumer_recheck_fence, acq_rel) == std::vector{acquire, release});
    CHECK(one_step_weaker(site::reserve_lock, acquire) == std::vector{none});
    // An exchange: a weaker one, and the store that could stand there instead.
    CHECK(one_step_weaker(site::commit_xchg_header, full) == std::vector{seq_cst, store_release});
    CHECK(one_step_stronger(site::consumer_recheck_fence, none) == std::vector{acquire, release});
    CHECK(one_step_stronger(site::consumer_load_header, acquire) == std::vector{seq_cst});
    CHECK(strongest(site::commit_xchg_header) == full);
    CHECK(strongest(site::consumer_load_header) == seq_cst);
    for (std::size_t i = 0; i < site_count; ++i) {
        const auto s = static_cast<site>(i);
        for (std::size_t o = 0; o < order_count; ++o)
            for (const order weaker : one_step_weaker(s, static_cast<order>(o))) {
                CHECK(info(s).orders.contains(weaker));
                CHECK(at_most(weaker, static_cast<order>(o)));
            }
    }
}

TEST_CASE("expectations: every scenario's tables and changes can be read") {
    for (const scenario* s : all_scenarios())
        for (const expectation& e : s->expect) {
            CAPTURE(s->name);
            CAPTURE(e.orders);
            const variant v = parse_variant(e.orders, e.how);
            REQUIRE(expectation_of(*s, v) != nullptr);
            CHECK(expectation_of(*s, v)->under == e.under);
            for (const model_bits m : {under_sc, under_tso, under_rc11})
                CHECK((expected_under(e, m) == sim::violation::none) == ((e.under & m) == 0));
        }
    CHECK(expectation_of(*find_scenario("lost-wakeup"),
                         parse_variant("libbpf consumer.load_producer_pos=relaxed"
                                       " reserve.store_header=seq_cst")) == nullptr);
}

}  // namespace ringsim::tests
