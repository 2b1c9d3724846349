// std::atomic<std::shared_ptr>: the pointer itself is shared.
// expect rc11 11
// expect -DBROKEN rc11 2/2 data_race
#include <atomic>
#include <cassert>
#include <memory>
#include <thread>

#ifdef BROKEN
static std::shared_ptr<int> current;
static std::shared_ptr<int> get() {
    return current;
}
static void set(std::shared_ptr<int> p) {
    current = std::move(p);
}
#else
static std::atomic<std::shared_ptr<int> > current;
static std::shared_ptr<int> get() {
    return current.load();
}
static void set(std::shared_ptr<int> p) {
    current.store(std::move(p));
}
#endif

int main() {
    set(std::make_shared<int>(1));
    std::thread reader([] {
        const auto mine = get();
        assert(*mine == 1 || *mine == 2);
    });
    set(std::make_shared<int>(2));
    reader.join();
}
