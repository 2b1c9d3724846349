#include "upstream/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "upstream/steps.hpp"

namespace ringsim::upstream_code {
namespace {

namespace check = sim::check;
using heap_or_stack = check::runtime::memory_place;

// Of "p->next", "p[2].next" and "*p" the object: "p".
std::size_t begin_of_object(const std::string& name) {
    return name.starts_with("*") ? 1 : 0;
}
std::size_t end_of_object(const std::string& name) {
    return std::min(name.find_first_of("-[+"), name.size());
}
// Data of each CPU are copies in a room of their own (upstream/include/kernel/ringsim/percpu.h):
// "ringsim_percpu_count[2].v.sum" is count.sum of CPU 2.
std::string of_this_cpu(std::string name) {
    constexpr std::string_view room = "ringsim_percpu_";
    if (!name.starts_with(room)) return name;
    name.erase(0, room.size());
    if (const auto member = name.find("].v"); member != std::string::npos)
        name.erase(member + 1, 2);
    return name;
}

std::string object_in(const std::string& name) {
    return name.substr(0, end_of_object(name)).substr(begin_of_object(name));
}

}  // namespace

names_of_memory::names_of_memory(const check::runtime& program, const ring_world* world,
                                 check::symbols_of_program& symbols, const scenarios::scenario* s)
    : program_(program), world_(world), symbols_(symbols), scenario_(s) {
    std::vector<std::uint64_t> allocations;
    const auto each_object = [&](auto&& f) {
        for (const check::location_of& l : program.locations_of())
            if (const heap_or_stack at = program.place_of(l.address);
                at.kind == heap_or_stack::heap)
                f(at);
    };
    each_object([&](const heap_or_stack& at) {
        if (at.allocated) allocations.push_back(program.offset_of(at.allocated));
    });
    symbols.look_up(allocations);
    each_object([&](const heap_or_stack& at) {
        if (const std::string name = allocated_as(at); !name.empty())
            objects_[object_in(name)].insert(at.number);
    });
}

std::string names_of_memory::allocated_as(const heap_or_stack& at) const {
    if (!at.allocated) return "";
    return symbols_.object(program_.offset_of(at.allocated), at.bytes, at.offset);
}

// Of several objects with one name the first is p#1.
std::string names_of_memory::of_object(const heap_or_stack& at) const {
    std::string name = allocated_as(at);
    const auto known = objects_.find(object_in(name));
    if (name.empty() || known == objects_.end() || known->second.size() == 1) return name;
    const auto nth = std::distance(known->second.begin(), known->second.find(at.number)) + 1;
    return name.insert(end_of_object(name), fmt::format("#{}", nth));
}

std::string names_of_memory::object(const void* address) const {
    const std::string name = of_object(program_.place_of(address));
    return name.empty() ? at(address, 8) : object_in(name);
}

std::string names_of_memory::at(const void* address, unsigned size) const {
    if (world_)
        if (std::string name = world_->name_of(address, size); !name.empty()) return name;
    const heap_or_stack at = program_.place_of(address);
    std::string name;
    if (at.kind == heap_or_stack::variable) name = of_this_cpu(symbols_.variable(at.offset));
    if (at.kind == heap_or_stack::heap) name = of_object(at);
    if (at.kind == heap_or_stack::stack) {
        const std::string local = at.entry ? symbols_.local(at.entry, at.inside) : "";
        const std::string thread = thread_name(scenario_, at.number);
        return local.empty() ? fmt::format("stack of {}-{}", thread, at.offset)
                             : fmt::format("{} of {}", local, thread);
    }
    return name.empty() ? fmt::format("memory {}+{}", at.number, at.offset) : name;
}

std::string names_of_memory::of(sim::graph::location_id l) const {
    const check::location_of& where = program_.locations_of()[l];
    return at(where.address, where.size);
}

std::string names_of_memory::value(std::uint64_t v) const {
    const void* const address = reinterpret_cast<const void*>(v);
    if (program_.place_of(address).kind != heap_or_stack::elsewhere) return "&" + at(address, 8);
    const std::string function = symbols_.constant(program_.offset_of(address));
    return function.empty() ? value_text(v) : "&" + function;
}

}  // namespace ringsim::upstream_code
