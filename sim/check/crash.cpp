#include "sim/check/crash.hpp"

#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "sim/check/caller.hpp"
#include "sim/check/runtime.hpp"
#include "sim/graph/fiber.hpp"
#include "sim/graph/guard.hpp"

namespace ringsim::sim::check {
namespace {

constexpr int caught[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};

struct sigaction before[std::size(caught)];
int crash_signal = 0;
const void* crash_address = nullptr;
const char* crash_pc = nullptr;

std::string what_happened() {
    switch (crash_signal) {
        case SIGSEGV:
            if (reinterpret_cast<std::uintptr_t>(crash_address) < 4096)
                return "crash: access to address " +
                       std::to_string(reinterpret_cast<std::uintptr_t>(crash_address)) +
                       " (a null pointer?)";
            return "crash: access to memory that is not there";
        case SIGFPE:
            return "crash: division by zero";
        case SIGABRT:
            return "crash: abort() in a library";
        default:
            return std::string("crash: ") + strsignal(crash_signal);
    }
}

// On the stack of the thread that crashed.
[[noreturn]] void report_crash() {
    const entry at(active->in_program(crash_pc) ? crash_pc + 1 : ringsim_caller.pc);
    active->fail(what_happened());
}

void on_crash(int signal, siginfo_t* info, void* context) {
    if (!active || !active->running() || graph::now_running.thread.load() < 0) {
        for (std::size_t i = 0; i < std::size(caught); ++i)
            sigaction(caught[i], &before[i], nullptr);
        return;
    }
    if (signal == SIGSEGV && graph::is_fiber_stack_overflow(info->si_addr)) {
        constexpr char line[] =
            "ringsim: a thread of the program overflowed its stack of 64 KiB (fiber_stack_bytes): "
            "endless recursion, or large local arrays\n";
        [[maybe_unused]] const auto n = write(STDERR_FILENO, line, sizeof line - 1);
        _exit(graph::stack_overflow_status);
    }
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    crash_signal = signal;
    crash_address = info->si_addr;
    crash_pc = reinterpret_cast<const char*>(registers[REG_RIP]);
    // As if the instruction had called report_crash(), below the red zone.
    registers[REG_RSP] = (registers[REG_RSP] - 256) / 16 * 16 - 8;
    registers[REG_RIP] = reinterpret_cast<greg_t>(&report_crash);
}

}  // namespace

crash_handler::crash_handler() {
    struct sigaction action {};
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (std::size_t i = 0; i < std::size(caught); ++i) sigaction(caught[i], &action, &before[i]);
}

crash_handler::~crash_handler() {
    for (std::size_t i = 0; i < std::size(caught); ++i) sigaction(caught[i], &before[i], nullptr);
}

}  // namespace ringsim::sim::check
