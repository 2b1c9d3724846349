#include "upstream/steps.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "sim/check/symbols.hpp"
#include "upstream/names.hpp"

namespace ringsim::upstream_code {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;
using graph::event_kind;
using sim::step_kind;

bool is_access(const graph::recorded_event& e) {
    return e.what.kind == event_kind::read || e.what.kind == event_kind::write;
}

class teller {
  public:
    teller(const graph::recorded_execution& e, const check::runtime& program,
           const ring_world* world, const scenarios::scenario* s, const sources& from,
           const std::string& image)
        : execution_(e),
          program_(program),
          scenario_(s),
          from_(from),
          symbols_(image),
          names_(program, world, symbols_, s) {
        std::vector<std::uint64_t> offsets;
        for (const auto& event : e.events) offsets.push_back(event.what.note);
        symbols_.look_up(offsets);
        step_of_.resize(e.events.size());
    }

    telling tell() {
        const std::size_t n = program_.locations().size();
        out_.words.resize(n);
        out_.initial.resize(n);
        for (unsigned i = 0; i < execution_.events.size(); ++i) add(i);
        mark_race();
        return std::move(out_);
    }

  private:
    // A thread's own section, or somebody who waits for it.
    std::string text_of_reader(const graph::recorded_event& e, const check::location_of& at) const {
        const std::string kind = at.address ? "SRCU" : "RCU";
        if (e.what.kind == event_kind::write) return "leaves its section of " + kind;
        if (!e.what.await) return "enters a section of " + kind;
        const std::string of = "the sections of " + thread_name(scenario_, at.thread);
        return e.blocked ? "waits for ever for " + of : "has waited for " + of;
    }

    std::string text_of_lock(const graph::recorded_event& e) const {
        const check::location_of& at = program_.locations_of()[e.what.location];
        if (at.kind == check::location_kind::rcu_reader || at.kind == check::location_kind::srcu)
            return text_of_reader(e, at);
        if (at.kind == check::location_kind::thread_start)
            return "starts " + thread_name(scenario_, at.thread);
        if (at.kind == check::location_kind::internal) return "frees " + names_.object(at.address);
        const std::string name = names_.of(e.what.location);
        switch (e.what.shown) {
            case step_kind::lock:
                if (!e.blocked && !graph::writes(e.what, e.value)) return "finds it locked";
                return e.blocked ? "waits for ever" : "locks " + name;
            case step_kind::unlock:
                return "unlocks " + name;
            case step_kind::take:
                return e.blocked ? "sleeps for ever" : "is woken";
            default:
                return e.value != 0 ? "wakes (a wakeup is on its way already)"
                                    : "wakes the sleeper";
        }
    }

    std::string text_of(const graph::recorded_event& e) const {
        if (program_.locations_of()[e.what.location].kind != check::location_kind::memory)
            return text_of_lock(e);
        const std::string name = names_.of(e.what.location);
        if (e.what.kind == event_kind::write) return name + " := " + names_.value(e.value);
        std::string text = name + " -> " + names_.value(e.value);
        if (e.what.op == graph::rmw_op::none) return text;
        if (!graph::writes(e.what, e.value)) return text + ", no write";
        return text + ", := " + names_.value(graph::apply(e.what, e.value));
    }

    // How threads begin and end has no line of the files under test, but where one of them starts
    // what is to run later.
    bool of_thread(const graph::recorded_event& e) const {
        if (!is_access(e)) return false;
        const auto kind = program_.locations_of()[e.what.location].kind;
        if (kind == check::location_kind::thread_start)
            return e.thread == 0 || e.what.kind == event_kind::read;
        return kind == check::location_kind::thread_end;
    }

    void add(unsigned i) {
        const graph::recorded_event& e = execution_.events[i];
        if (e.what.implied || of_thread(e)) return;
        if (e.what.rmw) return told_with_its_read(i);
        step s;
        s.thread = thread_name(scenario_, e.thread);
        const check::source_place& at = symbols_.place(e.what.note);
        s.line = at.line;
        s.file = std::filesystem::path(at.file).filename().string();
        s.text = symbols_.text(at);
        if (at.file == from_.libbpf_file)
            s.of = side::libbpf;
        else if (is_kernel_file(from_, at.file))
            s.of = side::kernel;
        if (is_access(e))
            s.does = text_of(e);
        else if (e.what.kind == event_kind::fence)
            s.does = graph::is_rcu(e.what.fence) ? graph::name(e.what.fence) : "fence";
        else if (e.what.kind == event_kind::block)
            s.does = execution_.complete ? "goes round and round, for ever" : "goes round again";
        if (e.what.kind == event_kind::read) remark(s, i);
        out_.steps.push_back(s);
        out_.events.push_back(i);
        out_.functions.push_back(at.function);
        if (is_access(e)) {
            const graph::location_id l = e.what.location;
            out_.words[l] = names_.of(l);
            out_.initial[l] = names_.value(program_.locations()[l].initial);
        }
        step_of_[i] = static_cast<unsigned>(out_.steps.size());
    }

    void told_with_its_read(unsigned i) {
        for (unsigned before = i; before-- > 0;)
            if (execution_.events[before].thread == execution_.events[i].thread) {
                step_of_[i] = step_of_[before];
                return;
            }
    }

    // A read that misses what was written before, in this order of telling.
    void remark(step& s, unsigned i) const {
        const graph::recorded_event& r = execution_.events[i];
        if (r.reads_from > i + 1) {
            s.remark = "AHEAD: a step below writes it";
            return;
        }
        const unsigned co = r.reads_from == 0 ? 0 : execution_.events[r.reads_from - 1].co;
        for (unsigned w = i; w-- > 0;) {
            const graph::recorded_event& other = execution_.events[w];
            if (other.what.kind != event_kind::write || other.what.location != r.what.location)
                continue;
            if (other.co <= co) continue;
            s.remark =
                fmt::format("STALE: step {} wrote {}", step_of_[w], names_.value(other.value));
            return;
        }
    }

    // The two accesses of a data race, where the model found one.
    void mark_race() {
        if (!execution_.found || execution_.found->kind != sim::violation::data_race) return;
        if (out_.steps.empty()) return;
        const auto last = static_cast<unsigned>(out_.steps.size());
        const auto event_of = [&](unsigned step) {
            for (unsigned i = 0; i < step_of_.size(); ++i)
                if (step_of_[i] == step) return i;
            return 0u;
        };
        unsigned second = event_of(last);
        if (execution_.found->racing) {
            const auto place = [&](const graph::event_place& p) {
                unsigned index = 0;
                for (unsigned i = 0; i < execution_.events.size(); ++i) {
                    if (execution_.events[i].thread != p.thread) continue;
                    if (index++ == p.index) return i;
                }
                return 0u;
            };
            const unsigned a = place((*execution_.found->racing)[0]);
            const unsigned b = place((*execution_.found->racing)[1]);
            note_race(std::min(a, b), std::max(a, b));
            return;
        }
        for (unsigned i = second; i-- > 0;) {
            const auto& mine = execution_.events[second];
            const auto& other = execution_.events[i];
            if (is_access(other) && other.thread != mine.thread &&
                other.what.location == mine.what.location &&
                (other.what.kind == event_kind::write || mine.what.kind == event_kind::write))
                return note_race(i, second);
        }
    }

    void note_race(unsigned first, unsigned second) {
        if (step_of_[first] == 0 || step_of_[second] == 0) return;
        out_.races_with = step_of_[first];
        out_.at_step = step_of_[second];
        const step& one = out_.steps[out_.races_with - 1];
        step& other = out_.steps[out_.at_step - 1];
        other.remark = fmt::format("RACE: nothing orders it and step {}", step_of_[first]);
        out_.race = fmt::format("data race on {}, {}:{} and {}:{}",
                                names_.of(execution_.events[second].what.location), one.file,
                                one.line, other.file, other.line);
    }

    const graph::recorded_execution& execution_;
    const check::runtime& program_;
    const scenarios::scenario* scenario_;
    const sources& from_;
    check::symbols_of_program symbols_;
    names_of_memory names_;
    telling out_;
    std::vector<unsigned> step_of_;  // by event; 0: none
};

}  // namespace

telling tell_steps(const graph::recorded_execution& e, const check::runtime& program,
                   const ring_world* world, const scenarios::scenario* s, const sources& from,
                   const std::string& image) {
    return teller(e, program, world, s, from, image).tell();
}

std::string thread_name(const scenarios::scenario* s, unsigned thread) {
    if (s) return std::string(s->threads[thread].name);
    return thread == 0 ? "main" : "cpu" + std::to_string(thread);
}

std::string value_text(std::uint64_t v) {
    return v < 4096 ? std::to_string(v) : fmt::format("{:#x}", v);
}

}  // namespace ringsim::upstream_code
