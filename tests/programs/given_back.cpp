// Memory is given back to what it came from, and not with a lock in it that is held.
//
// expect            rc11 2
// expect -DARRAY    rc11 1/1 delete_of_what_came_from_new[]
// expect -DMALLOC   rc11 1/1 delete_of_what_came_from_malloc()
// expect -DFREE     rc11 1/1 free()_of_what_came_from_new
// expect -DTWICE    rc11 1/1 double_free
// expect -DLOCKED   rc11 2/2 memory_is_freed_with_a_lock_in_it
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>

struct counted {
    std::mutex lock;
    int owners = 2;
};

static void leave(counted* c) {
    c->lock.lock();
    const bool last = --c->owners == 0;
#ifdef LOCKED
    if (last) return delete c;
#endif
    c->lock.unlock();
    if (last) delete c;
}

int main() {
#if defined(ARRAY)
    std::thread t([] { const std::unique_ptr<int> values(new int[4]); });
#elif defined(MALLOC)
    std::thread t([] { delete static_cast<int*>(std::malloc(sizeof(int))); });
#elif defined(FREE)
    std::thread t([] { std::free(new int); });
#elif defined(TWICE)
    std::thread t([] {
        const int* const value = new int;
        delete value;
        delete value;
    });
#else
    auto* c = new counted;
    std::thread t(leave, c);
    leave(c);
    const std::unique_ptr<int[]> values(new int[4]);
    std::free(std::realloc(std::malloc(4), 100));
#endif
    t.join();
}
