// A C or C++ program under check, as a program of the graph engine.
//
// The user's code is compiled with -fsanitize=thread, and every access of it arrives here. A load
// of shared memory is answered by the graph, and its value put into memory before the program's own
// instruction loads it; a store is reported before it happens, and is taken from memory at the next
// entry of the same thread. So what memory holds between two entries never matters, and threads can
// be started over one by one.
#pragma once

#include <array>
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
#include "sim/check/events.hpp"
#include "sim/check/hooks.hpp"
#include "sim/check/memory.hpp"
#include "sim/check/retrying.hpp"
#include "sim/check/scopes.hpp"
#include "sim/check/thread_state.hpp"
#include "sim/check/twins.hpp"
#include "sim/check/waits.hpp"
#include "sim/graph/jobs.hpp"
#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"
#include "sim/graph/search.hpp"
#include "sim/graph/walk_policy.hpp"

namespace ringsim::sim::check {

inline constexpr std::size_t heap_bytes = std::size_t{256} << 20;
inline constexpr std::size_t range_bytes_max = 1024;  // of one access to shared memory

// Who explores a program in another way than with jobs, round after round (runtime::explore()).
class round_explorer {
  public:
    virtual ~round_explorer() = default;
    // Rounds are counted from 1.
    virtual graph::exploration_report explore(unsigned round, graph::program& p,
                                              const std::vector<graph::location_info>& locations,
                                              const graph::exploration_limits& limits,
                                              graph::observer& watcher,
                                              graph::gathered& learned) = 0;
    // Whether that was the last round, whatever was found out in it.
    virtual bool over() const { return false; }
};

// All of it: what is known of the program's memory and threads, and the exploration.
class runtime final : public events {
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
                                      graph::observer& watcher, const policy_maker& policy = {},
                                      round_explorer* rounds = nullptr);
    // Performs executions one at a time as the policy picks them, of a program that has been
    // explored: its locations keep their numbers. program_error: something more was found out about
    // the program, and it is to be explored again.
    graph::exploration_report search(graph::walk_policy& policy, graph::observer& watcher);

    bool bound_reached() const { return !bound_places_.empty(); }
    // Accesses in loops that went on behind the bound.
    const std::set<const void*>& bound_places() const { return bound_places_; }
    // Functions of which it is not known where their blocks end, and a place in each.
    const std::map<std::uint64_t, const void*>& unfollowed_blocks() const {
        return unfollowed_blocks_;
    }
    const thread_table& threads_of_program() const { return threads_of_program_; }

    // --- graph::program ---------------------------------------------------------------------
    unsigned thread_count() const override { return driver_ ? driver_->threads() : threads_max; }
    void run_thread(unsigned thread) override;
    void will_run(unsigned thread) override;
    bool judges_by_state(graph::hang how) const override {
        return driver_ || (how != graph::hang::none && ends_otherwise_) || fails_at_the_end();
    }
    bool goes_on_after_races() const override { return !limits_.races_count; }
    bool races_by_source() const override {
        return model() != graph::model_id::rc11 && !limits_.kernel_code;
    }
    std::optional<graph::verdict_of_program> judge(graph::hang how) override;
    unsigned twin_before(unsigned thread) const override { return twins_.before(thread); }
    bool is_the_same_to_twins(graph::location_id a, unsigned of, graph::location_id b,
                              unsigned twin) const override;
    std::uint64_t value_to_twins(graph::location_id l, std::uint64_t value) const override;

    void before_event() override { flush(); }
    bool touch(const void* object, unsigned size) override;
    void uses_time() override { found_of_twins(thread() == 0 && twins_.goes_on()); }
    bool is_on_stack(const void* address) const override;
    const graph::dependencies* known_dependencies(const graph::label& l) override;
    std::uint64_t initial_semaphore(const void* s) const override;

    // Locks and whatever else threads wait for; and what is due at the ends of threads.
    waits waiting;
    endings at_end;

    // Called first at each entry that may read: ends a round of a loop that found nothing to do.
    void visit();

    // --- accesses of the program ---------------------------------------------------------------
    void plain_load(char* address, std::size_t size);
    void plain_store(char* address, std::size_t size);
    // Of the pointer by which an object's class is known.
    void class_store(char* address, std::uint64_t value);
    // As plain_store(), by a library: no instruction of the program makes it.
    void library_store(char* address, std::size_t size);
    // As plain_load(), of a value that the program computes with: sim/check/unwritten.cpp.
    void value_load(char* address, std::size_t size);
    void compared_load(char* address, std::size_t size);
    // Which words of a structure nobody has written that is about to be copied, and was loaded just
    // now; and behind its copy, that they are no more written there.
    std::uint64_t unwritten_words(const char* from, std::size_t size);
    void copied_unwritten(char* to, std::uint64_t words);
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
        if (at < here.stack && stacks_[thread()].has(at)) fail_frame();
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
    // Refuses what the model does not know.
    void refuse_foreign_atomic();
    std::uint64_t atomic_load(char* address, unsigned size, order o);
    void atomic_store(char* address, unsigned size, std::uint64_t v, order o);
    std::uint64_t atomic_rmw(char* address, unsigned size, graph::rmw_op op, std::uint64_t v,
                             order o);
    std::uint64_t compare_exchange(char* address, unsigned size, std::uint64_t expected,
                                   std::uint64_t v, order success, order failure);

    // --- the kernel's primitives: sim/check/kernel.cpp ---------------------------------------
    void kernel_acquire_after_branch(order o);
    std::uint64_t kernel_load(char* address, unsigned size, order o);
    void kernel_store(char* address, unsigned size, std::uint64_t v, order o);
    std::uint64_t kernel_rmw(char* address, unsigned size, graph::rmw_op op, std::uint64_t v,
                             order o);
    std::uint64_t kernel_compare_exchange(char* address, unsigned size, std::uint64_t expected,
                                          std::uint64_t v, order success, order failure);
    void kernel_lock(const void* m);
    bool kernel_try_lock(const void* m);
    void kernel_unlock(const void* m);
    // RCU, or SRCU of what is at `srcu`. How many sections of it the thread was in before.
    unsigned rcu_read_lock(const void* srcu = nullptr);
    void rcu_read_unlock(const void* srcu = nullptr);
    void srcu_read_unlock(const void* srcu, unsigned depth);
    void synchronize_rcu(const void* srcu = nullptr);
    // rcu_dereference(): what is read and written through the pointer, of `bytes` bytes, depends on
    // the read of it.
    std::uint64_t kernel_dereference(char* address, std::size_t bytes);
    // Whether a failure is judged when all threads have ended: what RCU orders is known to lkmm of
    // complete executions only, and it may forbid this one.
    bool fails_at_the_end() const {
        return !waited_for_.empty() && model() == graph::model_id::lkmm;
    }
    // Fails here, or in the end.
    void fail_if_allowed(std::string_view what);
    // Likewise, by an instruction that cannot be executed.
    [[noreturn]] void crash(std::string_view what);
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
    // The number of the new thread, plus one, is stored at `id` before it begins.
    void create_thread(thread_function f, void* argument, std::uint64_t* id);
    void* join_thread(unsigned thread);
    // The running thread, for a program that asks which one it is, or does what is ordered by that.
    unsigned asked_thread();
    // Whether there are, or may be, other threads.
    bool has_company() const { return thread() != 0 || threads_of_program_.has_started_any(0); }
    // Nobody will join it. Threads are joined and detached once.
    void detach_thread(unsigned thread);
    // Out of its function at once; and by pthread_exit(), by way of the destructors that are due.
    [[noreturn]] void exit_thread(void* result);
    [[noreturn]] void leave_thread(void* result);
    [[noreturn]] void leave_on();
    [[noreturn]] void stays();
    void*& cleanup() { return threads_[thread()].cleanup; }
    // Whether rounds of loops were left out, as rounds of waiting.
    bool retries_waited() const { return retries_.used; }
    void throws_here() { threads_[thread()].thrown_at = here.pc; }
    // std::terminate(), for the reason that is at hand.
    [[noreturn]] void terminate();

    // Claims the word at `address` for the thread; false if others have touched it.
    bool is_own(char* address);
    // `zeroed`: by calloc().
    void* allocate(std::size_t bytes, std::size_t alignment, bool zeroed = false,
                   allocator from = allocator::malloc);
    // What stands at `address` was written by code that is not seen.
    void written_by_library(const void* address);
    void release(void* address, allocator from = allocator::malloc);
    std::size_t size_of(const void* address) const;
    // Of the running thread: where each of its thread-local variables is that has no place in
    // `tls`.
    std::map<const void*, void*>& emulated_variables() {
        return threads_[thread()].emulated_variables;
    }
    // Of the running thread, whom nobody can cancel whatever it is.
    int& cancel_state() { return threads_[thread()].cancel_state; }
    // The program ends, with this status.
    [[noreturn]] void end_program(int status);
    // How a trace calls an address that is not a variable's: of the heap or of a stack.
    struct memory_place {
        enum { elsewhere, variable, heap, stack } kind = elsewhere;
        unsigned number = 0;              // of the allocation, or the thread
        std::uint64_t offset = 0;         // in the allocation, or from the top of the stack
        const void* allocated = nullptr;  // where in the program
        // On a stack: the variable, by its entry in the debug information, and where inside of it;
        // 0: none, or one of several.
        std::uint64_t entry = 0;
        std::uint64_t inside = 0;
        std::uint64_t bytes = 0;  // of the allocation
    };
    memory_place place_of(const void* address) const;

  private:
    read_sections& sections_of(const void* srcu);
    void begin_section(const void* srcu);
    void announce_reader(const void* srcu);
    void end_section(const void* srcu);
    void before_access(const graph::label& l) override;
    void after_access(const graph::label& l, std::uint64_t value) override;
    void performed(const graph::label& l, std::uint64_t value) override;
    void made_progress() override { threads_[thread()].places_used = 0; }
    // A lock is taken, or given back.
    bool is_lock_step(const graph::label& l) const;
    graph::news news_for_round(std::uint64_t position) const;
    bool keeps_lock_since(std::uint64_t position) const;
    void before_end() override {
        if (retries_.trying()) try_next();
        found_of_twins(thread() == 0 && twins_.goes_on());
    }
    // Whether something was found out about threads that do the same.
    void found_of_twins(bool something) {
        if (something) start_again();
    }

    struct pending_store {
        char* address = nullptr;
        std::size_t size = 0;
        const void* pc = nullptr;
        order how = order::plain;
    };

    void begin_exploration();
    template <class F>
    graph::exploration_report guarded(F&& explore_once);
    region* region_of(const void* address);
    const region* region_of(const void* address) const;
    // What nearly every access finds: memory that is shared, and a location as large as the access.
    bool known_location(const char* address, std::size_t size, graph::location_id& l);
    void perform_load(graph::location_id l, const char* address, char* to, std::size_t size,
                      order o);
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
    // Another thread is about to run.
    void swap_stacks(unsigned thread);
    void leave_stacks();
    // Whether other threads look into its stack.
    bool stack_shared(unsigned thread) const { return !shared_on_stack_[thread].empty(); }
    // The granule of `address` if accesses to it are events; nullptr if they are not.
    granule* shared_granule(region& r, char* address);
    // Makes an access to `size` bytes a part of its own.
    void divide(granule& g, const char* address, unsigned size);
    // Calls `f` with each location of the access, in the order of addresses.
    template <class F>
    void each_piece(char* address, std::size_t size, F&& f);
    // What an access to these bytes of the location is to the graph. A store has its value in
    // label::value, whatever the kind.
    graph::label access_label(graph::event_kind kind, step_kind shown, graph::location_id l,
                              const void* address, std::size_t size) const;
    // The number of a location, which it gets if it has none. May refuse.
    graph::location_id location_at(const region& r, const piece& p);
    // 1 + the thread whose stack it is; 0 if it is none.
    unsigned stack_of(const region& r) const;
    graph::location_id edge_of(const void* e);
    // Of a plain access of the running thread: relaxed where it is meant to race.
    order plain_order();
    // The location of an atomic access. False if its memory is not watched. May refuse.
    bool atomic_location(char* address, unsigned size, graph::location_id& l);
    // Makes the access one location, which has parts from now on. Refuses where the model does not
    // know what that means.
    void keep_whole(char* address, std::size_t size);
    [[noreturn]] void join_parts(granule& g, const char* address, unsigned size);
    [[noreturn]] void refuse_part(std::size_t size, const char* how, const void* other);
    void check_part(graph::location_id l, const char* address, std::size_t size, order o);
    void flush_pending();
    void load_pieces(char* address, std::size_t size, order o);
    bool has_shared(char* address, std::size_t size);
    void prepare_part(graph::location_id l, char* address, std::size_t size);
    void perform_store(graph::location_id l, const char* address, std::size_t size,
                       std::uint64_t value, order o);
    // Fails if the address is in no object of the heap, or in one that this thread has freed.
    void check_freed(const void* address);
    void check_end(const char* address, std::size_t size);
    bool begins_unwritten(const void* address) const;
    std::uint64_t unwritten_value(unsigned size) const;
    bool reads_unwritten(graph::location_id l, std::uint64_t value) const;
    // The thread writes memory, some of which is its own.
    void note_written(char* address, std::size_t size);
    std::size_t own_unwritten(char* address, std::size_t size);
    // What each eight bytes of a frame are when it begins.
    std::uint64_t new_frames_hold() const;
    // Whether that is still there.
    bool is_as_its_frame_began(const char* address, std::size_t size) const;
    void forget_unwritten(const char* address, std::size_t size);
    [[noreturn]] void fail_unwritten();
    [[noreturn]] void fail_frame();
    void note_frame(const function_scopes& in, const char* base, const char* bottom,
                    const char* frame);
    void find_variable(const char* address, memory_place& at) const;
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
    void end_stack(unsigned thread);
    // Writes into what others know of memory that has ended; `mark` says how (frees()).
    void free_granule(region& r, char* address);
    void write_part(region& r, const piece& p, std::uint64_t value, std::uint64_t mark);
    void write_over(region& r, char* address, std::uint64_t value, std::uint64_t mark);
    // The thread joins `thread`, or detaches it.
    void note_start(thread_start s);
    bool starts_are_adjacent(const heap_object* argument);
    void claim_thread(unsigned thread, const char* how);
    void finish_thread(unsigned thread);
    void end_main(int status);
    void run_endings(unsigned thread);
    std::uint32_t wait_for_all();
    std::uint64_t wait_for_end(unsigned thread);
    // The heap as constructors of static objects left it.
    void open_heap();
    void close_heap();
    heap_object* object_of_another(const void* address);
    // The events by which the use of an object has to come behind its allocation.
    void allocated(const heap_object& o);
    void come_to(const void* address);
    void come_to_unwritten(const void* address);
    void come_to_own(char* address);

    driver* driver_;
    std::vector<granule*> numbered_;
    std::array<region, 4> data_;
    std::size_t data_regions_ = 0;
    region heap_;
    std::array<region, threads_max> stacks_;
    std::array<std::vector<std::uint32_t>, threads_max> shared_on_stack_;  // granules, by offset
    unsigned stack_owner_ = threads_max;                                   // who ran last

    // By the address of a granule: where borders in it come from, which are bits of its bytes.
    std::map<const char*, std::vector<std::pair<int, const void*>>> divided_at_;
    std::map<const char*, const void*> joined_at_;
    pending_store pending_;
    std::array<thread_state, threads_max> threads_;
    thread_table threads_of_program_;
    twins twins_;
    bool joining_ = false;  // main() joins a thread
    heap_objects objects_;
    std::array<std::uint64_t, threads_max> begins_at_{};  // elapsed time of the creator
    retries retries_{[this] { try_next(); },
                     [this](const graph::label& l, std::uint64_t v) { return source_order(l, v); }};
    unsigned exceptions_owner_ = 0;
    std::set<const void*> loops_;  // places that a thread came back to having changed nothing
    unsigned tls_owner_ = 0;
    std::vector<char> tls_initial_;
    std::uint64_t waits_in_time_ = 0;  // executions that go on elsewhere, when some time is up
    std::set<const void*> bound_places_;
    // In any execution: whose readers are waited for, RCU's (nullptr) or those of an srcu_struct;
    // and threads that have sections of these.
    std::set<const void*> waited_for_;
    graph::dependencies known_;  // known_dependencies()
    std::set<std::pair<const void*, unsigned>> readers_;
    bool anything_handed_over_ = false;        // objects of the heap, in any execution
    bool anything_freed_ = false;              // in any execution
    bool touched_freed_ = false;               // by the last access
    graph::label touched_;                     // likewise: what it came after
    bool frames_ended_ = false;                // that others may look at, in any execution
    std::optional<scopes_of_program> scopes_;  // as soon as a stack is looked into
    // Frames that others look into: thread, place in its stack, and function.
    std::set<std::tuple<unsigned, std::ptrdiff_t, std::uint64_t>> frames_seen_;
    std::map<std::uint64_t, const void*> unfollowed_blocks_;  // functions, and where
    bool found_unwritten_ = false;                            // likewise
    std::size_t unwritten_ = 0;  // bytes of the last plain load that nobody has written
    std::vector<std::pair<const char*, std::size_t>> unwritten_pieces_;  // those of them shared
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

// On each machine, or a program would do different things on two of them.
inline constexpr int program_processors = 2;

// The program that is explored in this process, or nullptr.
extern runtime* active;
// The program has failed: in this execution, or before main() began.
[[noreturn]] void fail(std::string what);
// As exit() of the program. Before main(), in a constructor, there is nothing to explore: the
// program never begins.
[[noreturn]] void exits(int status);
// A key of pthread_key_create(), as an object that is destroyed: its number serves as an address.
// No object of the program is at an address as small as that.
inline const void* key_object(unsigned key) {
    return reinterpret_cast<const void*>(std::uintptr_t{key});
}
// POSIX leaves undefined what is done with a number that is no key, or no key any more.
void check_key(unsigned key);
// Whether a thread of the program runs now, whose accesses count.
inline bool running() {
    return active && active->running();
}

// For the program, or for constructors of its static objects.
inline void* allocate(std::size_t bytes, std::size_t alignment, bool zeroed = false,
                      allocator from = allocator::malloc) {
    return active ? active->allocate(bytes, alignment, zeroed, from)
                  : allocate_early(bytes, alignment);
}
inline void release(void* address, allocator from = allocator::malloc) {
    if (active) active->release(address, from);
}

}  // namespace ringsim::sim::check
