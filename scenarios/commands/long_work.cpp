#include "scenarios/commands/long_work.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>

#include "scenarios/exploration.hpp"

namespace ringsim::scenarios {
namespace {

using namespace std::chrono_literals;

extern "C" void on_interrupt(int signal) {
    if (interrupted.exchange(true)) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
}

}  // namespace

interruptible::interruptible() {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
}

interruptible::~interruptible() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

progress::progress(const settings& global, std::string what) : what_(std::move(what)) {
    if (!global.quiet && isatty(STDERR_FILENO) == 1) shower_ = std::thread([this] { show(); });
}

progress::~progress() {
    done_ = true;
    if (shower_.joinable()) shower_.join();
}

// Allocates nothing: an engine may have replaced the global allocator for its own purposes.
void progress::show() {
    const auto start = std::chrono::steady_clock::now();
    bool shown = false;
    for (unsigned tick = 0; !done_; ++tick) {
        std::this_thread::sleep_for(50ms);
        if (tick < 10 || tick % 4 != 0) continue;
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
        char line[200];
        const int length = std::snprintf(line, sizeof line, "\r\033[K%s   %.1f s   (Ctrl-C stops)",
                                         what_.c_str(), elapsed.count());
        if (length > 0 && write(STDERR_FILENO, line, static_cast<std::size_t>(length)) > 0)
            shown = true;
    }
    constexpr char clear[] = "\r\033[K";
    if (shown && write(STDERR_FILENO, clear, sizeof clear - 1) < 0) return;
}

}  // namespace ringsim::scenarios
