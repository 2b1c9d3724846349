// std::packaged_task, and a future that is asked whether it is ready.
// expect rc11 84
// expect -DBROKEN rc11 1/25 assertion_failed:_status_==_std::future_status::ready
#include <cassert>
#include <chrono>
#include <future>
#include <thread>

using namespace std::chrono_literals;

int main() {
    std::packaged_task<int(int)> task([](int n) { return 2 * n; });
    auto future = task.get_future();
    std::thread other(std::move(task), 21);
    const auto status = future.wait_for(1ms);
#ifdef BROKEN
    assert(status == std::future_status::ready);
#else
    (void)status;
#endif
    assert(future.get() == 42);
    other.join();
}
