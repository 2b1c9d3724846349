// The futex system call, and what the headers of the C++ library that a program under check is
// compiled with call in its place (see cxx_headers.cpp).
//
// Source: futex(2). Its promise is that the look at the word and the going to sleep are one step
// for those who wake: here the thread enters the set of those who wait first, and looks then, with
// a full barrier between (enter_wait()). A waker changes the word, and looks at the set then, with
// a full barrier between (notify()). So one of the two sees the other.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <string>

#include "sim/check/clock.hpp"
#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;
using ringsim::order;

namespace {

// Other threads have the numbers behind it.
constexpr int first_thread_id = 1000;  // what gettid() gives main()

// Goes to sleep if the word still has the value `expected`; 0 or an errno. The system call reads
// the word, but orders nothing by it: who needs that loads it again.
int futex_wait(std::uint32_t* word, std::uint32_t expected, std::uint64_t until) {
    active->waiting.enter_wait(word);
    const auto now = static_cast<std::uint32_t>(
        active->atomic_load(reinterpret_cast<char*>(word), sizeof *word, order::relaxed));
    // Not the value that was expected: EAGAIN, unless it was woken already. Then it has used up
    // somebody's wakeup, and has to report it: that caller counts on having woken one.
    if (now != expected) {
        if (active->waiting.leave_wait(word)) return EAGAIN;
        active->waiting.block(word, no_time);  // it has been woken meanwhile
        return 0;
    }
    return active->waiting.block(word, until) ? 0 : ETIMEDOUT;
}

// futex(2): FUTEX_WAIT has a relative time, FUTEX_WAIT_BITSET an absolute one.
std::uint64_t deadline(int operation, const timespec* time) {
    if (!time) return no_time;
    const timespec at = given(time);
    if ((operation & FUTEX_CMD_MASK) == FUTEX_WAIT)
        return active->waiting.read_clock() +
               static_cast<std::uint64_t>(at.tv_sec) * 1'000'000'000 +
               static_cast<std::uint64_t>(at.tv_nsec);
    return time_of(operation & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC, at);
}

// The count of those to wake is in `value`. Sets of bits other than all would need a word for each
// of them.
long futex(std::uint32_t* word, int operation, std::uint32_t value, const timespec* time,
           std::uint32_t bits) {
    const int command = operation & FUTEX_CMD_MASK;
    const bool all_bits = bits == FUTEX_BITSET_MATCH_ANY;
    if (command == FUTEX_WAIT || (command == FUTEX_WAIT_BITSET && all_bits)) {
        const int error = futex_wait(word, value, deadline(operation, time));
        if (error == 0) return 0;
        errno = error;
        return -1;
    }
    if (command == FUTEX_WAKE || (command == FUTEX_WAKE_BITSET && all_bits))
        return active->waiting.notify(word, value);
    active->refuse(2, "futex operation " + std::to_string(command) +
                          " is not modelled; FUTEX_WAIT, FUTEX_WAKE and both with all bits are");
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

// A system call has up to six arguments. All are taken, whatever was passed; those that an
// operation does not have are not looked at.
long ringsim_syscall(long number, ...) {
    RINGSIM_ENTER;
    va_list list;
    va_start(list, number);
    std::uintptr_t a[6];
    for (std::uintptr_t& argument : a) argument = va_arg(list, std::uintptr_t);
    va_end(list);
    switch (number) {
        case SYS_futex:
            return futex(reinterpret_cast<std::uint32_t*>(a[0]), static_cast<int>(a[1]),
                         static_cast<std::uint32_t>(a[2]), reinterpret_cast<const timespec*>(a[3]),
                         static_cast<std::uint32_t>(a[5]));
        // gettid() tells a thread from others (asked_thread()).
        case SYS_gettid:
            return first_thread_id + static_cast<long>(active->asked_thread());
        case SYS_sched_yield:
            return 0;
        default:
            active->refuse(2, "system call " + std::to_string(number) +
                                  " is not modelled; futex, gettid and sched_yield are");
    }
}
int ringsim_gettid() {
    return first_thread_id + static_cast<int>(active->asked_thread());
}
int ringsim_getpid() {
    return first_thread_id;
}

// --- std::atomic::wait() and notify --------------------------------------------------------------
// The header compares the value between enter_wait() and one of the others; its loop is the
// program's code, and its load of the value is an access of its own, with the order that the
// program asked for.
void ringsim___ringsim_enter_wait(const void* at) {
    RINGSIM_ENTER;
    active->waiting.enter_wait(at);
}
void ringsim___ringsim_leave_wait(const void* at) {
    RINGSIM_ENTER;
    if (!active->waiting.leave_wait(at)) active->waiting.block(at, no_time);
}
void ringsim___ringsim_block(const void* at) {
    RINGSIM_ENTER;
    active->waiting.block(at, no_time);
}
// False if so many nanoseconds are over.
bool ringsim___ringsim_block_for(const void* at, long nanoseconds) {
    RINGSIM_ENTER;
    const std::uint64_t now = active->waiting.read_clock();
    return active->waiting.block(
        at, nanoseconds > 0 ? now + static_cast<std::uint64_t>(nanoseconds) : 0);
}
void ringsim___ringsim_notify(const void* at, bool all) {
    RINGSIM_ENTER;
    if (running()) active->waiting.notify(at, all ? ringsim::sim::threads_max : 1);
}
// notify_one() and notify_all() are operations on an object, which is to be there: not the case if
// who waited has gone on already, and freed it. A latch allows that.
void ringsim___ringsim_notify_object(const void* at, bool all) {
    RINGSIM_ENTER;
    if (!running()) return;
    active->check_frame(at);
    active->waiting.check_alive(at);
    active->waiting.notify(at, all ? ringsim::sim::threads_max : 1);
}
// The attempt that is at hand has failed and would be made again: this execution is dropped, for
// the one in which the attempt is made later has the same outcome (headers/mutex.inc).
[[noreturn]] void ringsim___ringsim_drop() {
    active->assume_failed();
}

// --- std::future waits for a word --------------------------------------------------------------
// Members of __atomic_futex_unsigned_base; their times are absolute, in seconds and nanoseconds.
// False: the time is up. The names are too long for a definition.
#define RINGSIM_FUTURE_WAITS(name, mangled)                                \
    bool name(void*, std::uint32_t*, std::uint32_t, bool, long, long) asm( \
        "ringsim__ZNSt28__atomic_futex_unsigned_base" mangled              \
        "EPjjbNSt6chrono8durationIlSt5ratioILl1ELl1EEEENS2_IlS3_ILl1ELl1000000000EEEE")
RINGSIM_FUTURE_WAITS(ringsim_future_waits, "19_M_futex_wait_until");
RINGSIM_FUTURE_WAITS(ringsim_future_waits_steadily, "26_M_futex_wait_until_steady");
bool ringsim_future_waits(void*, std::uint32_t* word, std::uint32_t value, bool timed, long seconds,
                          long nanoseconds) {
    RINGSIM_ENTER;
    const timespec time{seconds, nanoseconds};
    const std::uint64_t until = timed ? time_of(CLOCK_REALTIME, time) : no_time;
    return futex_wait(word, value, until) != ETIMEDOUT;
}
bool ringsim_future_waits_steadily(void*, std::uint32_t* word, std::uint32_t value, bool timed,
                                   long seconds, long nanoseconds) {
    RINGSIM_ENTER;
    const timespec time{seconds, nanoseconds};
    const std::uint64_t until = timed ? time_of(CLOCK_MONOTONIC, time) : no_time;
    return futex_wait(word, value, until) != ETIMEDOUT;
}
void ringsim__ZNSt28__atomic_futex_unsigned_base19_M_futex_notify_allEPj(std::uint32_t* word) {
    RINGSIM_ENTER;
    active->waiting.notify(word, INT_MAX);
}

}  // extern "C"
// NOLINTEND
