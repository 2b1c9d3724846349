// Variables of a block that threads use until a destructor, where the block ends, has waited for
// them.
// expect           rc11 2
// expect -DTRY     rc11 2
// expect -DTURNS   rc11 1
// expect -DCONDITION rc11 2
// expect -DWRONG   rc11 3/3 use_of_a_local_variable_whose_block
#include <atomic>
#include <cassert>
#include <mutex>
#include <optional>
#include <thread>

static int total;

int main() {
    std::optional<std::jthread> outlives;
#ifdef TRY
    try {
        int r = 0;
        std::mutex m;
        std::jthread a([&] {
            std::lock_guard<std::mutex> g(m);
            ++r;
        });
        std::lock_guard<std::mutex> g(m);
        if (r == 1) throw 1;
    } catch (int i) {
        total += i;
    }
#elif defined TURNS
    for (int i = 0; i < 2; ++i) {
        int r = 0;
        {
            std::jthread a([&] { r += i; });
        }
        total += r;
    }
    assert(total == 1);
#elif defined CONDITION
    if (std::atomic<int> n{0}; total == 0) {
        std::jthread a([&n] { n++; });
        n++;
    }
#else
    {
        std::atomic<int> n{0};
#ifdef WRONG
        outlives.emplace([&] { n = 1; });
#else
        std::jthread a([&] { n = 1; });
#endif
        n = 2;
    }
#endif
}
