#include "scenarios/render/program_words.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace ringsim::scenarios::render {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;
using graph::event_kind;
using sim::step_kind;

std::string_view short_name(order o) {
    switch (o) {
        case order::relaxed:
            return " rlx";
        case order::acquire:
            return " acq";
        case order::release:
            return " rel";
        case order::acq_rel:
            return " acq_rel";
        case order::seq_cst:
            return " sc";
        default:
            return "";
    }
}

}  // namespace

std::string number_text(std::uint64_t v) {
    if (v < 1'000'000) return std::to_string(v);
    if (v > ~std::uint64_t{0} - 1000) return "-" + std::to_string(~v + 1);
    if (v <= 0xffffffff && v > 0xffffffff - 1000) return "-" + std::to_string(0x100000000 - v);
    return fmt::format("{:#x}", v);
}

bool is_access(const graph::recorded_event& e) {
    return e.what.kind == event_kind::read || e.what.kind == event_kind::write;
}

bool is_on_stack(const check::runtime& program, const graph::recorded_event& e) {
    if (!is_access(e)) return false;
    const void* const at = program.locations_of()[e.what.location].address;
    return program.place_of(at).kind == check::runtime::memory_place::stack;
}

bool is_allocation(const check::runtime& program, const graph::recorded_event& e) {
    return is_access(e) &&
           program.locations_of()[e.what.location].kind == check::location_kind::allocation;
}

program_words::program_words(const check::runtime& program, const std::string& image)
    : program_(program), symbols_(image) {}

void program_words::learn(const graph::recorded_execution& e) {
    std::vector<std::uint64_t> offsets;
    const auto add = [&](std::uint64_t offset) {
        if (offset != 0 && looked_up_.insert(offset).second) offsets.push_back(offset);
    };
    for (const auto& event : e.events)
        if (event.what.note != 0) {
            add(event.what.note);
            add(program_.caller_of_library(asked_for(event), event.what.note));
        }
    if (e.found)
        if (const auto at = e.found->what.find('@'); at != std::string::npos) {
            const std::uint64_t pc = std::stoull(e.found->what.substr(at + 1), nullptr, 16);
            add(pc);
            add(program_.caller_of_library(e.found_by_thread, pc));
        }
    for (const auto& l : program_.locations_of())
        if (const auto place = program_.place_of(l.address); place.allocated)
            add(program_.offset_of(place.allocated));
    if (!offsets.empty()) symbols_.look_up(offsets);
    names_.emplace(program_, e, symbols_);
    complete_ = e.complete;
}

std::string program_words::location(graph::location_id l) const {
    return name_of(program_.locations_of()[l].address);
}

// What the access is to, and which bytes of it.
std::string program_words::part(const graph::label& l) const {
    const auto& whole = program_.locations_of()[l.location];
    if (!l.mixed) return location(l.location);
    const std::string name = name_of(static_cast<const char*>(whole.address) + l.first);
    return l.bytes == whole.size
               ? name
               : fmt::format("{} ({} byte{})", name, unsigned{l.bytes}, l.bytes == 1 ? "" : "s");
}

// A number, or what it is the address of.
std::string program_words::value(std::uint64_t v) const {
    const void* address = reinterpret_cast<const void*>(v);
    if (program_.place_of(address).kind != check::runtime::memory_place::elsewhere)
        return "&" + name_of(address);
    const std::string symbol = symbols_.constant(program_.offset_of(address));
    return symbol.empty() ? number_text(v) : "&" + symbol;
}

std::string program_words::initial(graph::location_id l) const {
    return program_.locations_of()[l].begins_unwritten ? "never written"
                                                       : value(program_.locations()[l].initial);
}

std::string program_words::name_of(const void* address) const {
    const auto at = program_.place_of(address);
    using place = check::runtime::memory_place;
    const std::string inside = at.offset == 0 ? "" : "+" + std::to_string(at.offset);
    switch (at.kind) {
        case place::variable:
            return symbols_.variable(at.offset);
        case place::heap: {
            // What a static object allocates, in front of main(), has no line.
            const unsigned line = symbols_.place(program_.offset_of(at.allocated)).line;
            const std::string behind = line == 0 ? "" : ":" + std::to_string(line);
            return fmt::format("heap{}{}{}", at.number, behind, inside);
        }
        case place::stack: {
            // main()'s are most often the only ones that others look into.
            const std::string local = at.entry ? symbols_.local(at.entry, at.inside) : "";
            if (local.empty()) return fmt::format("stack of {}-{}", thread(at.number), at.offset);
            return at.number == 0 ? local : fmt::format("{} of {}", local, thread(at.number));
        }
        default:
            return "memory";
    }
}

std::uint64_t program_words::told_place(unsigned thread, std::uint64_t pc) const {
    const std::uint64_t caller = program_.caller_of_library(thread, pc);
    return caller != 0 && is_of_library(place(pc)) && place(caller).line != 0 ? caller : pc;
}

std::uint64_t program_words::told_place(const graph::recorded_event& e) const {
    return told_place(asked_for(e), e.what.note);
}

// The start of a thread, in a library's code, has a caller of its own for each that is started.
unsigned program_words::asked_for(const graph::recorded_event& e) const {
    if (!is_access(e) || e.what.kind != event_kind::write) return e.thread;
    const auto& l = program_.locations_of()[e.what.location];
    return l.kind == check::location_kind::thread_start ? check::runtime::caller_of_start(l.thread)
                                                        : e.thread;
}

std::string program_words::place_text(std::uint64_t pc) const {
    const auto& at = symbols_.place(pc);
    if (at.line == 0) return "";
    return std::filesystem::path(at.file).filename().string() + ":" + std::to_string(at.line);
}

std::string program_words::lock(const graph::recorded_event& e) const {
    const std::string name = location(e.what.location);
    const bool waits = e.blocked;
    const auto kind = program_.locations_of()[e.what.location].kind;
    if (kind == check::location_kind::rcu_reader && !e.what.await)
        return e.what.kind == event_kind::write ? "leaves its section of RCU"
                                                : "enters a section of RCU";
    if (kind == check::location_kind::rcu_reader)
        return (waits ? "waits for ever for the sections of " : "has waited for the sections of ") +
               thread(program_.locations_of()[e.what.location].thread);
    if (kind == check::location_kind::internal) return "frees " + name;
    if (kind == check::location_kind::allocation)
        return (e.what.kind == event_kind::write ? "allocates " : "comes to ") + name;
    switch (e.what.shown) {
        case step_kind::lock:
            if (!waits && !graph::writes(e.what, e.value)) return "finds " + name + " locked";
            return (waits ? "waits for ever for " : "locks ") + name;
        case step_kind::unlock:
            return "unlocks " + name;
        case step_kind::take:
            return (waits ? "waits for ever at " : "goes on at ") + name;
        case step_kind::set:
            return "wakes " + name;
        default:
            return "at " + name + ": " + number_text(e.value);
    }
}

std::string program_words::access(const graph::recorded_event& e) const {
    const auto& l = program_.locations_of()[e.what.location];
    if (l.kind == check::location_kind::thread_start)
        return e.what.kind == event_kind::write ? "starts " + thread(l.thread) : "";
    if (l.kind == check::location_kind::thread_end)
        return e.what.kind == event_kind::read ? "joins " + thread(l.thread) : "";
    if (l.kind != check::location_kind::memory) return lock(e);
    const std::string name = part(e.what);
    if (check::begins_frame(e.what)) return "";
    if (check::ends_block(e.what)) return "the block of " + name + " ends";
    if (check::frees(e.what))  // of the heap, it is told with the call of free()
        return is_on_stack(program_, e) ? "returns, and " + name + " is gone" : "";
    if (e.what.kind == event_kind::write || graph::is_store_to_part(e.what))
        return name + " := " + value(e.what.kind == event_kind::write ? e.value : e.what.value) +
               std::string(short_name(e.what.source));
    std::string text = name + " -> " + value(graph::part_of(e.what, e.value));
    if (e.what.op != graph::rmw_op::none) {
        if (graph::writes(e.what, e.value))
            text += ", := " + value(graph::part_of(e.what, graph::apply(e.what, e.value)));
        else
            text += ", is not " + value(e.what.expected);
    }
    return text + std::string(short_name(program_.source_order(e.what, e.value)));
}

std::string program_words::text(const graph::recorded_event& e) const {
    if (is_access(e)) return access(e);
    if (e.what.kind == event_kind::fence) return "fence" + std::string(short_name(e.what.source));
    if (e.what.kind == event_kind::choice) return "chooses " + number_text(e.value);
    if (e.what.kind == event_kind::block)
        return complete_ ? "goes round and round, for ever" : "goes round again";
    return "assumes what is not so";
}

}  // namespace ringsim::scenarios::render
