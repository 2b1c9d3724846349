// Threads of C++ that do the same: each has an argument of its own, with the same bytes.
#include <atomic>
#include <cassert>
#include <mutex>
#include <thread>
#include <vector>

std::atomic<int> x{0};
int sum = 0;
std::mutex m;

struct counted {
    int* into;
    void operator()() const {
        const int mine = x.fetch_add(1, std::memory_order_relaxed);
        const std::lock_guard<std::mutex> guard(m);
        *into += mine;
    }
};

int main() {
    std::vector<std::thread> threads;
    int sums[3] = {0, 0, 0};
    for (int i = 0; i < 3; ++i) {
#ifdef INDEX
        threads.emplace_back(counted{&sums[i]});
#else
        threads.emplace_back(counted{&sum});
#endif
    }
#ifdef ANOTHER
    std::thread([] { x.store(7, std::memory_order_relaxed); }).join();
#endif
    for (std::thread& t : threads) t.join();
#ifdef INDEX
    assert(sums[0] != 2);
#endif
    return 0;
}
