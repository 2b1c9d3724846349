// Each process takes the next task that nobody has taken, from a counter that all of them see, and
// writes what came of it into a socket of its own.
#include "sim/graph/tasks_ahead.hpp"

#include <poll.h>

#include <string_view>
#include <system_error>
#include <utility>

#include "sim/graph/bytes.hpp"
#include "sim/graph/helper_process.hpp"
#include "sim/graph/jobs.hpp"

namespace ringsim::sim::graph {
namespace {

// Fewer are done sooner than processes begin.
constexpr std::size_t tasks_worth_it = 6;
// So often whoever waits looks whether it was interrupted.
constexpr int look_again_ms = 100;

// The number of the next task that nobody has taken. Relaxed: the tasks were there before the
// processes.
using next_task = std::atomic<std::size_t>;

}  // namespace

// One of the processes, as the one sees it that began it.
class tasks_ahead::process {
  public:
    // Throws std::system_error.
    process(std::size_t tasks, const work& how, next_task& next)
        : fork_([&](channel& to) { do_all(to, tasks, how, next); }) {}

    int descriptor() const { return fork_.talk().descriptor(); }
    bool is_gone() const { return is_gone_; }

    // What it has written by now becomes results. Of a task that it has only begun, it is known
    // that it failed, once the process is gone.
    void listen(std::vector<state>& tasks) {
        is_gone_ = !fork_.talk().receive(false);
        while (const auto message = fork_.talk().take()) understand(*message, tasks);
        if (is_gone_ && begun_) tasks[*begun_].failed = true;
    }

  private:
    // A message is the number of the task, and what came of it; nothing more if it has just begun.
    static void do_all(const channel& to, std::size_t tasks, const work& how, next_task& next) {
        set_jobs(1);
        const auto take = [&next] { return next.fetch_add(1, std::memory_order_relaxed); };
        for (std::size_t i = take(); i < tasks; i = take()) {
            byte_writer begun;
            begun.put(i);
            to.send(begun.take());
            byte_writer done;
            done.put(i);
            done.put(std::string_view(how(i)));
            to.send(done.take());
        }
    }
    void understand(const std::string& message, std::vector<state>& tasks) {
        byte_reader from(message);
        const auto number = from.get<std::size_t>();
        if (message.size() == sizeof number) {
            begun_ = number;
            return;
        }
        tasks[number].result = from.get_text();
        begun_.reset();
    }

    helper_process fork_;
    bool is_gone_ = false;
    std::optional<std::size_t> begun_;
};

tasks_ahead::tasks_ahead() = default;
tasks_ahead::~tasks_ahead() = default;

// Every process begins with the same memory, so that a task needs nothing but its number. The page
// with the counter is gone here when this returns; the processes have it in theirs.
void tasks_ahead::begin(std::size_t tasks, const work& how) {
    tasks_.resize(tasks);
    if (jobs() < 2 || tasks < tasks_worth_it) return;
    try {
        const shared_page<next_task> next;
        for (unsigned i = 0; i < jobs(); ++i)
            processes_.push_back(std::make_unique<process>(tasks, how, *next));
    } catch (const std::system_error&) {
        // As many as the machine allows, and be it none: then this process does it all.
    }
}

// Whoever takes waits for that task, in whatever order the processes do them. One that nobody will
// do any more, for its process is gone or there is none, is the caller's.
std::optional<std::string> tasks_ahead::take(std::size_t task,
                                             const std::atomic<bool>& interrupted) {
    if (task >= tasks_.size()) return std::nullopt;
    state& t = tasks_[task];
    while (!t.result && !t.failed && !processes_.empty()) {
        if (interrupted) {
            processes_.clear();
            break;
        }
        std::vector<pollfd> ears;
        for (const auto& p : processes_) ears.push_back({p->descriptor(), POLLIN, 0});
        poll(ears.data(), ears.size(), look_again_ms);
        for (const auto& p : processes_) p->listen(tasks_);
        std::erase_if(processes_, [](const auto& p) { return p->is_gone(); });
    }
    return std::exchange(t.result, std::nullopt);
}

}  // namespace ringsim::sim::graph
