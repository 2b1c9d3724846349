// The user ring buffer of the running kernel and the model's, for the conformance check.
#pragma once

#include <rapidcheck/Gen.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ringsim::tests {

// What is wrong with a model, so that the check can show that it would notice.
enum class user_mutant : std::uint8_t {
    none,
    busy_ignored,       // a record that is still written is drained
    discard_shown,      // a discarded record is shown
    alignment_ignored,  // producer_pos may be any
    consumer_lags,      // consumer_pos is stored eight bytes too low
    stays_busy,         // the end of a drain does not admit the next
    wakeup_never,       // no drain notifies
    count_,
};
inline constexpr std::string_view user_mutant_names[] = {
    "none",          "busy_ignored", "discard_shown", "alignment_ignored",
    "consumer_lags", "stays_busy",   "wakeup_never"};

// A record as userspace writes it: the room that it takes, and the header that says so or not.
struct user_record {
    std::uint32_t payload = 0;
    std::uint32_t header = 0;
    std::uint64_t word = 0;  // the first of the payload
};

// Userspace writes records and producer_pos, and the kernel drains.
struct user_step {
    std::vector<user_record> records;
    std::uint64_t too_far = 0;           // bytes that producer_pos is beyond the records
    std::uint64_t flags = 0;             // of the drain
    std::uint64_t stop_at = UINT64_MAX;  // the sample whose callback stops the drain
    bool gives_up = false;               // afterwards, what the drain left is taken back

    std::string text() const;
};

struct user_sequence {
    std::vector<user_step> steps;

    std::uint64_t operations() const;  // records and drains
    std::string text() const;
};

rc::Gen<user_sequence> any_user_sequence();

// Does the steps to a new ring of the running kernel and to a model with `broken`. Empty if they
// agree throughout, else what differs.
std::string compare(const user_sequence& steps, user_mutant broken);

// Why this machine cannot run the check; empty if it can.
std::string why_user_ring_cannot_run();

}  // namespace ringsim::tests
