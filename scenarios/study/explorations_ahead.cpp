// Each process takes the next task that nobody has taken, from a counter that all of them see, and
// writes what came of it into a socket of its own. A task is known by its number: the processes are
// forks of this one, and have the same list.
#include "scenarios/study/explorations_ahead.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "scenarios/worlds/exploration_bytes.hpp"
#include "sim/graph/jobs.hpp"

namespace ringsim::scenarios::study {
namespace {

namespace graph = sim::graph;

// Fewer are explored sooner than processes begin.
constexpr std::size_t tasks_worth_it = 6;
// So often whoever waits looks whether it was interrupted.
constexpr int wait_ms = 100;

void send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(0);  // nobody listens any more
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

// The number of the task that nobody has taken; in memory that all processes see.
class shared_counter {
  public:
    shared_counter() {
        void* const page = mmap(nullptr, sizeof(std::atomic<std::size_t>), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (page != MAP_FAILED) next_ = new (page) std::atomic<std::size_t>(0);
    }
    ~shared_counter() {
        if (next_) munmap(next_, sizeof *next_);
    }
    shared_counter(const shared_counter&) = delete;
    shared_counter& operator=(const shared_counter&) = delete;

    explicit operator bool() const { return next_ != nullptr; }
    // Relaxed: the tasks were there before the processes.
    std::size_t take() { return next_->fetch_add(1, std::memory_order_relaxed); }

  private:
    std::atomic<std::size_t>* next_ = nullptr;
};

}  // namespace

// One of the processes, as the one sees it that began it.
class explorations_ahead::process {
  public:
    // False: the machine allows no more processes.
    bool begin(const std::deque<task>& tasks, shared_counter& next) {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
        const pid_t parent = getpid();
        who_ = fork();
        if (who_ == 0) {
            close(ends[0]);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            // Ctrl-C reaches the whole group of processes; the one that waits ends the others.
            signal(SIGINT, SIG_IGN);
            signal(SIGTERM, SIG_DFL);
            if (getppid() == parent) work(ends[1], tasks, next);
            _exit(0);
        }
        close(ends[1]);
        socket_ = ends[0];
        return who_ > 0;
    }
    ~process() {
        if (socket_ >= 0) close(socket_);
        if (who_ <= 0) return;
        kill(who_, SIGKILL);
        while (waitpid(who_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }

    int socket() const { return socket_; }
    bool is_gone() const { return is_gone_; }

    // What it has written by now becomes results. Of a task that it has only begun, it is known
    // that it failed, once the process is gone.
    void listen(std::deque<task>& tasks) {
        char buffer[64 * 1024];
        for (;;) {
            const ssize_t n = ::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
            if (n > 0) {
                heard_.append(buffer, static_cast<std::size_t>(n));
                continue;
            }
            if (n < 0 && errno == EINTR) continue;
            is_gone_ = !(n < 0 && errno == EAGAIN);
            break;
        }
        while (const auto message = take_message()) understand(*message, tasks);
        if (is_gone_ && begun_) tasks[*begun_].failed = true;
    }

  private:
    // A message is its length, and then: the number of the task, and what came of it; nothing more
    // if it has just begun.
    static void work(int socket, const std::deque<task>& tasks, shared_counter& next) {
        graph::set_jobs(1);
        for (std::size_t i = next.take(); i < tasks.size(); i = next.take()) {
            graph::byte_writer begun;
            begun.put(i);
            send(socket, begun.take());
            try {
                const worlds::exploration e = explore(*tasks[i].of, tasks[i].code, tasks[i].how);
                graph::byte_writer done;
                done.put(i);
                worlds::put(done, e);
                send(socket, done.take());
            } catch (...) {
                // The process that asks for it meets the same, and says it.
                _exit(0);
            }
        }
    }
    static void send(int socket, const std::string& message) {
        graph::byte_writer all;
        all.put(std::string_view(message));
        send_all(socket, all.take());
    }

    std::optional<std::string> take_message() {
        std::size_t length = 0;
        if (heard_.size() < sizeof length) return std::nullopt;
        std::memcpy(&length, heard_.data(), sizeof length);
        if (heard_.size() < sizeof length + length) return std::nullopt;
        std::string message = heard_.substr(sizeof length, length);
        heard_.erase(0, sizeof length + length);
        return message;
    }
    void understand(const std::string& message, std::deque<task>& tasks) {
        graph::byte_reader from(message);
        const auto number = from.get<std::size_t>();
        if (message.size() == sizeof number) {
            begun_ = number;
            return;
        }
        tasks[number].result = worlds::get_exploration(from);
        begun_.reset();
    }

    pid_t who_ = -1;
    int socket_ = -1;
    bool is_gone_ = false;
    std::string heard_;
    std::optional<std::size_t> begun_;
};

explorations_ahead::explorations_ahead() = default;
explorations_ahead::~explorations_ahead() = default;

void explorations_ahead::plan(const scenario& s, const worlds::variant& v, const search& how) {
    tasks_.push_back({&s, v, how});
}

void explorations_ahead::begin() {
    if (graph::jobs() < 2 || tasks_.size() < tasks_worth_it) return;
    shared_counter next;
    if (!next) return;
    for (unsigned i = 0; i < graph::jobs(); ++i) {
        processes_.push_back(std::make_unique<process>());
        if (processes_.back()->begin(tasks_, next)) continue;
        processes_.pop_back();
        return;
    }
}

bool explorations_ahead::is_for(const task& t, const scenario& s, const worlds::variant& v,
                                const search& how) {
    return t.of == &s && t.code.same_code_as(v) && t.code.orders_name == v.orders_name &&
           t.how.engine == how.engine && t.how.graph.model == how.graph.model &&
           t.how.graph.mapping == how.graph.mapping;
}

worlds::exploration explorations_ahead::next(const scenario& s, const worlds::variant& v,
                                             const search& how) {
    if (next_ == tasks_.size() || !is_for(tasks_[next_], s, v, how)) return explore(s, v, how);
    task& t = tasks_[next_++];
    wait_for(t);
    if (t.result) return *std::exchange(t.result, std::nullopt);
    return explore(s, v, how);
}

// Nothing is known of a task, and nobody is left: it is for this process. So it is after Ctrl-C,
// which explore() then answers.
void explorations_ahead::wait_for(task& t) {
    while (!t.result && !t.failed && !processes_.empty()) {
        if (worlds::interrupted) return processes_.clear();
        std::vector<pollfd> ears;
        for (const auto& p : processes_) ears.push_back({p->socket(), POLLIN, 0});
        poll(ears.data(), ears.size(), wait_ms);
        for (const auto& p : processes_) p->listen(tasks_);
        std::erase_if(processes_, [](const auto& p) { return p->is_gone(); });
    }
}

}  // namespace ringsim::scenarios::study
