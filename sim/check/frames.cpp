// Frames of functions that have returned, on the stack of a thread that goes on. What others may
// look at is written over when a function returns, as by free(); when a later function's frame
// takes the same memory, it is written once more, for it holds new variables, which nobody has
// written yet. Calls of both stand in the program's assembly: sim/check/assembly.cpp.
#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

// What stands in a frame that begins; the bytes of a value that no program computes with.
constexpr std::uint64_t new_mark = 2;

}  // namespace

bool begins_frame(const graph::label& l) {
    return l.kind == graph::event_kind::write && l.expected == new_mark;
}

// `top`: where the return address stands.
void runtime::frame_ends(const char* top, const void* pc) {
    const unsigned me = thread();
    region& stack = stacks_[me];
    const void* const goes_on_at = *reinterpret_cast<const void* const*>(top);
    // Of main() and of a thread's function the end is told elsewhere.
    if (driver_ || !stack.has(top) || !in_program(goes_on_at)) return;
    flush();
    for (std::size_t i = 0; i < shared_on_stack_[me].size(); ++i) {
        const std::uint32_t offset = shared_on_stack_[me][i];
        char* const at = stack.base() + offset;
        if (at >= top || !threads_[me].gone.insert(offset).second) continue;
        frames_ended_ = true;
        free_granule(stack, at, pc);
    }
}

// `bottom`: the stack pointer.
void runtime::frame_begins(const char* bottom, const void* pc) {
    const unsigned me = thread();
    region& stack = stacks_[me];
    std::set<std::uint32_t>& gone = threads_[me].gone;
    if (gone.empty() || !stack.has(bottom)) return;
    flush();
    const auto from = static_cast<std::uint32_t>(bottom - stack.base());
    for (auto at = gone.lower_bound(from); at != gone.end(); at = gone.erase(at))
        write_over(stack, stack.base() + *at, unwritten_value(8), new_mark, pc);
}

void runtime::fail_frame(const void* pc) {
    fail("use of a local variable of a function that has returned", pc);
}

}  // namespace ringsim::sim::check
