// The engine concept on Relacy Race Detector: words are rl::atomic, data is rl::var, and a thread
// that sleeps or waits for a lock is blocked in Relacy, so that Relacy itself reports a deadlock.
//
// Relacy's modification order of a word is the order of execution, so the newest value is the one
// written last; the engine keeps it beside the word, for properties and to tell stale reads.
// Included by translation units that run on Relacy, and by no other.
#pragma once

#include "sim/relacy_headers.hpp"
// Relacy's headers come first.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel_model/order.hpp"
#include "kernel_model/site.hpp"
#include "sim/engine.hpp"
#include "sim/site_contention.hpp"
#include "sim/trace.hpp"

namespace ringsim::sim {

// A value and the write that put it there, so that a load knows which write it reads from.
struct stamped_value {
    std::uint64_t value = 0;
    std::uint32_t write = 0;  // counted from 1 in an execution; 0 is what setup left
};
inline std::ostream& operator<<(std::ostream& s, stamped_value v) {
    return s << v.value;
}

class relacy_engine {
  public:
    static constexpr unsigned threads_max = 5;

    enum way : std::uint8_t { atomic_load, atomic_store, plain_load, plain_store, ways };
    struct last_access {
        site where;
        std::uint32_t clock;  // the thread's own in Relacy; 0 if there was none
    };

    // What every kind of location has: its place in the tables below, and its newest value.
    struct location {
        std::string_view name;
        std::uint16_t index = 0;
        std::uint64_t newest = 0;
        std::uint32_t newest_step = 0;
        std::uint32_t writes = 0;
        std::uint8_t used = 0;  // a bit for each way in which it was accessed
        std::array<std::array<last_access, threads_max>, ways> last;  // valid where `used` says

        location() {}
        location(const location&) = delete;
        location& operator=(const location&) = delete;
        virtual void make() = 0;  // Relacy's part of it, with the newest value as the first one

      protected:
        ~location() = default;
    };

    class word : public location {
        friend class relacy_engine;
        void make() final;
        // Empty unless it was defined: a ring has fewer words than the array that holds them.
        std::optional<rl::atomic<stamped_value>> atomic_;
    };

    class datum : public location {
        friend class relacy_engine;
        void make() final;
        std::optional<rl::var<std::uint64_t>> var_;
    };

    // A word that threads wait on: 1 is held (mutex) or pending (edge).
    class waitable : public word {
        friend class relacy_engine;
        std::uint8_t sleepers_ = 0;  // a bit for each thread
    };
    class mutex : public waitable {};
    class edge : public waitable {};

    // In setup only. The location stays where it is, and `name` with it, to the end of the
    // execution.
    void define(location& l, std::string_view name, std::uint64_t value = 0);

    std::uint64_t load(word& w, access_point at);
    void store(word& w, std::uint64_t value, access_point at);
    std::uint64_t exchange(word& w, std::uint64_t value, access_point at);
    // Writes `value` if the word holds `expected`; returns what it held.
    std::uint64_t compare_exchange(word& w, std::uint64_t expected, std::uint64_t value,
                                   access_point at);
    void fence(access_point at);
    void note_absent(site where) {
        if (!in_setup_) contention_.note_absent(where);
    }
    // One of so many ways to go on.
    std::uint64_t choose(unsigned ways, access_point at);

    std::uint64_t load(datum& d, access_point at);
    void store(datum& d, std::uint64_t value, access_point at);

    void lock(mutex& m, access_point at);
    bool try_lock(mutex& m, access_point at) { return compare_exchange(m, 0, 1, at) == 0; }
    void unlock(mutex& m, access_point at);
    void set(edge& e, access_point at);
    void take(edge& e, access_point at);
    bool take_or_time_out(edge& e, access_point at, access_point timer);

    // C++'s model knows no dependencies: what is stated is not looked at.
    static constexpr bool knows_dependencies() { return false; }
    template <class Location>
    std::uint64_t load(Location& l, access_point at, const graph::dependencies&) {
        return load(l, at);
    }
    template <class Location>
    void store(Location& l, std::uint64_t value, access_point at, const graph::dependencies&) {
        store(l, value, at);
    }
    std::uint64_t exchange(word& w, std::uint64_t value, access_point at,
                           const graph::dependencies&) {
        return exchange(w, value, at);
    }
    static constexpr unsigned last_read() { return 0; }
    void branch_on(const graph::read_set&) {}
    std::uint64_t spin_mark() { return steps_.size(); }
    void spin(std::uint64_t mark);

    std::uint64_t peek(const location& l) const { return l.newest; }
    unsigned thread() const { return static_cast<unsigned>(rl::ctx().threadx_->index_); }
    void fail(violation what, std::string_view text);

    // --- for the run -------------------------------------------------------------------------
    void begin_exploration();
    void begin_execution();
    void setup_is_over();

    struct finding {
        violation kind = violation::none;
        std::string what;
    };
    const finding& found() const { return found_; }
    // How the execution came to its end.
    enum class ending : std::uint8_t {
        midway,    // something was found while threads could still run, or all of them finished
        blocked,   // no thread can run
        spinning,  // a thread turns round for ever
    };
    // The execution so far. Threads that wait for ever get a last step that says so.
    trace make_trace(ending how) const;
    // Sites that accessed a location which another thread accessed too, one of the two writing.
    std::array<bool, site_count> contended() const { return contention_.contended(); }
    // Sites that a thread came to, whether or not an access is left there.
    std::array<bool, site_count> executed() const { return contention_.executed(); }

  private:
    struct step {
        std::uint8_t thread;
        step_kind kind;
        site where;
        order how;
        std::uint16_t location;
        std::uint64_t note, read, written;
        std::uint32_t reads_from, coherence, missed;
    };
    struct waiting {
        step_kind kind = step_kind::count_;  // asleep or stuck; count_ if it runs
        access_point at{site::count_, order::none};
        std::uint16_t location = 0;
    };
    struct spin_point {
        unsigned thread;
        std::size_t steps;
    };

    static constexpr std::uint16_t no_location = UINT16_MAX;

    step& record(step_kind kind, const location* l, access_point at);
    void record_in_setup(step_kind kind, const location* l, access_point at, std::uint64_t read,
                         std::uint64_t written);
    void write_in_setup(step_kind kind, location& l, std::uint64_t value, access_point at);
    std::uint32_t begin_write();
    void end_write(location& l, std::uint64_t value, std::uint32_t write, step& s);
    void note_read(const location& l, stamped_value v, step& s);
    void write(step_kind kind, word& w, std::uint64_t value, access_point at);
    std::uint64_t read_and_write(step_kind kind, word& w, std::uint64_t value, access_point at);
    void note_access(location& l, site where, way how);
    std::string race_at(const location& l, site where, way how) const;
    void wait_while(waitable& w, std::uint64_t value, step_kind kind, access_point at);
    void wait_and_exchange(waitable& w, std::uint64_t busy, std::uint64_t value, step_kind kind,
                           step_kind waiting, access_point at);
    void wake(waitable& w);
    std::size_t steps_before_spinning() const;
    trace_step shown(const step& s) const;

    bool in_setup_ = true;
    bool setup_recorded_ = false;
    std::vector<location*> locations_;
    site_contention contention_;
    std::vector<step> setup_steps_;
    std::vector<step> steps_;
    std::vector<std::uint32_t> step_of_write_;
    std::vector<spin_point> spins_;
    std::array<waiting, threads_max> waiting_{};
    finding found_;
};

static_assert(engine<relacy_engine>);

}  // namespace ringsim::sim
