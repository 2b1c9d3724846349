// Exceptions within threads, while others throw as well.
// expect rc11 1
// expect -DBROKEN rc11 1/1 std::terminate()_is_called
#include <cassert>
#include <stdexcept>
#include <string>
#include <thread>

static int caught[2];

static void work(int n) {
    try {
        if (n == 0) throw std::invalid_argument("zero");
        throw n;
    } catch (const std::invalid_argument& e) {
        assert(std::string(e.what()) == "zero");
        caught[0] = 1;
    } catch (int found) {
        caught[1] = found;
    }
}

int main() {
    std::thread other([] {
#ifdef BROKEN
        throw std::runtime_error("nobody catches this");
#endif
        work(0);
    });
    work(3);
    other.join();
    assert(caught[0] == 1 && caught[1] == 3);
}
