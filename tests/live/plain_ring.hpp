// The model's ring in one thread: plain memory behind both concepts, the kernel's and the
// consumer's, and the notification counted. Orders do not matter here; arithmetic does.
//
// A *mutant* breaks one thing, so that the conformance test can show that it would notice.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "consumer/live/machine.hpp"
#include "consumer/ring_memory.hpp"
#include "kernel_model/ring_memory.hpp"
#include "kernel_model/version.hpp"

namespace ringsim::tests {

enum class mutant : std::uint8_t {
    none,
    wrong_pg_off,       // pg_off is one page too small
    discard_forgotten,  // commit does not set the discard bit
    busy_forgotten,     // commit does not clear the busy bit
    wakeup_never,       // no commit notifies
    wakeup_always,      // producer sees consumer_pos wherever it would notify
    room_for_one_more,  // reserve sees a consumer that is eight bytes further
    pending_forgotten,  // reserve does not remember what is pending
    position_too_far,   // producer_pos is published eight bytes too far
    consumer_lags,      // the consumer does not store what it consumed last
    wrap_forgotten,     // payload behind the end of the ring is not written to its beginning
    level_forgotten,    // a level-triggered item is not looked at again
    oneshot_stays,      // a oneshot item reports without being rearmed
    rings_swapped,      // of two rings the later one is reported first
    of_usual_rings,
    overwrite_lags = of_usual_rings,  // of overwrite mode: overwrite_pos stays where it is
    count_,
};
inline constexpr std::string_view mutant_names[] = {
    "none",
    "wrong_pg_off",
    "discard_forgotten",
    "busy_forgotten",
    "wakeup_never",
    "wakeup_always",
    "room_for_one_more",
    "pending_forgotten",
    "position_too_far",
    "consumer_lags",
    "wrap_forgotten",
    "level_forgotten",
    "oneshot_stays",
    "rings_swapped",
    "overwrite_lags",
};

// BPF_F_RB_OVERWRITE or not.
enum class ring_mode : std::uint8_t { usual, overwrite };

// The newest of the model's versions that is not newer than Linux `major`.`minor`.
inline const kernel::version& model_of_linux(int major, int minor) {
    const kernel::version* newest = kernel::versions.data();
    for (const kernel::version& v : kernel::versions) {
        int of_model[2] = {0, 0};
        const char* end = v.name.data() + v.name.size();
        const auto dot = std::from_chars(v.name.data(), end, of_model[0]);
        std::from_chars(dot.ptr + 1, end, of_model[1]);
        if (std::pair(of_model[0], of_model[1]) <= std::pair(major, minor)) newest = &v;
    }
    return *newest;
}

inline const kernel::version& model_of_running_kernel() {
    const consumer::live::kernel_release running = consumer::live::running_kernel();
    return model_of_linux(running.major, running.minor);
}

class plain_ring {
  public:
    using ulong = std::uint64_t;
    using payload_view = std::span<const std::byte>;

    explicit plain_ring(std::uint32_t bytes, mutant broken = mutant::none,
                        ring_mode mode = ring_mode::usual,
                        const kernel::version& as_of = model_of_running_kernel())
        : data_(2 * std::size_t{bytes}),
          mask_(bytes - 1),
          broken_(broken),
          mode_(mode),
          has_(as_of.has) {}

    // An empty ring with a past: its positions, and what its pages hold.
    void begin_at(ulong pos, const std::byte* data) {
        consumer_pos_ = producer_pos_ = pending_pos_ = pos;
        for (std::size_t i = 0; i <= mask_; ++i) set_byte(i, data[i]);
    }

    ulong mask() const { return mask_; }
    const kernel::features& has() const { return has_; }

    ulong load_consumer_pos(site s) const {
        if (broken_ == mutant::room_for_one_more && s == site::reserve_load_consumer_pos)
            return consumer_pos_ + 8;
        if (broken_ == mutant::wakeup_always && s == site::commit_load_consumer_pos)
            return committing_;
        return consumer_pos_;
    }
    void store_consumer_pos(site, ulong pos) {
        if (broken_ == mutant::consumer_lags && pos == producer_pos_) return;
        consumer_pos_ = pos;
    }
    ulong load_producer_pos(site) const { return producer_pos_; }
    void store_producer_pos(site, ulong pos) {
        producer_pos_ = pos + (broken_ == mutant::position_too_far ? 8 : 0);
    }
    ulong load_pending_pos(site) const {
        return broken_ == mutant::pending_forgotten ? producer_pos_ : pending_pos_;
    }
    void store_pending_pos(site, ulong pos) { pending_pos_ = pos; }

    std::uint32_t load_header(site, ulong pos) const { return word(pos); }
    void branch(dependency) const {}
    void store_header(site, ulong pos, std::uint32_t len) { set_word(pos, len); }
    void exchange_header(site, ulong pos, std::uint32_t len) {
        if (broken_ == mutant::discard_forgotten) len &= ~BPF_RINGBUF_DISCARD_BIT;
        if (broken_ == mutant::busy_forgotten) len |= BPF_RINGBUF_BUSY_BIT;
        committing_ = pos;
        set_word(pos, len);
    }
    std::uint32_t load_pg_off(site, ulong pos) const { return word(pos + 4); }
    void store_pg_off(site, ulong pos, std::uint32_t pg_off) {
        set_word(pos + 4, pg_off - (broken_ == mutant::wrong_pg_off ? 1 : 0));
    }

    bool overwrite_mode() const { return mode_ == ring_mode::overwrite; }
    ulong load_overwrite_pos(site) const { return overwrite_pos_; }
    void store_overwrite_pos(site, ulong pos) {
        if (broken_ != mutant::overwrite_lags) overwrite_pos_ = pos;
    }
    bool in_nmi() const { return false; }
    bool holds_lock() const { return false; }
    bool try_lock(site) const { return true; }
    void lock(site) {}
    void unlock(site) {}
    void fence(site) {}

    void set_notify(site) {
        if (broken_ != mutant::wakeup_never) ++notifications_;
    }
    void take_notify(site) {}

    // The data appears twice, back to back, as in a mapping of a real ring.
    payload_view payload(site, ulong pos, std::uint32_t len) const {
        return {data_.data() + (pos & mask_) + BPF_RINGBUF_HDR_SZ, len};
    }
    void write_payload(ulong pos, std::span<const std::byte> bytes) {
        for (std::size_t i = 0; i < bytes.size(); ++i)
            if (broken_ != mutant::wrap_forgotten ||
                (pos & mask_) + BPF_RINGBUF_HDR_SZ + i <= mask_)
                set_byte(pos + BPF_RINGBUF_HDR_SZ + i, bytes[i]);
    }

    std::span<const std::byte> data() const { return {data_.data(), mask_ + 1}; }
    std::uint64_t notifications() const { return notifications_; }

  private:
    std::uint32_t word(ulong pos) const {
        std::uint32_t value;
        std::memcpy(&value, data_.data() + (pos & mask_), sizeof value);
        return value;
    }
    // Records begin on multiples of eight, so a header never wraps.
    void set_word(ulong pos, std::uint32_t value) {
        std::memcpy(data_.data() + (pos & mask_), &value, sizeof value);
        std::memcpy(data_.data() + (pos & mask_) + mask_ + 1, &value, sizeof value);
    }
    void set_byte(ulong pos, std::byte value) {
        data_[pos & mask_] = value;
        data_[(pos & mask_) + mask_ + 1] = value;
    }

    std::vector<std::byte> data_;
    ulong mask_;
    mutant broken_;
    ring_mode mode_;
    const kernel::features& has_;
    ulong consumer_pos_ = 0;
    ulong producer_pos_ = 0;
    ulong pending_pos_ = 0;
    ulong overwrite_pos_ = 0;
    ulong committing_ = 0;
    std::uint64_t notifications_ = 0;
};

static_assert(kernel::ring_memory<plain_ring>);
static_assert(consumer::ring_memory<plain_ring>);

}  // namespace ringsim::tests
