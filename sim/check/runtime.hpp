// A C or C++ program under check, as a program of the graph engine.
//
// The user's code is compiled with -fsanitize=thread, and every access of it arrives here. A load
// of shared memory is answered by the graph, and its value put into memory before the program's own
// instruction loads it; a store is reported before it happens, and is taken from memory at the next
// entry of the same thread. So what memory holds between two entries never matters, and threads can
// be started over one by one.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/check/hooks.hpp"
#include "sim/check/memory.hpp"
#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::sim::check {

inline constexpr std::size_t heap_bytes = std::size_t{256} << 20;
inline constexpr std::size_t range_bytes_max = 1024;  // of one access to shared memory

// What a location is, for messages and traces.
enum class location_kind : std::uint8_t {
    memory,
    lock,
    condition,  // a condition variable's set of waiting threads
    wakeup,     // what one thread waits for in a condition variable
    barrier,
    semaphore,
    once,
    thread_start,
    thread_end,
    internal,
};
struct location_of {
    location_kind kind = location_kind::memory;
    const void* address = nullptr;
    unsigned size = 8;
    unsigned thread = 0;
};

// Why nothing more can be said about the program: one line for the user.
struct refusal {
    int status = 0;
    std::string what;
    const void* pc = nullptr;  // where in the program, or nullptr
};

// A loaded program.
struct image {
    int (*main)(int, char**) = nullptr;
    char* base = nullptr;  // of the shared object: what addresses in its debug information add to
    std::vector<std::pair<char*, std::size_t>> writable;
    const char* code_begin = nullptr;
    const char* code_end = nullptr;
    char* tls = nullptr;  // this thread's block of the program's thread-local data, or nullptr
    std::size_t tls_bytes = 0;
};

struct check_limits {
    std::uint64_t loop_bound = 0;      // rounds of one loop in one thread; 0: no bound
    bool exit_status_counts = true;    // a program that ends with a status other than 0 has failed
    bool races_count = true;           // a data race is a violation, under every model
    bool volatile_is_relaxed = false;  // a volatile access is made once, and races with none
};

using thread_function = void* (*)(void*);

class runtime final : public graph::program {
  public:
    runtime(graph::model_id m, const image& what, const check_limits& limits);
    ~runtime() override;
    runtime(const runtime&) = delete;
    runtime& operator=(const runtime&) = delete;

    // Explores until the answer no longer depends on what was found out about the program.
    graph::exploration_report explore(const graph::exploration_limits& limits,
                                      graph::observer& watcher);

    const refusal& refused() const { return refused_; }
    bool bound_reached() const { return bound_reached_; }
    bool assumption_failed() const { return assumption_failed_; }
    const std::vector<graph::location_info>& locations() const { return locations_; }
    const std::vector<location_of>& locations_of() const { return details_; }
    unsigned threads_seen() const { return static_cast<unsigned>(children_.size()) + 1; }
    // The function in which a thread began, by the thread's number; the last one seen.
    const void* start_of(unsigned thread) const { return started_with_[thread]; }

    // --- graph::program ---------------------------------------------------------------------
    unsigned thread_count() const override { return threads_max; }
    void attach(graph::executor& e) override { executor_ = &e; }
    void run_thread(unsigned thread) override;
    void will_run(unsigned thread) override;
    bool judges_by_state() const override { return false; }
    bool goes_on_after_races() const override { return !limits_.races_count; }
    bool races_by_source() const override { return model_ != graph::model_id::rc11; }
    order source_order(const graph::label& l, std::uint64_t value) const override;
    std::optional<graph::verdict_of_program> judge(graph::hang how) override;

    // Called first at each entry that may read: ends a round of a loop that found nothing to do.
    void visit();

    // --- accesses of the program; `pc` is where they return to --------------------------------
    void plain_load(char* address, std::size_t size, const void* pc);
    void plain_store(char* address, std::size_t size, const void* pc);
    void volatile_load(char* address, std::size_t size, const void* pc);
    void volatile_store(char* address, std::size_t size, const void* pc);
    // An access that the compiler did not report, in front of its instruction: see hooks.hpp.
    void unreported(const see_code& code, const see_frame& at, char* address,
                    std::uint64_t operand);
    // Whether the compiler reported the access a moment ago.
    bool reported_load(const char* address, std::size_t size) const;
    // The store that was reported last does not happen by itself.
    void forget_reported_store(const char* address, std::size_t size);
    // As plain_store(), with the value at hand: it is in memory when this returns.
    void store_now(char* address, unsigned size, std::uint64_t value, const void* pc);
    std::uint64_t atomic_load(char* address, unsigned size, order o, const void* pc);
    void atomic_store(char* address, unsigned size, std::uint64_t v, order o, const void* pc);
    std::uint64_t atomic_rmw(char* address, unsigned size, graph::rmw_op op, std::uint64_t v,
                             order o, const void* pc);
    std::uint64_t compare_exchange(char* address, unsigned size, std::uint64_t expected,
                                   std::uint64_t v, order success, order failure, const void* pc);
    void fence(order o, const void* pc);
    // Performs the store that was reported and has happened by now.
    void flush() {
        if (pending_.size != 0) flush_pending();
    }

    // --- what stands behind library functions -----------------------------------------------
    // A location that belongs to `address` in a way of its own; `initial` is 0.
    graph::location_id word_of(const void* address, location_kind kind, unsigned index = 0);
    // `failing`: the order of a compare-exchange that does not write.
    std::uint64_t perform(access kind, graph::label l, order o, const void* pc,
                          std::optional<order> failing = std::nullopt);
    graph::label label_for(graph::event_kind kind, step_kind shown, graph::location_id l) const;
    // Waits until the word is `expected` (or is not, if `other`) and makes it `op` of `v`.
    std::uint64_t await(graph::location_id l, std::uint64_t expected, bool other, graph::rmw_op op,
                        std::uint64_t v, step_kind shown, order o, const void* pc);

    // The number of the new thread, plus one, is stored at `id` before it begins.
    void create_thread(thread_function f, void* argument, std::uint64_t* id, const void* pc);
    void* join_thread(unsigned thread, const void* pc);
    [[noreturn]] void exit_thread(void* result);
    unsigned thread() const { return current_; }

    // Locks, by the address of the program's object.
    void set_recursive(const void* m, bool recursive);
    void lock(const void* m, const void* pc);
    bool try_lock(const void* m, const void* pc);
    void unlock(const void* m, const void* pc);
    void lock_shared(const void* m, const void* pc);
    void unlock_either(const void* m, const void* pc);
    // Condition variables: whoever waits is woken by name, never without being woken.
    void wait(const void* c, const void* m, const void* pc);
    void wake_one(const void* c, const void* pc);
    void wake_all(const void* c, const void* pc);
    // A barrier of `n` threads. True for one of them.
    bool meet(const void* b, unsigned n, const void* pc);
    void set_semaphore(const void* s, std::uint64_t n, const void* pc);
    void take_semaphore(const void* s, const void* pc);
    void give_semaphore(const void* s, const void* pc);
    // Whether the caller is the one to do it, and then to call end_once().
    bool begin_once(const void* o, const void* pc);
    void end_once(const void* o, bool done, const void* pc);
    void once(const void* o, void (*f)(), const void* pc);
    // Values that each thread has for itself.
    unsigned new_key() { return ++threads_[thread()].keys * threads_max + thread(); }
    void*& own_value(unsigned key) { return threads_[thread()].values[key]; }

    void* allocate(std::size_t bytes, std::size_t alignment, const void* pc);
    void release(void* address, const void* pc);
    std::size_t size_of(const void* address) const;

    // The execution does not count: the program assumes what is not so.
    [[noreturn]] void assume_failed();
    // The program ends, with this status.
    [[noreturn]] void end_program(int status, const void* pc);
    // One of `ways` values.
    std::uint64_t choose(std::uint64_t ways, const void* pc);
    // A violation. Does not return.
    [[noreturn]] void fail(std::string what, const void* pc);
    // Nothing can be said about this program: a line for the user, and an exit status.
    [[noreturn]] void refuse(int status, std::string what, const void* pc);

    // Whether `pc` is in the program's own code, and where.
    bool in_program(const void* pc) const {
        return pc >= image_.code_begin && pc < image_.code_end;
    }
    std::uint64_t offset_of(const void* address) const {
        return static_cast<std::uint64_t>(static_cast<const char*>(address) - image_.base);
    }
    // How a trace calls an address that is not a variable's: of the heap or of a stack.
    struct memory_place {
        enum { elsewhere, variable, heap, stack } kind = elsewhere;
        unsigned number = 0;              // of the allocation, or the thread
        std::uint64_t offset = 0;         // in the allocation, or from the top of the stack
        const void* allocated = nullptr;  // where in the program
    };
    memory_place place_of(const void* address) const;
    // How a place in the program is noted in events.
    std::uint32_t note_of(const void* pc) const {
        return static_cast<std::uint32_t>(offset_of(pc));
    }

    // Whether the program is being explored, and not being loaded.
    bool running() const { return executor_ != nullptr; }

  private:
    struct object {
        char* address;
        std::size_t bytes;
        const void* pc;                // where it was allocated
        std::uint32_t freed_by = 0;    // threads that freed it in their present run
        std::uint32_t ever_freed = 0;  // threads that freed it in some execution
    };
    // A place in the program that a thread came by since it last changed anything.
    struct place_visited {
        const void* pc;
        const char* stack;
        std::uint64_t position;  // in its events
        bool loops;              // then also:
        std::array<std::uint64_t, 6> saved;
        std::vector<char> copy;  // of the stack
    };
    struct thread_state {
        std::vector<place_visited> places;
        std::size_t places_used = 0;
        std::map<const void*, std::uint64_t> rounds;  // if there is a bound
        unsigned created = 0;
        unsigned allocated = 0;
        std::vector<std::pair<region*, char*>> own;  // granules that nobody else touched
        std::vector<std::uint32_t> freed;
        std::vector<std::pair<const void*, unsigned>> held;  // locks, and how often
        std::vector<const void*> read_held;
        unsigned keys = 0;
        std::map<unsigned, void*> values;
        std::string failed;
        std::vector<char> tls;
        void* way_out[5] = {};
        void* result = nullptr;
    };
    struct task {
        thread_function f;
        void* argument;
    };
    struct pending_store {
        char* address = nullptr;
        std::size_t size = 0;
        const void* pc = nullptr;
        order how = order::plain;
    };

    graph::mode mode_of(access kind, order o) const {
        return lowered_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(o)].how;
    }
    [[noreturn]] void start_again();
    [[noreturn]] void drop_execution();
    void begin_exploration();
    region* region_of(const void* address);
    // What nearly every access finds: memory that is shared, and a location as large as the access.
    bool known_location(const char* address, std::size_t size, graph::location_id& l);
    void perform_load(graph::location_id l, char* to, std::size_t size, order o, const void* pc);
    void report_load(const char* address, std::size_t size);
    void report_store();
    void seen_access(const see_code& code, char* address, const void* pc);
    void seen_locked(const see_code& code, const see_frame& at, char* address,
                     std::uint64_t operand);
    void seen_string(const see_code& code, const see_frame& at);
    void seen_load(char* address, std::size_t size, order o, const void* pc);
    void seen_store(char* address, std::size_t size, order o, const void* pc);
    void share(granule& g, const region& r);
    // The granule of `address` if accesses to it are events; nullptr if they are not.
    granule* shared_granule(region& r, char* address);
    bool own_stack(const region& r) const;
    // Makes an access to `size` bytes a part of its own.
    void divide(granule& g, const char* address, unsigned size);
    // Calls `f` with each location of the access, in the order of addresses.
    template <class F>
    void each_piece(char* address, std::size_t size, F&& f);
    graph::location_id location_at(const region& r, const piece& p);
    bool atomic_location(char* address, unsigned size, const void* pc, graph::location_id& l);
    void flush_pending();
    void load_pieces(char* address, std::size_t size, order o, const void* pc);
    bool has_shared(char* address, std::size_t size, const void* pc);
    void prepare_part(graph::location_id l, char* address, std::size_t size);
    std::uint64_t change(const void* address, location_kind kind, unsigned index, graph::rmw_op op,
                         std::uint64_t v, order o, const void* pc);
    void wake(const void* c, unsigned t, const void* pc);
    void perform_store(graph::location_id l, std::uint64_t value, order o, const void* pc);
    void check_freed(const void* address, const void* pc);
    // Whether another thread frees the object of `address` in some execution.
    bool freed_by_others(const void* address) const;
    void check_source(const void* pc);
    void count_round(thread_state& me, const void* pc);
    void restore_own(unsigned thread);
    void finish_thread(unsigned thread);
    void end_main(int status);
    std::uint32_t object_number(const void* address) const;
    void open_heap();
    void close_heap();
    void add_object(char* address, std::size_t bytes, const void* pc);

    graph::executor* executor_ = nullptr;
    unsigned current_ = 0;  // the running thread
    graph::model_id model_;
    image image_;
    check_limits limits_;
    graph::lowering lowered_[4][order_count];
    std::vector<graph::location_info> locations_;
    std::vector<location_of> details_;
    std::vector<granule*> numbered_;
    std::map<std::tuple<const void*, location_kind, unsigned>, graph::location_id> words_;

    std::array<region, 4> data_;
    std::size_t data_regions_ = 0;
    region heap_;
    std::array<region, threads_max> stacks_;
    std::array<bool, threads_max> stack_shared_{};  // other threads look into it

    pending_store pending_;
    std::array<thread_state, threads_max> threads_;
    std::map<std::pair<unsigned, unsigned>, unsigned> children_;  // (creator, nth) -> thread
    std::vector<task> tasks_;
    std::vector<void*> results_;
    std::array<const void*, threads_max> started_with_{};

    char* heap_next_ = nullptr;  // where the next object goes
    std::map<std::tuple<unsigned, unsigned, std::size_t>, std::uint32_t> allocations_;
    std::vector<object> objects_;
    std::vector<std::uint32_t> object_at_;  // by 16 bytes of the heap: 1 + object, or 0

    std::set<const void*> recursive_;
    std::set<const void*> loops_;  // places that a thread came back to having changed nothing
    unsigned tls_owner_ = 0;
    std::vector<char> tls_initial_;
    refusal refused_;
    bool bound_reached_ = false;
    bool assumption_failed_ = false;
    // Of compare-exchanges, by where they are and their order of success.
    std::map<std::pair<std::uint32_t, order>, order> failure_orders_;
    bool anything_freed_ = false;  // in any execution
    bool touched_freed_ = false;   // by the last access
};

// Memory for what is allocated before there is a runtime: by constructors of static objects.
void* allocate_early(std::size_t bytes, std::size_t alignment);

// Whether an event is a part of free().
bool frees(const graph::label& l);

// The program that is explored in this process, or nullptr.
extern runtime* active;

// For the program, or for constructors of its static objects.
inline void* allocate(std::size_t bytes, std::size_t alignment, const void* pc) {
    return active ? active->allocate(bytes, alignment, pc) : allocate_early(bytes, alignment);
}
inline void release(void* address, const void* pc) {
    if (active) active->release(address, pc);
}

}  // namespace ringsim::sim::check
