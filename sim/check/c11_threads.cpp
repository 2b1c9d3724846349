// C11's <threads.h>, as the program under check sees it: a call of NAME in its code arrives at
// ringsim_NAME.
#include <threads.h>

#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

#define RINGSIM_PC __builtin_return_address(0)
// NOLINTBEGIN: names that the library chose
extern "C" {

// A thread's result is an int where a POSIX thread's is a pointer: both in the same register.
int ringsim_thrd_create(thrd_t* to, thrd_start_t f, void* argument) {
    static_assert(sizeof *to == sizeof(std::uint64_t));
    active->create_thread(reinterpret_cast<thread_function>(reinterpret_cast<void*>(f)), argument,
                          reinterpret_cast<std::uint64_t*>(to), RINGSIM_PC);
    return thrd_success;
}
int ringsim_thrd_join(thrd_t id, int* result) {
    if (id < 2 || id > ringsim::sim::threads_max) return thrd_error;
    const auto got = reinterpret_cast<std::uintptr_t>(
        active->join_thread(static_cast<unsigned>(id - 1), RINGSIM_PC));
    if (result)
        active->store_now(reinterpret_cast<char*>(result), sizeof(int),
                          static_cast<std::uint32_t>(got), RINGSIM_PC);
    return thrd_success;
}
[[noreturn]] void ringsim_thrd_exit(int result) {
    active->exit_thread(reinterpret_cast<void*>(static_cast<std::uintptr_t>(result)));
}
thrd_t ringsim_thrd_current() {
    return active->thread() + 1;
}
int ringsim_thrd_detach(thrd_t) {
    return thrd_success;
}
int ringsim_thrd_equal(thrd_t a, thrd_t b) {
    return a == b;
}
void ringsim_thrd_yield() {}
int ringsim_thrd_sleep(const struct timespec*, struct timespec*) {
    return 0;
}

int ringsim_mtx_init(mtx_t* m, int type) {
    active->set_recursive(m, (type & mtx_recursive) != 0);
    return thrd_success;
}
void ringsim_mtx_destroy(mtx_t*) {}
int ringsim_mtx_lock(mtx_t* m) {
    active->lock(m, RINGSIM_PC);
    return thrd_success;
}
int ringsim_mtx_trylock(mtx_t* m) {
    return active->try_lock(m, RINGSIM_PC) ? thrd_success : thrd_busy;
}
int ringsim_mtx_unlock(mtx_t* m) {
    active->unlock(m, RINGSIM_PC);
    return thrd_success;
}

int ringsim_cnd_init(cnd_t*) {
    return thrd_success;
}
void ringsim_cnd_destroy(cnd_t*) {}
int ringsim_cnd_wait(cnd_t* c, mtx_t* m) {
    active->wait(c, m, RINGSIM_PC);
    return thrd_success;
}
int ringsim_cnd_signal(cnd_t* c) {
    active->wake_one(c, RINGSIM_PC);
    return thrd_success;
}
int ringsim_cnd_broadcast(cnd_t* c) {
    active->wake_all(c, RINGSIM_PC);
    return thrd_success;
}
void ringsim_call_once(once_flag* o, void (*f)()) {
    active->once(o, f, RINGSIM_PC);
}

}  // extern "C"
// NOLINTEND
