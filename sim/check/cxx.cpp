// What the C++ library and the C++ ABI offer, as the program under check sees it: a call of NAME,
// as it is mangled, arrives at ringsim_NAME. Mutexes and the like need nothing: they are inline,
// and call POSIX threads.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "sim/check/library_reads.hpp"

using namespace ringsim::sim::check;

namespace {

using thread_work = std::unique_ptr<std::thread::_State>;

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
void ringsim__ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE(
    std::uint64_t* id, thread_work* state, void (*)()) {
    RINGSIM_ENTER;
    active->plain_load(reinterpret_cast<char*>(state), sizeof *state);
    active->create_thread(run_state, state->get(), id);
    active->store_now(reinterpret_cast<char*>(state), sizeof *state, 0);
}
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
unsigned ringsim__ZNSt6thread20hardware_concurrencyEv() {
    return 2;
}

// --- std::condition_variable ------------------------------------------------------------------
void ringsim__ZNSt18condition_variableC1Ev(void* c) {
    RINGSIM_ENTER;
    if (!running()) return;
    active->waiting.initialise(c, "condition variable", active->has_company());
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
    active->plain_load(reinterpret_cast<char*>(lock), sizeof(void*));
    active->waiting.wait(c, lock->mutex(), no_time);
}

void ringsim__ZSt25notify_all_at_thread_exitRSt18condition_variableSt11unique_lockISt5mutexE(
    void* c, std::unique_lock<std::mutex>* lock) {
    RINGSIM_ENTER;
    char* const at = reinterpret_cast<char*>(lock);
    active->plain_load(at, sizeof(void*));
    void* const m = lock->mutex();
    active->store_now(at, sizeof(void*), 0);
    active->store_now(at + sizeof(void*), 1, 0);
    const auto notify = [](void* told) { active->waiting.wake_all(told); };
    const auto unlock = [](void* held) { active->waiting.unlock(held, mutex_kind::normal); };
    active->at_end.last_at_thread_exit(active->thread(), {unlock, m});
    active->at_end.last_at_thread_exit(active->thread(), {notify, c});
}

// --- allocation ---------------------------------------------------------------------------------
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
int ringsim___cxa_guard_acquire(std::uint64_t* guard) {
    RINGSIM_ENTER;
    if (!running()) return *reinterpret_cast<char*>(guard) == 0;
    return active->waiting.begin_once(guard);
}
void ringsim___cxa_guard_release(std::uint64_t* guard) {
    RINGSIM_ENTER;
    *reinterpret_cast<char*>(guard) = 1;
    if (!running()) return;
    active->atomic_store(reinterpret_cast<char*>(guard), 1, 1, ringsim::order::release);
    active->waiting.end_once(guard, true);
}
void ringsim___cxa_guard_abort(std::uint64_t* guard) {
    RINGSIM_ENTER;
    if (running()) active->waiting.end_once(guard, false);
}
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
void ringsim__ZNSt8ios_base4InitC1Ev(void*) {}
void ringsim__ZNSt8ios_base4InitD1Ev(void*) {}

}  // extern "C"
// NOLINTEND
