// A process that helps this one: a fork of it, with a socket between the two, and memory that both
// see.
#pragma once

#include <sys/mman.h>
#include <sys/types.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <system_error>

namespace ringsim::sim::graph {

// One end of a socket, for messages of bytes: each is its length, and then its bytes.
class channel {
  public:
    explicit channel(int socket) : socket_(socket) {}

    // To poll() for something to read.
    int descriptor() const { return socket_; }
    // All of it, in as many pieces as the socket takes. Nothing, if nobody listens any more:
    // whoever reads next finds out.
    void send(const std::string& message) const;
    // Takes in what there is to read; `waits`, until there is something. False: there is no more to
    // come, since the other end is closed.
    bool receive(bool waits);
    // The next message of what was taken in; nothing while it is not complete.
    std::optional<std::string> take();

  private:
    int socket_;
    std::string heard_;
};

// Whether a process may write to stderr. One whose work this process would do again, and tell what
// comes of it, may not.
enum class on_stderr : std::uint8_t { nothing, as_usual };

class helper_process {
  public:
    // Begins a process, which does `work` and ends. It dies with this one, and leaves Ctrl-C to it.
    // Throws std::system_error.
    explicit helper_process(const std::function<void(channel&)>& work,
                            on_stderr says = on_stderr::nothing);
    // Ends it, in the middle of its work if need be.
    ~helper_process();
    // Waits until it has ended by itself; how, as waitpid() tells it. Once.
    int wait_for_end();
    helper_process(const helper_process&) = delete;
    helper_process& operator=(const helper_process&) = delete;

    channel& talk() { return talk_; }
    const channel& talk() const { return talk_; }

  private:
    pid_t process_ = -1;
    channel talk_{-1};
};

// A T in memory that forks of this process see, too.
template <class T>
class shared_page {
  public:
    // Throws std::system_error.
    shared_page() {
        void* const page =
            mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap()");
        it_ = new (page) T{};
    }
    ~shared_page() { munmap(it_, sizeof(T)); }
    shared_page(const shared_page&) = delete;
    shared_page& operator=(const shared_page&) = delete;

    T* operator->() const { return it_; }
    T& operator*() const { return *it_; }

  private:
    T* it_;
};

}  // namespace ringsim::sim::graph
