#include "scenarios/commands/long_work.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>

#include "scenarios/commands/units.hpp"

namespace ringsim::scenarios::commands {
namespace {

using namespace std::chrono_literals;

// Of a search, behind which done / share is a better estimate than that of the probes.
constexpr double share_known = 0.02;

extern "C" void on_interrupt(int signal) {
    if (worlds::interrupted.exchange(true)) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
}

// Whether it was the limit of time that set `interrupted`.
std::atomic<bool> time_is_up{false};

extern "C" void on_time_is_up(int) {
    if (!worlds::interrupted.exchange(true)) time_is_up = true;
}

// A process that is forked meanwhile does not inherit the timer: its parent stops it.
void set_timer(double seconds) {
    constexpr double microseconds = 1e6;
    itimerval once{};
    once.it_value.tv_sec = static_cast<time_t>(seconds);
    once.it_value.tv_usec =
        static_cast<suseconds_t>((seconds - std::floor(seconds)) * microseconds);
    setitimer(ITIMER_REAL, &once, nullptr);
}

}  // namespace

void declare_time(option_set& options, std::string& time) {
    options.text("--time", time, "TIME", "stop after so long: 10 or 10s, 500ms, 2m");
}

interruptible::interruptible(std::string_view time) : time_(time) {
    const double seconds = time_.empty() ? 0 : parse_time_limit("--time", time_);
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    if (time_.empty()) return;
    std::signal(SIGALRM, on_time_is_up);
    set_timer(seconds);
}

interruptible::~interruptible() {
    if (!time_.empty()) {
        set_timer(0);
        std::signal(SIGALRM, SIG_DFL);
    }
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

std::string interruptible::reason() const {
    return time_is_up ? "stopped by --time " + time_ : "interrupted";
}

progress::progress(const settings& global, std::string_view what) {
    now(what);
    if (!global.quiet && isatty(STDERR_FILENO) == 1) shower_ = std::thread([this] { show(); });
}

progress::~progress() {
    done_ = true;
    if (shower_.joinable()) shower_.join();
}

void progress::now(std::string_view what) {
    const std::lock_guard lock(mutex_);
    state_ = {};
    what.copy(state_.what, sizeof state_.what - 1);
}

void progress::follow(worlds::graph_options& options) {
    if (!shower_.joinable()) return;
    options.progress = [this](const worlds::exploration& so_far, double share_done) {
        const std::lock_guard lock(mutex_);
        state_.done = so_far.executions + so_far.ended_early;
        state_.seconds = so_far.seconds;
        // What probes said beforehand holds until the search itself knows better.
        state_.about = share_done > share_known || (so_far.estimate == 0 && share_done > 0)
                           ? static_cast<double>(state_.done) / share_done
                           : so_far.estimate;
    };
}

// Allocates nothing: an engine may have replaced the global allocator for its own purposes.
int progress::write_line(char* line, std::size_t size, double elapsed) {
    const std::lock_guard lock(mutex_);
    const state& s = state_;
    const auto done = static_cast<double>(s.done);
    if (s.done == 0 || s.seconds <= 0)
        return std::snprintf(line, size, "\r\033[K%s   %.1f s   (Ctrl-C stops)", s.what, elapsed);
    const double rate = done / s.seconds;
    char left[64] = "";
    if (s.about > done)
        std::snprintf(left, sizeof left, "   about %.3g, %.1f s left", s.about,
                      (s.about - done) / rate);
    return std::snprintf(line, size, "\r\033[K%s   %llu done   %.0f k/s%s   (Ctrl-C stops)", s.what,
                         static_cast<unsigned long long>(s.done), rate / 1000, left);
}

void progress::show() {
    const auto start = std::chrono::steady_clock::now();
    constexpr int clearing = 4;  // characters that take no column
    const int columns = static_cast<int>(terminal_width(STDERR_FILENO, 80)) - 1 + clearing;
    bool shown = false;
    for (unsigned tick = 0; !done_; ++tick) {
        std::this_thread::sleep_for(50ms);
        if (tick < 10 || tick % 4 != 0) continue;
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
        char line[300];
        // On one row: what wraps is not cleared.
        const int length = std::min(write_line(line, sizeof line, elapsed.count()), columns);
        if (length > 0 && write(STDERR_FILENO, line, static_cast<std::size_t>(length)) > 0)
            shown = true;
    }
    constexpr char clear[] = "\r\033[K";
    if (shown && write(STDERR_FILENO, clear, sizeof clear - 1) < 0) return;
}

}  // namespace ringsim::scenarios::commands
