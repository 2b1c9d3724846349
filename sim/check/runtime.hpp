// A C or C++ program under check, as a program of the graph engine.
//
// The user's code is compiled with -fsanitize=thread, and every access of it arrives here. A load
// of shared memory is answered by the graph, and its value put into memory before the program's own
// instruction loads it; a store is reported before it happens, and is taken from memory at the next
// entry of the same thread. So what memory holds between two entries never matters, and threads can
// be started over one by one.
#pragma once

#include <pthread.h>

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/check/driver.hpp"
#include "sim/check/early.hpp"
#include "sim/check/entry.hpp"
#include "sim/check/hooks.hpp"
#include "sim/check/image.hpp"
#include "sim/check/locations.hpp"
#include "sim/check/meeting.hpp"
#include "sim/check/memory.hpp"
#include "sim/check/retrying.hpp"
#include "sim/check/scopes.hpp"
#include "sim/check/thread_state.hpp"
#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"
#include "sim/graph/search.hpp"
#include "sim/graph/walk_policy.hpp"

namespace ringsim::sim::check {

inline constexpr std::size_t heap_bytes = std::size_t{256} << 20;
inline constexpr std::size_t range_bytes_max = 1024;  // of one access to shared memory

enum class mutex_kind : std::uint8_t { normal, recursive, error_checking };

inline constexpr std::uint64_t no_time = ~std::uint64_t{0};
// How often the time of one wait is up in one thread; after that it is not, so that a loop that
// tries again for ever has an end.
inline constexpr unsigned timeouts_max = 2;

class runtime final : public graph::program {
  public:
    // Without a driver the program runs by itself, from its main().
    runtime(graph::model_id m, const graph::mapping& how, const image& what,
            const check_limits& limits, driver* d = nullptr);
    ~runtime() override;
    runtime(const runtime&) = delete;
    runtime& operator=(const runtime&) = delete;

    // Explores until the answer no longer depends on what was found out about the program.
    // `policy` makes one of a search that does not visit every execution.
    using policy_maker = std::function<std::unique_ptr<graph::walk_policy>()>;
    graph::exploration_report explore(const graph::exploration_limits& limits,
                                      graph::observer& watcher, const policy_maker& policy = {});
    // Performs executions one at a time as the policy picks them, of a program that has been
    // explored: its locations keep their numbers. program_error: something more was found out about
    // the program, and it is to be explored again.
    graph::exploration_report search(graph::walk_policy& policy, graph::observer& watcher);

    const refusal& refused() const { return refused_; }
    // The first of the lines with orders of their own at which no access came that can have it.
    std::optional<unsigned> order_without_access() const;
    // Those of the lines with orders of their own at which one came.
    const std::set<unsigned>& orders_used() const { return orders_used_; }
    bool bound_reached() const { return !bound_places_.empty(); }
    // Accesses in loops that went on behind the bound.
    const std::set<const void*>& bound_places() const { return bound_places_; }
    bool assumption_failed() const { return assumption_failed_; }
    // Whether a wait was not tried with more than timeouts_max timeouts.
    bool timeouts_bounded() const { return timeouts_bounded_; }
    const std::vector<graph::location_info>& locations() const { return locations_; }
    const std::vector<location_of>& locations_of() const { return details_; }
    // Functions of which it is not known where their blocks end, and a place in each.
    const std::map<std::uint64_t, const void*>& unfollowed_blocks() const {
        return unfollowed_blocks_;
    }
    unsigned threads_seen() const { return static_cast<unsigned>(children_.size()) + 1; }
    // The function in which a thread began, by the thread's number; the last one seen.
    const void* start_of(unsigned thread) const { return started_with_[thread]; }

    // --- graph::program ---------------------------------------------------------------------
    unsigned thread_count() const override { return driver_ ? driver_->threads() : threads_max; }
    void attach(graph::executor& e) override { executor_ = &e; }
    void run_thread(unsigned thread) override;
    void will_run(unsigned thread) override;
    bool judges_by_state(graph::hang how) const override {
        return driver_ || (how != graph::hang::none && ends_otherwise_);
    }
    bool goes_on_after_races() const override { return !limits_.races_count; }
    bool races_by_source() const override {
        return model_ != graph::model_id::rc11 && !limits_.kernel_code;
    }
    order source_order(const graph::label& l, std::uint64_t value) const override;
    std::optional<graph::verdict_of_program> judge(graph::hang how) override;

    // Called first at each entry that may read: ends a round of a loop that found nothing to do.
    void visit();

    // --- accesses of the program ---------------------------------------------------------------
    void plain_load(char* address, std::size_t size);
    void plain_store(char* address, std::size_t size);
    // As plain_store(), by a library: no instruction of the program makes it.
    void library_store(char* address, std::size_t size);
    // As plain_load(), of a value that the program computes with: sim/check/unwritten.cpp.
    void value_load(char* address, std::size_t size);
    void volatile_load(char* address, std::size_t size);
    void volatile_store(char* address, std::size_t size);
    // A function's frame ends, or begins: sim/check/frames.cpp.
    void frame_ends(const char* top);
    void frame_begins(const char* bottom);
    // It comes by, and may have entered or left blocks: sim/check/frames.cpp.
    void scope_reached(const see_frame& at, char* frame);
    // The program has no variable below its stack pointer.
    void check_frame(const volatile void* address) {
        const void* const at = const_cast<const void*>(address);
        if (at < here.stack && stacks_[current_].has(at)) fail_frame();
    }
    // An access that the compiler did not report, in front of its instruction: see hooks.hpp.
    void unreported(const see_code& code, const see_frame& at, char* address,
                    std::uint64_t operand);
    // Whether the compiler reported the access a moment ago.
    bool reported_load(const char* address, std::size_t size) const;
    // The store that was reported last does not happen by itself.
    void forget_reported_store(const char* address, std::size_t size);
    // As plain_store(), with the value at hand: it is in memory when this returns.
    void store_now(char* address, unsigned size, std::uint64_t value);
    std::uint64_t atomic_load(char* address, unsigned size, order o);
    void atomic_store(char* address, unsigned size, std::uint64_t v, order o);
    std::uint64_t atomic_rmw(char* address, unsigned size, graph::rmw_op op, std::uint64_t v,
                             order o);
    std::uint64_t compare_exchange(char* address, unsigned size, std::uint64_t expected,
                                   std::uint64_t v, order success, order failure);
    void fence(order o, language by = language::cxx);

    // --- the kernel's primitives: sim/check/kernel.cpp ---------------------------------------
    std::uint64_t kernel_load(char* address, unsigned size, order o);
    void kernel_store(char* address, unsigned size, std::uint64_t v, order o);
    std::uint64_t kernel_rmw(char* address, unsigned size, graph::rmw_op op, std::uint64_t v,
                             order o);
    std::uint64_t kernel_compare_exchange(char* address, unsigned size, std::uint64_t expected,
                                          std::uint64_t v, order success, order failure);
    void kernel_lock(const void* m);
    bool kernel_try_lock(const void* m);
    void kernel_unlock(const void* m);
    // A pending bit: set it; sleep until it is set, and take it.
    void set_edge(const void* e);
    void take_edge(const void* e);
    // Plain accesses of the thread that are meant to race count as relaxed ones: while the sum of
    // these is not 0, or for so many accesses.
    void mean_races(int more) { threads_[thread()].means_races += more; }
    void mean_races_next(unsigned accesses) { threads_[thread()].means_races_next = accesses; }
    // A round of a loop that found nothing to do, although it may have written its thread's own
    // memory.
    std::uint64_t spin_mark();
    void spin(std::uint64_t mark);
    // What memory holds when no thread can go on.
    std::uint64_t newest(const void* address, unsigned size);
    bool edge_pending(const void* e);
    // Performs the store that was reported and has happened by now.
    void flush() {
        if (suspect_.size != 0) fail_suspect();
        if (pending_.size != 0) flush_pending();
    }

    // --- what stands behind library functions -----------------------------------------------
    // A location that belongs to `address` in a way of its own.
    graph::location_id word_of(const void* address, location_kind kind, unsigned index = 0,
                               std::uint64_t initial = 0);
    // `failing`: the order of a compare-exchange that does not write.
    std::uint64_t perform(access kind, graph::label l, order o,
                          std::optional<order> failing = std::nullopt, language by = language::cxx);
    graph::label label_for(graph::event_kind kind, step_kind shown, graph::location_id l) const;
    // Waits until the word is `expected` (or is not, if `other`) and makes it `op` of `v`.
    std::uint64_t await(graph::location_id l, std::uint64_t expected, bool other, graph::rmw_op op,
                        std::uint64_t v, step_kind shown, order o, bool timed = false);

    // The number of the new thread, plus one, is stored at `id` before it begins.
    void create_thread(thread_function f, void* argument, std::uint64_t* id);
    void* join_thread(unsigned thread);
    // Nobody will join it. Threads are joined and detached once.
    void detach_thread(unsigned thread);
    [[noreturn]] void exit_thread(void* result);
    unsigned thread() const { return current_; }

    // --- objects that are made and destroyed by calls -------------------------------------------
    // `what` is how a message calls the object.
    void initialise(const void* object, const char* what);
    void destroy(const void* object, const char* what);
    // Called at each use: fails if it has been destroyed.
    void use(const void* object, const char* what);

    // --- locks, by the address of the program's object ------------------------------------------
    // What kind of mutex is at `m`, as glibc lays it out: it may have been initialised by value.
    mutex_kind kind_of_mutex(const void* m);
    // False for a mutex that reports errors, if the thread has it already.
    bool lock(const void* m, mutex_kind kind);
    bool try_lock(const void* m, mutex_kind kind);
    // As try_lock(), where waiting is possible and the time may be up before.
    bool lock_until(const void* m, mutex_kind kind, std::uint64_t until);
    // False for a mutex that reports errors, if the thread does not have it.
    bool unlock(const void* m, mutex_kind kind);
    void lock_shared(const void* m);
    bool try_lock_shared(const void* m);
    bool lock_shared_until(const void* m, std::uint64_t until);
    void unlock_either(const void* m);
    void destroy_lock(const void* m, const char* what);

    // --- threads that wait to be woken, by an address -------------------------------------------
    // Condition variables: whoever waits is woken by name, never without being woken. Until time
    // `until` if it is not `no_time`; false if the time was up.
    bool wait(const void* c, const void* m, std::uint64_t until);
    void wake_one(const void* c);
    void wake_all(const void* c);
    void destroy_condition(const void* c);
    // Futexes and their like: enter_wait(), a look at the value, then leave_wait() or block().
    void enter_wait(const void* at);
    // False if somebody has woken the thread already.
    bool leave_wait(const void* at);
    // False if the time was up.
    bool block(const void* at, std::uint64_t until);
    // Returns how many were woken.
    unsigned notify(const void* at, std::uint64_t most);
    // A barrier of `n` threads: sim/check/meeting.cpp. True for one of them; `heeds`: if it looks.
    bool meet(const void* b, unsigned n, bool heeds);
    bool barriers_at_once() const { return meetings_.used(); }
    // Whether rounds of loops were left out, as rounds of waiting.
    bool retries_waited() const { return retries_.used; }
    void set_semaphore(const void* s, std::uint64_t n);
    void take_semaphore(const void* s);
    bool try_take_semaphore(const void* s);
    bool take_semaphore_until(const void* s, std::uint64_t until);
    void give_semaphore(const void* s);
    std::uint64_t semaphore_value(const void* s);
    // Whether the caller is the one to do it, and then to call end_once().
    bool begin_once(const void* o);
    void end_once(const void* o, bool done);
    void once(const void* o, void (*f)());
    // Values that each thread has for itself.
    unsigned new_key(void (*destructor)(void*));
    void*& own_value(unsigned key) { return threads_[thread()].values[key]; }

    // --- time, which passes for each thread alone and only when it waits ------------------------
    // Nanoseconds since the thread's program began. The thread is seen to look.
    std::uint64_t read_clock();
    void sleep(std::uint64_t nanoseconds);

    // --- what is to happen at ends ---------------------------------------------------------------
    void at_thread_exit(ending e) { threads_[thread()].thread_endings.push_back(e); }
    // After all that is due already, and will be.
    void last_at_thread_exit(ending e) {
        auto& due = threads_[thread()].thread_endings;
        due.insert(due.begin(), e);
    }
    void at_exit(ending e) { threads_[thread()].endings.push_back(e); }
    // The process ends without them.
    void forget_endings() { threads_[0].forgets_endings = true; }
    void throws_here() { threads_[thread()].thrown_at = here.pc; }
    // std::terminate(), for the reason that is at hand.
    [[noreturn]] void terminate();

    // Claims the word at `address` for the thread; false if others have touched it.
    bool is_own(char* address);
    // `zeroed`: by calloc().
    void* allocate(std::size_t bytes, std::size_t alignment, bool zeroed = false);
    // What stands at `address` was written by code that is not seen.
    void written_by_library(const void* address);
    void release(void* address);
    std::size_t size_of(const void* address) const;
    // The execution does not count: the program assumes what is not so.
    [[noreturn]] void assume_failed();
    // The program ends, with this status.
    [[noreturn]] void end_program(int status);
    // One of `ways` values.
    std::uint64_t choose(std::uint64_t ways);
    // Whether what stands here fails, or wakes, without a reason this time.
    bool spurious();
    // A violation. Does not return.
    [[noreturn]] void fail(std::string what);
    [[noreturn]] void fail_as(violation kind, std::string_view what);
    // Nothing can be said about this program: a line for the user, and an exit status.
    [[noreturn]] void refuse(int status, std::string what);
    // Whether `pc` is in the program's own code, and where.
    bool in_program(const void* pc) const {
        return pc >= image_.code_begin && pc < image_.code_end;
    }
    bool in_own_code(const void* pc) const { return pc >= image_.own_begin && pc < image_.own_end; }
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
        const void* pc;  // where it was allocated
        bool zeroed;
        unsigned by = 0;               // 1 + the thread that allocated it; 0: before main()
        bool handed_over = false;      // another thread found in it what nobody had written
        std::uint32_t freed_by = 0;    // threads that freed it in their present run
        std::uint32_t ever_freed = 0;  // threads that freed it in some execution
    };
    struct pending_store {
        char* address = nullptr;
        std::size_t size = 0;
        const void* pc = nullptr;
        order how = order::plain;
    };

    const graph::lowering& lowered(access kind, order o, language by) const {
        return lowered_[static_cast<std::size_t>(by)][static_cast<std::size_t>(kind)]
                       [static_cast<std::size_t>(o)];
    }
    graph::mode mode_of(access kind, order o, language by = language::cxx) const {
        return lowered(kind, o, by).how;
    }
    // The order of an access: the source's, or what stands in its place.
    order order_of(access kind, order o);
    // Something was found out about the program which makes this exploration worthless: it is given
    // up, and explore() begins another one. What was found out must have been noted before, or
    // there is no end.
    [[noreturn]] void start_again();
    // This execution does not count; the exploration goes on.
    [[noreturn]] void drop_execution();
    void begin_exploration();
    template <class F>
    graph::exploration_report guarded(F&& explore_once);
    region* region_of(const void* address);
    // What nearly every access finds: memory that is shared, and a location as large as the access.
    bool known_location(const char* address, std::size_t size, graph::location_id& l);
    void perform_load(graph::location_id l, char* to, std::size_t size, order o);
    void report_load(const char* address, std::size_t size);
    void report_store();
    bool is_thread_local(std::uint64_t address) const { return image_.has_thread_local(address); }
    [[noreturn]] void refuse_thread_local();
    // Whether nobody else has looked at it.
    bool on_own_stack(char* address, unsigned size);
    void seen_access(const see_code& code, char* address);
    void seen_locked(const see_code& code, const see_frame& at, char* address,
                     std::uint64_t operand);
    void seen_string(const see_code& code, const see_frame& at);
    void seen_load(char* address, std::size_t size, order o);
    void seen_store(char* address, std::size_t size, order o);
    // Accesses to the granule are events from now on. The caller begins again, unless no access
    // came before.
    void share(granule& g, const region& r, const char* address);
    // Whether other threads look into its stack.
    bool stack_shared(unsigned thread) const { return !shared_on_stack_[thread].empty(); }
    // The granule of `address` if accesses to it are events; nullptr if they are not.
    granule* shared_granule(region& r, char* address);
    bool own_stack(const region& r) const;
    // Makes an access to `size` bytes a part of its own.
    void divide(granule& g, const char* address, unsigned size);
    // Calls `f` with each location of the access, in the order of addresses.
    template <class F>
    void each_piece(char* address, std::size_t size, F&& f);
    // The number of a location, which it gets if it has none. May refuse.
    graph::location_id location_at(const region& r, const piece& p);
    // Gives a new location its number. Refuses if there is none left.
    graph::location_id declare(graph::location_info info, location_of details);
    // 1 + the thread whose stack it is; 0 if it is none.
    unsigned stack_of(const region& r) const;
    graph::location_id edge_of(const void* e);
    // Of a plain access of the running thread: relaxed where it is meant to race.
    order plain_order();
    // The location of an atomic access. False if its memory is not watched. May refuse.
    bool atomic_location(char* address, unsigned size, graph::location_id& l);
    void flush_pending();
    void load_pieces(char* address, std::size_t size, order o);
    bool has_shared(char* address, std::size_t size);
    void prepare_part(graph::location_id l, char* address, std::size_t size);
    std::uint64_t change(const void* address, location_kind kind, unsigned index, graph::rmw_op op,
                         std::uint64_t v, order o);
    void wake(const void* c, unsigned t);
    // Wakes one of `among` that waits, and returns it; 0 if none does.
    std::uint64_t wake_any(const void* c, std::uint64_t among);
    unsigned wake_everybody(const void* c);
    void perform_store(graph::location_id l, std::uint64_t value, order o);
    // Fails if the address is in no object of the heap, or in one that this thread has freed.
    void check_freed(const void* address);
    bool begins_unwritten(const void* address) const;
    std::uint64_t unwritten_value(unsigned size) const;
    bool reads_unwritten(graph::location_id l, std::uint64_t value) const;
    // The thread writes memory, some of which is its own.
    void note_written(char* address, std::size_t size);
    std::size_t own_unwritten(char* address, std::size_t size);
    void forget_unwritten(const char* address, std::size_t size);
    [[noreturn]] void fail_unwritten();
    [[noreturn]] void fail_frame();
    bool ends_with_detached() const;
    void scope_of_granule(const function_scopes& in, const char* base, char* address);
    void use_own_stack(graph::location_id l);
    void read_scopes();
    [[noreturn]] void fail_suspect();
    // An access to the program's data is to some variable of it.
    void check_bounds(const char* address, std::size_t size);
    // Whether another thread frees the object of `address` in some execution.
    bool freed_by_others(const void* address) const;
    // Fails if the access that was just performed met what has ended.
    void check_source(const void* address);
    void swap_exceptions(unsigned thread);
    void touch(const void* object, unsigned size);
    std::pair<const void*, unsigned>* held_lock(const void* m);
    std::uint64_t compare_exchange_word(const void* address, location_kind kind,
                                        std::uint64_t expected, std::uint64_t v, step_kind shown);
    // Whether the time of this wait may be up once more.
    bool may_time_out();
    // Time goes on until then. False.
    bool passes(std::uint64_t until);
    // Ends the execution at the loop bound, if there is one.
    void count_round(thread_state& me);
    // Rounds that left nothing behind: sim/check/retrying.cpp.
    void try_without_round(const place_visited& before);
    void try_next();
    void go_on_trying();
    void forget_dead_stack(bool all);
    void note_own_state(std::string& to) const;
    bool leaves_nothing(const graph::event& e) const;
    bool is_promising(std::uint64_t until) const;
    std::optional<std::uint64_t> next_promising() const;
    void note_write(graph::location_id l, bool plain);
    // The thread is as it was before its first access.
    void restore_own(unsigned thread);
    // Its function, what is due at its end, and what becomes of its stack: in this order.
    void run_program(unsigned thread);
    void run_endings(unsigned thread);
    void run_key_destructors();
    void end_stack(unsigned thread);
    // Writes into what others know of memory that has ended; `mark` says how (frees()).
    void free_granule(region& r, char* address);
    void write_part(region& r, const piece& p, std::uint64_t value, std::uint64_t mark);
    void write_over(region& r, char* address, std::uint64_t value, std::uint64_t mark);
    // The thread joins `thread`, or detaches it.
    void claim_thread(unsigned thread, const char* how);
    // Whether the time of this wait is up in this execution: a choice.
    bool time_is_up(std::uint64_t until);
    // Waits to be woken, and takes that back.
    void take_wakeup(const void* at, bool timed);
    void set_word(const void* address, location_kind kind, unsigned index, std::uint64_t v,
                  step_kind shown, order o);
    std::uint64_t look_at(const void* address, location_kind kind, order o);
    bool meet_by_count(const void* b, unsigned n);
    bool meet_at_once(const void* b);
    void finish_thread(unsigned thread);
    void end_main(int status);
    std::uint32_t object_number(const void* address) const;
    // The heap as constructors of static objects left it.
    void open_heap();
    void close_heap();
    void add_object(char* address, std::size_t bytes, bool zeroed);
    object* object_of_another(const void* address);
    // The events by which the use of an object has to come behind its allocation.
    void allocated(const object& o);
    void come_to(const void* address);
    void come_to_unwritten(const void* address);
    void come_to_own(char* address);

    graph::executor* executor_ = nullptr;
    unsigned current_ = 0;  // the running thread
    graph::model_id model_;
    image image_;
    check_limits limits_;
    driver* driver_;
    graph::lowering lowered_[2][4][order_count];
    std::vector<graph::location_info> locations_;
    std::vector<location_of> details_;
    std::vector<granule*> numbered_;
    std::map<std::tuple<const void*, location_kind, unsigned>, graph::location_id> words_;

    std::array<region, 4> data_;
    std::size_t data_regions_ = 0;
    region heap_;
    std::array<region, threads_max> stacks_;
    std::array<std::vector<std::uint32_t>, threads_max> shared_on_stack_;  // granules, by offset

    pending_store pending_;
    std::array<thread_state, threads_max> threads_;
    std::map<std::pair<unsigned, unsigned>, unsigned> children_;  // (creator, nth) -> thread
    std::vector<task> tasks_;
    std::vector<void*> results_;
    std::array<const void*, threads_max> started_with_{};

    char* heap_next_ = nullptr;  // where the next object goes
    std::map<std::tuple<unsigned, unsigned, std::size_t, bool>, std::uint32_t> allocations_;
    std::vector<object> objects_;
    std::vector<std::uint32_t> object_at_;  // by 16 bytes of the heap: 1 + object, or 0

    std::map<unsigned, void (*)(void*)> key_destructors_;
    std::set<const void*> destroyed_;                     // objects that are, in some execution
    std::array<std::uint8_t, threads_max> claimed_by_{};  // 1 + the first thread that joined it
    std::uint32_t contended_ = 0;                         // threads that several joined
    std::array<std::uint64_t, threads_max> begins_at_{};  // elapsed time of the creator
    bool timeouts_bounded_ = false;
    meetings meetings_;
    retries retries_{[this] { try_next(); },
                     [this](const graph::label& l, std::uint64_t v) { return source_order(l, v); }};
    unsigned exceptions_owner_ = 0;
    std::set<const void*> loops_;  // places that a thread came back to having changed nothing
    unsigned tls_owner_ = 0;
    std::vector<char> tls_initial_;
    refusal refused_;
    bool ends_otherwise_ = false;      // in some execution a thread was detached, or waited in time
    std::uint64_t waits_in_time_ = 0;  // executions that go on elsewhere, when some time is up
    std::set<unsigned> orders_used_;   // of the lines with orders of their own
    std::set<const void*> bound_places_;
    bool begins_again_ = false;  // something was found out about the program
    bool assumption_failed_ = false;
    // Of compare-exchanges, by where they are and their order of success.
    std::map<std::pair<std::uint32_t, order>, order> failure_orders_;
    bool anything_handed_over_ = false;        // objects of the heap, in any execution
    bool anything_freed_ = false;              // in any execution
    bool touched_freed_ = false;               // by the last access
    graph::label touched_;                     // likewise: what it came after
    bool frames_ended_ = false;                // that others may look at, in any execution
    std::optional<scopes_of_program> scopes_;  // as soon as a stack is looked into
    std::map<std::uint64_t, const void*> unfollowed_blocks_;  // functions, and where
    bool found_unwritten_ = false;                            // likewise
    std::size_t unwritten_ = 0;  // bytes of the last plain load that nobody has written
    struct suspicion {
        const char* address = nullptr;
        std::size_t size = 0;
        const void* pc = nullptr;
    } suspect_;  // a read of what was never written, unless a store to the same place is next
};

// Whether an event is a part of free(), or of the end of a frame or a stack.
bool frees(const graph::label& l);
// Whether it is the end of a block; of a frame's, or a block's, beginning: sim/check/frames.cpp.
bool ends_block(const graph::label& l);
// What it is to use what ended by this event.
std::string_view use_after(const graph::label& end, bool on_stack);
bool begins_frame(const graph::label& l);

// The program that is explored in this process, or nullptr.
extern runtime* active;
// The program has failed: in this execution, or before main() began.
[[noreturn]] void fail(std::string what);
// Whether a thread of the program runs now, whose accesses count.
inline bool running() {
    return active && active->running();
}
// Where pthread_mutexattr_settype()'s kind stands in a mutex.
constexpr std::size_t mutex_kind_offset = offsetof(pthread_mutex_t, __data.__kind);

// For the program, or for constructors of its static objects.
inline void* allocate(std::size_t bytes, std::size_t alignment, bool zeroed = false) {
    return active ? active->allocate(bytes, alignment, zeroed) : allocate_early(bytes, alignment);
}
inline void release(void* address) {
    if (active) active->release(address);
}

}  // namespace ringsim::sim::check
