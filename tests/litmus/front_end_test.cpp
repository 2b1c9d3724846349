// From C to final states: statements, expressions and primitives, each in a program of one thread
// or two.
#include <doctest/doctest.h>

#include "sim/graph/mapping.hpp"
#include "sim/litmus/primitives.hpp"
#include "tests/litmus/support.hpp"

namespace ringsim::tests {
namespace {

namespace litmus = sim::litmus;
using sim::graph::model_id;

// The final value of r0 in the one execution of a thread with this body.
std::int64_t r0(std::string_view body, std::string_view init = "{}",
                std::string_view parameters = "int *x, int *y") {
    const litmus::result r = run_text(one_thread(body, init, parameters), model_id::rc11);
    REQUIRE(r.states.size() == 1);
    return r.states.begin()->first.at(0);
}

}  // namespace

TEST_CASE("litmus: expressions") {
    CHECK(r0("int r0 = 2 + 3 * 4;") == 14);
    CHECK(r0("int r0 = (2 + 3) * 4;") == 20);
    CHECK(r0("int r0 = 7 / 2 - 7 % 4;") == 0);
    CHECK(r0("int r0 = 10 - 3 - 2;") == 5);
    CHECK(r0("int r0 = 1 << 4 | 5 & 6 ^ 1;") == 21);
    CHECK(r0("int r0 = 0x1f >> 2;") == 7);
    CHECK(r0("int r0 = -3 + ~0;") == -4);
    CHECK(r0("int r0 = !0 + !5;") == 1);
    CHECK(r0("int r0 = (1 < 2) + (2 <= 2) + (3 > 2) + (2 >= 3) + (1 == 1) + (1 != 1);") == 4);
    CHECK(r0("int r0 = 1 && 2;") == 1);
    CHECK(r0("int r0 = 0 || 0;") == 0);
    CHECK(r0("int r0 = 1 ? 2 : 3;") == 2);
    CHECK(r0("int r0 = (int)5L + (unsigned long)1;") == 6);
    CHECK(r0("int *r1 = x; int r0 = r1 == x;") == 1);
    CHECK(r0("int *r1 = x; int r0 = r1 == y;") == 0);
    CHECK(r0("int r0 = x == NULL;") == 0);
}

TEST_CASE("litmus: && and || evaluate what they must") {
    const char* body =
        "int r0 = 0; if (0 && xchg(x, 1)) r0 = 9; if (1 || xchg(x, 2)) r0 = READ_ONCE(*x);";
    CHECK(r0(body) == 0);
    CHECK(r0("int r0 = 0; if (1 && xchg(x, 1) == 0) r0 = READ_ONCE(*x);") == 1);
}

TEST_CASE("litmus: statements") {
    CHECK(r0("int r0; r0 = 3; { r0 = r0 + 1; } ;") == 4);
    CHECK(r0("int a = 1, r0 = 2; if (a) r0 = 5; else r0 = 6;") == 5);
    CHECK(r0("int r0 = 0; if (r0) r0 = 5; else if (r0 == 0) r0 = 7;") == 7);
    CHECK(r0("int r0 = 0; for (int i = 0; i < 5; i++) r0 += i;") == 10);
    CHECK(r0("int r0 = 0; int i = 0; while (i < 5) { i++; if (i == 2) continue; if (i == 4) break; "
             "r0 += i; }") == 4);
    CHECK(r0("int r0 = 0; do { r0++; } while (r0 < 3);") == 3);
    CHECK(r0("int r0 = 0; for (int i = 0; i < 3; i++) for (int j = 0; j < 3; j++) r0++;") == 9);
    CHECK(r0("r0 = 4; r1 = r0; r0 = r1 + 1;") == 5);  // herd7 asks for no declaration
    CHECK(r0("int r0 = 12; r0 -= 2; r0 *= 3; r0 /= 4; r0 %= 5; r0 |= 8; r0 ^= 1; r0 &= 11; "
             "r0 <<= 2; r0 >>= 1; --r0;") == 21);
    CHECK(r0("int r0; /* a\ncomment */ r0 = 1; // and another") == 1);
}

TEST_CASE("litmus: memory") {
    CHECK(r0("*x = 3; int r0 = *x;") == 3);
    CHECK(r0("*x = 3; *x += 4; int r0 = *x;") == 7);
    CHECK(r0("int *r1 = x; *r1 = 3; int r0 = *x;") == 3);
    CHECK(r0("int r0 = **x;", "{ int *x = &y; y = 6; }", "int **x, int *y") == 6);
    CHECK(r0("int r0 = x[1] + *(x + 2);", "{ int x[3] = {1, 20, 300}; }") == 320);
    CHECK(r0("int *r1 = &x[1]; int r0 = r1[1];", "{ int x[3] = {1, 20, 300}; }") == 300);
    CHECK(r0("int r0; ", "{ 0:r0 = 8; }") == 8);
    CHECK(r0("int r1; int r0 = *r1;", "{ P0:r1 = y; y = 7; }") == 7);
    CHECK(r0("int r0 = *x;", "{ atomic_t x = ATOMIC_INIT(4); }") == 4);
}

TEST_CASE("litmus: the kernel's primitives") {
    CHECK(r0("WRITE_ONCE(*x, 2); int r0 = READ_ONCE(*x);") == 2);
    CHECK(r0("smp_store_release(x, 2); int r0 = smp_load_acquire(x);") == 2);
    CHECK(r0("smp_store_mb(*x, 2); smp_mb(); int r0 = atomic_read(x);") == 2);
    CHECK(r0("atomic_set(x, 5); int r0 = xchg(x, 6); r0 = r0 * 10 + atomic_read(x);") == 56);
    CHECK(r0("int r0 = cmpxchg(x, 0, 3); r0 = r0 * 10 + READ_ONCE(*x);") == 3);
    CHECK(r0("int r0 = cmpxchg(x, 1, 3); r0 = r0 * 10 + READ_ONCE(*x);") == 0);
    CHECK(r0("atomic_set(x, 5); atomic_add(2, x); atomic_sub(3, x); atomic_inc(x); "
             "int r0 = atomic_read(x);") == 5);
    CHECK(r0("atomic_set(x, 5); int r0 = atomic_add_return(2, x) * 100 + atomic_fetch_add(3, x) * "
             "10 + atomic_read(x);") == 780);
    CHECK(r0("atomic_set(x, 6); int r0 = atomic_fetch_andnot(2, x) * 10 + atomic_read(x);") == 64);
    CHECK(r0("atomic_set(x, 1); int r0 = atomic_dec_and_test(x);") == 1);
    CHECK(r0("atomic_set(x, 1); int r0 = atomic_sub_and_test(2, x);") == 0);
    CHECK(r0("int r0 = atomic_add_negative(-1, x);") == 1);
    CHECK(r0("int r0 = atomic_add_unless(x, 2, 0) * 10 + atomic_read(x);") == 0);
    CHECK(r0("int r0 = atomic_add_unless(x, 2, 1) * 10 + atomic_read(x);") == 12);
    CHECK(r0("int r0 = atomic_inc_not_zero(x);") == 0);
    CHECK(r0("spin_lock(x); int r0 = spin_is_locked(x); spin_unlock(x); "
             "r0 = r0 * 10 + spin_is_locked(x);") == 10);
    CHECK(r0("int r0 = spin_trylock(x); r0 = r0 * 10 + spin_trylock(x);") == 10);
    CHECK(r0("int r0; rcu_read_lock(); rcu_assign_pointer(*x, y); r0 = rcu_dereference(*x) == y; "
             "rcu_read_unlock();") == 1);
}

TEST_CASE("litmus: C11's primitives") {
    CHECK(r0("atomic_store(x, 2); int r0 = atomic_load(x);") == 2);
    CHECK(r0("atomic_store_explicit(x, 5, memory_order_release); int r0 = "
             "atomic_exchange_explicit(x, 6, memory_order_acq_rel) * 10 + atomic_load(x);") == 56);
    // C11's order of arguments, where the kernel's is the other one.
    CHECK(r0("atomic_store(x, 5); int r0 = atomic_fetch_sub(x, 2) * 10 + atomic_load(x);") == 53);
    CHECK(r0("int r0 = 0; int r1 = atomic_compare_exchange_strong(x, &r0, 4); "
             "r0 = r1 * 10 + atomic_load(x);") == 14);
    CHECK(r0("atomic_store(x, 3); int r0 = 0; int r1 = atomic_compare_exchange_strong(x, &r0, 4); "
             "r0 = r0 * 10 + r1;") == 30);
    // As herd7 has it: the expected value in memory.
    CHECK(r0("atomic_store(x, 3); atomic_compare_exchange_strong(x, y, 4); int r0 = *y;") == 3);
}

TEST_CASE("litmus: a weak compare-exchange has two ways") {
    const std::string text =
        one_thread("int r1 = 0; int r0 = atomic_compare_exchange_weak(x, &r1, 4);");
    CHECK(observed(run_text(text, model_id::rc11)) == "Sometimes 1 1");
    CHECK(observed(run_text(text, model_id::x86_tso)) == "Sometimes 1 1");
}

TEST_CASE("litmus: every primitive of the kernel in its four orders") {
    const auto how = [](std::string_view name) {
        return litmus::find_primitive(name, litmus::dialect::lkmm)->how;
    };
    CHECK(how("xchg") == order::full);
    CHECK(how("xchg_relaxed") == order::relaxed);
    CHECK(how("atomic_xchg_acquire") == order::acquire);
    CHECK(how("cmpxchg_release") == order::release);
    CHECK(how("atomic64_fetch_add_release") == order::release);
    CHECK(how("atomic_long_inc_return") == order::full);
    CHECK(how("atomic_add") == order::relaxed);
    for (const char* none : {"atomic_add_acquire", "atomic_frob", "xadd", "atomic_load",
                             "atomic_sub_and_test_relaxed", "cmpxchg_foo"})
        CHECK_FALSE(litmus::find_primitive(none, litmus::dialect::lkmm).has_value());
}

TEST_CASE("litmus: the dialect is seen from what a test uses") {
    const auto dialect_of = [](std::string_view body) {
        return litmus::parse(one_thread(body, "{}", "int *x, int *y")).language;
    };
    CHECK(dialect_of("int r0 = READ_ONCE(*x);") == litmus::dialect::lkmm);
    CHECK(dialect_of("int r0 = atomic_load_explicit(x, memory_order_relaxed);") ==
          litmus::dialect::c11);
    CHECK(dialect_of("int r0 = *x;") == litmus::dialect::c11);
}

TEST_CASE("litmus: loops that count get the turns that they need") {
    const std::string text = one_thread("int r0 = 0; while (r0 < 20) r0++; r0 = r0 == 20;");
    litmus::run_options o;
    const litmus::result r = litmus::run(litmus::parse(text), o);
    CHECK(observed(r) == "Always 1 0");
    CHECK(r.unroll == 32);
    CHECK_FALSE(r.loop_cut);
    o.unroll = 2;
    const litmus::result cut = litmus::run(litmus::parse(text), o);
    CHECK(observed(cut) == "Never 0 0");
    CHECK(cut.reach == litmus::reach_of::loops_cut);
}

TEST_CASE("litmus: the kernel's mapping names no function that the kernel does not have") {
    std::size_t functions = 0;
    for (const sim::graph::mapping& how : sim::graph::all_mappings()) {
        if (how.model != model_id::lkmm) continue;
        for (const sim::graph::mapping_row& row : how.rows) {
            const std::string text(row.text);
            for (std::size_t end = text.find("()"); end != std::string::npos;
                 end = text.find("()", end + 1)) {
                const std::size_t blank = text.rfind(' ', end);
                const std::size_t begin = blank == std::string::npos ? 0 : blank + 1;
                const std::string name = text.substr(begin, end - begin);
                CHECK_MESSAGE(litmus::find_primitive(name, litmus::dialect::lkmm).has_value(),
                              name);
                ++functions;
            }
        }
    }
    CHECK(functions > 10);
    CHECK_FALSE(litmus::find_primitive("xchg_acq_rel", litmus::dialect::lkmm).has_value());
}

}  // namespace ringsim::tests
