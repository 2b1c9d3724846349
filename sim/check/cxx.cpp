// What the C++ library and the C++ ABI offer, as the program under check sees it: a call of NAME,
// as it is mangled, arrives at ringsim_NAME. Mutexes and the like need nothing: they are inline,
// and call POSIX threads.
//
// Only what lies in libstdc++'s shared library comes here. Its layouts are part of its ABI and are
// relied on: a std::thread is the thread's id, a std::unique_lock the address of its mutex and then
// whether it has it, a std::condition_variable a pthread_cond_t. Functions of the C++ ABI (guards,
// atexit, pure virtual, dynamic_cast) are those of the Itanium C++ ABI. Many of them are called by
// constructors of static objects, before main(), when there is no runtime: these ask running()
// first.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "sim/check/library_reads.hpp"

using namespace ringsim::sim::check;

namespace {

// What std::thread is to run: the function and copies of its arguments, on the heap.
using thread_work = std::unique_ptr<std::thread::_State>;

// In the new thread. What it ran is destroyed there, too, by the program's own destructor, whose
// accesses count.
void* run_state(void* state) {
    const thread_work mine(static_cast<std::thread::_State*>(state));
    mine->_M_run();
    return nullptr;
}

std::uint64_t id_of(const std::uint64_t* thread) {
    active->plain_load(reinterpret_cast<char*>(const_cast<std::uint64_t*>(thread)), sizeof *thread);
    return *thread;
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

// --- std::thread ------------------------------------------------------------------------------
// The last parameter is there to make the program need libpthread. The unique_ptr is passed by its
// address, as the ABI passes what has a destructor; it is emptied, since the thread owns the work
// now. The id is stored before the thread begins: see create_thread().
void ringsim__ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE(
    std::uint64_t* id, thread_work* state, void (*)()) {
    RINGSIM_ENTER;
    active->plain_load(reinterpret_cast<char*>(state), sizeof *state);
    active->create_thread(run_state, state->get(), id);
    active->store_now(reinterpret_cast<char*>(state), sizeof *state, 0);
}
// C++ throws std::system_error for a thread that is not joinable. Nobody means to rely on that:
// here it is a violation. Behind the call the object is joinable no longer.
void ringsim__ZNSt6thread4joinEv(std::uint64_t* id) {
    RINGSIM_ENTER;
    const std::uint64_t which = id_of(id);
    if (which < 2 || which > ringsim::sim::threads_max)
        active->fail("std::thread::join() of a thread that is not joinable");
    active->join_thread(static_cast<unsigned>(which - 1));
    active->store_now(reinterpret_cast<char*>(id), sizeof *id, 0);
}
void ringsim__ZNSt6thread6detachEv(std::uint64_t* id) {
    RINGSIM_ENTER;
    const std::uint64_t which = id_of(id);
    if (which < 2 || which > ringsim::sim::threads_max)
        active->fail("std::thread::detach() of a thread that is not joinable");
    active->detach_thread(static_cast<unsigned>(which - 1));
    active->store_now(reinterpret_cast<char*>(id), sizeof *id, 0);
}
// A hint, says C++.
unsigned ringsim__ZNSt6thread20hardware_concurrencyEv() {
    return program_processors;
}

// --- std::condition_variable ------------------------------------------------------------------
void ringsim__ZNSt18condition_variableC1Ev(void* c) {
    RINGSIM_ENTER;
    if (!running()) return;
    active->waiting.initialise(c, "condition variable", active->has_company());
    // The first word: check_initialised() finds that it was written.
    active->store_now(static_cast<char*>(c), sizeof(int), 0);
}
void ringsim__ZNSt18condition_variableD1Ev(void* c) {
    RINGSIM_ENTER;
    if (running()) active->waiting.destroy_condition(c);
}
void ringsim__ZNSt18condition_variable10notify_oneEv(void* c) {
    RINGSIM_ENTER;
    if (running()) active->waiting.wake_one(c);
}
void ringsim__ZNSt18condition_variable10notify_allEv(void* c) {
    RINGSIM_ENTER;
    if (running()) active->waiting.wake_all(c);
}
void ringsim__ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE(
    void* c, std::unique_lock<std::mutex>* lock) {
    RINGSIM_ENTER;
    // Which mutex it is stands in memory of the program, and is read as such.
    active->plain_load(reinterpret_cast<char*>(lock), sizeof(void*));
    active->waiting.wait(c, lock->mutex(), no_time);
}

// C++, [thread.condition.nonmember]: at the end of the thread, behind the destructors of its
// thread-local objects, the mutex is unlocked and then everybody is woken. What is put last into
// the list is called last: the order of these two lines. The lock object gives the mutex away.
void ringsim__ZSt25notify_all_at_thread_exitRSt18condition_variableSt11unique_lockISt5mutexE(
    void* c, std::unique_lock<std::mutex>* lock) {
    RINGSIM_ENTER;
    char* const at = reinterpret_cast<char*>(lock);
    active->plain_load(at, sizeof(void*));
    void* const m = lock->mutex();
    // Here no destructor will unlock it: neither the mutex nor that it is locked is left.
    active->store_now(at, sizeof(void*), 0);
    active->store_now(at + sizeof(void*), 1, 0);
    const auto notify = [](void* told) { active->waiting.wake_all(told); };
    const auto unlock = [](void* held) { active->waiting.unlock(held, mutex_kind::normal); };
    active->at_end.last_at_thread_exit(active->thread(), {unlock, m});
    active->at_end.last_at_thread_exit(active->thread(), {notify, c});
}

// --- allocation ---------------------------------------------------------------------------------
// 16 is what `new` aligns to on x86-64 (__STDCPP_DEFAULT_NEW_ALIGNMENT__). Which form of `new` an
// object came from is kept: `delete[]` of one from `new` is a violation. Memory is never short
// (allocate() refuses the program first), so the forms that must not throw are no different. Sizes
// that `delete` is given are not needed.
void* ringsim__Znwm(std::size_t bytes) {
    RINGSIM_ENTER;
    return allocate(bytes, 16, false, allocator::one);
}
void* ringsim__Znam(std::size_t bytes) {
    RINGSIM_ENTER;
    return allocate(bytes, 16, false, allocator::several);
}
void* ringsim__ZnwmSt11align_val_t(std::size_t bytes, std::size_t alignment) {
    RINGSIM_ENTER;
    return allocate(bytes, alignment, false, allocator::one);
}
void ringsim__ZdlPv(void* address) {
    RINGSIM_ENTER;
    release(address, allocator::one);
}
void ringsim__ZdaPv(void* address) {
    RINGSIM_ENTER;
    release(address, allocator::several);
}
void ringsim__ZdlPvm(void* address, std::size_t) {
    RINGSIM_ENTER;
    release(address, allocator::one);
}
void ringsim__ZdaPvm(void* address, std::size_t) {
    RINGSIM_ENTER;
    release(address, allocator::several);
}
void ringsim__ZdlPvmSt11align_val_t(void* address, std::size_t, std::size_t) {
    RINGSIM_ENTER;
    release(address, allocator::one);
}
void ringsim__ZdlPvSt11align_val_t(void* address, std::size_t) {
    RINGSIM_ENTER;
    release(address, allocator::one);
}
void* ringsim__ZnamSt11align_val_t(std::size_t bytes, std::size_t alignment) {
    RINGSIM_ENTER;
    return allocate(bytes, alignment, false, allocator::several);
}
void ringsim__ZdaPvSt11align_val_t(void* address, std::size_t) {
    RINGSIM_ENTER;
    release(address, allocator::several);
}
void* ringsim__ZnwmRKSt9nothrow_t(std::size_t bytes, const void*) {
    RINGSIM_ENTER;
    return allocate(bytes, 16, false, allocator::one);
}
void* ringsim__ZnamRKSt9nothrow_t(std::size_t bytes, const void*) {
    RINGSIM_ENTER;
    return allocate(bytes, 16, false, allocator::several);
}
void* ringsim__ZnwmSt11align_val_tRKSt9nothrow_t(std::size_t bytes, std::size_t alignment,
                                                 const void*) {
    RINGSIM_ENTER;
    return allocate(bytes, alignment, false, allocator::one);
}

// --- local static objects, and what is to happen at the end ------------------------------------
// Itanium C++ ABI, 3.3.3: the first byte of a guard is 1 when the object is made. The program looks
// at it by an acquire load of its own and calls only if it is 0; acquire() is true for the one that
// has to make the object.
int ringsim___cxa_guard_acquire(std::uint64_t* guard) {
    RINGSIM_ENTER;
    if (!running()) return *reinterpret_cast<char*>(guard) == 0;
    return active->waiting.begin_once(guard);
}
void ringsim___cxa_guard_release(std::uint64_t* guard) {
    RINGSIM_ENTER;
    // In memory also where the store below is no event. The release store is what the program's
    // acquire load reads; the word of begin_once() is for those who wait.
    *reinterpret_cast<char*>(guard) = 1;
    if (!running()) return;
    active->atomic_store(reinterpret_cast<char*>(guard), 1, 1, ringsim::order::release);
    active->waiting.end_once(guard, true);
}
// The constructor has thrown: one of those who wait tries in its turn.
void ringsim___cxa_guard_abort(std::uint64_t* guard) {
    RINGSIM_ENTER;
    if (running()) active->waiting.end_once(guard, false);
}
// Order matters there, and it is that of one thread; a thread that has a part in the order is told
// from others by it, and so asks for its number. The third argument names the shared object, of
// which there is one.
int ringsim___cxa_atexit(void (*f)(void*), void* argument, void*) {
    if (running())
        active->at_end.at_exit(active->asked_thread(), {f, argument});
    else
        early_endings().push_back({f, argument});
    return 0;
}
int ringsim___cxa_thread_atexit(void (*f)(void*), void* argument, void*) {
    if (running())
        active->at_end.at_thread_exit(active->thread(), {f, argument});
    else
        // Of a thread there was before main() only one, which is main()'s.
        early_endings().push_back({f, argument});
    return 0;
}
[[noreturn]] void ringsim___cxa_pure_virtual() {
    RINGSIM_ENTER;
    active->fail("a pure virtual function is called");
}
// The results of promises begin with what the library's own code writes: a table, and no exception.
void _ZNSt13__future_base12_Result_baseC2Ev(void*);
void ringsim__ZNSt13__future_base12_Result_baseC2Ev(std::uint64_t* result) {
    RINGSIM_ENTER;
    constexpr std::size_t bytes = 2 * sizeof *result;
    // The library writes without a report. What it wrote is taken out, the store reported, and then
    // written once more: between the report and the write other threads may have run, in whose
    // executions these bytes are something else.
    _ZNSt13__future_base12_Result_baseC2Ev(result);
    if (!running()) return;
    const std::uint64_t made[2] = {result[0], result[1]};
    active->library_store(reinterpret_cast<char*>(result), bytes);
    result[0] = made[0];
    result[1] = made[1];
}
// The object says what it is. Its type is constant. GCC knows the function by its name, and takes
// the last argument for a constant.
void* library_dynamic_cast(const void*, const void*, const void*,
                           std::ptrdiff_t) asm("__dynamic_cast");
void* ringsim___dynamic_cast(const void* object, const void* from, const void* to,
                             std::ptrdiff_t hint) {
    RINGSIM_ENTER;
    computes_with(object, sizeof(void*));
    return library_dynamic_cast(object, from, to, hint);
}
// Streams are not set up: their output has a model (output.cpp).
void ringsim__ZNSt8ios_base4InitC1Ev(void*) {}
void ringsim__ZNSt8ios_base4InitD1Ev(void*) {}

}  // extern "C"
// NOLINTEND
