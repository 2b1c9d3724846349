// std::map under a lock; its tree is balanced by the library.
// expect rc11 2
// expect -DBROKEN rc11 2/2 data_race
#include <cassert>
#include <map>
#include <mutex>
#include <thread>

static std::map<int, int> squares{{0, 0}};
static std::mutex m;

int main() {
    std::thread other([] {
        std::lock_guard lock(m);
        for (int i = 1; i < 4; ++i) squares[i] = i * i;
        squares.erase(0);
    });
    {
#ifndef BROKEN
        std::lock_guard lock(m);
#endif
        squares[7] = 49;
        int last = -1;
        for (const auto& [n, square] : squares) {
            assert(n > last && square == n * n);
            last = n;
        }
    }
    other.join();
    assert(squares.size() == 4 && squares.at(7) == 49);
}
