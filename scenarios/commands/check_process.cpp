#include "scenarios/commands/check_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <new>

#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

void silence() {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
}

// Nobody waits for what a killed ringsim explores.
void end_with_parent() {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int status_of(const std::string& file, const std::function<int()>& work) {
    int status = exit_bug;
    try {
        status = work();
    } catch (const std::bad_alloc&) {
        std::cerr << "ringsim: " << file
                  << ": no room for the program's memory: is the address space limited "
                     "(ulimit -v)?\n";
        status = exit_impossible;
    } catch (const user_error& e) {
        std::cerr << "ringsim: " << e.what() << '\n';
        status = exit_usage;
    } catch (const output_error& e) {
        std::cerr << "ringsim: " << e.what() << '\n';
        status = exit_output;
    } catch (const std::exception& e) {
        std::cerr << "ringsim: " << e.what() << '\n';
    }
    std::cout.flush();
    return status;
}

// Ctrl-C reaches both processes; the one that explores says what is known by then. Another
// signal that asks for the end is passed on to it.
int wait_for(pid_t child, int tells, std::string& told) {
    static pid_t exploring = 0;
    exploring = child;
    struct sigaction ignore {};
    struct sigaction pass_on {};
    struct sigaction before[2];
    ignore.sa_handler = SIG_IGN;
    pass_on.sa_handler = [](int) { kill(exploring, SIGTERM); };
    sigaction(SIGINT, &ignore, &before[0]);
    sigaction(SIGTERM, &pass_on, &before[1]);
    char part[4096];
    for (ssize_t n; (n = read(tells, part, sizeof part)) > 0 || (n < 0 && errno == EINTR);)
        if (n > 0) told.append(part, static_cast<std::size_t>(n));
    int ended = 0;
    while (waitpid(child, &ended, 0) < 0) {
    }
    sigaction(SIGINT, &before[0], nullptr);
    sigaction(SIGTERM, &before[1], nullptr);
    return ended;
}

// The exit status if the signal says nothing about the program; 0 if it may.
int ended_from_outside(int signal, const std::string& file) {
    std::string why;
    if (signal == SIGPIPE) why = "the output is closed";
    if (signal == SIGXCPU) why = "the limit of processor time is reached (ulimit -t)";
    if (signal == SIGKILL)
        why = "killed from outside, perhaps for want of memory or by a limit of processor time";
    if (signal == SIGTERM || signal == SIGHUP || signal == SIGINT) why = "interrupted";
    if (why.empty()) return 0;
    std::cerr << fmt::format("ringsim: {}: INCONCLUSIVE: {}\n", file, why);
    return signal == SIGPIPE ? exit_output : exit_inconclusive;
}

}  // namespace

int run_apart(const std::string& file, bool silent, const std::function<int(int)>& explore,
              std::string& told) {
    std::cout.flush();
    std::fflush(stdout);
    int tells[2];
    if (pipe2(tells, O_CLOEXEC) != 0) throw machine_error("cannot make a pipe");
    const pid_t child = fork();
    if (child < 0) throw machine_error("cannot start a process");
    if (child == 0) {
        end_with_parent();
        if (silent) silence();
        close(tells[0]);
        _exit(status_of(file, [&] { return explore(tells[1]); }));
    }
    close(tells[1]);
    const int ended = wait_for(child, tells[0], told);
    close(tells[0]);
    if (WIFEXITED(ended)) return WEXITSTATUS(ended);
    if (const int status = ended_from_outside(WTERMSIG(ended), file); status != 0) return status;
    std::cerr << fmt::format(
        "ringsim: {}: the exploring process died of a signal ({}): the "
        "program overwrote memory that is not its own, or ringsim has a "
        "bug\n",
        file, strsignal(WTERMSIG(ended)));
    return exit_bug;
}

standby::standby(const std::function<int()>& work) {
    std::cout.flush();
    std::fflush(stdout);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw machine_error("cannot make a pipe");
    process_ = fork();
    if (process_ < 0) throw machine_error("cannot start a process");
    if (process_ == 0) {
        end_with_parent();
        silence();
        close(ends[1]);
        char asked = 0;
        while (read(ends[0], &asked, 1) < 0 && errno == EINTR) {
        }
        _exit(asked ? status_of("", work) : exit_expected);
    }
    close(ends[0]);
    ask_ = ends[1];
}

standby::~standby() {
    if (process_ < 0) return;
    close(ask_);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

int standby::run() {
    constexpr char asked = 1;
    const auto before = std::signal(SIGPIPE, SIG_IGN);  // Ctrl-C may have ended it
    [[maybe_unused]] const auto n = write(ask_, &asked, 1);
    std::signal(SIGPIPE, before);
    close(ask_);
    int ended = 0;
    while (waitpid(process_, &ended, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
}

}  // namespace ringsim::scenarios::commands
