#include "scenarios/commands/live_beside.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "consumer/live/machine.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/render/text.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;
namespace live = consumer::live;

// Of one consumer: medians over its turns.
struct summary {
    std::string_view who;
    double records_per_second = 0;
    double ns_per_record = 0;  // of a processor
    std::optional<double> wakeups_per_second;
    double dropped = 0;  // share of the reservations
};

template <class F>
double median(const std::vector<live::observation>& turns, F&& value) {
    std::vector<double> all;
    for (const live::observation& o : turns) all.push_back(value(o));
    if (all.empty()) return 0;
    std::ranges::sort(all);
    return all[all.size() / 2];
}

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

summary summary_of(live::measured who, const std::vector<live::observation>& turns) {
    summary s;
    s.who = live::consumer_of(who).orders;
    s.records_per_second = median(turns, [](const live::observation& o) {
        return static_cast<double>(o.records) / o.seconds;
    });
    s.ns_per_record = median(turns, [](const live::observation& o) {
        return share(static_cast<std::uint64_t>(o.consumer_time.count()), o.records);
    });
    if (who == live::measured::epoll || who == live::measured::libbpf_poll)
        s.wakeups_per_second = median(turns, [](const live::observation& o) {
            return static_cast<double>(o.wakeups - o.idle_wakeups) / o.seconds;
        });
    s.dropped = median(turns, [](const live::observation& o) {
        return share(o.dropped, o.dropped + o.submitted);
    });
    return s;
}

std::array<summary, live_measured.size()> summaries(const live_turns_seen& seen) {
    std::array<summary, live_measured.size()> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = summary_of(live_measured[i], seen[i]);
    return all;
}

std::string whole(double number) {
    return grouped(static_cast<std::uint64_t>(number + 0.5));
}

ordered_json to_json(const live::experiment_setup& setup, const live_turns_seen& seen,
                     bool interrupted) {
    const live::kernel_release kernel = live::running_kernel();
    ordered_json j{{"schema", "ringsim/live-beside"},
                   {"version", 1},
                   {"ring_bytes", setup.ring_bytes},
                   {"batch", setup.produce.batch},
                   {"record_size", setup.produce.record_size},
                   {"kernel", kernel.text},
                   {"arch", kernel.arch},
                   {"interrupted", interrupted},
                   {"turn_seconds", std::chrono::duration<double>(setup.duration).count()},
                   {"sequence_broken", sequences_broken(seen)}};
    ordered_json rows = ordered_json::array();
    const auto all = summaries(seen);
    for (std::size_t i = 0; i < all.size(); ++i) {
        ordered_json row{{"consumer", all[i].who},
                         {"turns", seen[i].size()},
                         {"records_per_second", all[i].records_per_second},
                         {"processor_ns_per_record", all[i].ns_per_record}};
        if (all[i].wakeups_per_second) row["wakeups_per_second"] = *all[i].wakeups_per_second;
        row["dropped_share"] = all[i].dropped;
        rows.push_back(std::move(row));
    }
    j["consumers"] = std::move(rows);
    return j;
}

}  // namespace

bool sequences_broken(const live_turns_seen& seen) {
    return std::ranges::any_of(seen, [](const auto& turns) {
        return std::ranges::any_of(turns, &live::observation::sequence_broken);
    });
}

void print_live_beside(const settings& global, const live::experiment_setup& setup,
                       const live_turns_seen& seen, bool interrupted) {
    if (global.json) {
        fmt::print("{}\n", to_json(setup, seen, interrupted).dump(2));
        return;
    }
    render::text_page page(global);
    const auto all = summaries(seen);
    const live::kernel_release kernel = live::running_kernel();
    page.line("live beside libbpf   level trigger   {} turns each, of {} ms{}", seen[0].size(),
              std::chrono::duration_cast<std::chrono::milliseconds>(setup.duration).count(),
              interrupted ? " (interrupted)" : "");
    page.line("ring {} bytes   batches of {} records of {} bytes   Linux {} {}",
              size_text(setup.ring_bytes), setup.produce.batch, setup.produce.record_size,
              kernel.text, kernel.arch);
    page.line("");
    page.line("{:<30}{:>13}{:>12}{:>13}{:>9}", "consumer", "records/s", "ns/record", "wakeups/s",
              "dropped");
    for (const summary& s : all)
        page.line("{:<30}{:>13}{:>12.1f}{:>13}{:>8.0f}%", s.who, whole(s.records_per_second),
                  s.ns_per_record, s.wakeups_per_second ? whole(*s.wakeups_per_second) : "-",
                  100 * s.dropped);
    if (!global.quiet) {
        page.line("");
        page.add_wrapped(
            "Medians. ns/record: of a processor, for the consumer's thread. wakeups: those that "
            "brought records. dropped: reservations for which the ring had no room.",
            0);
        // Ctrl-C may come before a turn of each.
        const auto compared = [&](std::string_view how, const summary& ours, const summary& its) {
            if (its.records_per_second == 0 || its.ns_per_record == 0) return;
            page.line("{:<15}{:.2f} times the records of libbpf, in {:.2f} times the time for each",
                      how, ours.records_per_second / its.records_per_second,
                      ours.ns_per_record / its.ns_per_record);
        };
        compared("with a sleep", all[0], all[1]);
        compared("without", all[2], all[3]);
    }
    if (sequences_broken(seen))
        page.line("{}   a record was lost, torn, or came out of order", page.red("VIOLATED"));
    page.print();
}

}  // namespace ringsim::scenarios::commands
