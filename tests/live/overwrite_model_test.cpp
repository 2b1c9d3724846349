// The model of overwrite mode in one thread, on the operations that the conformance check does to
// the kernel's, for machines whose kernel has none.
#include <doctest/doctest.h>

#include "kernel_model/poll.hpp"
#include "kernel_model/version.hpp"
#include "tests/live/conformance_model.hpp"
#include "tests/live/conformance_steps.hpp"
#include "tests/live/plain_ring.hpp"
#include "tests/live/random_search.hpp"

namespace ringsim::tests {
namespace {

// What is wrong with the ring after a run, in which everything was committed; empty if nothing is.
std::string broken_promise(plain_ring& rb) {
    const auto prod_pos = kernel::bpf_ringbuf_query(rb, BPF_RB_PROD_POS);
    auto pos = kernel::bpf_ringbuf_query(rb, BPF_RB_OVERWRITE_POS);
    if (prod_pos - pos > rb.mask() + 1) return "it keeps more than it is long";
    while (pos < prod_pos) {
        const std::uint32_t len = rb.load_header(site::consumer_load_header, pos);
        if (len & BPF_RINGBUF_BUSY_BIT) return "a record is BUSY";
        pos += record_size(len);
    }
    return pos == prod_pos ? "" : "the records from overwrite_pos on do not end at producer_pos";
}

std::string broken_promise(const sequence& steps, mutant broken) {
    plain_ring rb(steps.ring_bytes, broken, steps.mode, *kernel::find_version("6.19"));
    for (const step& s : steps.steps) {
        conformance_script run = s.script;
        run_on_model(rb, run);
        if (std::string why = broken_promise(rb); !why.empty()) return why;
        // Nobody consumes, and there is room all the same.
        const conformance_output& first = run.outputs[0];
        const bool good = (first.flags & ~(BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP)) == 0 &&
                          record_size(first.size) < steps.ring_bytes;
        if (first.present && good != (first.result == 0)) return "there is no room";
    }
    return {};
}

search_result<sequence> look_at_many(mutant broken) {
    return search(any_sequence(ring_mode::overwrite), seed(), 50'000,
                  [broken](const sequence& s, bool) { return broken_promise(s, broken); });
}

}  // namespace

TEST_CASE("overwrite mode: the model keeps whole records, and the newest") {
    const auto result = look_at_many(mutant::none);
    if (result.found) FAIL(result.found->text());
    CHECK(result.operations >= 50'000);
    for (const mutant wrong : {mutant::overwrite_lags, mutant::busy_forgotten}) {
        const auto noticed = look_at_many(wrong);
        REQUIRE(noticed.found);
        CAPTURE(noticed.found->text());
        CHECK(noticed.found->sequence.steps.size() <= 2);
    }
}

}  // namespace ringsim::tests
