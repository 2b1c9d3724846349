// Threads of a program under test: Boost.Context fibers on pooled, guarded stacks, which can be
// started over at any suspension without being unwound.
//
// Starting over jumps back to the first frame of the fiber. So a thread's body may hold only
// trivially destructible objects while it is suspended: their destructors do not run.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <string>

namespace ringsim::sim::graph {

inline constexpr std::size_t fiber_stack_bytes = 64 * 1024;

// What runs on a fiber.
class fiber_body {
  public:
    virtual void run() = 0;
    // An exception left run(), as what_was_thrown() tells it. The fiber then counts as ended,
    // unless this suspends it for good.
    virtual void failed(const std::exception_ptr& error) = 0;

  protected:
    ~fiber_body() = default;
};

// What an exception of a program says, as the text of a violation.
std::string what_was_thrown(const std::exception_ptr& error);

class fiber {
  public:
    explicit fiber(fiber_body& body);
    ~fiber();
    fiber(const fiber&) = delete;
    fiber& operator=(const fiber&) = delete;

    // Runs the body until it suspends or ends.
    void resume();
    // The next resume() begins the body from its start.
    void restart();
    // From inside: begins the body from its start, at once.
    [[noreturn]] void begin_again();
    // From inside: gives control back to the caller of resume().
    void suspend();
    // The body ran to its end and was not started over since.
    bool ended() const;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

// The lowest address of the fiber's stack that `address` lies in; nullptr if it lies in none.
char* fiber_stack_around(const void* address);

// True if `address` lies in the guard page of a live fiber's stack: its stack overflowed.
bool is_fiber_stack_overflow(const void* address);

}  // namespace ringsim::sim::graph
