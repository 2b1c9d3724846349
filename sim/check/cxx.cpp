// What the C++ library and the C++ ABI offer, as the program under check sees it: a call of NAME,
// as it is mangled, arrives at ringsim_NAME. Mutexes and the like need nothing: they are inline,
// and call POSIX threads.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

#define RINGSIM_PC __builtin_return_address(0)

namespace {

using thread_state = std::unique_ptr<std::thread::_State>;

// The bytes of a guard of a local static object: the first says that it is there.
void* run_state(void* state) {
    const thread_state mine(static_cast<std::thread::_State*>(state));
    mine->_M_run();
    return nullptr;
}

std::uint64_t id_of(const std::uint64_t* thread, const void* pc) {
    active->plain_load(reinterpret_cast<char*>(const_cast<std::uint64_t*>(thread)), sizeof *thread,
                       pc);
    return *thread;
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

// --- std::thread ------------------------------------------------------------------------------
void ringsim__ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE(
    std::uint64_t* id, thread_state* state, void (*)()) {
    active->plain_load(reinterpret_cast<char*>(state), sizeof *state, RINGSIM_PC);
    active->create_thread(run_state, state->get(), id, RINGSIM_PC);
    active->store_now(reinterpret_cast<char*>(state), sizeof *state, 0, RINGSIM_PC);
}
void ringsim__ZNSt6thread4joinEv(std::uint64_t* id) {
    const std::uint64_t which = id_of(id, RINGSIM_PC);
    if (which < 2 || which > ringsim::sim::threads_max)
        active->fail("std::thread::join() of a thread that is not joinable", RINGSIM_PC);
    active->join_thread(static_cast<unsigned>(which - 1), RINGSIM_PC);
    active->store_now(reinterpret_cast<char*>(id), sizeof *id, 0, RINGSIM_PC);
}
void ringsim__ZNSt6thread6detachEv(std::uint64_t* id) {
    active->store_now(reinterpret_cast<char*>(id), sizeof *id, 0, RINGSIM_PC);
}
unsigned ringsim__ZNSt6thread20hardware_concurrencyEv() {
    return 2;
}

// --- std::condition_variable ------------------------------------------------------------------
void ringsim__ZNSt18condition_variableC1Ev(void*) {}
void ringsim__ZNSt18condition_variableD1Ev(void*) {}
void ringsim__ZNSt18condition_variable10notify_oneEv(void* c) {
    active->wake_one(c, RINGSIM_PC);
}
void ringsim__ZNSt18condition_variable10notify_allEv(void* c) {
    active->wake_all(c, RINGSIM_PC);
}
void ringsim__ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE(
    void* c, std::unique_lock<std::mutex>* lock) {
    active->plain_load(reinterpret_cast<char*>(lock), sizeof(void*), RINGSIM_PC);
    active->wait(c, lock->mutex(), RINGSIM_PC);
}

// --- allocation ---------------------------------------------------------------------------------
void* ringsim__Znwm(std::size_t bytes) {
    return allocate(bytes, 16, RINGSIM_PC);
}
void* ringsim__Znam(std::size_t bytes) {
    return allocate(bytes, 16, RINGSIM_PC);
}
void* ringsim__ZnwmSt11align_val_t(std::size_t bytes, std::size_t alignment) {
    return allocate(bytes, alignment, RINGSIM_PC);
}
void ringsim__ZdlPv(void* address) {
    release(address, RINGSIM_PC);
}
void ringsim__ZdaPv(void* address) {
    release(address, RINGSIM_PC);
}
void ringsim__ZdlPvm(void* address, std::size_t) {
    release(address, RINGSIM_PC);
}
void ringsim__ZdaPvm(void* address, std::size_t) {
    release(address, RINGSIM_PC);
}
void ringsim__ZdlPvmSt11align_val_t(void* address, std::size_t, std::size_t) {
    release(address, RINGSIM_PC);
}

// --- local static objects, and what is to happen at the end ------------------------------------
int ringsim___cxa_guard_acquire(std::uint64_t* guard) {
    if (!active || !active->running()) return *reinterpret_cast<char*>(guard) == 0;
    return active->begin_once(guard, RINGSIM_PC);
}
void ringsim___cxa_guard_release(std::uint64_t* guard) {
    *reinterpret_cast<char*>(guard) = 1;
    if (!active || !active->running()) return;
    active->atomic_store(reinterpret_cast<char*>(guard), 1, 1, ringsim::order::release, RINGSIM_PC);
    active->end_once(guard, true, RINGSIM_PC);
}
void ringsim___cxa_guard_abort(std::uint64_t* guard) {
    if (active && active->running()) active->end_once(guard, false, RINGSIM_PC);
}
int ringsim___cxa_atexit(void (*)(void*), void*, void*) {
    return 0;
}
int ringsim___cxa_thread_atexit(void (*)(void*), void*, void*) {
    return 0;
}
[[noreturn]] void ringsim___cxa_pure_virtual() {
    active->fail("a pure virtual function is called", RINGSIM_PC);
}
void ringsim__ZNSt8ios_base4InitC1Ev(void*) {}
void ringsim__ZNSt8ios_base4InitD1Ev(void*) {}

}  // extern "C"
// NOLINTEND
