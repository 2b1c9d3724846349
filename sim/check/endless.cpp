#include "sim/check/endless.hpp"

#include <ucontext.h>

#include <cstdint>

#include "sim/check/runtime.hpp"
#include "sim/graph/guard.hpp"

namespace ringsim::sim::check {
namespace {

constexpr unsigned ticks_max = 10;  // seconds

std::uint64_t events_then = 0;
unsigned ticks = 0;
const void* stopped_at = nullptr;

// On the stack of the thread that goes on.
[[noreturn]] void stop() {
    const entry at(stopped_at);
    active->refuse(3, "a thread goes on for " + std::to_string(ticks_max) +
                          " seconds without an access that another one could see: a loop without "
                          "an end?");
}

void on_tick(int, siginfo_t*, void* context) {
    if (!active || !active->running() || graph::now_running.thread.load() < 0) return;
    const std::uint64_t now = active->events_made();
    ticks = now == events_then ? ticks + 1 : 0;
    events_then = now;
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    const auto* const pc = reinterpret_cast<const char*>(registers[REG_RIP]);
    if (ticks < ticks_max || !active->in_program(pc)) return;
    ticks = 0;
    stopped_at = pc + 1;
    // As if the instruction had called stop(), below the red zone.
    registers[REG_RSP] = (registers[REG_RSP] - 256) / 16 * 16 - 8;
    registers[REG_RIP] = reinterpret_cast<greg_t>(&stop);
}

}  // namespace

endless_guard::endless_guard() {
    ticks = 0;
    struct sigaction action {};
    action.sa_sigaction = on_tick;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigaction(SIGPROF, &action, &before_);
    const itimerval each_second{{1, 0}, {1, 0}};
    setitimer(ITIMER_PROF, &each_second, &timer_before_);
}

endless_guard::~endless_guard() {
    setitimer(ITIMER_PROF, &timer_before_, nullptr);
    sigaction(SIGPROF, &before_, nullptr);
}

}  // namespace ringsim::sim::check
