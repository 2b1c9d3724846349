// The registers of the program at an entry point: with its stack, all the state of its own that a
// thread has while it is in there. Caught by a few instructions in front of each entry point.
//
// By these a thread is compared with itself (spinning.cpp, retrying.cpp). At a call the ABI of
// x86-64 (System V) lets the program count on rbx, rbp, rsp and r12 to r15 alone: what it goes on
// with is in these, on its stack, or in memory, and a difference in any other register means
// nothing. A hook is no call to the compiler; it puts the others on the stack, where they count as
// what the thread has there (hooks.cpp).
//
// One place serves all threads: they are fibers of one thread of this process, and what stands here
// is copied before the entry point asks for an event, and so before another of them can run.
#pragma once

#include <cstdint>

#if !defined(__x86_64__)
#error "ringsim check is written for x86-64: sim/check/caller.hpp"
#endif

extern "C" {
// rbx, rbp, r12 to r15, then the stack pointer, then the return address.
struct ringsim_caller_state {
    std::uint64_t saved[6];
    const char* stack;
    const void* pc;
};
extern ringsim_caller_state ringsim_caller;
// What the entry point was called with, addresses and operands: they need be in no other register.
extern std::uint64_t ringsim_arguments[3];
}

inline void note_arguments(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
    ringsim_arguments[0] = a;
    ringsim_arguments[1] = b;
    ringsim_arguments[2] = c;
}

// Defines NAME, which notes the state of its caller and goes on as ringsim_at_NAME.
#define RINGSIM_ENTRY(name)                    \
    asm(".text\n"                              \
        ".globl " #name                        \
        "\n"                                   \
        ".type " #name ",@function\n" #name    \
        ":\n"                                  \
        "movq %rbx, ringsim_caller(%rip)\n"    \
        "movq %rbp, 8+ringsim_caller(%rip)\n"  \
        "movq %r12, 16+ringsim_caller(%rip)\n" \
        "movq %r13, 24+ringsim_caller(%rip)\n" \
        "movq %r14, 32+ringsim_caller(%rip)\n" \
        "movq %r15, 40+ringsim_caller(%rip)\n" \
        "movq %rsp, 48+ringsim_caller(%rip)\n" \
        "movq (%rsp), %rax\n"                  \
        "movq %rax, 56+ringsim_caller(%rip)\n" \
        "jmp ringsim_at_" #name                \
        "\n"                                   \
        ".size " #name ", .-" #name "\n")
