// How a crash becomes a violation with a trace. The handler of a signal may do very little, and it
// runs on a stack of its own. So it does nothing but note what happened, and changes the registers
// that the kernel will restore: when the handler returns, the thread goes on in a function that
// reports the crash, on its own stack, as if the instruction had called it. There everything is
// allowed that the runtime does elsewhere, such as to leave the thread and begin the next
// execution; and the kernel has unblocked the signal by itself.
#include "sim/check/crash.hpp"

#include <dlfcn.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "sim/check/caller.hpp"
#include "sim/check/compile.hpp"
#include "sim/check/runtime.hpp"
#include "sim/graph/fiber.hpp"
#include "sim/graph/guard.hpp"

namespace ringsim::sim::check {
namespace {

// What a program can bring about by its own doing. SIGABRT comes from abort() in libraries: the
// program's own abort() has a model. SIGTRAP is __builtin_trap() and its like.
constexpr int caught[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};

// What the handlers leave for the function that reports; there is one crash at a time, for all
// threads of the program are fibers of one.
struct sigaction before[std::size(caught)];
int crash_signal = 0;
const void* crash_address = nullptr;
bool crash_has_address = false;  // else the processor itself does not know it, and says 0
const char* crash_pc = nullptr;

std::string what_happened() {
    switch (crash_signal) {
        case SIGSEGV:
            if (!crash_has_address)
                return "crash: an address that no memory can have, or an instruction that is not "
                       "for programs";
            // Linux keeps the first page free for just that: a null pointer, or a member of what
            // one points to.
            if (reinterpret_cast<std::uintptr_t>(crash_address) < 4096)
                return "crash: access to address " +
                       std::to_string(reinterpret_cast<std::uintptr_t>(crash_address)) +
                       " (a null pointer?)";
            return "crash: access to memory that is not there";
        case SIGFPE:
            return "crash: division by zero, or one that overflows";
        case SIGABRT:
            return "crash: abort() in a library";
        default:
            return std::string("crash: ") + strsignal(crash_signal);
    }
}

// On the stack of the thread that crashed. A crash in a library is told at the call by which the
// program came there last. One byte is added because places are looked up as those of return
// addresses, one byte in front of them.
[[noreturn]] void report_crash() {
    const entry at(active->in_program(crash_pc) ? crash_pc + 1 : ringsim_caller.pc);
    active->crash(what_happened());
}

// Where the program that loads another one has its own code.
extern "C" const char __executable_start, etext;  // NOLINT: names of the linker

// Three cases: a constructor of the program itself; a library function that it called (told at the
// call, if the program noted one); and a model of ringsim's that needs a runtime, which is a limit
// of ringsim and no fault of the program.
[[noreturn]] void report_early_crash() {
    const bool in_a_model = crash_pc >= &__executable_start && crash_pc < &etext;
    if (!in_a_model && !here.pc) end_early(1, what_happened(), crash_pc + 1);
    if (!in_a_model) {
        // What the program calls, as abort(), crashes elsewhere.
        Dl_info program{};
        Dl_info crashed{};
        const bool in_program = dladdr(here.pc, &program) != 0 && dladdr(crash_pc, &crashed) != 0 &&
                                program.dli_fbase == crashed.dli_fbase;
        end_early(1, what_happened(), in_program ? crash_pc + 1 : here.pc);
    }
    end_early(2, "a function of a library is called, which is not modelled there", here.pc);
}

// As if the instruction had called it: below the red zone of 128 bytes, which the psABI lets a
// function use under its stack pointer; and with the stack pointer 8 less than a multiple of 16, as
// it is behind a call. There is no return address, since nobody returns.
void go_on_in(void (*report)(), int signal, const siginfo_t& info, void* context) {
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    crash_signal = signal;
    crash_address = info.si_addr;
    crash_has_address = info.si_code != SI_KERNEL;
    crash_pc = reinterpret_cast<const char*>(registers[REG_RIP]);
    registers[REG_RSP] = (registers[REG_RSP] - 256) / 16 * 16 - 8;
    registers[REG_RIP] = reinterpret_cast<greg_t>(report);
}

void on_early_crash(int signal, siginfo_t* info, void* context) {
    go_on_in(report_early_crash, signal, *info, context);
}

// A crash while no thread of the program runs is ringsim's own: the old handlers come back, and the
// instruction, executed again, crashes as it would have without us. A stack that overflowed has no
// room for the report, and the process ends here.
void on_crash(int signal, siginfo_t* info, void* context) {
    if (!running() || graph::now_running.thread.load() < 0) {
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
    go_on_in(report_crash, signal, *info, context);
}

void catch_with(void (*handler)(int, siginfo_t*, void*)) {
    struct sigaction action {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (std::size_t i = 0; i < std::size(caught); ++i) sigaction(caught[i], &action, &before[i]);
}
void catch_no_more() {
    for (std::size_t i = 0; i < std::size(caught); ++i) sigaction(caught[i], &before[i], nullptr);
}

}  // namespace

crash_handler::crash_handler() {
    catch_with(on_crash);
}

crash_handler::~crash_handler() {
    catch_no_more();
}

// No runtime exists while constructors of static objects run; a handler of its own is there for as
// long.
image load_guarded(const std::string& path) {
    catch_with(on_early_crash);
    image loaded = load(path);
    catch_no_more();
    return loaded;
}

}  // namespace ringsim::sim::check
