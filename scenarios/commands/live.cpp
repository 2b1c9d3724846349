// ringsim live: the consumer on a real ring of the running kernel.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>

#include "consumer/live/experiment.hpp"
#include "consumer/live/foreign_ring.hpp"
#include "consumer/live/machine.hpp"
#include "consumer/live/refusal.hpp"
#include "consumer/order_tables.hpp"
#include "scenarios/commands/live_beside.hpp"
#include "scenarios/commands/live_options.hpp"
#include "scenarios/commands/live_report.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace live = consumer::live;
using namespace std::chrono_literals;

constexpr std::uint64_t ring_bytes_max = 1ull << 30;

std::atomic<bool> stopped{false};

// While it lives, the first SIGINT or SIGTERM ends the run early and the second one the program.
class stop_on_signal {
  public:
    stop_on_signal() { install(on_signal); }
    ~stop_on_signal() { install(SIG_DFL); }
    stop_on_signal(const stop_on_signal&) = delete;
    stop_on_signal& operator=(const stop_on_signal&) = delete;

  private:
    static void on_signal(int) {
        stopped = true;
        install(SIG_DFL);
    }
    static void install(void (*handler)(int)) {
        std::signal(SIGINT, handler);
        std::signal(SIGTERM, handler);
    }
};

// One line on stderr that is written over, only on a terminal.
class progress_line {
  public:
    explicit progress_line(const settings& global)
        : shown_(!global.quiet && isatty(STDERR_FILENO) == 1) {}
    ~progress_line() { show(""); }
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;

    void show(const std::string& text) const {
        if (shown_) std::fprintf(stderr, "\r\033[K%s", text.c_str());
    }

  private:
    bool shown_;
};

std::vector<std::string_view> live_tables() {
    std::vector<std::string_view> names;
    for (const live::live_consumer& c : live::live_consumers()) names.push_back(c.orders);
    return names;
}

// The live consumer with these orders. Its table is a template argument, so it must be a named one;
// changes to a table will do if they lead to another named one.
live::live_consumer consumer_with(const std::string& orders) {
    const worlds::variant wanted = study::parse_variant(orders);
    const auto table = std::ranges::find(consumer::order_tables, wanted.orders,
                                         &consumer::named_order_table::orders);
    if (table == consumer::order_tables.end())
        throw user_error(
            "--orders: live mode has its orders compiled in, so it takes no SITE=ORDER "
            "but these tables: " +
            joined(live_tables()));
    return *std::ranges::find(live::live_consumers(), table->name, &live::live_consumer::orders);
}

const order_table& orders_of(std::string_view name) {
    return std::ranges::find(consumer::order_tables, name, &consumer::named_order_table::name)
        ->orders;
}

// What live mode throws is a user_error or a machine_error to the command line.
template <class F>
auto translated(F&& run) {
    try {
        return run();
    } catch (const live::refusal& r) {
        const std::string line = std::string("live: ") + r.what();
        if (r.status() == live::status_usage) throw user_error(line);
        throw machine_error(line);
    }
}

class live_command final : public live_command_base {
  public:
    int run(const settings& global) override {
        stopped = false;
        if (!given_.pin.empty() && !given_.map_id.empty())
            throw user_error("--pin and --map-id: give one of them");
        const auto duration = parse_duration("--for", given_.duration, 1ms, 24h);
        if (!given_.pin.empty() || !given_.map_id.empty()) return watch(global, duration);
        // Else they would be ignored, also where they are what they usually are.
        if (given_.beside_libbpf && !(given_.orders.empty() && given_.trigger.empty()))
            throw user_error(
                "--beside-libbpf: libbpf's functions have libbpf's orders and a level trigger, and "
                "so has the consumer beside them; leave --orders and --trigger out");
        given_.fill_in();

        live::experiment_setup setup;
        setup.duration = duration;
        setup.consumer = consumer_with(given_.orders);
        setup.how = given_.trigger == "edge" ? trigger::edge : trigger::level;
        setup.ring_bytes = static_cast<std::uint32_t>(
            parse_power_of_two("--size", given_.ring_size, page_bytes(), ring_bytes_max));
        setup.produce.batch = static_cast<std::uint32_t>(given_.batch);
        setup.produce.record_size = static_cast<std::uint32_t>(parse_power_of_two(
            "--record-size", given_.record_size, live::record_size_min, live::record_size_max));
        if (given_.flags == "no-wakeup") setup.produce.flags = BPF_RB_NO_WAKEUP;
        if (given_.flags == "force-wakeup") setup.produce.flags = BPF_RB_FORCE_WAKEUP;
        setup.pause = parse_duration("--pause", given_.pause, 0ns, 1s);
        choose_cpus(setup);
        if (given_.beside_libbpf) return beside_libbpf(global, setup);
        return experiment(global, setup);
    }

  private:
    static std::uint64_t page_bytes() { return static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)); }

    void choose_cpus(live::experiment_setup& setup) const {
        const std::vector<int> allowed = live::allowed_cpus();
        if (given_.cpus.empty()) {
            if (allowed.size() < 2)
                throw machine_error(
                    "live: needs two CPUs, one for the producer and one for the "
                    "consumer, and this process may run on one only");
            setup.producer_cpu = allowed[0];
            setup.consumer_cpu = allowed[1];
            return;
        }
        const char* end = given_.cpus.data() + given_.cpus.size();
        const auto first = std::from_chars(given_.cpus.data(), end, setup.producer_cpu);
        const bool comma = first.ec == std::errc{} && first.ptr != end && *first.ptr == ',';
        const auto second = comma ? std::from_chars(first.ptr + 1, end, setup.consumer_cpu) : first;
        if (!comma || second.ec != std::errc{} || second.ptr != end)
            throw user_error("--cpus: " + in_quotes(given_.cpus) +
                             " is not two CPU numbers, as in 0,1");
        for (const int cpu : {setup.producer_cpu, setup.consumer_cpu})
            if (std::ranges::find(allowed, cpu) == allowed.end())
                throw user_error("--cpus: this process may not run on CPU " + std::to_string(cpu));
        if (setup.producer_cpu == setup.consumer_cpu)
            throw user_error(
                "--cpus: on one CPU a thread sees all its own stores and none of "
                "another's is under way; give two CPUs");
    }

    static int experiment(const settings& global, const live::experiment_setup& setup) {
        const live::kernel_release kernel = live::running_kernel();
        const live_prediction predicted = predict_live(
            {orders_of(setup.consumer.orders), setup.how, setup.produce.flags, kernel.arch});
        const stop_on_signal signals;
        const auto seen = translated([&] {
            const progress_line line(global);
            return live::run_experiment(setup, stopped, [&](const live::observation& now) {
                line.show(fmt::format("live   {:.0f} s   {} records   {} stalls   (Ctrl-C stops)",
                                      now.seconds, grouped(now.records), grouped(now.stalls)));
            });
        });
        if (seen.producer_error != 0)
            throw machine_error("live: BPF_PROG_TEST_RUN failed: " +
                                live::describe_errno(seen.producer_error));
        print_live(global, setup, seen, predicted, stopped);
        return exit_status_of(judge_live(seen, predicted));
    }

    // Each consumer in turn, several times: what else the machine does meets all of them.
    int beside_libbpf(const settings& global, live::experiment_setup setup) const {
        setup.how = trigger::level;
        setup.duration /= static_cast<int>(live_turns * live_measured.size());
        live_turns_seen seen;
        const stop_on_signal signals;
        translated([&] {
            const progress_line line(global);
            for (unsigned turn = 0; turn < live_turns && !stopped; ++turn)
                for (std::size_t i = 0; i < live_measured.size() && !stopped; ++i) {
                    setup.consumer = live::consumer_of(live_measured[i]);
                    line.show(fmt::format("live   turn {} of {}   {}   (Ctrl-C stops)", turn + 1,
                                          live_turns, setup.consumer.orders));
                    seen[i].push_back(live::run_experiment(setup, stopped));
                    if (const int error = seen[i].back().producer_error)
                        throw live::refusal(
                            live::status_not_possible,
                            "BPF_PROG_TEST_RUN failed: " + live::describe_errno(error));
                    if (const int error = seen[i].back().consumer_error)
                        throw live::refusal(
                            live::status_not_possible,
                            "ring_buffer__new() failed: " + live::describe_errno(error));
                }
        });
        print_live_beside(global, setup, seen, stopped);
        return sequences_broken(seen) ? exit_unexpected : exit_expected;
    }

    int watch(const settings& global, std::chrono::nanoseconds duration) const {
        // The ring has its own producer and consumer: nothing about them can be chosen.
        if (const std::string_view idle = given_.given_of_experiment(); !idle.empty())
            throw user_error(std::string(idle) +
                             ": means nothing for a ring that is watched (--pin, --map-id): its "
                             "own programs fill and read it");
        const stop_on_signal signals;
        return translated([&] {
            const live::foreign_ring ring = open_ring();
            const auto seen = [&] {
                const progress_line line(global);
                return live::watch_foreign_ring(
                    ring, duration, stopped, [&](const live::foreign_activity& now) {
                        line.show(fmt::format("live   {:.0f} s   {} records   (Ctrl-C stops)",
                                              now.seconds, grouped(now.records)));
                    });
            }();
            print_foreign(global, ring, seen, stopped);
            return judge_foreign(seen) == live::foreign_verdict::stalled ? exit_unexpected
                                                                         : exit_expected;
        });
    }

    live::foreign_ring open_ring() const {
        if (!given_.pin.empty()) return live::open_pinned_ring(given_.pin);
        std::uint32_t id = 0;
        const char* end = given_.map_id.data() + given_.map_id.size();
        const auto parsed = std::from_chars(given_.map_id.data(), end, id);
        if (parsed.ec != std::errc{} || parsed.ptr != end || id == 0)
            throw user_error("--map-id: " + in_quotes(given_.map_id) +
                             " is not the id of a map; `bpftool map list` shows them");
        return live::open_ring_by_id(id);
    }
};

}  // namespace

std::unique_ptr<command> make_live() {
    return std::make_unique<live_command>();
}

live_probe probe_live() {
    try {
        const live::producer loaded(static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE)));
        return {true, {}};
    } catch (const live::refusal& r) {
        return {true, r.what()};
    }
}

}  // namespace ringsim::scenarios::commands
