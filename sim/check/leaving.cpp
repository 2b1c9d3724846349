// A thread that leaves in the middle: pthread_exit(), thrd_exit().
//
// As glibc has it: the stack is unwound, frame by frame, and on the way the destructors of C++ run,
// what `__attribute__((cleanup))` names, and what pthread_cleanup_push() was told. In C++ the last
// is an object with a destructor; in C it is a place made by setjmp(), to which the thread comes
// back, calls what is to be called, and leaves from there again.
#include <pthread.h>
#include <unwind.h>

#include <csetjmp>
#include <cstdint>

#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

namespace {

// What the program's code has in front of a block between pthread_cleanup_push() and its end: room
// for setjmp(), and words that are the library's. The first of these is the one further out.
void*& next_of(__pthread_unwind_buf_t* place) {
    return place->__pad[0];
}

// Called for each frame, before its destructors run. A frame that begins above such a place is
// further out than the function that has it; that function itself is C, and has no destructors.
_Unwind_Reason_Code at_frame(int, _Unwind_Action actions, _Unwind_Exception_Class,
                             _Unwind_Exception*, _Unwind_Context* frame, void* data) {
    auto& me = *static_cast<thread_state*>(data);
    const auto sp = static_cast<std::uintptr_t>(_Unwind_GetCFA(frame));
    const bool last = (actions & _UA_END_OF_STACK) != 0;
    if (me.cleanup && (last || sp > reinterpret_cast<std::uintptr_t>(me.cleanup)))
        std::longjmp(static_cast<__jmp_buf_tag*>(me.cleanup), 1);
    if (last || sp >= reinterpret_cast<std::uintptr_t>(me.way_out[2]))
        __builtin_longjmp(me.way_out, 1);
    return _URC_NO_REASON;
}

// The library ends the process there: "exception not rethrown".
void is_caught(_Unwind_Reason_Code, _Unwind_Exception*) {
    active->stays();
}

}  // namespace

namespace ringsim::sim::check {

// At the place from where the thread leaves: behind the handler there is none.
void runtime::stays() {
    const entry at(threads_[thread()].thrown_at);
    fail("pthread_exit() is caught by catch (...), and not thrown on");
}

void runtime::leave_thread(void* result) {
    throws_here();
    threads_[thread()].result = result;
    leave_on();
}

// The unwinder keeps this object while destructors run, on the stack below their frames: it cannot
// be in one that is left.
void runtime::leave_on() {
    thread_state& me = threads_[thread()];
    auto* const leaving = reinterpret_cast<_Unwind_Exception*>(me.leaving.data());
    static_assert(sizeof *leaving <= sizeof me.leaving);
    me.leaving.fill(0);
    leaving->exception_cleanup = is_caught;
    _Unwind_ForcedUnwind(leaving, at_frame, &me);
    exit_thread(me.result);  // there is nothing to unwind by
}

}  // namespace ringsim::sim::check

// NOLINTBEGIN: names that the library chose
extern "C" {

void ringsim___pthread_register_cancel(__pthread_unwind_buf_t* place) {
    next_of(place) = active->cleanup();
    active->cleanup() = place;
}
void ringsim___pthread_unregister_cancel(__pthread_unwind_buf_t* place) {
    active->cleanup() = next_of(place);
}
// What was to be called here has been called: on to the next.
[[noreturn]] void ringsim___pthread_unwind_next(__pthread_unwind_buf_t* place) {
    active->cleanup() = next_of(place);
    active->leave_on();
}
// What `__attribute__((cleanup))` calls in C that is compiled with exceptions; clang does not put
// it in line.
void ringsim___pthread_cleanup_routine(struct __pthread_cleanup_frame* of) {
    if (of->__do_it) of->__cancel_routine(of->__cancel_arg);
}

}  // extern "C"
// NOLINTEND
