// x86-TSO: Owens, Sarkar and Sewell, "A better x86 memory model: x86-TSO", TPHOLs 2009. Each thread
// has a store buffer, first in, first out; a locked instruction and MFENCE wait until it is empty.
//
// A store is no turn of its own: it enters the buffer at once, which nobody sees. What is a turn is
// that it leaves: then it becomes visible to all. So the interleavings to visit are those of loads,
// of locked instructions and of stores that leave.
#pragma once

#include "sim/states/bytes.hpp"
#include "sim/states/memory.hpp"
#include "sim/states/mutant.hpp"

namespace ringsim::sim::states {

// Stores that a thread's buffer has room for. A program that needs more is not explored.
inline constexpr std::size_t store_buffer_max = 64;

class tso_memory {
  public:
    static constexpr std::string_view model = "x86-tso";

    // Nothing is laid out: each location has its value, and each thread its buffer.
    struct layout {};
    void begin(const std::vector<graph::location_info>& locations, const program_use&,
               unsigned threads, layout&) {
        cells_.clear();
        for (const auto& l : locations) cells_.push_back({l.initial, 0});
        buffers_.assign(threads, {});
    }

    // A store enters the buffer, where nobody sees it. What only this thread accesses needs none;
    // but a locked access to it waits for the buffer, which others see.
    static bool is_local(const program_use& use, unsigned, const label& l) {
        if (l.kind == graph::event_kind::fence) return false;
        return l.kind == graph::event_kind::write || (use.is_private(l.location) && !locked(l));
    }

    // Loads and locked instructions have one way at most: what they read is certain, since the
    // order in which stores leave the buffers was decided by turns before.
    template <class F>
    void perform(const performer& p, const label& l, F&& f) const {
        // No way to perform it now: stores leave the buffer by turns of their own, and then there
        // is.
        if (locked(l) && !buffers_[p.thread].empty() && !mutated(mutant::no_drain)) return;
        way w;
        w.location = l.location;
        tso_memory next = *this;
        if (l.kind == graph::event_kind::read && !next.read(p, l, w)) return;
        if (l.kind != graph::event_kind::fence) next.write(p, l, w);
        f(std::move(next), w);
    }

    // Calls f(memory, drained) if the oldest store of the thread can leave its buffer. It can
    // always: the paper's lock of the memory is held by nobody between two turns.
    template <class F>
    void drain(unsigned t, F&& f) const {
        if (buffers_[t].empty()) return;
        tso_memory next = *this;
        auto& buffer = next.buffers_[t];
        const auto from = mutated(mutant::newest_store_first) ? buffer.end() - 1 : buffer.begin();
        const entry e = *from;
        buffer.erase(from);
        cell& c = next.cells_[e.location];
        const drained d{e.location, e.name, c.name};
        c = {e.value, e.name};
        f(std::move(next), d);
    }
    // An execution has not ended as long as something is on its way.
    bool is_drained() const {
        for (const auto& b : buffers_)
            if (!b.empty()) return false;
        return true;
    }

    // Of memory: what is still in a buffer is nobody else's.
    std::uint64_t newest(location_id l) const { return cells_[l].value; }
    void tidy(const program_use&, thread_set) {}

    // Identical threads: each has its buffer, and nothing else here is of one of them.
    static constexpr bool keys_tell_all = true;
    void put_thread(unsigned t, byte_writer& out) const {
        out.number(buffers_[t].size());
        for (const entry& e : buffers_[t]) {
            out.number(e.location);
            out.number(e.value);
        }
    }
    void rearrange(const std::vector<unsigned>& from) {
        const auto before = buffers_;
        for (std::size_t t = 0; t < from.size(); ++t) buffers_[t] = before[from[t]];
    }

    // What is on its way is turned as well: it will be in memory some time.
    void rotate(const rotation& turn, const program_use&, unsigned steps) {
        cells_ = rotated(cells_, turn, steps);
        for (auto& buffer : buffers_)
            for (entry& e : buffer) {
                e.value = turn.value(e.location, e.value, steps);
                e.location = turn.location(e.location, steps);
            }
    }

    // Names are left out, and so is what nobody accesses.
    void encode(const program_use& use, byte_writer& out) const {
        for (std::size_t l = 0; l < cells_.size(); ++l)
            if (use.users[l] != 0) out.number(cells_[l].value);
        for (unsigned t = 0; t < buffers_.size(); ++t) put_thread(t, out);
    }
    // What nobody accesses has its initial value, which it has in the state that this begins from
    // (explorer::restored()).
    void decode(const program_use& use, byte_reader& in) {
        for (std::size_t l = 0; l < cells_.size(); ++l)
            if (use.users[l] != 0) cells_[l] = {in.number(), 0};
        for (auto& buffer : buffers_) {
            buffer.resize(in.number());
            for (entry& e : buffer) {
                e.location = static_cast<location_id>(in.number());
                e.value = in.number();
                e.name = 0;
            }
        }
    }

  private:
    // A store on its way to memory.
    struct entry {
        location_id location;
        std::uint64_t value;
        write_name name;
    };

    // What waits for an empty buffer: fences, and all read-modify-writes, which are locked
    // instructions; a compare-exchange that fails, too.
    static bool locked(const label& l) {
        return l.kind == graph::event_kind::fence ||
               (l.kind == graph::event_kind::read && l.op != graph::rmw_op::none);
    }

    // What the thread reads: its own newest store in the buffer, or the memory. False: it waits.
    bool read(const performer& p, const label& l, way& w) const {
        cell from = cells_[l.location];
        if (!mutated(mutant::no_forwarding))
            for (const entry& e : buffers_[p.thread])
                if (e.location == l.location) from = {e.value, e.name};
        if (waits_at(l, from.value)) return false;
        w.value = from.value;
        w.read = from.name;
        return true;
    }

    // The write of a locked instruction is performed at once: the buffer is empty then. So is a
    // write that only this thread can see, which may be in memory while older stores wait.
    void write(const performer& p, const label& l, way& w) {
        w.writes = wrote(l, w.value);
        if (!w.writes) return;
        cell& c = cells_[l.location];
        const bool at_once = l.kind == graph::event_kind::read || p.use.is_private(l.location) ||
                             mutated(mutant::flushed_early);
        w.written = l.kind == graph::event_kind::write ? l.value : graph::apply(l, w.value);
        if (at_once) {
            w.behind = c.name;
            w.newest = true;
            c = {w.written, p.name};
            return;
        }
        // A real buffer has room for a few dozen, and then the thread waits. To wait here would
        // hide what a larger one shows, so it is said instead.
        if (buffers_[p.thread].size() == store_buffer_max)
            throw state_too_large("a store buffer has more than " +
                                  std::to_string(store_buffer_max) + " stores");
        buffers_[p.thread].push_back({l.location, w.written, p.name});
    }

    std::vector<cell> cells_;
    std::vector<std::vector<entry>> buffers_;
};

}  // namespace ringsim::sim::states
