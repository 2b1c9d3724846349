#include "upstream/ring_world.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "scenarios/program/user_error.hpp"
#include "scenarios/property.hpp"

namespace ringsim::upstream_code {

using scenarios::need;
using scenarios::record;
using scenarios::record_state;
namespace graph = sim::graph;

std::string why_not(const scenarios::scenario& s, bool whole_way) {
    if (s.waits == scenarios::wait_kind::in_full && !whole_way)
        return "needs the whole way through epoll, of which the wakeup is one step here";
    if (s.rings > 1) return "needs several rings in one set";
    if (s.interrupt) return "needs an interrupt on a CPU";
    if (s.needs.has(need::event) || s.needs.has(need::reserve_offset))
        return "needs the ring buffer of Windows";
    if (s.needs.has(need::flush)) return "needs a consumer that libbpf is not";
    if (s.needs.has(need::hostile_user)) return "needs a user who is not libbpf";
    if (s.needs.has(need::signal)) return "needs a program beside libbpf";
    if (s.needs.has(need::freed_map)) return "needs a map that is freed";
    return "";
}

ring_world::ring_world(const scenarios::scenario& s, const functions& f, unsigned bits, bool edge)
    : scenario_(s), functions_(f), bits_(bits), edge_(edge), start_(s.start) {
    reached_.resize(s.sometimes.size());
}

void ring_world::lacks(const char* what) {
    missing_ = fmt::format("needs {}, which these files do not have", what);
    if (!runtime_) throw scenarios::user_error(missing_);
    const sim::check::entry nowhere(nullptr);
    runtime_->refuse(2, missing_);
}

std::uint64_t ring_world::masked(std::uint64_t position) const {
    return bits_ == 64 ? position : position & ((std::uint64_t{1} << bits_) - 1);
}

std::uint64_t ring_world::read(ring_word w) const {
    const unsigned size = w == ring_word::data ? 4 : bits_ / 8;
    if (runtime_ && runtime_->running()) return runtime_->newest(word(w), size);
    std::uint64_t v = 0;
    std::memcpy(&v, word(w), size);
    return v;
}

void ring_world::set_up() {
    const bool user_ring = scenario_.needs.has(need::user_ring);
    constexpr std::uint32_t overwrite = 1u << 19;  // BPF_F_RB_OVERWRITE
    constexpr unsigned edge = 1u << 31;            // EPOLLET
    constexpr unsigned oneshot = 1u << 30;         // EPOLLONESHOT
    const std::uint32_t flags = scenario_.needs.has(need::overwrite) ? overwrite : 0;
    map_ = functions_.create(scenario_.ring_bytes, user_ring, flags);
    if (!map_) lacks(flags ? "a map in overwrite mode" : "such a map");
    for (std::size_t i = 0; i < words_.size(); ++i)
        words_[i] = functions_.word(map_, static_cast<int>(i));
    start_ = masked(start_);
    functions_.start_at(map_, start_);
    const auto open = user_ring ? functions_.open_user : functions_.open;
    if (!open) lacks("a user ring buffer");
    const unsigned events = (edge_ ? edge : 0) | (scenario_.needs.has(need::oneshot) ? oneshot : 0);
    if (!open(map_, scenario_.ring_bytes, events))
        throw scenarios::user_error("libbpf does not open the map");
    in_setup_ = true;
    outcome_.setup = {};
    if (scenario_.setup) scenario_.setup(*this);
    in_setup_ = false;
}

// --- as sim/check drives it ----------------------------------------------------------------

void ring_world::run(unsigned thread) {
    outcome_.threads[thread] = {};
    positions_[thread] = {};
    stops_[thread] = false;
    in_callback_[thread] = nullptr;
    scenario_.threads[thread].run(*this);
    runtime_->flush();
    me().finished = true;
}

std::optional<graph::verdict_of_program> ring_world::judge(graph::hang how) {
    const scenarios::outcome& o = facts();
    for (std::size_t i = 0; i < reached_.size(); ++i)
        if (!reached_[i] && scenario_.sometimes[i].holds(o)) reached_[i] = true;
    const auto verdict = scenarios::judge_end(scenario_, o, how);
    if (on_outcome) on_outcome(o, verdict ? verdict->kind : sim::violation::none);
    return verdict;
}

void ring_world::accessed(const void* address, std::uint64_t value, graph::event_kind how) {
    positions& mine = positions_[index()];
    if (address == word(ring_word::consumer_pos)) mine.consumer = value;
    if (address == word(ring_word::producer_pos) && how == graph::event_kind::write)
        mine.produced = value;
}

void ring_world::sample_begins() {
    if (auto* what = in_callback_[index()]) what(*this);
}

// What lies beyond the ring is the doing of a header that no producer wrote.
int ring_world::sample(void*, const void* data, std::size_t bytes, std::uint64_t first,
                       bool uniform) {
    look_at_positions();
    if (runtime_) runtime_->flush();
    scenarios::thread_facts& mine = me();
    if (bytes >= scenario_.ring_bytes || mine.taken_count == scenarios::records_max)
        runtime_->fail_as(sim::violation::torn_record, "a header that no producer wrote");
    const std::uint64_t offset = offset_of(data);
    const std::uint64_t seen = positions_[index()].consumer;
    const std::uint64_t ahead = (offset - seen) & (scenario_.ring_bytes - 1);
    mine.taken[mine.taken_count++] = {0, from_start(seen + ahead),
                                      static_cast<std::uint32_t>(bytes), first, uniform};
    return stops_[index()] ? (scenario_.needs.has(need::user_ring) ? 1 : -ECANCELED) : 0;
}

// A producer of a user ring that waits is not told of as a consumer that sleeps.
void ring_world::sleeps(bool asleep) {
    me().asleep = asleep && !scenario_.needs.has(need::user_ring);
    if (asleep) ++me().sleeps;
}

const scenarios::outcome& ring_world::facts() {
    outcome_.thread_count = threads();
    outcome_.ring_bytes = scenario_.ring_bytes;
    outcome_.ring_count = 1;
    scenarios::ring_end& end = outcome_.rings[0];
    end.consumer_pos = from_start(read(ring_word::consumer_pos));
    end.producer_pos = from_start(read(ring_word::producer_pos));
    if (scenario_.needs.has(need::overwrite) && word(ring_word::overwrite_pos))
        end.overwrite_pos = from_start(read(ring_word::overwrite_pos));
    const std::uint64_t at = (start_ + end.oldest()) & (scenario_.ring_bytes - 1);
    const auto* data = static_cast<const char*>(word(ring_word::data));
    end.header = static_cast<std::uint32_t>(runtime_->newest(data + at, 4));
    const unsigned words = (end.len() + 7) / 8;
    if (scenario_.needs.has(need::overwrite) && words > 0 && words < scenario_.ring_bytes / 8)
        end.payload = runtime_->newest(data + ((at + 8 * words) & (scenario_.ring_bytes - 1)), 8);
    end.notify_pending = word(ring_word::waitq) && runtime_->edge_pending(word(ring_word::waitq));
    return outcome_;
}

// --- records -------------------------------------------------------------------------------

// In setup nobody tells of accesses, and memory is what it is.
void ring_world::look_at_positions() {
    if (!in_setup_) return;
    positions_[index()] = {read(ring_word::consumer_pos), read(ring_word::producer_pos)};
}

scenarios::thread_facts& ring_world::me() {
    return in_setup_ ? outcome_.setup : outcome_.threads[runtime_->thread()];
}

// The offset in the ring of the header in front of a sample, wherever the pages were entered.
std::uint64_t ring_world::offset_of(const void* sample) const {
    const auto inside =
        static_cast<const char*>(sample) - static_cast<const char*>(word(ring_word::data)) - 8;
    return static_cast<std::uint64_t>(inside) & (scenario_.ring_bytes - 1);
}

char* ring_world::sample_of(const record& r) const {
    return static_cast<char*>(words_[static_cast<std::size_t>(ring_word::data)]) +
           ((start_ + r.pos) & (scenario_.ring_bytes - 1)) + 8;
}

record ring_world::note_reserved(const void* sample, std::uint32_t len) {
    if (!sample) {
        ++me().reservations_failed;
        return {};
    }
    look_at_positions();
    // The last byte of the record is in front of the position that the producer wrote.
    const std::uint64_t end = positions_[index()].produced;
    const std::uint64_t back = (end - 1 - offset_of(sample)) & (scenario_.ring_bytes - 1);
    const record r{0, from_start(end - 1 - back), len, true};
    note_made(r);
    return r;
}

void ring_world::note_made(const record& r) {
    scenarios::thread_facts& mine = me();
    if (mine.made_count == scenarios::records_max)
        runtime_->fail_as(sim::violation::assertion, "a thread made more records than records_max");
    mine.made[mine.made_count++] = {r.ring, r.pos, r.len, record_state::reserved, 0};
}

scenarios::made_record& ring_world::made_as(const record& r) {
    scenarios::thread_facts& mine = me();
    for (unsigned i = 0; i < mine.made_count; ++i)
        if (scenarios::same_record(mine.made[i], r)) return mine.made[i];
    note_made(r);
    return mine.made[mine.made_count - 1];
}

// --- the BPF program's side ------------------------------------------------------------------

record ring_world::bpf_ringbuf_reserve(std::uint64_t size) {
    return note_reserved(functions_.reserve(map_, size), static_cast<std::uint32_t>(size));
}
void ring_world::write(const record& r, std::uint64_t payload) {
    made_as(r).payload = payload;
    functions_.write(sample_of(r), (r.len + 7) / 8, payload);
}
void ring_world::bpf_ringbuf_submit(const record& r, std::uint64_t flags) {
    made_as(r).state = record_state::committed;
    functions_.submit(sample_of(r), flags);
}
void ring_world::bpf_ringbuf_discard(const record& r, std::uint64_t flags) {
    made_as(r).state = record_state::discarded;
    functions_.discard(sample_of(r), flags);
}
// The helper itself would do the same, but hides where the record is.
int ring_world::bpf_ringbuf_output(std::uint64_t payload, std::uint64_t size, std::uint64_t flags) {
    const record r = bpf_ringbuf_reserve(size);
    if (!r) return -EAGAIN;
    write(r, payload);
    bpf_ringbuf_submit(r, flags);
    return 0;
}
std::uint64_t ring_world::bpf_ringbuf_query_avail_data() {
    return functions_.query(map_, 0);
}

// --- the user's side ---------------------------------------------------------------------------

std::int64_t ring_world::consume(std::uint64_t n) {
    if (n == scenarios::all_records) return functions_.consume();
    if (!functions_.consume_n) lacks("ring_buffer__consume_n()");
    return functions_.consume_n(n);
}
std::int64_t ring_world::ring_buffer__consume(std::uint64_t n) {
    const unsigned before = me().taken_count;
    (void)consume(n);
    return me().taken_count - before;
}
std::int64_t ring_world::ring_buffer__consume_stopping() {
    const unsigned before = me().taken_count;
    stops_[index()] = true;
    (void)functions_.consume();
    stops_[index()] = false;
    return me().taken_count - before;
}
void ring_world::in_callback(void (*what)(scenarios::world&)) {
    in_callback_[index()] = what;
}
std::int64_t ring_world::ring_buffer__consume_n(std::uint64_t n) {
    return ring_buffer__consume(n);
}
void ring_world::epoll_wait() {
    (void)functions_.epoll_wait(-1);
}
unsigned ring_world::epoll_wait(kernel::timeout to) {
    if (to == kernel::timeout::some) lacks("a timeout that ends");
    if (!whole_way()) lacks("a timeout");
    return functions_.epoll_wait(to == kernel::timeout::zero ? 0 : -1) > 0 ? 1 : 0;
}
void ring_world::epoll_ctl_mod() {
    if (!whole_way()) lacks("EPOLLONESHOT");
    functions_.epoll_mod();
}
// Of the abstract wakeup nothing is on a list.
void ring_world::was_reported() {
    constexpr int is_woken = -2;  // the wait queue is, and then there is no timeout
    if (whole_way()) (void)functions_.epoll_wait(is_woken);
}

// Woken, and nothing was taken. With a level trigger there is a BUSY record at the head, and the
// whole way through epoll_wait() writes, though it leaves nothing changed: so there a thread that
// would go round for ever is told by its looks at the ring alone. With an edge trigger it sleeps
// until the next wakeup.
void ring_world::look_again(std::uint64_t mark, std::uint64_t n) {
    if (!whole_way()) return runtime_->spin(mark);
    if (functions_.edge()) return;
    for (;;) {
        const std::uint64_t round = runtime_->spin_mark();
        if (ring_buffer__consume(n) != 0) return;
        runtime_->spin(round);
    }
}

void ring_world::poll_until(unsigned samples, std::uint64_t n) {
    (void)ring_buffer__consume(n);
    while (me().taken_count < samples) {
        const std::uint64_t mark = runtime_->spin_mark();
        const unsigned before = me().taken_count;
        if (n == scenarios::all_records) {
            (void)functions_.poll_ring();
        } else {
            epoll_wait();
            (void)consume(n);
        }
        if (me().taken_count == before) look_again(mark, n);
    }
}

void ring_world::poll_in_calls(unsigned samples, std::int64_t (*call)(world&)) {
    const auto look = [&] {
        while (call(*this) != 0) {
        }
    };
    look();
    while (me().taken_count < samples) {
        const std::uint64_t mark = runtime_->spin_mark();
        const unsigned before = me().taken_count;
        epoll_wait();
        look();
        if (me().taken_count == before) look_again(mark, scenarios::all_records);
    }
}

bool ring_world::consume_or_spin() {
    const std::uint64_t mark = runtime_->spin_mark();
    if (ring_buffer__consume(scenarios::all_records) != 0) return true;
    runtime_->spin(mark);
    return false;
}

// --- the user ring -----------------------------------------------------------------------------

record ring_world::user_ring_buffer__reserve(std::uint32_t size) {
    return note_reserved(functions_.user_reserve(size), size);
}
record ring_world::user_ring_buffer__reserve_blocking(std::uint32_t size) {
    return note_reserved(functions_.user_reserve_blocking(size), size);
}
void ring_world::user_ring_buffer__submit(const record& r) {
    made_as(r).state = record_state::committed;
    functions_.user_submit(sample_of(r));
}
void ring_world::user_ring_buffer__discard(const record& r) {
    made_as(r).state = record_state::discarded;
    functions_.user_discard(sample_of(r));
}
// A lock of the program's own, which libbpf has not: as in our model, unless its orders ask for
// one.
void ring_world::lock_user_producer() {}
void ring_world::unlock_user_producer() {}
std::int64_t ring_world::bpf_user_ringbuf_drain(std::uint64_t flags, bool stops) {
    if (!functions_.drain) lacks("bpf_user_ringbuf_drain()");
    stops_[index()] = stops;
    const std::int64_t n = functions_.drain(map_, nullptr, flags);
    stops_[index()] = false;
    return n;
}

// --- what is not in these files ------------------------------------------------------------------

void ring_world::use_ring(unsigned) {
    lacks("several rings");
}
int ring_world::bpf_ringbuf_output_staged(std::uint64_t, bool) {
    lacks("a buffer of a CPU");
}
void ring_world::raise_interrupt() {
    lacks("an interrupt");
}
void ring_world::nmi(bool) {
    lacks("an NMI");
}
void ring_world::put_map() {
    lacks("a map that is freed");
}
void ring_world::free_map() {
    lacks("a map that is freed");
}
std::int64_t ring_world::ring_buffer__consume_to_queue() {
    lacks("a callback with a queue");
}
void ring_world::hand_over_queue() {
    lacks("a callback with a queue");
}
bool ring_world::read_until_deadline() {
    lacks("a reader with a deadline");
}
bool ring_world::read_until_flush() {
    lacks("a reader that is flushed");
}
void ring_world::flush() {
    lacks("a reader that is flushed");
}
void ring_world::set_signal() {
    lacks("a word of the program");
}
bool ring_world::signal_is_set() {
    lacks("a word of the program");
}
void ring_world::wait_for_signal() {
    lacks("a word of the program");
}
bool ring_world::merge_rings() {
    lacks("several rings");
}
record ring_world::ebpf_ring_buffer_reserve(std::uint32_t, bool) {
    lacks("Windows");
}
void ring_world::submit_and_set_event(const record&) {
    lacks("Windows");
}
void ring_world::reset_event() {
    lacks("Windows");
}
void ring_world::wait_for_event() {
    lacks("Windows");
}
void ring_world::write_any_consumer_pos(unsigned) {
    lacks("a hostile user");
}
void ring_world::write_any_producer_pos(unsigned) {
    lacks("a hostile user");
}
void ring_world::write_any_header() {
    lacks("a hostile user");
}
void ring_world::write_user_header(const record&, std::uint32_t) {
    lacks("a hostile user");
}

// --- names ---------------------------------------------------------------------------------------

std::string ring_world::name_of(const void* address, unsigned size) const {
    static constexpr std::string_view names[] = {
        "rb->consumer_pos", "rb->producer_pos",  "",         "rb->waitq", "rb->spinlock",
        "rb->pending_pos",  "rb->overwrite_pos", "rb->mask", "rb->work",  "rb->busy"};
    for (std::size_t i = 0; i < words_.size(); ++i)
        if (words_[i] == address && !names[i].empty()) return std::string(names[i]);
    const auto inside =
        static_cast<const char*>(address) - static_cast<const char*>(word(ring_word::data));
    if (inside < 0 || inside >= 2 * static_cast<std::ptrdiff_t>(scenario_.ring_bytes)) return "";
    const auto at = static_cast<std::uint64_t>(inside) & (scenario_.ring_bytes - 1);
    if (size == 8) return fmt::format("rb->data[{}]", at);
    return at % 8 == 0 ? fmt::format("rb->data[{}].len", at)
                       : fmt::format("rb->data[{}].pg_off", at - at % 8);
}

}  // namespace ringsim::upstream_code
