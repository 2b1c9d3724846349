#include "sim/graph/helper_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "sim/graph/bytes.hpp"

namespace ringsim::sim::graph {
namespace {

constexpr int bug_status = 70;

// Out of the way of the process that began this one.
void keep_quiet(on_stderr says) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Ctrl-C reaches the whole group of processes; the one that began this one tells it to stop.
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    if (says == on_stderr::as_usual) return;
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
}

}  // namespace

// The length goes first, in the bytes of this machine: both ends are of one program. What cannot be
// sent is dropped, for nobody is there any more to read it. MSG_NOSIGNAL: a process whose parent is
// gone must not die of SIGPIPE in the middle of a message.
void channel::send(const std::string& message) const {
    byte_writer all;
    all.put(std::string_view(message));
    const std::string text = all.take();
    for (std::string_view bytes = text; !bytes.empty();) {
        const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

// One piece of what there is, not all: whoever takes messages asks again when none is complete.
bool channel::receive(bool waits) {
    char buffer[16 * 1024];
    for (;;) {
        const ssize_t n = ::recv(socket_, buffer, sizeof buffer, waits ? 0 : MSG_DONTWAIT);
        if (n > 0) return heard_.append(buffer, static_cast<std::size_t>(n)), true;
        if (n < 0 && errno == EINTR) continue;
        return n < 0 && errno == EAGAIN;
    }
}

// A socket has no borders between messages.
std::optional<std::string> channel::take() {
    std::size_t length = 0;
    if (heard_.size() < sizeof length) return std::nullopt;
    std::memcpy(&length, heard_.data(), sizeof length);
    if (heard_.size() < sizeof length + length) return std::nullopt;
    std::string message = heard_.substr(sizeof length, length);
    heard_.erase(0, sizeof length + length);
    return message;
}

// A socket and not a pipe: both ends are spoken to, and either can be told from one that is gone.
// What is open in this process is open in the new one too, but for the ends that other helpers
// have: this process closes a helper's own end at once, or it would not hear that the helper has
// ended.
helper_process::helper_process(const std::function<void(channel&)>& work, on_stderr says) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error(errno, std::generic_category(), "socketpair()");
    const pid_t parent = getpid();
    process_ = fork();
    if (process_ == 0) {
        keep_quiet(says);
        close(ends[0]);
        // The parent may have died before the death signal was asked for.
        if (getppid() != parent) _exit(0);
        // Nothing may leave the new process by an exception: it would go on as a second copy of the
        // program.
        try {
            channel other(ends[1]);
            work(other);
        } catch (...) {
            _exit(bug_status);
        }
        _exit(0);
    }
    const int error = errno;
    close(ends[1]);
    if (process_ < 0) {
        close(ends[0]);
        throw std::system_error(error, std::generic_category(), "fork()");
    }
    talk_ = channel(ends[0]);
}

// Without ceremony: it has nothing that has to be saved. It is waited for, so that no zombie stays.
helper_process::~helper_process() {
    close(talk_.descriptor());
    if (process_ < 0) return;
    kill(process_, SIGKILL);
    (void)wait_for_end();
}

// As waitpid() gives it. The process is nobody's afterwards: the machine may give its number to
// another one, which must not be killed for it.
int helper_process::wait_for_end() {
    int ended = 0;
    while (waitpid(process_, &ended, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return ended;
}

}  // namespace ringsim::sim::graph
