// Stops a thread that goes round for ever without an event. The exploration depends on being asked:
// a thread that never comes in is never left, and no bound of loops counts its rounds.
//
// It is not known that the loop has no end, only that it had none for so long. So it is a refusal,
// not a violation: nothing is said about the program.
#include "sim/check/endless.hpp"

#include <ucontext.h>

#include <cstdint>

#include "sim/check/runtime.hpp"
#include "sim/graph/guard.hpp"

namespace ringsim::sim::check {
namespace {

// Seconds of processor time of this process, so that a busy machine does not stop anybody early.
constexpr unsigned ticks_max = 10;  // seconds

std::uint64_t events_then = 0;
unsigned ticks = 0;
const void* stopped_at = nullptr;

// On the stack of the thread that goes on, whose registers the handler changed: see crash.cpp.
[[noreturn]] void stop() {
    const entry at(stopped_at);
    active->refuse(3, "a thread goes on for " + std::to_string(ticks_max) +
                          " seconds without an access that another one could see: a loop without "
                          "an end?");
}

// Once a second. Nothing happens while the engine runs between two executions, nor as long as
// events are made. A thread that is in the runtime or in a library at this tick is waited for: what
// these hold would be left half done. The next tick that meets it in its own code stops it.
void on_tick(int, siginfo_t*, void* context) {
    if (!running() || graph::now_running.thread.load() < 0) return;
    const std::uint64_t now = active->events_made();
    ticks = now == events_then ? ticks + 1 : 0;
    events_then = now;
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    const auto* const pc = reinterpret_cast<const char*>(registers[REG_RIP]);
    if (ticks < ticks_max || !active->in_program(pc)) return;
    ticks = 0;
    // Places are looked up one byte in front of what is told, as for return addresses.
    stopped_at = pc + 1;
    // As if the instruction had called stop(), below the red zone.
    registers[REG_RSP] = (registers[REG_RSP] - 256) / 16 * 16 - 8;
    registers[REG_RIP] = reinterpret_cast<greg_t>(&stop);
}

}  // namespace

void begin_endless_timer() {
    const itimerval each_second{{1, 0}, {1, 0}};
    setitimer(ITIMER_PROF, &each_second, nullptr);
}

endless_guard::endless_guard() {
    ticks = 0;
    struct sigaction action {};
    action.sa_sigaction = on_tick;
    // On the stack for signals, because the program's may be full; what was interrupted goes on.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigaction(SIGPROF, &action, &before_);
    getitimer(ITIMER_PROF, &timer_before_);
    begin_endless_timer();
}

endless_guard::~endless_guard() {
    setitimer(ITIMER_PROF, &timer_before_, nullptr);
    sigaction(SIGPROF, &before_, nullptr);
}

}  // namespace ringsim::sim::check
