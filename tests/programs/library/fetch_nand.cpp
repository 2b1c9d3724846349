// The one of the old operations that C11 left out.
// expect rc11 4  sc 4
// expect -DBROKEN rc11 4/4 main()_returns_1
#include <thread>

static unsigned word = 6;

int main() {
    const auto change = [] { __sync_fetch_and_nand(&word, 3u); };
    std::thread a(change);
    std::thread b(change);
    a.join();
    b.join();
    // ~(~(6 & 3) & 3)
#ifdef BROKEN
    return word != 6;
#else
    return word != ~(~(6u & 3u) & 3u);
#endif
}
