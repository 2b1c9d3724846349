#include "page/known_executions.hpp"

#include <algorithm>

namespace ringsim::page {

namespace graph = sim::graph;

namespace {

constexpr std::uint64_t known_max = 20'000;
constexpr double known_seconds_max = 1;

// Whether the read at place `r` is (po | rf)+ before the write that it reads from.
bool is_on_cycle(const std::vector<graph::recorded_event>& events, std::size_t r) {
    std::vector<bool> seen(events.size(), false);
    std::vector<std::size_t> todo{events[r].reads_from - 1};
    while (!todo.empty()) {
        const std::size_t at = todo.back();
        todo.pop_back();
        if (at == r) return true;
        if (seen[at]) continue;
        seen[at] = true;
        for (std::size_t before = at; before-- > 0;)
            if (events[before].thread == events[at].thread) {
                todo.push_back(before);
                break;
            }
        if (events[at].what.kind == graph::event_kind::read && events[at].reads_from != 0)
            todo.push_back(events[at].reads_from - 1);
    }
    return false;
}

}  // namespace

class known_executions::collector final : public graph::observer {
  public:
    explicit collector(known_executions& into) : into_(into) {}
    void begin() override { into_ = {}; }
    void execution(const std::function<graph::recorded_execution()>& record) override {
        add(record());
    }
    void violation_found(const std::function<graph::recorded_execution()>& record) override {
        add(record());
    }

  private:
    void add(const graph::recorded_execution& e) {
        std::vector<std::uint32_t> number(e.events.size(), 0);  // of the step that an event is of
        std::vector<std::uint16_t> place(e.events.size(), 0);   // in its thread
        std::vector<std::uint16_t> next(sim::graph_threads_max, 0);
        std::vector<std::uint32_t> last(sim::graph_threads_max, 0);  // step of each thread
        steps all;
        bool ahead = false;
        for (std::size_t i = 0; i < e.events.size(); ++i) {
            const graph::recorded_event& ev = e.events[i];
            place[i] = next[ev.thread]++;
            ahead = ahead || ev.reads_from > i + 1;
            if (ev.what.implied) continue;
            const bool writes = ev.what.kind == graph::event_kind::write;
            if (ev.what.rmw) {  // with its read half, which is the last step of its thread
                number[i] = last[ev.thread];
                all[number[i] - 1].writes = true;
                all[number[i] - 1].co = ev.co;
            } else {
                all.push_back({static_cast<std::uint8_t>(ev.thread),
                               ev.what.kind == graph::event_kind::read, writes, ev.what.location, 0,
                               ev.co});
                number[i] = last[ev.thread] = static_cast<std::uint32_t>(all.size());
            }
        }
        for (std::size_t i = 0; i < e.events.size(); ++i) {
            const graph::recorded_event& ev = e.events[i];
            if (ev.what.kind != graph::event_kind::read || ev.reads_from == 0) continue;
            const std::size_t source = ev.reads_from - 1;
            if (number[i] != 0) all[number[i] - 1].source = number[source];
            if (!ahead || e.events[source].thread == ev.thread || !is_on_cycle(e.events, i))
                continue;
            into_.hints_.insert({static_cast<std::uint16_t>(ev.thread), place[i],
                                 static_cast<std::uint16_t>(e.events[source].thread), place[source],
                                 e.events[source].value});
        }
        if (ahead) into_.executions_.push_back(std::move(all));
    }

    known_executions& into_;
};

std::optional<known_executions> known_executions::of(const exploring& explore) {
    known_executions found;
    collector watcher(found);
    graph::exploration_limits limits;
    limits.executions_max = known_max;
    limits.seconds_max = known_seconds_max;
    if (explore(limits, watcher).end != graph::exploration_end::exhausted) return std::nullopt;
    return found;
}

void guide::turn(unsigned thread) {
    if (thread >= made_.size()) made_.resize(thread + 1, 0);
    ++made_[thread];
    now_ = thread;
}

unsigned guide::next(std::uint32_t enabled) const {
    std::vector<std::size_t> seen(made_.size(), 0);
    for (const known_executions::step& s : *along_) {
        if (s.thread >= seen.size()) seen.resize(s.thread + 1u, 0);
        if (++seen[s.thread] > made(s.thread) && ((enabled >> s.thread) & 1) != 0) return s.thread;
    }
    return 32;
}

bool guide::done(std::uint32_t number) const {
    const unsigned thread = (*along_)[number - 1].thread;
    const auto place = static_cast<std::size_t>(
        std::count_if(along_->begin(), along_->begin() + number,
                      [&](const known_executions::step& s) { return s.thread == thread; }));
    return place + (thread == now_ ? 1 : 0) <= made(thread);
}

guide::kind guide::read() const {
    std::size_t seen = 0;
    const auto at = std::ranges::find_if(*along_, [&](const known_executions::step& s) {
        return s.thread == now_ && ++seen == made(now_);
    });
    if (at == along_->end() || !at->reads) return kind::unknown;
    if (at->source != 0 && !done(at->source)) return kind::ahead;
    const std::uint32_t co = at->source == 0 ? 0 : (*along_)[at->source - 1].co;
    for (std::uint32_t i = 1; i <= along_->size(); ++i) {
        const known_executions::step& s = (*along_)[i - 1];
        if (s.writes && s.location == at->location && s.co > co && done(i)) return kind::older;
    }
    return kind::newest;
}

}  // namespace ringsim::page
