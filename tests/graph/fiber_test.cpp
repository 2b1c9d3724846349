// Fibers: suspending, starting over, exceptions, stacks.
#include "sim/graph/fiber.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ringsim::tests {
namespace {

using sim::graph::fiber;
using sim::graph::fiber_body;

// A body given as a function, which may suspend through the fiber.
struct body final : fiber_body {
    std::function<void(body&)> what;
    fiber* self = nullptr;
    std::vector<int> log;
    std::string error;

    void run() override { what(*this); }
    void failed(const std::exception_ptr& thrown) override {
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& e) {
            error = e.what();
        }
    }
};

struct strand {
    body of;
    fiber runs{of};

    explicit strand(std::function<void(body&)> what) {
        of.what = std::move(what);
        of.self = &runs;
    }
};

void count_to_three(body& b) {
    int local = 0;  // afresh at each start
    while (local < 3) {
        b.log.push_back(++local);
        b.self->suspend();
    }
}

// Keeps the frames of a deep call alive across a suspension.
int dig(body& b, int depth) {
    volatile char frame[256] = {};
    if (depth == 0) {
        b.self->suspend();
        return 0;
    }
    return dig(b, depth - 1) + 1 + frame[0];
}

}  // namespace

TEST_CASE("fiber: runs to each suspension and to its end") {
    strand s(count_to_three);
    CHECK_FALSE(s.runs.ended());
    for (int i = 0; i < 3; ++i) {
        s.runs.resume();
        CHECK_FALSE(s.runs.ended());
    }
    s.runs.resume();
    CHECK(s.runs.ended());
    CHECK(s.of.log == std::vector{1, 2, 3});
}

TEST_CASE("fiber: starts over from any suspension, before the first and after the end") {
    strand s(count_to_three);
    s.runs.restart();
    s.runs.resume();
    s.runs.resume();
    s.runs.restart();
    CHECK_FALSE(s.runs.ended());
    for (int i = 0; i < 4; ++i) s.runs.resume();
    CHECK(s.runs.ended());
    s.runs.restart();
    CHECK_FALSE(s.runs.ended());
    s.runs.resume();
    CHECK(s.of.log == std::vector{1, 2, 1, 2, 3, 1});
}

TEST_CASE("fiber: starting over costs no stack, from however deep") {
    strand s([](body& b) { b.log.push_back(dig(b, 100)); });
    for (int i = 0; i < 20'000; ++i) {
        s.runs.restart();
        s.runs.resume();
    }
    s.runs.resume();
    CHECK(s.runs.ended());
    CHECK(s.of.log == std::vector{100});
}

TEST_CASE("fiber: several interleave, each with its own stack") {
    strand a([](body& b) { b.log.push_back(dig(b, 10)); });
    strand c([](body& b) { b.log.push_back(dig(b, 50)); });
    a.runs.resume();
    c.runs.resume();
    a.runs.restart();
    a.runs.resume();
    c.runs.resume();
    a.runs.resume();
    CHECK(a.of.log == std::vector{10});
    CHECK(c.of.log == std::vector{50});
}

TEST_CASE("fiber: an exception ends it and is handed over; it can start over") {
    bool bad = true;
    strand s([&](body& b) {
        b.self->suspend();
        if (bad) throw std::runtime_error("a message too long to be stored without a heap");
        b.log.push_back(1);
    });
    for (int i = 0; i < 3; ++i) {
        s.of.error.clear();
        s.runs.restart();
        s.runs.resume();
        CHECK(s.of.error.empty());
        s.runs.resume();
        CHECK(s.runs.ended());
        CHECK(s.of.error == "a message too long to be stored without a heap");
    }
    bad = false;
    s.runs.restart();
    s.runs.resume();
    s.runs.resume();
    CHECK(s.runs.ended());
    CHECK(s.of.log == std::vector{1});
}

TEST_CASE("fiber: suspended for good inside failed(), it leaves no exception behind") {
    struct stuck final : fiber_body {
        fiber* self = nullptr;
        unsigned handled = 0;
        void run() override { throw std::runtime_error("again"); }
        void failed(const std::exception_ptr&) override {
            ++handled;
            for (;;) self->suspend();
        }
    } b;
    fiber f(b);
    b.self = &f;
    for (int i = 0; i < 3; ++i) {
        f.restart();
        f.resume();
        CHECK(std::uncaught_exceptions() == 0);
        CHECK(std::current_exception() == nullptr);
    }
    CHECK(b.handled == 3);
}

TEST_CASE("fiber: destroyed before it runs, while suspended, after its end") {
    for (int resumes = 0; resumes < 5; ++resumes)
        for (int i = 0; i < 200; ++i) {  // more than there could be stacks of if they leaked
            strand s(count_to_three);
            for (int r = 0; r < resumes; ++r) s.runs.resume();
        }
    CHECK(true);
}

TEST_CASE("fiber: what is no guard page is no stack overflow") {
    strand s(count_to_three);
    int local = 0;
    CHECK_FALSE(sim::graph::is_fiber_stack_overflow(&local));
    CHECK_FALSE(sim::graph::is_fiber_stack_overflow(nullptr));
}

}  // namespace ringsim::tests
