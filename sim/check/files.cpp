// eventfd, pipe and epoll, as the program under check sees them: a call of NAME in its code arrives
// at ringsim_NAME.
//
// A file is an object of the program's heap, and its state is words of the graph that belong to
// that address. Whoever makes a file ready tells the epoll sets that watch it, as the kernel's wait
// queues do; an edge-triggered item is reported once for each time it was told of, a
// level-triggered one as long as it is ready.
//
// Sources: eventfd(2), pipe(7), epoll(7), epoll_ctl(2), fcntl(2), and fs/eventpoll.c for what an
// edge is. A write that would wait for room is refused. Not modelled, and not noticed: descriptors
// are never used again, and SIGPIPE is not sent. The kernel's locks in these calls order memory;
// here each access to a word is acquire, release or both.
//
// Files are in a table that grows while threads run, and has room for all from the start: who goes
// through it over events would lose his place if it moved.
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <vector>

#include "sim/check/found_out.hpp"
#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;
using ringsim::access;
using ringsim::order;
using ringsim::sim::step_kind;
using ringsim::sim::graph::event_kind;
using ringsim::sim::graph::rmw_op;

namespace {

enum class file_kind : std::uint8_t { event, read_end, write_end, epoll };

// What the descriptor says. What the file holds is in words of the graph and never here: this is
// the same in each execution, and is not put back.
struct file {
    file_kind kind = file_kind::event;
    bool blocks = true;
    bool counts_down = false;     // an eventfd with EFD_SEMAPHORE
    const void* state = nullptr;  // what its words belong to; both ends of a pipe have one
    unsigned number = 0;          // its bit in sets of files

    bool operator==(const file&) const = default;
};

// 0, 1 and 2 are the process's own streams. A set of files is a word of 64 bits, which files_max
// fits in; pipe_room is what pipe(7) says of Linux.
constexpr int first_fd = 3;
constexpr unsigned files_max = 60;
constexpr std::size_t pipe_bytes_max = 256;  // of one read or write
constexpr std::uint64_t pipe_room = 65536;

// By descriptor. Which object is made where in which thread is the same in each execution, and so
// are descriptors.
std::vector<file>& files() {
    static std::vector<file> all = [] {
        std::vector<file> none;
        none.reserve(files_max);
        return none;
    }();
    return all;
}

// Words of a file's state: their numbers, beside its address. Each byte that was ever written to a
// pipe has a word of its own, from `bytes` on: it is written once, and read once at most.
enum word : unsigned {
    amount,    // the eventfd's count, or the bytes in the pipe
    closed,    // the write end
    inside,    // the lock of a pipe
    taken,     // bytes read from the pipe, ever
    watchers,  // epoll sets
    watched,   // of an epoll set: files
    turned,    // whether it blocks is not as it was opened; of a write end, the word behind this
    bytes = 64,
    items = 1u << 20,  // of an epoll set, three for each file
};
enum item_word : unsigned { events, data, told };

// Four numbers for each file, of which three are used.
unsigned item(unsigned of, item_word w) {
    return items + 4 * of + w;
}

// Accesses to words, from one place of the program. The store of the program that was reported last
// goes first (flush()), as in front of any event.
class words {
  public:
    explicit words(const void* at) : at_(at) {}

    // Each is one event. The names say what they do to the word; change() returns what it held
    // before.
    std::uint64_t get(unsigned w) const {
        return active->perform(access::load, label(event_kind::read, step_kind::load, w),
                               order::acquire);
    }
    void set(unsigned w, std::uint64_t v) const {
        auto l = label(event_kind::write, step_kind::store, w);
        l.value = v;
        active->perform(access::store, l, order::release);
    }
    std::uint64_t change(unsigned w, rmw_op op, std::uint64_t v) const {
        auto l = label(event_kind::read, step_kind::rmw, w);
        l.op = op;
        l.value = v;
        return active->perform(access::rmw, l, order::acq_rel);
    }
    bool replace(unsigned w, std::uint64_t from, std::uint64_t to) const {
        auto l = label(event_kind::read, step_kind::rmw, w);
        l.op = rmw_op::compare_exchange;
        l.expected = from;
        l.value = to;
        return active->perform(access::rmw, l, order::acq_rel) == from;
    }
    // Waits for 0, and makes it 1.
    void lock(unsigned w) const {
        active->await(active->word_of(at_, location_kind::semaphore, w), 0, false, rmw_op::exchange,
                      1, step_kind::take, order::acquire);
    }

  private:
    ringsim::sim::graph::label label(event_kind kind, step_kind shown, unsigned w) const {
        active->flush();
        return active->label_for(kind, shown, active->word_of(at_, location_kind::semaphore, w));
    }
    const void* at_;
};

// Errors as the C library has them: -1, and errno, which is the thread's own.
int failed(int error) {
    errno = error;
    return -1;
}

file* find(int fd) {
    const auto i = static_cast<std::size_t>(fd - first_fd);
    return fd >= first_fd && i < files().size() ? &files()[i] : nullptr;
}

// A descriptor for an object that is made now; the same one in each execution, because the object
// has the same address in each. A thread that is started over opens it again.
int open_file(file what, const void* object) {
    static std::map<std::pair<const void*, file_kind>, int> known;
    const auto [at, fresh] = known.try_emplace({object, what.kind}, 0);
    if (fresh) {
        if (files().size() == files_max) active->refuse(3, "more than 60 files (files_max)");
        at->second = first_fd + static_cast<int>(files().size());
        files().emplace_back();
    }
    what.state = object;
    what.number = static_cast<unsigned>(at->second - first_fd);
    found_out(files()[what.number], what);
    return at->second;
}

// Of the program's heap, for its address alone: nothing is stored there, and it is never freed.
const void* new_object() {
    return active->allocate(sizeof(std::uint64_t), 16);
}

// Files of which fcntl() says in some execution whether they block: these need an event to know.
std::set<unsigned>& changing() {
    static std::set<unsigned> some;
    return some;
}
unsigned turned_word(const file& f) {
    return turned + (f.kind == file_kind::write_end ? 1 : 0);
}
bool blocks(const file& f) {
    if (!changing().contains(f.number)) return f.blocks;
    return f.blocks != (words(f.state).get(turned_word(f)) != 0);
}
void set_blocks(const file& f, bool whether) {
    found_one(changing(), f.number);
    words(f.state).set(turned_word(f), f.blocks != whether ? 1 : 0);
}

// --- readiness ----------------------------------------------------------------------------------

// What the file is ready for, in the bits of epoll. An eventfd is always ready for writing: that
// its count may be full is left out.
std::uint32_t readiness(const file& f) {
    const words w(f.state);
    if (f.kind == file_kind::write_end)
        return w.get(amount) < pipe_room ? std::uint32_t{EPOLLOUT} : 0;
    std::uint32_t ready = w.get(amount) != 0 ? std::uint32_t{EPOLLIN} : 0;
    if (f.kind == file_kind::event) ready |= EPOLLOUT;
    if (f.kind == file_kind::read_end && w.get(closed) != 0) ready |= EPOLLHUP;
    return ready;
}

// Something has come: threads that wait in read() go on, and sets that watch the file are told. The
// amount has been changed by then. notify() begins with a full barrier, which stands between that
// change and the look at who watches; epoll_ctl() has one between its entry there and its look at
// the amount. So one of the two sees the other (store buffering), and no wakeup is lost.
void tell(const file& f) {
    active->waiting.notify(f.state, ringsim::sim::threads_max);
    const std::uint64_t sets = words(f.state).get(watchers);
    for (const file& set : files()) {
        if (set.kind != file_kind::epoll || !((sets >> set.number) & 1)) continue;
        // Both ends of a pipe have one state; the set may watch either.
        for (const file& each : files())
            if (each.state == f.state) words(set.state).set(item(each.number, told), 1);
        active->waiting.notify(set.state, ringsim::sim::threads_max);
    }
}

// Until `ready` says so; false if the time is up. The thread says that it waits before it looks for
// the last time: who makes the file ready behind that look finds it in the set. If it was woken
// although it need not wait, the wakeup is taken back, or the next wait would end at once.
template <class F>
bool wait_until(const void* at, std::uint64_t until, F&& ready) {
    while (!ready()) {
        active->waiting.enter_wait(at);
        if (ready()) {
            if (!active->waiting.leave_wait(at)) active->waiting.block(at, no_time);
            return true;
        }
        if (!active->waiting.block(at, until)) return false;
    }
    return true;
}

// --- eventfd ------------------------------------------------------------------------------------

// What one read takes; 0 if there is nothing.
std::uint64_t take(const file& f) {
    const words w(f.state);
    for (;;) {
        const std::uint64_t have = w.get(amount);
        if (have == 0) return 0;
        // Others may read at the same time: what one takes no other one gets.
        if (w.replace(amount, have, f.counts_down ? have - 1 : 0)) return f.counts_down ? 1 : have;
    }
}

long read_event(const file& f, char* to, std::size_t n) {
    // eventfd(2): EINVAL for less than eight bytes, EAGAIN for nothing in a file that does not
    // block.
    if (n < sizeof(std::uint64_t)) return failed(EINVAL);
    std::uint64_t got = 0;
    const auto some = [&] { return (got = take(f)) != 0; };
    if (blocks(f))
        wait_until(f.state, no_time, some);
    else if (!some())
        return failed(EAGAIN);
    active->store_now(to, sizeof got, got);
    return sizeof got;
}

// Waits for room, says eventfd(2), where the count would be the largest number.
void count_up(const file& f, std::uint64_t more) {
    if (words(f.state).change(amount, rmw_op::add, more) >= UINT64_MAX - more)
        active->refuse(2, "the count of an eventfd is full: to wait for room is not modelled");
    tell(f);
}

// The number is read as memory of the program.
long write_event(const file& f, const char* from, std::size_t n) {
    if (n < sizeof(std::uint64_t)) return failed(EINVAL);
    std::uint64_t more = 0;
    active->plain_load(const_cast<char*>(from), sizeof more);
    std::memcpy(&more, from, sizeof more);
    if (more == UINT64_MAX) return failed(EINVAL);
    count_up(f, more);
    return sizeof more;
}

// --- pipe ---------------------------------------------------------------------------------------

// Each byte is several events: larger reads and writes would be slow to explore. POSIX has writes
// of up to 512 bytes in one piece, for which the lock stands.
void within_limit(std::size_t n) {
    if (n > pipe_bytes_max)
        active->refuse(3,
                       "more than 256 bytes in one read or write of a pipe (pipe_bytes_max); use "
                       "smaller ones");
}

// Up to `n` bytes, with the pipe locked: how many there were.
std::size_t take_bytes(const words& w, char* to, std::size_t n) {
    w.lock(inside);
    const std::uint64_t have = w.get(amount);
    const std::uint64_t many = have < n ? have : n;
    // Where the next byte is: as many as were read before.
    const std::uint64_t from = many != 0 ? w.get(taken) : 0;
    for (std::uint64_t i = 0; i < many; ++i)
        active->store_now(to + i, 1, w.get(bytes + static_cast<unsigned>(from + i)));
    if (many != 0) {
        w.set(taken, from + many);
        w.change(amount, rmw_op::sub, many);
    }
    w.set(inside, 0);
    return many;
}

long read_pipe(const file& f, char* to, std::size_t n) {
    const words w(f.state);
    const auto ready = [&] { return w.get(amount) != 0 || w.get(closed) != 0; };
    for (;;) {
        // It must be known to be closed before it is found empty: in the other order bytes may be
        // written and the end closed in between, and would be lost.
        const bool ended = w.get(closed) != 0;
        // Fewer bytes than were asked for is no error: read(2).
        if (const std::size_t got = take_bytes(w, to, n < pipe_bytes_max ? n : pipe_bytes_max))
            return static_cast<long>(got);
        if (ended) return 0;
        if (!blocks(f)) return failed(EAGAIN);
        wait_until(f.state, no_time, ready);
    }
}

long write_pipe(const file& f, const char* from, std::size_t n) {
    within_limit(n);
    const words w(f.state);
    w.lock(inside);
    // Behind all that was ever written.
    const std::uint64_t before = w.get(taken);
    const std::uint64_t have = w.get(amount);
    if (have + n > pipe_room)
        active->refuse(2, "a pipe is full: to wait for room in it is not modelled");
    const std::uint64_t at = before + have;
    for (std::size_t i = 0; i < n; ++i) {
        active->plain_load(const_cast<char*>(from + i), 1);
        w.set(bytes + static_cast<unsigned>(at + i), static_cast<unsigned char>(from[i]));
    }
    w.change(amount, rmw_op::add, n);
    w.set(inside, 0);
    tell(f);
    return static_cast<long>(n);
}

// --- epoll --------------------------------------------------------------------------------------

// What the set has to report, written to `to`: at most so many, in the order of descriptors. An
// item without events was taken out, or is disabled by EPOLLONESHOT until it is changed.
int collect(const file& set, epoll_event* to, int most) {
    const words w(set.state);
    const std::uint64_t members = w.get(watched);
    int found = 0;
    for (const file& f : files()) {
        if (!((members >> f.number) & 1) || found == most) continue;
        const auto wanted = static_cast<std::uint32_t>(w.get(item(f.number, item_word::events)));
        if (wanted == 0) continue;
        const bool edge = (wanted & EPOLLET) != 0;
        // Taken before the file is looked at: who tells behind that is heard the next time.
        if (edge && w.change(item(f.number, told), rmw_op::exchange, 0) == 0) continue;
        // EPOLLHUP is always waited for, whether asked for or not: epoll_ctl(2).
        const std::uint32_t ready = readiness(f) & (wanted | EPOLLHUP);
        if (ready == 0) continue;
        char* const at = reinterpret_cast<char*>(&to[found++]);
        // The structure is packed: the data begin at byte 4.
        active->store_now(at, sizeof ready, ready);
        active->store_now(at + offsetof(epoll_event, data), sizeof(std::uint64_t),
                          w.get(item(f.number, data)));
        if (wanted & EPOLLONESHOT) w.set(item(f.number, item_word::events), 0);
    }
    return found;
}

int epoll_wait_for(int fd, epoll_event* to, int most, int milliseconds) {
    const file* set = find(fd);
    if (!set || set->kind != file_kind::epoll) return failed(EBADF);
    const file found_set = *set;
    int found = 0;
    const auto some = [&] { return (found = collect(found_set, to, most)) != 0; };
    // 0: a look, without waiting; less: for ever.
    if (milliseconds == 0) {
        some();
        return found;
    }
    const std::uint64_t until =
        milliseconds < 0
            ? no_time
            : active->waiting.read_clock() + static_cast<std::uint64_t>(milliseconds) * 1'000'000;
    wait_until(found_set.state, until, some);
    return found;
}

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

int ringsim_eventfd(unsigned count, int flags) {
    RINGSIM_ENTER;
    file f;
    // Both kinds of flags are kept in the file; other flags mean nothing to one process.
    f.blocks = !(flags & EFD_NONBLOCK);
    f.counts_down = (flags & EFD_SEMAPHORE) != 0;
    const void* const object = new_object();
    const int fd = open_file(f, object);
    if (count != 0) words(object).set(amount, count);
    return fd;
}
// The two descriptors are stored one by one, as two events: nobody has the array yet, or it is a
// race.
int ringsim_pipe2(int* to, int flags) {
    RINGSIM_ENTER;
    file f;
    f.blocks = !(flags & O_NONBLOCK);
    const void* const object = new_object();
    f.kind = file_kind::read_end;
    const int reads = open_file(f, object);
    f.kind = file_kind::write_end;
    const int writes = open_file(f, object);
    active->store_now(reinterpret_cast<char*>(to), sizeof(int), static_cast<unsigned>(reads));
    active->store_now(reinterpret_cast<char*>(to + 1), sizeof(int), static_cast<unsigned>(writes));
    return 0;
}
int ringsim_pipe(int* to) {
    return ringsim_pipe2(to, 0);
}
// O_NONBLOCK is the one flag of a file here, as it is of F_SETFL for these files; those of
// descriptors mean nothing to one process.
int ringsim_fcntl(int fd, int command, ...) {
    RINGSIM_ENTER;
    const file* const f = find(fd);
    if (!f) active->refuse(2, "fcntl() of a file is not modelled; of eventfd and pipe it is");
    const file of(*f);
    va_list arguments;
    va_start(arguments, command);
    const int flags = va_arg(arguments, int);
    va_end(arguments);
    if (command == F_GETFD || command == F_SETFD) return 0;
    if (command == F_SETFL) {
        set_blocks(of, !(flags & O_NONBLOCK));
        return 0;
    }
    if (command != F_GETFL)
        active->refuse(
            2, "fcntl() with other than F_GETFL, F_SETFL, F_GETFD, F_SETFD is not modelled");
    const int mode = of.kind == file_kind::read_end    ? O_RDONLY
                     : of.kind == file_kind::write_end ? O_WRONLY
                                                       : O_RDWR;
    return mode | (blocks(of) ? 0 : O_NONBLOCK);
}
long ringsim_read(int fd, void* to, std::size_t n) {
    RINGSIM_ENTER;
    const file* const f = find(fd);
    if (!f) active->refuse(2, "read() of a file is not modelled; eventfd and pipe are");
    if (f->kind == file_kind::event) return read_event(file(*f), static_cast<char*>(to), n);
    if (f->kind != file_kind::read_end) return failed(EBADF);
    return read_pipe(file(*f), static_cast<char*>(to), n);
}
long ringsim_write(int fd, const void* from, std::size_t n) {
    RINGSIM_ENTER;
    const file* const f = find(fd);
    // What is printed is nobody's memory: it is read, for races, and dropped.
    if (fd == STDOUT_FILENO || fd == STDERR_FILENO) {
        active->plain_load(static_cast<char*>(const_cast<void*>(from)), n);
        return static_cast<long>(n);
    }
    if (!f) active->refuse(2, "write() to a file is not modelled; eventfd and pipe are");
    if (f->kind == file_kind::event)
        return write_event(file(*f), static_cast<const char*>(from), n);
    if (f->kind != file_kind::write_end) return failed(EBADF);
    return write_pipe(file(*f), static_cast<const char*>(from), n);
}
// As glibc has these two, in terms of read() and write(). The value of the second one is in a
// register, and no memory is read.
int ringsim_eventfd_read(int fd, eventfd_t* to) {
    return ringsim_read(fd, to, sizeof *to) == sizeof *to ? 0 : -1;
}
int ringsim_eventfd_write(int fd, eventfd_t value) {
    RINGSIM_ENTER;
    const file* const f = find(fd);
    if (!f || f->kind != file_kind::event) return failed(EBADF);
    const file event(*f);
    if (value == UINT64_MAX) return failed(EINVAL);
    count_up(event, value);
    return 0;
}
int ringsim_close(int fd) {
    RINGSIM_ENTER;
    const file* const f = find(fd);
    if (!f) return fd >= 0 && fd < first_fd ? 0 : failed(EBADF);
    // The other kinds tell nobody that they are closed. Their words stay, and so does the
    // descriptor.
    if (f->kind != file_kind::write_end) return 0;
    const file end(*f);
    words(end.state).set(closed, 1);
    tell(end);
    return 0;
}

int ringsim_epoll_create1(int) {
    RINGSIM_ENTER;
    file f;
    f.kind = file_kind::epoll;
    return open_file(f, new_object());
}
int ringsim_epoll_create(int) {
    return ringsim_epoll_create1(0);
}
int ringsim_epoll_ctl(int fd, int operation, int of, epoll_event* event) {
    RINGSIM_ENTER;
    const file* set = find(fd);
    const file* f = find(of);
    if (!set || set->kind != file_kind::epoll || !f) return failed(EBADF);
    if (f->kind == file_kind::epoll)
        active->refuse(2, "an epoll set in another one is not modelled");
    const file watching(*set);
    const file member(*f);
    const words w(watching.state);
    // Its place in the set stays; collect() passes over an item without events.
    if (operation == EPOLL_CTL_DEL) {
        w.set(item(member.number, item_word::events), 0);
        return 0;
    }
    active->plain_load(reinterpret_cast<char*>(event), sizeof *event);
    epoll_event wanted;
    std::memcpy(&wanted, event, sizeof wanted);
    // The data are there before the events that make the item count, and both before the set is
    // told of.
    w.set(item(member.number, data), wanted.data.u64);
    w.set(item(member.number, item_word::events), wanted.events);
    w.change(watched, rmw_op::bit_or, std::uint64_t{1} << member.number);
    words(member.state).change(watchers, rmw_op::bit_or, std::uint64_t{1} << watching.number);
    // See tell(). The kernel has this barrier, too, and looks then: a file that is ready already is
    // reported at once, edge-triggered or not (ep_modify()).
    active->fence(order::seq_cst);
    if (readiness(member) & wanted.events) {
        w.set(item(member.number, told), 1);
        active->waiting.notify(watching.state, ringsim::sim::threads_max);
    }
    return 0;
}
// epoll_pwait() has a set of signals besides; no signal is ever sent here.
int ringsim_epoll_wait(int fd, epoll_event* to, int most, int milliseconds) {
    RINGSIM_ENTER;
    return epoll_wait_for(fd, to, most, milliseconds);
}
int ringsim_epoll_pwait(int fd, epoll_event* to, int most, int milliseconds, const void*) {
    RINGSIM_ENTER;
    return epoll_wait_for(fd, to, most, milliseconds);
}

}  // extern "C"
// NOLINTEND
