// What live mode predicts, and what it makes of an observation.
#include <doctest/doctest.h>

#include "consumer/order_tables.hpp"
#include "scenarios/commands/live_prediction.hpp"
#include "scenarios/commands/live_report.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::tests {
namespace {

using scenarios::commands::live_verdict;

bool possible(const order_table& orders, trigger how, std::string_view arch,
              std::uint64_t flags = 0) {
    return scenarios::commands::predict_live({orders, how, flags, arch}).stalls_possible;
}

consumer::live::observation seen_with(std::uint64_t stalls) {
    consumer::live::observation seen;
    seen.records = seen.submitted = 1000;
    seen.stalls = stalls;
    return seen;
}

}  // namespace

TEST_CASE("prediction: the verdicts that herd7 gives for the consumer's instructions") {
    using namespace consumer;
    struct row {
        const order_table& orders;
        bool x86_64, aarch64, riscv64, ppc64le;
    };
    // Kernel's half: full barrier. libbpf: mov;mov, STLR;LDAR, fence rw,w;sw;lw, lwsync;st;ld.
    const row rows[] = {
        {libbpf, true, false, true, true},      {aya_0_12, false, false, true, true},
        {aya_0_14, false, false, false, false}, {fenced, false, false, false, false},
        {seq_cst, false, false, false, false},
    };
    for (const row& r : rows) {
        CAPTURE(&r - rows);
        CHECK(possible(r.orders, trigger::edge, "x86_64") == r.x86_64);
#ifndef __ARM_FEATURE_RCPC
        CHECK(possible(r.orders, trigger::edge, "aarch64") == r.aarch64);
#endif
        CHECK(possible(r.orders, trigger::edge, "riscv64") == r.riscv64);
        CHECK(possible(r.orders, trigger::edge, "ppc64le") == r.ppc64le);
        CHECK_FALSE(possible(r.orders, trigger::level, "x86_64"));
        CHECK_FALSE(possible(r.orders, trigger::level, "aarch64"));
    }
    // A fence that is less than a full barrier does not help.
    CHECK(possible(libbpf.with(site::consumer_recheck_fence, order::acq_rel), trigger::edge,
                   "x86_64"));
    // Nothing in the Linux memory model promises that epoll's locks order the two.
    CHECK(possible(libbpf, trigger::level, "riscv64"));
}

TEST_CASE("prediction: the wakeup flags decide before the orders do") {
    using namespace consumer;
    for (const trigger how : {trigger::level, trigger::edge}) {
        CHECK(possible(fenced, how, "x86_64", BPF_RB_NO_WAKEUP));
        CHECK_FALSE(possible(libbpf, how, "x86_64", BPF_RB_FORCE_WAKEUP));
        // The kernel looks at FORCE first.
        CHECK_FALSE(possible(libbpf, how, "x86_64", BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP));
    }
}

TEST_CASE("prediction: by the machine's model, and by C++20's where there is none") {
    for (const auto& [arch, model] : {std::pair{"x86_64", "x86-tso"}, std::pair{"riscv64", "riscv"},
                                      std::pair{"ppc64le", "power"}, std::pair{"s390x", "rc11"}}) {
        const std::string machine = arch;  // clang 14 captures no structured binding
        CAPTURE(machine);
        const auto predicted =
            scenarios::commands::predict_live({consumer::fenced, trigger::edge, 0, arch}).line;
        CHECK(predicted.ends_with("executions"));
        CHECK(predicted.find("under " + std::string(model)) != std::string::npos);
    }
}

TEST_CASE("verdict: an observation contradicts the prediction in one direction only") {
    const scenarios::commands::live_prediction safe{false, ""}, unsafe{true, ""};
    const auto judge = scenarios::commands::judge_live;
    CHECK(judge(seen_with(0), safe) == live_verdict::no_stall_as_predicted);
    CHECK(judge(seen_with(0), unsafe) == live_verdict::no_stall_seen);
    CHECK(judge(seen_with(1), safe) == live_verdict::stalls_unpredicted);
    CHECK(judge(seen_with(1), unsafe) == live_verdict::stalls_as_predicted);

    CHECK(exit_status_of(live_verdict::no_stall_as_predicted) == scenarios::exit_expected);
    CHECK(exit_status_of(live_verdict::no_stall_seen) == scenarios::exit_expected);
    CHECK(exit_status_of(live_verdict::stalls_as_predicted) == scenarios::exit_expected);
    CHECK(exit_status_of(live_verdict::stalls_unpredicted) == scenarios::exit_unexpected);
}

TEST_CASE("verdict: a broken sequence is never right") {
    using observation = consumer::live::observation;
    for (const auto field : {&observation::gaps, &observation::reorderings, &observation::torn,
                             &observation::submitted}) {
        observation seen = seen_with(0);
        ++(seen.*field);
        for (const bool possible : {false, true}) {
            const auto verdict = scenarios::commands::judge_live(seen, {possible, ""});
            CHECK(verdict == live_verdict::sequence_broken);
            CHECK(exit_status_of(verdict) == scenarios::exit_unexpected);
        }
    }
}

}  // namespace ringsim::tests
