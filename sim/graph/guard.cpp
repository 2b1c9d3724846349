// The handlers may run at any instruction of a program under test, so they use nothing but what
// POSIX allows in a handler: write(), sigaction(), _exit(), and atomics that are lock-free.
//
// The clock is that of processor time (ITIMER_VIRTUAL): a machine that is busy with other things,
// or a process that is stopped, must not look like an endless loop.
#include "sim/graph/guard.hpp"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstring>
#include <memory>

#include "sim/graph/fiber.hpp"

namespace ringsim::sim::graph {

watched now_running;

namespace {

// A stack that has overflowed cannot run a handler, so SIGSEGV gets one of its own.
constexpr std::size_t signal_stack_bytes = 64 * 1024;

// Of guards within guards: a search may begin another one, and only the outermost installs
// anything.
int depth = 0;
std::unique_ptr<char[]> signal_stack;
stack_t old_stack;
struct sigaction old_segv;
struct sigaction old_alarm;
itimerval old_timer;
std::uint64_t steps_at_tick = 0;
int idle_ticks = 0;

// One line on stderr, made of parts that need no formatting; for signal handlers.
void say(const char* before, int thread, const char* after) {
    char line[256];
    std::size_t n = 0;
    auto add = [&](const char* text) {
        const std::size_t length = std::strlen(text);
        if (n + length < sizeof line) std::memcpy(line + n, text, length), n += length;
    };
    const char tens[2] = {static_cast<char>('0' + thread / 10), 0};
    const char ones[2] = {static_cast<char>('0' + thread % 10), 0};
    add(before);
    if (thread >= 10) add(tens);
    add(ones);
    add(after);
    [[maybe_unused]] const auto written = write(STDERR_FILENO, line, n);
}

// A fault in the guard page below a fiber's stack is an overflow of that stack; any other is a
// crash like any other.
void on_segv(int, siginfo_t* info, void*) {
    const int thread = now_running.thread.load(std::memory_order_relaxed);
    if (thread >= 0 && is_fiber_stack_overflow(info->si_addr)) {
        say("ringsim: thread ", thread,
            " of the program overflowed its stack of 64 KiB (fiber_stack_bytes): "
            "endless recursion, or large local arrays\n");
        _exit(stack_overflow_status);
    }
    // The handler before is put back and the instruction fails again, so that a crash stays a
    // crash, with its own address and core dump.
    sigaction(SIGSEGV, &old_segv, nullptr);
}

// Once a second of processor time: whether a thread made an access since the last tick.
void on_tick(int) {
    const std::uint64_t steps = now_running.steps.load(std::memory_order_relaxed);
    const int thread = now_running.thread.load(std::memory_order_relaxed);
    // While an explorer works there is no thread to blame, however long it takes.
    if (thread < 0 || steps != steps_at_tick) {
        steps_at_tick = steps;
        idle_ticks = 0;
        return;
    }
    if (++idle_ticks < idle_seconds_max) return;
    say("ringsim: thread ", thread,
        " of the program ran for 10 s (idle_seconds_max) without touching shared memory: "
        "an endless loop\n");
    _exit(endless_loop_status);
}

}  // namespace

// Installs both handlers and starts the clock. What was there before is kept, for the destructor
// and for a crash that is none of ours.
program_guard::program_guard() {
    if (depth++ > 0) return;
    signal_stack = std::make_unique<char[]>(signal_stack_bytes);
    stack_t stack{};
    stack.ss_sp = signal_stack.get();
    stack.ss_size = signal_stack_bytes;
    sigaltstack(&stack, &old_stack);

    // SA_SIGINFO for the address, SA_ONSTACK for the stack of its own.
    struct sigaction segv {};
    segv.sa_sigaction = on_segv;
    segv.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &segv, &old_segv);

    struct sigaction alarm {};
    alarm.sa_handler = on_tick;
    alarm.sa_flags = SA_RESTART | SA_ONSTACK;
    sigaction(SIGVTALRM, &alarm, &old_alarm);
    idle_ticks = 0;
    const itimerval second{{1, 0}, {1, 0}};
    setitimer(ITIMER_VIRTUAL, &second, &old_timer);
}

// In the opposite order: the clock first, so that no tick comes when its handler is gone.
program_guard::~program_guard() {
    if (--depth > 0) return;
    setitimer(ITIMER_VIRTUAL, &old_timer, nullptr);
    sigaction(SIGVTALRM, &old_alarm, nullptr);
    sigaction(SIGSEGV, &old_segv, nullptr);
    sigaltstack(&old_stack, nullptr);
    signal_stack.reset();
}

}  // namespace ringsim::sim::graph
