// Where the program is that has come in here: the call by which it came. What is done for it on the
// way (an access, a lock, a failure) is told at that place, so it stands in one place and is no
// argument of each function in between.
#pragma once

namespace ringsim::sim::check {

struct program_place {
    const void* pc = nullptr;     // where the program goes on
    const char* stack = nullptr;  // its stack pointer there, if it is known: no variable is below
};

// Of the running thread; while another one runs it is kept with what else is the thread's own. A
// thread that is not in the program (it begins or ends) is at the program's first byte. While the
// constructors of static objects run there are no threads, and one place.
extern program_place here;

// Lives as long as the call that came from there. Calls can be in one another: a model of a library
// function may call a function of the program, which comes in again.
class entry {
  public:
    explicit entry(const void* pc, const char* stack = nullptr) : before_(here) {
        here = {pc, stack};
    }
    ~entry() { here = before_; }
    entry(const entry&) = delete;
    entry& operator=(const entry&) = delete;

  private:
    program_place before_;
};

// At the head of each function that the program calls, directly: notes its caller. Above the saved
// frame pointer and the return address is what the caller has on the stack.
#define RINGSIM_ENTER                                   \
    const ::ringsim::sim::check::entry ringsim_entered( \
        __builtin_return_address(0), static_cast<const char*>(__builtin_frame_address(0)) + 16)

}  // namespace ringsim::sim::check
