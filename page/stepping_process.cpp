#include "page/stepping_process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "scenarios/program/user_error.hpp"
#include "scenarios/worlds/exploration.hpp"

namespace ringsim::page {
namespace {

using namespace std::chrono_literals;
using scenarios::machine_error;
using scenarios::user_error;

// The first answer comes behind the compiler and the exploration that learns what is shared.
constexpr auto answer_max = 120s;
constexpr auto end_max = 2s;
constexpr std::size_t said_max = 2000;

}  // namespace

stepping_process::stepping_process(const std::vector<std::string>& words) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw machine_error("cannot make a socket");
    line_ = ends[0];
    said_ = memfd_create("ringsim-step", MFD_CLOEXEC);
    std::string name = "ringsim";
    std::vector<std::string> copies = words;
    std::vector<char*> argv{name.data()};
    for (std::string& w : copies) argv.push_back(w.data());
    argv.push_back(nullptr);
    child_ = fork();
    if (child_ == 0) {
        // Ctrl-C is for who asks; this one ends with its input.
        setpgid(0, 0);
        dup2(ends[1], STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        if (said_ >= 0) dup2(said_, STDERR_FILENO);
        execv("/proc/self/exe", argv.data());
        _exit(scenarios::exit_impossible);
    }
    close(ends[1]);
    if (child_ > 0) return;
    close(line_);
    if (said_ >= 0) close(said_);
    throw machine_error("cannot start a process");
}

// It is asked to end, so that its temporary files go with it.
stepping_process::~stepping_process() {
    shutdown(line_, SHUT_RDWR);
    const auto end = std::chrono::steady_clock::now() + end_max;
    while (child_ > 0 && waitpid(child_, nullptr, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > end) kill(child_, SIGKILL);
        usleep(10'000);
    }
    close(line_);
    if (said_ >= 0) close(said_);
}

std::string stepping_process::ask(const std::string& line) {
    const std::string whole = line + "\n";
    for (std::size_t sent = 0; sent < whole.size();) {
        const ssize_t n = send(line_, whole.data() + sent, whole.size() - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail();
        sent += static_cast<std::size_t>(n);
    }
    const auto end = std::chrono::steady_clock::now() + answer_max;
    for (;;) {
        if (const auto at = read_.find('\n'); at != std::string::npos) {
            std::string answer = read_.substr(0, at);
            read_.erase(0, at + 1);
            return answer;
        }
        if (scenarios::worlds::interrupted) throw user_error("interrupted");
        if (std::chrono::steady_clock::now() > end)
            throw user_error(
                fmt::format("no answer in {} s: the program is too large to be "
                            "stepped through here",
                            answer_max.count()));
        pollfd wait{line_, POLLIN, 0};
        if (poll(&wait, 1, 100) <= 0) continue;
        char part[65536];
        const ssize_t n = ::read(line_, part, sizeof part);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail();
        read_.append(part, static_cast<std::size_t>(n));
    }
}

void stepping_process::fail() {
    int ended = 0;
    while (waitpid(child_, &ended, 0) < 0 && errno == EINTR) {
    }
    child_ = -1;
    char said[said_max];
    const ssize_t n = said_ >= 0 ? pread(said_, said, sizeof said, 0) : 0;
    std::string why(said, n > 0 ? static_cast<std::size_t>(n) : 0);
    while (!why.empty() && why.back() == '\n') why.pop_back();
    if (why.starts_with("ringsim: ")) why.erase(0, std::size("ringsim: ") - 1);
    if (!why.empty()) throw user_error(why);
    throw user_error(
        WIFSIGNALED(ended)
            ? fmt::format("the program was ended by signal {}", WTERMSIG(ended))
            : fmt::format("the program has ended, with status {}", WEXITSTATUS(ended)));
}

}  // namespace ringsim::page
