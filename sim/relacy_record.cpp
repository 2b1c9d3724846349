// What the engine on Relacy keeps of an execution: its steps, as a trace, and which sites met.
#include "sim/relacy_engine.hpp"

namespace ringsim::sim {

void relacy_engine::begin_exploration() {
    setup_steps_.clear();
    setup_recorded_ = false;
    contention_.clear();
}

void relacy_engine::begin_execution() {
    in_setup_ = true;
    locations_.clear();
    steps_.clear();
    step_of_write_.assign(1, 0);
    spins_.clear();
    waiting_ = {};
    found_ = {};
}

relacy_engine::step& relacy_engine::record(step_kind kind, const location* l, access_point at) {
    steps_.push_back({static_cast<std::uint8_t>(thread()), kind, at.where, at.how,
                      l ? l->index : no_location, at.note, 0, 0, 0, 0, 0});
    return steps_.back();
}

// Setup is the same in every execution, so its steps are kept from the first one.
void relacy_engine::record_in_setup(step_kind kind, const location* l, access_point at,
                                    std::uint64_t read, std::uint64_t written) {
    if (setup_recorded_) return;
    setup_steps_.push_back(
        {0, kind, at.where, at.how, l ? l->index : no_location, at.note, read, written, 0, 0, 0});
}

// The number of a write is taken before Relacy may run other threads, its step is known after.
std::uint32_t relacy_engine::begin_write() {
    step_of_write_.push_back(0);
    return static_cast<std::uint32_t>(step_of_write_.size() - 1);
}

void relacy_engine::end_write(location& l, std::uint64_t value, std::uint32_t write, step& s) {
    l.newest = value;
    l.newest_step = static_cast<std::uint32_t>(steps_.size());
    s.written = value;
    s.coherence = ++l.writes;
    step_of_write_[write] = l.newest_step;
}

void relacy_engine::note_read(const location& l, stamped_value v, step& s) {
    s.read = v.value;
    s.reads_from = step_of_write_[v.write];
    if (s.reads_from != l.newest_step) s.missed = l.newest_step;
}

void relacy_engine::write_in_setup(step_kind kind, location& l, std::uint64_t value,
                                   access_point at) {
    record_in_setup(kind, &l, at, kind == step_kind::store ? 0 : l.newest, value);
    l.newest = value;
}

// Of a thread that spins until Relacy gives up, two turns after the last step of anybody else are
// enough to see.
std::size_t relacy_engine::steps_before_spinning() const {
    const unsigned spinner = spins_.back().thread;
    std::size_t last_of_others = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i)
        if (steps_[i].thread != spinner) last_of_others = i + 1;
    unsigned turns = 0;
    for (const spin_point& p : spins_)
        if (p.steps >= last_of_others && ++turns == 3) return p.steps;
    return steps_.size();
}

trace_step relacy_engine::shown(const step& s) const {
    return {.thread = s.thread,
            .kind = s.kind,
            .where = s.where,
            .how = s.how,
            .word = s.location == no_location ? std::string()
                                              : std::string(locations_[s.location]->name),
            .note = s.note,
            .read = s.read,
            .written = s.written,
            .reads_from = s.reads_from,
            .coherence = s.coherence,
            .missed = s.missed,
            .location = s.location == no_location ? 0 : s.location + 1u};
}

trace relacy_engine::make_trace(ending how) const {
    trace t;
    for (const step& s : setup_steps_) t.setup.push_back(shown(s));
    const bool spinning = how == ending::spinning && !spins_.empty();
    const std::size_t count = spinning ? steps_before_spinning() : steps_.size();
    for (std::size_t i = 0; i < count; ++i) t.steps.push_back(shown(steps_[i]));
    if (how == ending::midway) return t;

    for (unsigned thread = 0; thread < threads_max; ++thread) {
        const waiting& w = waiting_[thread];
        trace_step last;
        last.thread = static_cast<std::uint8_t>(thread);
        if (w.kind != step_kind::count_) {
            last.kind = w.kind;
            last.where = w.at.where;
            last.how = w.at.how;
            last.word = locations_[w.location]->name;
            last.location = w.location + 1u;
            last.note = w.at.note;
            t.steps.push_back(last);
        } else if (spinning && spins_.back().thread == thread) {
            last.kind = step_kind::stuck;
            t.steps.push_back(last);
        }
    }
    return t;
}

}  // namespace ringsim::sim
