// Functions that tell or spend time, as the program under check sees them: a call of NAME in its
// code arrives at ringsim_NAME.
//
// A thread's time is what it has waited and slept (waiting.cpp). Clocks show that, added to a start
// that is the same in each execution: two runs of a program print the same times, and a difference
// of times has a meaning within one thread only. A loop that looks at a clock again and again is
// understood as one that waits for time to pass (spinning.cpp).
#include <sys/time.h>
#include <threads.h>
#include <time.h>

#include "sim/check/clock.hpp"
#include "sim/check/library_reads.hpp"
#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

namespace {

constexpr std::uint64_t second = 1'000'000'000;
// What clocks show when a program begins: some time after the machine was started, and a day.
constexpr std::uint64_t since_boot = 1000 * second;
constexpr std::uint64_t since_epoch = 1'767'225'600 * second;  // 2026-01-01

// CLOCK_TAI is some seconds ahead of the others on a real machine; here it is not.
bool is_wall_clock(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

// Before main() no time passes.
std::uint64_t shown_by(clockid_t clock) {
    const std::uint64_t elapsed = running() ? active->waiting.read_clock() : 0;
    return elapsed + (is_wall_clock(clock) ? since_epoch : since_boot);
}

// Through the runtime, for the memory may be shared; before main() directly, when all that comes
// here has eight bytes.
void write(void* to, std::size_t size, std::uint64_t value) {
    if (running())
        active->store_now(static_cast<char*>(to), static_cast<unsigned>(size), value);
    else
        *static_cast<std::uint64_t*>(to) = value;
}

void write_time(timespec* to, std::uint64_t time) {
    write(&to->tv_sec, sizeof to->tv_sec, time / second);
    write(&to->tv_nsec, sizeof to->tv_nsec, time % second);
}

std::uint64_t nanoseconds(const timespec& t) {
    return static_cast<std::uint64_t>(t.tv_sec) * second + static_cast<std::uint64_t>(t.tv_nsec);
}

// Relative times only: the deadline of an absolute one is turned into such by its caller.
void sleep_for(std::uint64_t time) {
    if (running()) active->waiting.sleep(time);
}

}  // namespace

namespace ringsim::sim::check {

// Each half is kept as it is when it has been reported: behind that other threads may run.
timespec given(const timespec* time) {
    timespec read{};
    computes_with(&time->tv_sec, sizeof time->tv_sec);
    read.tv_sec = time->tv_sec;
    computes_with(&time->tv_nsec, sizeof time->tv_nsec);
    read.tv_nsec = time->tv_nsec;
    return read;
}

// A time that `clock` shows, as the thread's time that waiting.cpp counts in: nanoseconds since the
// program began. What was over before that is 0.
std::uint64_t time_of(clockid_t clock, const timespec& when) {
    if (when.tv_sec < 0) return 0;
    // Beyond all that clocks show: the sum below would run over. Not no_time, which is no deadline
    // at all.
    if (static_cast<std::uint64_t>(when.tv_sec) > (no_time - 1) / second - 1) return no_time - 1;
    const std::uint64_t start = is_wall_clock(clock) ? since_epoch : since_boot;
    const std::uint64_t time = nanoseconds(when);
    return time > start ? time - start : 0;
}

}  // namespace ringsim::sim::check

// NOLINTBEGIN: names that the library chose
extern "C" {

int ringsim_clock_gettime(clockid_t clock, timespec* to) {
    RINGSIM_ENTER;
    write_time(to, shown_by(clock));
    return 0;
}
// One nanosecond: two looks may show the same time, or any later one.
int ringsim_clock_getres(clockid_t, timespec* to) {
    RINGSIM_ENTER;
    if (to) write_time(to, 1);
    return 0;
}
// The result is the base, which says in C that it succeeded.
int ringsim_timespec_get(timespec* to, int base) {
    RINGSIM_ENTER;
    write_time(to, shown_by(CLOCK_REALTIME));
    return base;
}
// A time zone beside the time is obsolete in POSIX, and not written.
int ringsim_gettimeofday(timeval* to, void*) {
    RINGSIM_ENTER;
    const std::uint64_t time = shown_by(CLOCK_REALTIME);
    write(&to->tv_sec, sizeof to->tv_sec, time / second);
    write(&to->tv_usec, sizeof to->tv_usec, time % second / 1000);
    return 0;
}
time_t ringsim_time(time_t* to) {
    RINGSIM_ENTER;
    const std::uint64_t time = shown_by(CLOCK_REALTIME) / second;
    if (to) write(to, sizeof *to, time);
    return static_cast<time_t>(time);
}
// Processor time, in millionths of a second (CLOCKS_PER_SEC): a thread that waits is counted, too.
clock_t ringsim_clock() {
    return static_cast<clock_t>((shown_by(CLOCK_MONOTONIC) - since_boot) / 1000);
}
// std::chrono::steady_clock::now(), and system_clock's: nanoseconds, in a register.
std::uint64_t ringsim__ZNSt6chrono3_V212steady_clock3nowEv() {
    return shown_by(CLOCK_MONOTONIC);
}
std::uint64_t ringsim__ZNSt6chrono3_V212system_clock3nowEv() {
    return shown_by(CLOCK_REALTIME);
}

// No time zone is set.
tm* ringsim_gmtime_r(const time_t* time, tm* to) {
    RINGSIM_ENTER;
    computes_with(time, sizeof *time);
    writes(to, sizeof *to);
    return gmtime_r(time, to);
}
tm* ringsim_localtime_r(const time_t* time, tm* to) {
    RINGSIM_ENTER;
    computes_with(time, sizeof *time);
    writes(to, sizeof *to);
    return gmtime_r(time, to);
}

// None of these is interrupted, for there are no signals: all of the time has passed, and nothing
// is left that they could give back.
int ringsim_usleep(unsigned microseconds) {
    RINGSIM_ENTER;
    sleep_for(std::uint64_t{microseconds} * 1000);
    return 0;
}
unsigned ringsim_sleep(unsigned seconds) {
    RINGSIM_ENTER;
    sleep_for(seconds * second);
    return 0;
}
int ringsim_nanosleep(const timespec* time, timespec*) {
    RINGSIM_ENTER;
    sleep_for(nanoseconds(given(time)));
    return 0;
}
int ringsim_clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec*) {
    RINGSIM_ENTER;
    if (!(flags & TIMER_ABSTIME)) {
        sleep_for(nanoseconds(given(time)));
    } else if (running()) {
        const std::uint64_t until = time_of(clock, given(time));
        const std::uint64_t now = active->waiting.read_clock();
        // A deadline that has passed is no sleep.
        if (until > now) active->waiting.sleep(until - now);
    }
    return 0;
}
int ringsim_thrd_sleep(const timespec* time, timespec*) {
    RINGSIM_ENTER;
    sleep_for(nanoseconds(given(time)));
    return 0;
}

}  // extern "C"
// NOLINTEND
