// Frames of functions that have returned, and blocks that have ended, on the stack of a thread that
// goes on. What others may look at is written over when a function returns or a block ends, as by
// free(); when a later frame or block takes the same memory, it is written once more, for it holds
// new variables, which nobody has written yet. Calls of these stand in the program's assembly:
// sim/check/assembly.cpp.
//
// Where a block ends no instruction says. In front of each call, and so of each access that may be
// an event, it is looked up whether the place is inside the blocks of the function's variables.
#include <algorithm>
#include <cstring>

#include "sim/check/found_out.hpp"
#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

// The mark of a write that begins a frame or a block; the value is unwritten_value(). Marks are in
// label::expected, which a write does not use otherwise: they tell such writes from those of the
// program, and from each other (frees(), begins_frame()).
constexpr std::uint64_t new_mark = 2;
// Of the end of a block; see freed_mark.
constexpr std::uint64_t ended_mark = 3;
constexpr std::uint64_t ended_value = 0xfeeefeeefeeefeee;

}  // namespace

bool ends_block(const graph::label& l) {
    return l.kind == graph::event_kind::write && l.expected == ended_mark;
}

// By what was met: `end` is the write over it. The end of a thread's stack has no place in the
// program.
std::string_view use_after(const graph::label& end, bool on_stack) {
    if (!on_stack) return "use after free";
    if (ends_block(end)) return "use of a local variable whose block has ended";
    return end.note == 0 ? "use of the stack of a thread that has ended"
                         : "use of a local variable of a function that has returned";
}

bool begins_frame(const graph::label& l) {
    return l.kind == graph::event_kind::write && l.expected == new_mark;
}

// `top`: where the return address stands.
void runtime::frame_ends(const char* top) {
    const unsigned me = thread();
    region& stack = stacks_[me];
    const void* const goes_on_at = *reinterpret_cast<const void* const*>(top);
    // Of main() and of a thread's function the end is told elsewhere.
    if (driver_ || !stack.has(top) || !in_program(goes_on_at)) return;
    flush();
    // Blocks of this frame end with it: nothing is remembered of them for the next frame there.
    auto& ended = threads_[me].ended;
    ended.erase(ended.begin(), ended.lower_bound(static_cast<std::uint32_t>(top - stack.base())));
    for (std::size_t i = 0; i < shared_on_stack_[me].size(); ++i) {
        const std::uint32_t offset = shared_on_stack_[me][i];
        char* const at = stack.base() + offset;
        // Below the return address is the frame that ends, with all that it called. A granule is
        // written over once, until a new frame takes it.
        if (at >= top || !threads_[me].gone.insert(offset).second) continue;
        found_out(frames_ended_);
        free_granule(stack, at);
    }
}

// `bottom`: the stack pointer.
void runtime::frame_begins(const char* bottom) {
    const unsigned me = thread();
    region& stack = stacks_[me];
    std::set<std::uint32_t>& gone = threads_[me].gone;
    // Most frames take memory in which no other thread has ever looked.
    if (gone.empty() || !stack.has(bottom)) return;
    flush();
    const auto from = static_cast<std::uint32_t>(bottom - stack.base());
    for (auto at = gone.lower_bound(from); at != gone.end(); at = gone.erase(at))
        write_over(stack, stack.base() + *at, unwritten_value(8), new_mark);
}

// A thread that is started over repeats what it stored into variables on another one's stack, while
// that one stays where it is, in another function perhaps: its frames hold return addresses there
// by now. So each thread finds these granules as it left them; what they are worth to the program
// the graph knows.
void runtime::swap_stacks(unsigned thread) {
    if (stack_owner_ == thread) return;
    if (stack_owner_ != threads_max && stacks_[stack_owner_].is_somewhere()) {
        auto& kept = threads_[stack_owner_].kept_of_stack;
        kept.clear();
        for (const std::uint32_t offset : shared_on_stack_[stack_owner_]) {
            kept.emplace_back();
            std::memcpy(&kept.back(), stacks_[stack_owner_].base() + offset, sizeof kept.back());
        }
    }
    stack_owner_ = thread;
    const auto& kept = threads_[thread].kept_of_stack;
    for (std::size_t i = 0; i < kept.size(); ++i)
        std::memcpy(stacks_[thread].base() + shared_on_stack_[thread][i], &kept[i], sizeof kept[i]);
}

// Each thread's is another one now, which is known when it begins to run.
void runtime::leave_stacks() {
    for (region& r : stacks_) r.leave();
    for (thread_state& t : threads_) t.kept_of_stack.clear();
    stack_owner_ = threads_max;
}

// Where the stack is looked into, blocks are of interest; with a driver, the names alone.
void runtime::read_scopes() {
    // Rust's compiler puts what is moved where it goes to, beyond the block of its name.
    if (scopes_ || image_.path.empty() || image_.own_begin) return;
    if (std::ranges::any_of(shared_on_stack_, [](const auto& s) { return !s.empty(); }))
        scopes_.emplace(image_.path);
}

// `frame`: the first byte above the frame of the running function.
void runtime::scope_reached(const see_frame& at, char* frame) {
    const unsigned me = thread();
    region& stack = stacks_[me];
    // What the compiler has reported, and is about to copy, is in one block.
    if (!scopes_ || ringsim_reported.unwritten_size != 0 || !stack.has(frame - 1)) return;
    const function_scopes* const in = scopes_->at(offset_of(here.pc));
    if (!in) return;
    const char* const bottom = here.stack;
    // By DW_AT_frame_base of the function: see frame_base, scopes.hpp.
    const char* const base = in->base == frame_base::frame ? frame
                             : in->base == frame_base::stack_pointer
                                 ? bottom
                                 : reinterpret_cast<const char*>(at.rbp);
    note_frame(*in, base, bottom, frame);
    if (driver_ || !in->has_blocks || unfollowed_blocks_.contains(in->begin)) return;
    // Only what lies in the frame of this function: its callers' variables are in their own blocks.
    for (std::size_t i = 0; i < shared_on_stack_[me].size(); ++i) {
        char* const granule = stack.base() + shared_on_stack_[me][i];
        if (granule + 8 > bottom && granule < frame) scope_of_granule(*in, base, granule);
    }
}

// For a trace, which is to call a place on a stack by its name. Stacks may lie elsewhere in another
// exploration, so places are counted from their beginnings.
void runtime::note_frame(const function_scopes& in, const char* base, const char* bottom,
                         const char* frame) {
    const unsigned me = thread();
    const char* const stack = stacks_[me].base();
    const std::tuple key{me, base - stack, in.begin};
    if (frames_seen_.contains(key)) return;
    for (std::size_t i = 0; i < shared_on_stack_[me].size(); ++i) {
        const char* const granule = stack + shared_on_stack_[me][i];
        if (granule + 8 <= bottom || granule >= frame) continue;
        frames_seen_.insert(key);
        return;
    }
}

// Of all frames that were ever there. Where two variables have had the place it has no name.
void runtime::find_variable(const char* address, memory_place& at) const {
    if (!scopes_) return;
    const std::string* name = nullptr;
    for (const auto& [thread, offset, function] : frames_seen_) {
        if (thread != at.number) continue;
        const function_scopes* const in = scopes_->at(function);
        const std::ptrdiff_t from = address - (stacks_[thread].base() + offset);
        for (const scoped_variable& v : in->variables) {
            if (from < v.begin || from >= v.end || v.name.empty()) continue;
            const auto inside = static_cast<std::uint64_t>(from - v.begin);
            if (name && (*name != v.name || at.inside != inside)) {
                at.entry = 0;
                return;
            }
            name = &v.name;
            at.entry = v.entry;
            at.inside = inside;
        }
    }
}

// Of each location in the granule: is it of some variable, and is one of these alive here? Several
// may have the same place, one after the other. Parts of it that belong to no variable are the
// compiler's, and have no block.
void runtime::scope_of_granule(const function_scopes& in, const char* base, char* address) {
    region& stack = stacks_[thread()];
    auto& ended = threads_[thread()].ended;
    granule& g = stack.at(address);
    for (unsigned s = 0; s < 8; s = piece_end(g, s)) {
        if (!((g.starts >> s) & 1)) continue;
        const piece part{address + s, piece_end(g, s) - s, &g};
        const std::int64_t from = part.address - base;
        bool known = false;
        bool alive = false;
        for (const scoped_variable& v : in.variables) {
            if (v.begin >= from + part.size || from >= v.end) continue;
            known = true;
            alive = alive || v.alive_at(offset_of(here.pc));
        }
        const auto offset = static_cast<std::uint32_t>(part.address - stack.base());
        // Nothing has changed since the last call: alive and not ended, or ended already.
        if (!known || alive != ended.contains(offset)) continue;
        flush();
        if (alive) {
            ended.erase(offset);
            write_part(stack, part, unwritten_value(part.size), new_mark);
        } else {
            found_out(anything_freed_);
            found_out(frames_ended_);
            write_part(stack, part, ended_value, ended_mark);
            ended.emplace(offset, in.begin);
        }
    }
}

// The thread itself uses what is in no block that goes on. That may be an error; but compilers move
// instructions, and then the debug information does not tell where the block ends.
void runtime::use_own_stack(graph::location_id l) {
    const auto& ended = threads_[thread()].ended;
    if (ended.empty() || locations_of()[l].stack != thread() + 1) return;
    const auto offset =
        static_cast<const char*>(locations_of()[l].address) - stacks_[thread()].base();
    const auto found = ended.find(static_cast<std::uint32_t>(offset));
    if (found == ended.end()) return;
    // From now on nothing is said of blocks in this function. The user is told that
    // (unfollowed_blocks()).
    unfollowed_blocks_.emplace(found->second, here.pc);
    start_again();
}

// Seen without an event: the address is below the stack pointer, where no variable is.
void runtime::fail_frame() {
    fail("use of a local variable of a function that has returned");
}

}  // namespace ringsim::sim::check
