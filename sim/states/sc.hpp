// Sequential consistency: one value a location, and each access happens at once (Lamport, "How to
// make a multiprocessor computer that correctly executes multiprocess programs", 1979). The least
// machine: what it does in a line, the others do in a page.
#pragma once

#include "sim/states/bytes.hpp"
#include "sim/states/memory.hpp"

namespace ringsim::sim::states {

class sc_memory {
  public:
    static constexpr std::string_view model = "sc";

    // Nothing is laid out: each location has its value.
    struct layout {};
    void begin(const std::vector<graph::location_info>& locations, const program_use&, unsigned,
               layout&) {
        cells_.clear();
        for (const auto& l : locations) cells_.push_back({l.initial, 0});
    }

    // Whether an access concerns nobody else: in which order it comes does not matter. Such
    // accesses are performed at once, as part of the turn before (explorer::settle()).
    static bool is_local(const program_use& use, unsigned, const label& l) {
        return l.kind == graph::event_kind::fence || use.is_private(l.location);
    }

    // Calls f(memory, way) for each way to perform an access: one, or none for an await that waits.
    template <class F>
    void perform(const performer& p, const label& l, F&& f) const {
        way w;
        w.location = l.location;
        sc_memory next = *this;
        if (l.kind != graph::event_kind::fence && !next.cells_[l.location].perform(p, l, w)) return;
        f(std::move(next), w);
    }
    // There is nothing on its way.
    template <class F>
    void drain(unsigned, F&&) const {}
    bool is_drained() const { return true; }

    std::uint64_t newest(location_id l) const { return cells_[l].value; }
    // Nothing is kept that could lose its effect.
    void tidy(const program_use&, thread_set) {}

    // Identical threads: nothing here is of one of them.
    static constexpr bool keys_tell_all = true;
    void put_thread(unsigned, byte_writer&) const {}
    void rearrange(const std::vector<unsigned>&) {}

    void rotate(const rotation& turn, const program_use&, unsigned steps) {
        cells_ = rotated(cells_, turn, steps);
    }

    // What nobody accesses keeps its initial value.
    void encode(const program_use& use, byte_writer& out) const {
        for (std::size_t l = 0; l < cells_.size(); ++l)
            if (use.users[l] != 0) out.number(cells_[l].value);
    }
    void decode(const program_use& use, byte_reader& in) {
        for (std::size_t l = 0; l < cells_.size(); ++l)
            if (use.users[l] != 0) cells_[l] = {in.number(), 0};
    }

  private:
    std::vector<cell> cells_;
};

}  // namespace ringsim::sim::states
