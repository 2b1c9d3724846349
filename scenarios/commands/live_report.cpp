#include "scenarios/commands/live_report.hpp"

#include <nlohmann/json.hpp>

#include "consumer/live/machine.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/text.hpp"

namespace ringsim::scenarios::commands {
namespace {

using nlohmann::ordered_json;
namespace live = consumer::live;

std::string_view trigger_name(trigger how) {
    return how == trigger::edge ? "edge" : "level";
}

std::string flags_text(std::uint64_t flags) {
    if (flags & BPF_RB_NO_WAKEUP) return "no-wakeup";
    return flags & BPF_RB_FORCE_WAKEUP ? "force-wakeup" : "none";
}

std::string_view json_name(live_verdict v) {
    switch (v) {
        case live_verdict::stalls_as_predicted:
            return "stalls as predicted";
        case live_verdict::stalls_unpredicted:
            return "stalls not predicted";
        case live_verdict::no_stall_as_predicted:
            return "no stall as predicted";
        case live_verdict::no_stall_seen:
            return "no stall seen";
        case live_verdict::sequence_broken:
            break;
    }
    return "sequence broken";
}

std::string verdict_line(const render::text_page& page, live_verdict v,
                         const live::observation& seen, bool interrupted) {
    const std::string during =
        fmt::format(" in {:.1f} s{}", seen.seconds, interrupted ? " (interrupted)" : "");
    const std::string stalls =
        fmt::format("{} {}: the consumer slept over a committed record", grouped(seen.stalls),
                    seen.stalls == 1 ? "stall" : "stalls");
    switch (v) {
        case live_verdict::stalls_as_predicted:
            return page.red("VIOLATED") + "   " + stalls + during + ", as predicted";
        case live_verdict::stalls_unpredicted:
            return page.red("VIOLATED") + "   " + stalls + during + ": NOT PREDICTED";
        case live_verdict::no_stall_as_predicted:
            return page.green("NO VIOLATION FOUND") + "   no stall" + during + ", as predicted";
        case live_verdict::no_stall_seen:
            return page.yellow("NO VIOLATION FOUND") + "   no stall" + during +
                   ", although one is possible: a run proves nothing";
        case live_verdict::sequence_broken:
            break;
    }
    return page.red("VIOLATED") + "   a record was lost, torn, or came out of order" + during;
}

std::string sequence_text(const live::observation& seen) {
    if (!seen.sequence_broken()) return "all in sequence: none lost, none twice, none torn";
    return fmt::format("{} of {} submitted; {} gaps, {} out of order or twice, {} torn",
                       grouped(seen.records), grouped(seen.submitted), grouped(seen.gaps),
                       grouped(seen.reorderings), grouped(seen.torn));
}

ordered_json to_json(const live::experiment_setup& setup, const live::observation& seen,
                     const live_prediction& predicted, bool interrupted) {
    const live::kernel_release kernel = live::running_kernel();
    ordered_json j{
        {"schema", "ringsim/live"},
        {"version", 1},
        {"verdict", json_name(judge_live(seen, predicted))},
        {"orders", setup.consumer.orders},
        {"trigger", trigger_name(setup.how)},
        {"ring_bytes", setup.ring_bytes},
        {"batch", setup.produce.batch},
        {"record_size", setup.produce.record_size},
        {"flags", flags_text(setup.produce.flags)},
        {"pause_max_ns", setup.pause.count()},
        {"producer_cpu", setup.producer_cpu},
        {"consumer_cpu", setup.consumer_cpu},
        {"kernel", kernel.text},
        {"arch", kernel.arch},
        {"model", {{"stalls_possible", predicted.stalls_possible}, {"text", predicted.line}}},
        {"interrupted", interrupted},
        {"seconds", seen.seconds},
        {"records", seen.records},
        {"submitted", seen.submitted},
        {"dropped_reservations", seen.dropped},
        {"batches", seen.batches},
        {"wakeups", seen.wakeups},
        {"wakeups_without_progress", seen.idle_wakeups},
        {"stalls", seen.stalls},
        {"gaps", seen.gaps},
        {"reorderings", seen.reorderings},
        {"torn", seen.torn}};
    if (const auto& first = seen.first_stall)
        j["first_stall"] = {{"consumer_pos", first->consumer_pos},
                            {"producer_pos", first->producer_pos},
                            {"header", first->header},
                            {"waited_ms", first->waited.count()}};
    return j;
}

// What to run next: the explanation of a stall, or the other side of the comparison.
void add_next(render::text_page& page, const live::experiment_setup& setup, live_verdict v) {
    if (v == live_verdict::stalls_as_predicted || v == live_verdict::stalls_unpredicted) {
        page.line("why      ringsim explore lost-wakeup --orders {} --trigger {}",
                  setup.consumer.orders, trigger_name(setup.how));
        if (setup.how == trigger::edge && setup.produce.flags == 0)
            page.line("fix      ringsim live --orders fenced        or        --trigger level");
    } else if (setup.how == trigger::level || setup.consumer.orders != "libbpf") {
        page.line("compare  ringsim live --orders libbpf --trigger edge");
    }
}

}  // namespace

live_verdict judge_live(const live::observation& seen, const live_prediction& predicted) {
    if (seen.sequence_broken()) return live_verdict::sequence_broken;
    if (seen.stalls != 0)
        return predicted.stalls_possible ? live_verdict::stalls_as_predicted
                                         : live_verdict::stalls_unpredicted;
    return predicted.stalls_possible ? live_verdict::no_stall_seen
                                     : live_verdict::no_stall_as_predicted;
}

int exit_status_of(live_verdict v) {
    const bool contradicts =
        v == live_verdict::stalls_unpredicted || v == live_verdict::sequence_broken;
    return contradicts ? exit_unexpected : exit_expected;
}

void print_live(const settings& global, const live::experiment_setup& setup,
                const live::observation& seen, const live_prediction& predicted, bool interrupted) {
    if (global.json) {
        fmt::print("{}\n", to_json(setup, seen, predicted, interrupted).dump(2));
        return;
    }
    render::text_page page(global);
    const live_verdict v = judge_live(seen, predicted);
    page.add(verdict_line(page, v, seen, interrupted));
    if (!global.quiet) {
        const live::kernel_release kernel = live::running_kernel();
        page.line("         model: {}", predicted.line);
        page.line("");
        page.line("orders   {}   trigger {}   Linux {} {}   producer on cpu {}, consumer on cpu {}",
                  setup.consumer.orders, trigger_name(setup.how), kernel.text, kernel.arch,
                  setup.producer_cpu, setup.consumer_cpu);
        page.line("ring     {} bytes   batches of {} records of {} bytes   flags {}",
                  size_text(setup.ring_bytes), setup.produce.batch, setup.produce.record_size,
                  flags_text(setup.produce.flags));
        page.line("");
        page.line("{:>14}  records consumed, {}", grouped(seen.records), sequence_text(seen));
        page.line("{:>14}  wakeups of the consumer", grouped(seen.wakeups));
        page.line("{:>14}  of these without progress: nothing was there to consume",
                  grouped(seen.idle_wakeups));
        page.line("{:>14}  stalls: asleep, a committed record waiting, no wakeup for {} ms",
                  grouped(seen.stalls), live::stall_after.count());
        page.line("{:>14}  reservations dropped because the ring was full", grouped(seen.dropped));
        if (const auto& first = seen.first_stall)
            page.line(
                "first    stall: consumer_pos {:#x}, producer_pos {:#x}, len {}, waited {} ms",
                first->consumer_pos, first->producer_pos, first->header & ~BPF_RINGBUF_DISCARD_BIT,
                first->waited.count());
        page.line("");
        add_next(page, setup, v);
    }
    page.print();
}

namespace {

double milliseconds(std::chrono::nanoseconds t) {
    return std::chrono::duration<double, std::milli>(t).count();
}

// A verdict about somebody else's ring: what is sure, what nobody can know from outside, and what
// to do.
struct foreign_words {
    std::string_view word;
    bool bad;
    std::string_view seen;
    std::string_view unknown;
    std::string_view next;
};

foreign_words words_of(live::foreign_verdict v) {
    switch (v) {
        case live::foreign_verdict::stalled:
            return {
                "STALL", true,
                "a committed record stood at consumer_pos for more than 100 ms, the kernel sent "
                "no wakeup after it, and its owner was asleep in epoll_wait().",
                "whether the record was committed with BPF_RB_NO_WAKEUP: then nobody was to be "
                "woken, and the owner must look by time. Without that flag the wakeup was lost.",
                "in the consumer, a full barrier between its store of consumer_pos and its next "
                "look at the header, or a level trigger: `ringsim explore lost-wakeup` shows "
                "why, `ringsim live --orders fenced` that it helps."};
        case live::foreign_verdict::not_woken:
            return {"WAITED", false,
                    "a committed record stood at consumer_pos for more than 100 ms, and the kernel "
                    "sent no wakeup after it. No thread of an owner was asleep in epoll_wait().",
                    "whether the owner looks by time, or sleeps in another call.",
                    "if it waits by epoll_wait() now and then, watch for longer."};
        case live::foreign_verdict::not_read:
            return {"NOT READ", false,
                    "a committed record stood at consumer_pos for more than 100 ms, although the "
                    "kernel sent wakeups meanwhile: none was lost.",
                    "what the owner does instead.",
                    "look at the owner: it is busy, stopped or stuck."};
        case live::foreign_verdict::not_committed:
            return {"NOT COMMITTED", false,
                    "a record at consumer_pos stayed reserved for more than 100 ms: all that is "
                    "behind it waits.",
                    "which program reserved it.",
                    "a program must submit or discard what it reserves at once."};
        case live::foreign_verdict::nobody_reads:
            return {"NOBODY READS", false,
                    "a committed record stood at consumer_pos for more than 100 ms, and no process "
                    "has the ring open.",
                    "processes that this one may not look into.", ""};
        case live::foreign_verdict::no_stall_seen:
            return {"NO STALL SEEN", false,
                    "no committed record stood at consumer_pos for more than 100 ms.",
                    "whether one would under another load, or on another machine: a watch proves "
                    "nothing.",
                    ""};
    }
    return {};
}

ordered_json owners_json(const std::vector<live::ring_owner>& owners) {
    ordered_json all = ordered_json::array();
    for (const live::ring_owner& o : owners)
        all.push_back(
            {{"pid", o.pid}, {"command", o.command}, {"asleep_in_epoll", o.asleep_in_epoll}});
    return all;
}

void add_owners(render::text_page& page, const std::vector<live::ring_owner>& owners) {
    std::string_view head = "open in";
    for (const live::ring_owner& o : owners) {
        page.line("{:<14} {} ({}){}", head, o.pid, o.command,
                  o.asleep_in_epoll ? ", asleep in epoll_wait()" : "");
        head = "";
    }
}

}  // namespace

void print_foreign(const settings& global, const live::foreign_ring& ring,
                   const live::foreign_activity& seen, bool interrupted) {
    const auto rate = [&](double amount) { return seen.seconds > 0 ? amount / seen.seconds : 0; };
    const auto produced = seen.after.producer_pos - seen.before.producer_pos;
    const auto consumed = seen.after.consumer_pos - seen.before.consumer_pos;
    const auto waiting = seen.after.producer_pos - seen.after.consumer_pos;
    const double longest_ms = milliseconds(seen.longest_wait);
    const foreign_words verdict = words_of(live::judge_foreign(seen));
    if (global.json) {
        const ordered_json j{{"schema", "ringsim/live-watch"},
                             {"version", 1},
                             {"map_id", ring.id},
                             {"name", ring.name},
                             {"ring_bytes", ring.bytes},
                             {"interrupted", interrupted},
                             {"seconds", seen.seconds},
                             {"consumer_pos", seen.after.consumer_pos},
                             {"producer_pos", seen.after.producer_pos},
                             {"bytes_produced", produced},
                             {"bytes_consumed", consumed},
                             {"records", seen.records},
                             {"discarded", seen.discarded},
                             {"overtaken", seen.overtaken},
                             {"notifications", seen.notifications},
                             {"longest_wait_ms", longest_ms},
                             {"notifications_in_wait", seen.notifications_in_wait},
                             {"longest_busy_ms", milliseconds(seen.longest_busy)},
                             {"verdict", verdict.word},
                             {"owners", owners_json(seen.owners)}};
        fmt::print("{}\n", j.dump(2));
        return;
    }
    const std::string at_least = seen.overtaken ? "at least " : "";
    render::text_page page(global);
    page.line("{}   ring '{}', map {}, {} bytes, for {:.1f} s{}; nothing was consumed",
              verdict.bad ? page.red(verdict.word) : page.bold(verdict.word), ring.name, ring.id,
              size_text(ring.bytes), seen.seconds, interrupted ? " (interrupted)" : "");
    if (!global.quiet) {
        page.line("");
        page.line("producer_pos   {:#x} -> {:#x}   {:.0f} bytes/s", seen.before.producer_pos,
                  seen.after.producer_pos, rate(static_cast<double>(produced)));
        page.line("consumer_pos   {:#x} -> {:#x}   {:.0f} bytes/s", seen.before.consumer_pos,
                  seen.after.consumer_pos, rate(static_cast<double>(consumed)));
        page.line("waiting        {} bytes{}", grouped(waiting),
                  waiting == 0           ? ""
                  : seen.after.committed ? "; the first record is committed"
                                         : "; the first record is BUSY");
        page.line("records        {}{} ({:.0f}/s), and {} discarded", at_least,
                  grouped(seen.records), rate(static_cast<double>(seen.records)),
                  grouped(seen.discarded));
        if (seen.overtaken)
            page.line("               the producer was a whole ring ahead of this watcher {} times",
                      grouped(seen.overtaken));
        page.line("notifications  at least {} ({:.0f}/s)", grouped(seen.notifications),
                  rate(static_cast<double>(seen.notifications)));
        page.line(
            "longest wait   {:.1f} ms, of a committed record at consumer_pos; notifications in it: "
            "{}",
            longest_ms, grouped(seen.notifications_in_wait));
        if (seen.longest_busy > live::stall_after)
            page.line("longest BUSY   {:.1f} ms, of a record at consumer_pos",
                      milliseconds(seen.longest_busy));
        add_owners(page, seen.owners);
        page.line("");
        page.add_wrapped("seen     " + std::string(verdict.seen), 9);
        page.add_wrapped("unknown  " + std::string(verdict.unknown), 9);
        if (!verdict.next.empty()) page.add_wrapped("do       " + std::string(verdict.next), 9);
    }
    page.print();
}

}  // namespace ringsim::scenarios::commands
