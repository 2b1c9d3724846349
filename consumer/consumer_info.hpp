// What a consumer says of itself. Each is one file beside this one: its info, what it keeps between
// two looks at the ring, and the loop that takes records. consumer/all.hpp has the list.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include "kernel_model/site.hpp"

namespace ringsim::consumer {

struct consumer_info {
    std::string_view name;      // the word on the command line: consumer=NAME
    std::string_view function;  // the loop over the records, upstream
    std::string_view file;      // where this project has it
    std::string_view summary;
    // The site of part::of_some_consumers that it has; site::count_ if there is none.
    site own_site = site::count_;
    bool reads_overwritten = false;    // it reads overwrite_pos: for rings in overwrite mode only
    bool stays_at_busy = false;        // it waits at a BUSY record, instead of in epoll_wait()
    bool reads_with_deadline = false;  // it has a read that ends at a deadline
    bool merges_rings = false;         // it has one that takes the oldest record of several rings
    bool first_event_alone = false;    // of the rings that epoll reports at a time, the first only
};

// --- what a consumer has -------------------------------------------------------------------------
//
// A struct with `info`, `state`, and
//
//   template <ring_memory M, class F>
//   static std::int64_t consume(M& r, state& mine, std::uint64_t n, F&& sample_cb);
//
// which is one look at the ring: it takes records as upstream's loop does, calls
// `sample_cb(payload)` for each that it hands out, before it gives the record's space back,
// and returns how many calls there were. After 0 the caller goes to sleep or looks again; the loop
// itself never waits. (Who stays at a BUSY record spins there, on a spinning_memory.) `n` bounds
// the calls where upstream's loop has a bound; a negative result of `sample_cb` ends the look, and
// is what it returns, where upstream's loop knows such an end. Others ignore both. `mine` is empty
// at the first look at a ring, and afterwards as the look before left it.
//
// `info` says whether there is more: read_with_deadline() (consumer/cilium.hpp), merge()
// (consumer/libpman.hpp).
template <class Consumer>
concept described_consumer = std::same_as<const consumer_info, decltype(Consumer::info)> &&
                             std::default_initializable<typename Consumer::state> &&
                             std::equality_comparable<typename Consumer::state>;

// A consumer that takes one record a call, made one that takes up to `n`: `next()` is false if
// there was none. Returns how many there were.
template <class Next>
std::int64_t take_up_to(std::uint64_t n, Next&& next) {
    std::int64_t count = 0;
    while (static_cast<std::uint64_t>(count) < n && next()) ++count;
    return count;
}

// --- what a consumer keeps between two looks at the ring -----------------------------------------
//
// `state`, a struct of bools, numbers of 32 bits at most, and positions. It is empty when the
// consumer begins, and it is all that a look may leave for the next one: worlds compare and copy it
// to tell whether the next look will be like this one (scenarios/worlds/idle_rounds.hpp), and take
// it apart into its members (scenarios/worlds/kept_words.hpp).

// A position of the ring. A type of its own, since an endless ring has few of them: they are turned
// back to the start with the ring.
class kept_position {
  public:
    constexpr kept_position(std::uint64_t pos = 0) : pos_(pos) {}
    constexpr operator std::uint64_t() const { return pos_; }
    friend constexpr bool operator==(const kept_position&, const kept_position&) = default;

  private:
    std::uint64_t pos_;
};

// Of who keeps nothing.
struct no_state {
    friend bool operator==(const no_state&, const no_state&) = default;
};

}  // namespace ringsim::consumer
