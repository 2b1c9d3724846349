// The world of a scenario over the kernel's and libbpf's own code: the threads of scenarios/ as
// they are, and below them the user's files, under sim/check's runtime.
#pragma once

#include <array>
#include <functional>

#include "scenarios/scenario.hpp"
#include "scenarios/worlds/exploration.hpp"
#include "sim/check/runtime.hpp"
#include "upstream/program.hpp"

namespace ringsim::upstream_code {

// Nothing, or what of the scenario is not in these files, as "needs ...". `whole_way`: the tree's
// own eventpoll is among them.
std::string why_not(const scenarios::scenario& s, bool whole_way);

class ring_world final : public scenarios::world, public sim::check::driver {
  public:
    using record = scenarios::record;
    // How the epoll set is triggered: as the file says, or edge.
    ring_world(const scenarios::scenario& s, const functions& f, unsigned bits, bool edge);
    // The tree's own eventpoll stands between a commit and the consumer.
    bool whole_way() const { return functions_.epoll_mod != nullptr; }

    // Creates the map and runs the scenario's setup. Before there is a runtime.
    void set_up();
    void attach(sim::check::runtime& r) { runtime_ = &r; }
    std::function<void(const scenarios::outcome&, sim::violation found)> on_outcome;
    const std::vector<bool>& reached() const { return reached_; }
    // What the scenario needs and these files do not have, if it came to that: "needs ...".
    const std::string& missing() const { return missing_; }
    bool edge_triggered() const { return functions_.edge && functions_.edge() != 0; }
    // "rb->data[16].len" of an address in the ring; empty for others.
    std::string name_of(const void* address, unsigned size) const;

    // --- sim::check::driver ----------------------------------------------------------------
    unsigned threads() const override { return static_cast<unsigned>(scenario_.threads.size()); }
    void run(unsigned thread) override;
    std::optional<sim::graph::verdict_of_program> judge(sim::graph::hang how) override;
    void accessed(const void* address, std::uint64_t value, sim::graph::event_kind how) override;
    int sample(void* context, const void* data, std::size_t bytes, std::uint64_t first,
               bool uniform) override;
    void sample_begins() override;
    void sleeps(bool asleep) override;

    // --- scenarios::world ------------------------------------------------------------------
    void use_ring(unsigned index) override;
    scenarios::thread_facts& me() override;
    record bpf_ringbuf_reserve(std::uint64_t size) override;
    void write(const record& r, std::uint64_t payload) override;
    void bpf_ringbuf_submit(const record& r, std::uint64_t flags) override;
    void bpf_ringbuf_discard(const record& r, std::uint64_t flags) override;
    int bpf_ringbuf_output(std::uint64_t payload, std::uint64_t size, std::uint64_t flags) override;
    int bpf_ringbuf_output_staged(std::uint64_t payload, bool own_buffer) override;
    std::uint64_t bpf_ringbuf_query_avail_data() override;
    void raise_interrupt() override;
    void nmi(bool on) override;
    void put_map() override;
    void free_map() override;
    std::int64_t ring_buffer__consume(std::uint64_t n) override;
    std::int64_t ring_buffer__consume_stopping() override;
    void in_callback(void (*what)(scenarios::world&)) override;
    std::int64_t ring_buffer__consume_to_queue() override;
    void hand_over_queue() override;
    std::int64_t ring_buffer__consume_n(std::uint64_t n) override;
    void epoll_wait() override;
    unsigned epoll_wait(kernel::timeout to) override;
    void epoll_ctl_mod() override;
    void was_reported() override;
    void poll_until(unsigned samples, std::uint64_t n) override;
    void poll_in_calls(unsigned samples, std::int64_t (*call)(world&)) override;
    bool consume_or_spin() override;
    bool read_until_deadline() override;
    bool read_until_flush() override;
    void flush() override;
    void set_signal() override;
    bool signal_is_set() override;
    void wait_for_signal() override;
    bool merge_rings() override;
    record user_ring_buffer__reserve(std::uint32_t size) override;
    record user_ring_buffer__reserve_blocking(std::uint32_t size) override;
    void user_ring_buffer__submit(const record& r) override;
    void user_ring_buffer__discard(const record& r) override;
    std::int64_t bpf_user_ringbuf_drain(std::uint64_t flags, bool stops) override;
    void lock_user_producer() override;
    void unlock_user_producer() override;
    record ebpf_ring_buffer_reserve(std::uint32_t size, bool at_once) override;
    void submit_and_set_event(const record& r) override;
    void reset_event() override;
    void wait_for_event() override;
    void write_any_consumer_pos(unsigned step) override;
    void write_any_producer_pos(unsigned step) override;
    void write_any_header() override;
    void write_user_header(const record& r, std::uint32_t len) override;

  private:
    // What a thread saw of the positions, to tell where records are; in setup, thread threads_max.
    struct positions {
        std::uint64_t consumer = 0;
        std::uint64_t produced = 0;  // the last value that the thread itself wrote
    };

    unsigned index() const { return in_setup_ ? sim::threads_max : runtime_->thread(); }
    const void* word(ring_word w) const { return words_[static_cast<std::size_t>(w)]; }
    std::uint64_t read(ring_word w) const;
    std::uint64_t masked(std::uint64_t position) const;
    std::uint64_t from_start(std::uint64_t position) const { return masked(position - start_); }
    char* sample_of(const record& r) const;
    std::uint64_t offset_of(const void* sample) const;
    record note_reserved(const void* sample, std::uint32_t len);
    void note_made(const record& r);
    scenarios::made_record& made_as(const record& r);
    std::int64_t consume(std::uint64_t n);
    void look_again(std::uint64_t mark, std::uint64_t n);
    const scenarios::outcome& facts();
    void look_at_positions();
    [[noreturn]] void lacks(const char* what);

    const scenarios::scenario& scenario_;
    const functions& functions_;
    unsigned bits_;
    bool edge_;
    std::uint64_t start_;
    bpf_map* map_ = nullptr;
    std::array<void*, static_cast<std::size_t>(ring_word::count_)> words_{};
    sim::check::runtime* runtime_ = nullptr;
    bool in_setup_ = true;
    std::array<positions, sim::threads_max + 1> positions_{};
    std::array<bool, sim::threads_max + 1> stops_{};  // the callback ends the call
    std::array<void (*)(scenarios::world&), sim::threads_max + 1> in_callback_{};
    scenarios::outcome outcome_{};
    std::vector<bool> reached_;
    std::string missing_;
};

}  // namespace ringsim::upstream_code
