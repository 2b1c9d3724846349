// Each process takes the next task that nobody has taken, from a counter that all of them see, and
// writes what came of it into a socket of its own. A task is known by its number: the processes are
// forks of this one, and have the same list.
#include "scenarios/study/explorations_ahead.hpp"

#include <poll.h>

#include <atomic>
#include <string>
#include <system_error>
#include <utility>

#include "scenarios/worlds/exploration_bytes.hpp"
#include "sim/graph/helper_process.hpp"
#include "sim/graph/jobs.hpp"

namespace ringsim::scenarios::study {
namespace {

namespace graph = sim::graph;

// Fewer are explored sooner than processes begin.
constexpr std::size_t tasks_worth_it = 6;
// So often whoever waits looks whether it was interrupted.
constexpr int wait_ms = 100;

// The number of the next task that nobody has taken. Relaxed: the tasks were there before the
// processes.
using next_task = std::atomic<std::size_t>;

}  // namespace

// One of the processes, as the one sees it that began it.
class explorations_ahead::process {
  public:
    // Throws std::system_error.
    process(const std::deque<task>& tasks, next_task& next)
        : fork_([&](graph::channel& to) { work(to, tasks, next); }) {}

    int descriptor() const { return fork_.talk().descriptor(); }
    bool is_gone() const { return is_gone_; }

    // What it has written by now becomes results. Of a task that it has only begun, it is known
    // that it failed, once the process is gone.
    void listen(std::deque<task>& tasks) {
        is_gone_ = !fork_.talk().receive(false);
        while (const auto message = fork_.talk().take()) understand(*message, tasks);
        if (is_gone_ && begun_) tasks[*begun_].failed = true;
    }

  private:
    // A message is the number of the task, and what came of it; nothing more if it has just begun.
    // What a task throws ends the process: the one that asks for it meets the same, and says it.
    static void work(const graph::channel& to, const std::deque<task>& tasks, next_task& next) {
        graph::set_jobs(1);
        const auto take = [&next] { return next.fetch_add(1, std::memory_order_relaxed); };
        for (std::size_t i = take(); i < tasks.size(); i = take()) {
            graph::byte_writer begun;
            begun.put(i);
            to.send(begun.take());
            graph::byte_writer done;
            done.put(i);
            worlds::put(done, explore(*tasks[i].of, tasks[i].code, tasks[i].how));
            to.send(done.take());
        }
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

    graph::helper_process fork_;
    bool is_gone_ = false;
    std::optional<std::size_t> begun_;
};

explorations_ahead::explorations_ahead() = default;
explorations_ahead::~explorations_ahead() = default;

void explorations_ahead::plan(const scenario& s, const worlds::variant& v, const search& how) {
    tasks_.push_back({&s, v, how});
}

void explorations_ahead::begin() {
    if (graph::jobs() < 2 || tasks_.size() < tasks_worth_it) return;
    try {
        const graph::shared_page<next_task> next;
        for (unsigned i = 0; i < graph::jobs(); ++i)
            processes_.push_back(std::make_unique<process>(tasks_, *next));
    } catch (const std::system_error&) {
        // As many as the machine allows, and be it none: then this process does it all.
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
        for (const auto& p : processes_) ears.push_back({p->descriptor(), POLLIN, 0});
        poll(ears.data(), ears.size(), wait_ms);
        for (const auto& p : processes_) p->listen(tasks_);
        std::erase_if(processes_, [](const auto& p) { return p->is_gone(); });
    }
}

}  // namespace ringsim::scenarios::study
