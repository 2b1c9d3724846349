// Who waits for an atomic may go on before it is notified, for its value is there already. With
// -DFREED the memory is then gone: notify_one() is an operation on what is no object any more.
//
// expect          rc11 6
// expect -DFREED  rc11 2/8 use_after_free
#include <atomic>
#include <thread>

int main() {
    auto* done = new std::atomic<int>(0);
    std::thread worker([=] {
        done->store(1);
        done->notify_one();
    });
    done->wait(0);
#if defined FREED
    delete done;
    worker.join();
#else
    worker.join();
    delete done;
#endif
}
