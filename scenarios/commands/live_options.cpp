#include "scenarios/commands/live_options.hpp"

#include <utility>

namespace ringsim::scenarios::commands {

void live_options::declare(option_set& options) {
    constexpr std::uint64_t batch_max = 1'000'000;
    options.text("--orders", orders, "TABLE", "order table of the consumer (libbpf)");
    options.choice("--trigger", trigger, {"level", "edge"}, "how epoll reports (edge)");
    options.text("--for", duration, "TIME", "how long: 500ms, 10s, 2m (10s)");
    options.text("--size", ring_size, "BYTES", "size of the ring: 4K to 1G (64K)");
    options.number("--batch", batch, 1, batch_max, "records in a run of the BPF program (64)");
    options.text("--record-size", record_size, "BYTES", "payload: 8 to 2K, a power of two (8)");
    options.choice("--flags", flags, {"none", "no-wakeup", "force-wakeup"},
                   "flags of bpf_ringbuf_submit() (none)");
    options.text("--pause", pause, "TIME", "longest pause between two batches (2us)");
    options.text("--cpus", cpus, "P,C", "CPUs of producer and consumer (the first two)");
    options.flag("--beside-libbpf", beside_libbpf,
                 "measure the consumer beside libbpf's own functions, in turn");
    options.text("--pin", pin, "PATH", "watch the ring that is pinned there; consumes nothing");
    options.text("--map-id", map_id, "ID", "watch the ring with this map id, likewise");
}

std::string_view live_options::given_of_experiment() const {
    const std::pair<std::string_view, bool> all[] = {{"--orders", !orders.empty()},
                                                     {"--trigger", !trigger.empty()},
                                                     {"--size", !ring_size.empty()},
                                                     {"--batch", batch != 0},
                                                     {"--record-size", !record_size.empty()},
                                                     {"--flags", !flags.empty()},
                                                     {"--pause", !pause.empty()},
                                                     {"--cpus", !cpus.empty()},
                                                     {"--beside-libbpf", beside_libbpf}};
    for (const auto& [option, given] : all)
        if (given) return option;
    return {};
}

void live_options::fill_in() {
    const std::pair<std::string*, const char*> usual[] = {{&orders, "libbpf"}, {&trigger, "edge"},
                                                          {&ring_size, "64K"}, {&record_size, "8"},
                                                          {&flags, "none"},    {&pause, "2us"}};
    for (const auto& [option, value] : usual)
        if (option->empty()) *option = value;
    if (batch == 0) batch = 64;
}

std::string_view live_command_base::name() const {
    return "live";
}

std::string_view live_command_base::summary() const {
    return "the same consumer on a real ring of the running kernel (root)";
}

std::string_view live_command_base::examples() const {
    return "Examples:\n"
           "  ringsim live                           libbpf's orders lose wakeups under EPOLLET\n"
           "  ringsim live --orders fenced             with a full barrier: no stall\n"
           "  ringsim live --trigger level           epoll looks again: no stall\n"
           "  ringsim live --beside-libbpf           records a second, beside libbpf's functions\n"
           "  ringsim live --pin /sys/fs/bpf/events  watch the ring of another program\n"
           "A stall: the consumer sleeps, the record at consumer_pos is committed, and no wakeup\n"
           "comes for 100 ms. Exit status 1 if there are stalls where the model predicts none.";
}

}  // namespace ringsim::scenarios::commands
