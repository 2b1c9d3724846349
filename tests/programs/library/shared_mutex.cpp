// std::shared_mutex: several readers or one writer.
// expect rc11 76
// expect -DBROKEN rc11 18/80 data_race
#include <cassert>
#include <mutex>
#include <shared_mutex>
#include <thread>

static std::shared_mutex m;
static int a;
static int b;

int main() {
    std::thread reader([] {
        std::shared_lock lock(m);
        assert(a == b);
    });
    std::thread reader2([] {
        std::shared_lock lock(m, std::try_to_lock);
        if (lock) assert(a == b);
    });
    {
#ifdef BROKEN
        std::shared_lock lock(m);
#else
        std::unique_lock lock(m);
#endif
        ++a;
        ++b;
    }
    reader.join();
    reader2.join();
}
