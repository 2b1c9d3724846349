// The events of a program under check: what a thread does as a label, with the modes that the model
// has for its order, performed on the graph; and how an execution ends otherwise.
//
// What is found out about the program stays through all its executions. What an exploration makes
// anew (the numbers of locations) is given in the order in which its executions come by, so it is
// the same in each of them.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/check/entry.hpp"
#include "sim/check/image.hpp"
#include "sim/check/library_callers.hpp"
#include "sim/check/locations.hpp"
#include "sim/graph/mapping.hpp"
#include "sim/graph/program.hpp"

namespace ringsim::sim::check {

// What becomes of an access of this kind with the order `before`; `before` itself where the other
// order makes no sense: a load does not release.
order order_instead(access kind, order before, order wanted);

class events : public graph::program {
  public:
    events(const events&) = delete;
    events& operator=(const events&) = delete;

    const refusal& refused() const { return refused_; }
    bool assumption_failed() const { return assumption_failed_; }
    const std::vector<graph::location_info>& locations() const { return locations_; }
    const std::vector<location_of>& locations_of() const { return details_; }
    // The first of the lines with orders of their own at which no access came that can have it.
    std::optional<unsigned> order_without_access() const;
    // Those of the lines with orders of their own at which one came.
    const std::set<unsigned>& orders_used() const { return orders_used_; }

    // --- graph::program -------------------------------------------------------------------------
    void attach(graph::executor& e) override { executor_ = &e; }
    void will_run(unsigned thread) override { current_ = thread; }
    order source_order(const graph::label& l, std::uint64_t value) const override;

    // Whether the program is being explored, and not being loaded.
    bool running() const { return executor_ != nullptr; }
    // How many steps the program has asked for, in all executions.
    std::uint64_t events_made() const { return events_made_; }
    unsigned thread() const { return current_; }  // the running one
    // Where the thread's own code has called the library's code at this offset; 0 if that is not
    // known.
    std::uint32_t caller_of_library(unsigned thread, std::uint64_t offset) const {
        return library_callers_.of(thread, static_cast<std::uint32_t>(offset));
    }
    // In place of the thread there, to ask where it has started this one: a library's call that
    // starts threads is one place for all of them.
    static unsigned caller_of_start(unsigned child) { return threads_max + child; }
    // Whether `pc` is in the program's code, or in that of its own source.
    bool in_program(const void* pc) const {
        return pc >= image_.code_begin && pc < image_.code_end;
    }
    bool in_own_code(const void* pc) const { return pc >= image_.own_begin && pc < image_.own_end; }
    std::uint64_t offset_of(const void* address) const {
        return static_cast<std::uint64_t>(static_cast<const char*>(address) - image_.base);
    }
    // How a place in the program is noted in events.
    std::uint32_t note_of(const void* pc) const {
        return static_cast<std::uint32_t>(offset_of(pc));
    }

    // --- events ---------------------------------------------------------------------------------
    // The location that belongs to `address` in a way of its own: a lock's word, a thread's end.
    // What the program keeps in the memory there is its own affair.
    graph::location_id word_of(const void* address, location_kind kind, unsigned index = 0,
                               std::uint64_t initial = 0);
    graph::label label_for(graph::event_kind kind, step_kind shown, graph::location_id l) const;
    // Makes the event that the label describes, of this order, with what barriers the mapping has
    // around it. Returns the value read, of a part the part's. `failing`: the order of a
    // compare-exchange that does not write. Other threads run meanwhile.
    std::uint64_t perform(access kind, graph::label l, order o,
                          std::optional<order> failing = std::nullopt, language by = language::cxx,
                          const graph::dependencies& on = graph::independent);
    // `b`: where the model has barriers of the kernel, this one; with `behind_branch`, what was
    // branched on is before all that comes, as the kernel says and its model does not.
    void fence(order o, language by = language::cxx, graph::barrier b = graph::barrier::none,
               bool behind_branch = false);
    // Accesses to a word: all of it at once, as an atomic access.
    std::uint64_t change(const void* address, location_kind kind, unsigned index, graph::rmw_op op,
                         std::uint64_t v, order o, step_kind shown = step_kind::rmw);
    void set_word(const void* address, location_kind kind, unsigned index, std::uint64_t v,
                  step_kind shown, order o);
    std::uint64_t look_at(const void* address, location_kind kind, order o);
    std::uint64_t compare_exchange_word(const void* address, location_kind kind,
                                        std::uint64_t expected, std::uint64_t v, step_kind shown);
    // Waits until the word is `expected` (or is not, if `other`) and makes it `op` of `v`. With
    // `timed` it is no hang to be blocked there.
    std::uint64_t await(graph::location_id l, std::uint64_t expected, bool other, graph::rmw_op op,
                        std::uint64_t v, step_kind shown, order o, bool timed = false);
    // One of `ways` values: an execution for each.
    std::uint64_t choose(std::uint64_t ways);

    // --- ends -----------------------------------------------------------------------------------
    // What is told of a violation here: the text, and behind it the place.
    std::string told_here(std::string_view what) const;
    // A violation of this execution, here.
    [[noreturn]] void fail(std::string what);
    [[noreturn]] void fail_as(violation kind, std::string_view what);
    // Nothing can be said about this program: a line for the user, and an exit status.
    [[noreturn]] void refuse(int status, std::string what, const void* other = nullptr);
    // The program reads or writes a variable that it does not have.
    void refuse_undefined(const void* address);
    // The execution does not count: the program assumes what is not so.
    [[noreturn]] void assume_failed();
    // Something was found out about the program which makes this exploration worthless: it is given
    // up, and another one begins. What was found out must have been noted before, or there is no
    // end.
    [[noreturn]] void start_again();

    // --- what is done above, for what is done here -----------------------------------------------
    // Called in front of each event: the thread's own store that was reported may be due.
    virtual void before_event() = 0;
    // The running thread reads an object of the program as the program would, if it can be gone.
    // Whether nobody has written any byte of it.
    virtual bool touch(const void* object, unsigned size) = 0;
    // The running thread looks at its clock, or lets time pass.
    virtual void uses_time() {}
    // What the access is known to depend on, beside what is stated with it; null for nothing.
    virtual const graph::dependencies* known_dependencies(const graph::label& l) {
        return (void)l, nullptr;
    }
    virtual bool is_on_stack(const void* address) const = 0;
    // What the word of a semaphore is before the first event of it: what the constructor of a
    // static object left in its memory.
    virtual std::uint64_t initial_semaphore(const void* s) const = 0;

  protected:
    events(graph::model_id m, const graph::mapping& how, const image& what,
           const check_limits& limits);
    ~events() override = default;

    // Around perform(): in front of the event, behind it, and behind its barriers. May start again.
    virtual void before_access(const graph::label& l) = 0;
    virtual void after_access(const graph::label& l, std::uint64_t value) = 0;
    virtual void performed(const graph::label& l, std::uint64_t value) = 0;
    // The thread has done something that rounds of loops are told apart by.
    virtual void made_progress() = 0;
    // In front of each end: whether it counts at all. Does not return if it does not.
    virtual void before_end() = 0;

    void begin_exploration();
    void thread_begins() { waiting_in_time_ &= ~(1u << current_); }
    bool begins_again() const { return begins_again_; }
    // This execution does not count; the exploration goes on.
    [[noreturn]] void drop_execution();
    // Blocked for ever, some thread is in no hang: some time its time is up.
    bool waits_in_time() const { return waiting_in_time_ != 0; }
    void set_waits_in_time(bool timed);
    graph::executor& executor() const { return *executor_; }
    void no_executor() { executor_ = nullptr; }
    graph::model_id model() const { return model_; }
    // Whether a read may have the value of a write that is still to come.
    bool model_reads_ahead() const {
        return model_ != graph::model_id::sc && model_ != graph::model_id::x86_tso &&
               model_ != graph::model_id::rc11;
    }
    graph::mode mode_of(access kind, order o, language by = language::cxx) const {
        return lowered(kind, o, by).how;
    }
    // The order of an access: the source's, or what the user wants in its place.
    order order_of(access kind, order o);
    // The order of the compare-exchange here if it fails, for traces: the event has that of
    // success.
    void note_failure_order(order success, order failure);
    // Where the thread's own code is about to start another one.
    void note_caller_of_start(unsigned child) {
        library_callers_.note(caller_of_start(child), note_of(here.pc), here.pc);
    }
    // Gives a new location its number. Refuses if there is none left.
    graph::location_id declare(graph::location_info info, location_of details);

    const image image_;
    const check_limits limits_;
    // In some execution a thread was detached, or waited in time.
    bool ends_otherwise_ = false;

  private:
    const graph::lowering& lowered(access kind, order o, language by) const {
        return lowered_[static_cast<std::size_t>(by)][static_cast<std::size_t>(kind)]
                       [static_cast<std::size_t>(o)];
    }

    graph::executor* executor_ = nullptr;
    std::uint64_t events_made_ = 0;
    unsigned current_ = 0;
    graph::model_id model_;
    graph::lowering lowered_[2][4][order_count];
    std::vector<graph::location_info> locations_;
    std::vector<location_of> details_;
    std::map<std::tuple<const void*, location_kind, unsigned>, graph::location_id> words_;
    std::uint32_t waiting_in_time_ = 0;  // threads
    refusal refused_;
    bool begins_again_ = false;  // something was found out about the program
    bool assumption_failed_ = false;
    std::set<unsigned> orders_used_;  // of the lines with orders of their own
    // Of compare-exchanges, by where they are and their order of success.
    std::map<std::pair<std::uint32_t, order>, order> failure_orders_;
    library_callers library_callers_{image_};
    std::array<std::string, threads_max> failed_;  // how: outlives the thread's stack
};

}  // namespace ringsim::sim::check
