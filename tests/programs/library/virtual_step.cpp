// A thread that calls a virtual function of the object that it works for, which waits for it when
// it is destroyed: in the destructor of the class that has the function, and too late.
// expect         rc11 2
// expect -DLATE  rc11 2/3 data_race
#include <atomic>
#include <memory>
#include <thread>

struct worker {
    std::thread t;
    std::atomic<bool> stop{false};
    virtual void step() {}
    void run() {
        if (!stop) step();
    }
    void start() {
        t = std::thread([this] { run(); });
    }
    void end() {
        if (!t.joinable()) return;
        stop = true;
        t.join();
    }
    virtual ~worker() { end(); }
};

struct counter : worker {
    std::unique_ptr<int> steps = std::make_unique<int>(0);
    void step() override { ++*steps; }
    ~counter() override {
#ifndef LATE
        end();
#endif
    }
};

int main() {
    counter c;
    c.start();
}
