// Which threads there are, who joins them, and what is due at their ends, without a program.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/check/endings.hpp"
#include "sim/check/thread_table.hpp"

namespace ringsim::tests {
namespace {

using namespace sim::check;
using claim = thread_table::claim;

void* some_function(void*) {
    return nullptr;
}

std::string called;

ending call_of(const char* name) {
    return {[](void* n) { called += static_cast<const char*>(n); }, const_cast<char*>(name)};
}
void destroys(void* name) {
    called += static_cast<const char*>(name);
}

}  // namespace

TEST_CASE("threads: the nth that one thread starts is the same in each execution") {
    thread_table t;
    const unsigned first = t.start_next(0);
    const unsigned second = t.start_next(0);
    const unsigned of_first = t.start_next(first);
    CHECK(first == 1);
    CHECK(second == 2);
    CHECK(of_first == 3);
    CHECK(t.seen() == 4);
    // Another execution, in another order.
    for (unsigned i = 0; i < 4; ++i) t.thread_begins(i);
    CHECK(t.start_next(first) == of_first);
    CHECK(t.start_next(0) == first);
    CHECK(t.start_next(0) == second);
    CHECK(t.seen() == 4);
    CHECK_FALSE(t.has_started_any(second));
}

TEST_CASE("threads: one too many is told") {
    thread_table t;
    for (unsigned i = 1; i < sim::threads_max; ++i) CHECK(t.start_next(0) == i);
    CHECK(t.start_next(0) == sim::threads_max);
}

TEST_CASE("threads: what they run and return goes by number") {
    thread_table t;
    int a = 0;
    int b = 0;
    CHECK(t.number_of({some_function, &a}) == 1);
    CHECK(t.number_of({some_function, &b}) == 2);
    CHECK(t.number_of({some_function, &a}) == 1);
    CHECK(t.task_at(2).argument == &b);
    CHECK(t.number_of_result(&a) == 1);
    CHECK(t.result(1) == &a);
}

TEST_CASE("threads: a thread is joined once") {
    thread_table t;
    CHECK(t.claims(0, 2) == claim::alone);
    CHECK(t.claims(0, 2) == claim::again);
    CHECK(t.joined_by(0) == 1u << 2);
    // Another one does, too: of that events are made, from then on by each of them.
    CHECK(t.claims(1, 2) == claim::something_new);
    t.thread_begins(0);
    t.thread_begins(1);
    CHECK(t.claims(1, 2) == claim::among_several);
    CHECK(t.claims(0, 2) == claim::among_several);
}

TEST_CASE("threads: detached ones end with the program, others hang") {
    thread_table t;
    const unsigned server = t.start_next(0);
    t.ends_program();
    CHECK_FALSE(t.ends_with_detached());
    t.finishes(0);
    CHECK_FALSE(t.ends_with_detached());
    t.detaches(0, server);
    CHECK(t.ends_with_detached());
    const unsigned of_server = t.start_next(server);
    CHECK_FALSE(t.ends_with_detached());
    t.finishes(of_server);
    CHECK(t.ends_with_detached());
}

bool none_deleted(unsigned) {
    return false;
}

TEST_CASE("ends: of a thread, then of the program, the last one first") {
    endings e;
    called.clear();
    e.at_exit(0, call_of("p"));
    e.at_exit(0, call_of("q"));
    e.at_thread_exit(0, call_of("t"));
    e.last_at_thread_exit(0, call_of("l"));
    e.at_exit(1, call_of("1"));
    e.at_exit(2, call_of("2"));
    e.run_of_thread(0, false, none_deleted);
    e.run_of_program(1u << 1, {call_of("early"), call_of("late ")});
    CHECK(called == "tl1qplate early");
}

TEST_CASE("ends: a thread of its own has no more than its own") {
    endings e;
    called.clear();
    e.at_exit(1, call_of("program"));
    e.at_thread_exit(1, call_of("t"));
    const unsigned key = e.new_key(1, destroys);
    const unsigned without = e.new_key(1, nullptr);
    char value[] = "v";
    e.value(1, key) = value;
    e.value(1, without) = value;
    e.run_of_thread(1, true, none_deleted);
    CHECK(called == "tv");
    CHECK(e.value(1, key) == nullptr);
}

TEST_CASE("ends: the destructor of a key that is deleted is not called") {
    endings e;
    called.clear();
    const unsigned kept = e.new_key(1, destroys);
    const unsigned deleted = e.new_key(1, destroys);
    char value[] = "v";
    char other[] = "w";
    e.value(1, kept) = value;
    e.value(1, deleted) = other;
    e.run_of_thread(1, true, [&](unsigned key) { return key == deleted; });
    CHECK(called == "v");
}

TEST_CASE("ends: none, where the process ends at once") {
    endings e;
    called.clear();
    e.at_exit(0, call_of("p"));
    e.at_thread_exit(0, call_of("t"));
    e.forget();
    e.run_of_thread(0, true, none_deleted);
    e.run_of_program(0, {call_of("early")});
    CHECK(called == "");
}

TEST_CASE("ends: two threads' keys differ, and are the same when they begin again") {
    endings e;
    const unsigned one = e.new_key(1, nullptr);
    CHECK(e.new_key(2, nullptr) != one);
    CHECK(e.new_key(1, nullptr) != one);
    e.thread_begins(1);
    CHECK(e.new_key(1, nullptr) == one);
}

}  // namespace ringsim::tests
