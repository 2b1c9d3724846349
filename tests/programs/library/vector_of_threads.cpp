// Threads in a vector, which moves them: many small functions, whose frames take turns in a place.
// expect          rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <atomic>
#include <cassert>
#include <thread>
#include <vector>

int main() {
#ifdef BROKEN
    int sum = 0;
#else
    std::atomic<int> sum{0};
#endif
    std::vector<std::thread> threads;
    for (int i = 1; i <= 2; ++i) threads.emplace_back([&sum, i] { sum += i; });
    for (std::thread& t : threads) t.join();
    assert(sum == 3);
}
