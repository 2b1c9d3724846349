#include "scenarios/render/thread_names.hpp"

#include <filesystem>
#include <string_view>

namespace ringsim::scenarios::render {
namespace {

using place = sim::check::runtime::memory_place;

// Where the library calls what it was given.
bool is_invocation(const sim::check::source_place& at) {
    const std::string file = std::filesystem::path(at.file).filename();
    return file == "std_thread.h" || file == "thread";
}

// A function of the library at a line of the program is what calls the lambda there. Names end at
// their parenthesis, and one of a class that has a name has that in front.
bool is_lambda(std::string_view function) {
    return function.find("{lambda") != std::string_view::npos || function == "operator" ||
           function == "__invoke_impl" || function.starts_with("std::");
}

}  // namespace

bool is_of_library(const sim::check::source_place& at) {
    return at.line == 0 || at.file.starts_with("/usr/") ||
           at.file.find("/include/c++/") != std::string::npos;
}

thread_names::thread_names(const sim::check::runtime& program,
                           const sim::graph::recorded_execution& e,
                           const sim::check::symbols_of_program& symbols)
    : program_(program), execution_(e), symbols_(symbols) {
    names_[0] = "main";
    for (unsigned t = 1; t < sim::threads_max; ++t) {
        const std::string name = body(t);
        names_[t] = std::to_string(t) + (name.empty() ? "" : " " + name);
    }
    for (const auto& event : e.events) {
        if (event.thread == 0 || !is_invocation(symbols_.place(event.what.note))) continue;
        const auto at = program_.place_of(program_.locations_of()[event.what.location].address);
        if (at.kind == place::heap) handed_over_.insert(at.number);
    }
}

// What a thread is to do may differ from one execution to another: it is in the event that starts
// it.
const void* thread_names::begins_in(unsigned thread) const {
    for (const auto& event : execution_.events) {
        const auto& at = program_.locations_of()[event.what.location];
        if (event.what.kind == sim::graph::event_kind::write && event.value != 0 &&
            at.kind == sim::check::location_kind::thread_start && at.thread == thread)
            return reinterpret_cast<const void*>(
                program_.threads_of_program().task_at(event.value).f);
    }
    return nullptr;
}

std::string thread_names::body(unsigned thread) const {
    const std::string f = symbols_.function(program_.offset_of(begins_in(thread)));
    if (!f.empty()) return f;
    for (const auto& event : execution_.events) {
        const auto& at = symbols_.place(event.what.note);
        if (event.thread != thread || is_of_library(at)) continue;
        return is_lambda(at.function) ? "lambda:" + std::to_string(at.line) : at.function;
    }
    return "";
}

bool thread_names::starts_thread(const sim::graph::recorded_event& e) const {
    const auto& l = program_.locations_of()[e.what.location];
    if (e.what.source != order::plain || l.kind != sim::check::location_kind::memory) return false;
    const auto at = program_.place_of(l.address);
    return at.kind == place::heap && handed_over_.contains(at.number);
}

}  // namespace ringsim::scenarios::render
