// pthread_exit() unwinds the stack: destructors run, and give locks back.
// expect              rc11 2
// expect -DCAUGHT     rc11 2
// expect -DPUSHED     rc11 2
// expect -DMAIN       rc11 2
// expect -DSWALLOWED  rc11 1/1 pthread_exit()_is_caught_by_catch_(...),_and_not_thrown_on
// expect -DBROKEN     rc11 1/1 deadlock
#include <pthread.h>

#include <cassert>
#include <mutex>
#include <string>

static std::mutex m;
static int count;
static int order;

struct noted {
    explicit noted(int of) : number(of) {}
    ~noted() { order = order * 10 + number; }
    int number;
};

[[maybe_unused]] static void called(void* number) {
    noted(*static_cast<int*>(number));
}

[[gnu::noinline]] static void leave() {
    noted inner(1);
#ifdef BROKEN
    m.lock();
#else
    std::lock_guard lock(m);
#endif
    ++count;
    std::string text(100, 'x');
    pthread_exit(nullptr);
}

static void* worker(void* unused) {
    noted outer(2);
#if defined(CAUGHT)
    try {
        leave();
    } catch (...) {
        throw;
    }
#elif defined(SWALLOWED)
    try {
        leave();
    } catch (...) {
    }
#elif defined(PUSHED)
    static int three = 3;
    pthread_cleanup_push(called, &three);
    leave();
    pthread_cleanup_pop(0);
#else
    leave();
#endif
    return unused;
}

int main() {
    pthread_t t;
    pthread_create(&t, nullptr, worker, nullptr);
    pthread_join(t, nullptr);
    pthread_create(&t, nullptr, worker, nullptr);
    {
        std::lock_guard lock(m);
        ++count;
    }
    pthread_join(t, nullptr);
    assert(count == 3);
#ifdef PUSHED
    assert(order == 132132);
#else
    assert(order == 1212);
#endif
#ifdef MAIN
    noted last(4);
    pthread_exit(nullptr);
#endif
}
