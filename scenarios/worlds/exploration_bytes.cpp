// Whoever gives one of these types another member is stopped here: each is taken apart into all
// that it consists of, and the compiler counts.
#include "scenarios/worlds/exploration_bytes.hpp"

#include <algorithm>
#include <utility>

namespace ringsim::scenarios::worlds {
namespace {

using sim::graph::byte_reader;
using sim::graph::byte_writer;

void put(byte_writer& to, const std::string& text) {
    to.put(std::string_view(text));
}
void get(byte_reader& from, std::string& text) {
    text = from.get_text();
}

void put(byte_writer& to, const std::vector<bool>& values) {
    to.put_all(std::vector<char>(values.begin(), values.end()));
}
void get(byte_reader& from, std::vector<bool>& values) {
    const std::vector<char> all = from.get_all<char>();
    values.assign(all.begin(), all.end());
}

template <class T>
    requires std::is_trivially_copyable_v<T>
void put(byte_writer& to, const T& value) {
    to.put(value);
}
template <class T>
    requires std::is_trivially_copyable_v<T>
void get(byte_reader& from, T& value) {
    value = from.get<T>();
}

void put(byte_writer& to, const sim::trace_step& s) {
    const auto& [thread, kind, where, how, word, note, read, written, reads_from, coherence, missed,
                 location] = s;
    const auto one = [&](const auto&... member) { (put(to, member), ...); };
    one(thread, kind, where, how, word, note, read, written, reads_from, coherence, missed,
        location);
}
void get(byte_reader& from, sim::trace_step& s) {
    auto& [thread, kind, where, how, word, note, read, written, reads_from, coherence, missed,
           location] = s;
    const auto one = [&](auto&... member) { (get(from, member), ...); };
    one(thread, kind, where, how, word, note, read, written, reads_from, coherence, missed,
        location);
}

template <class T>
void put(byte_writer& to, const std::vector<T>& all) {
    to.put(all.size());
    for (const T& one : all) put(to, one);
}
template <class T>
void get(byte_reader& from, std::vector<T>& all) {
    for (auto n = from.get<std::size_t>(); n > 0; --n) get(from, all.emplace_back());
}

void put(byte_writer& to, const sim::trace& t) {
    const auto& [threads, setup, steps, kind, what, at_step, races_with] = t;
    const auto one = [&](const auto&... member) { (put(to, member), ...); };
    one(threads, setup, steps, kind, what, at_step, races_with);
}
void get(byte_reader& from, sim::trace& t) {
    auto& [threads, setup, steps, kind, what, at_step, races_with] = t;
    const auto one = [&](auto&... member) { (get(from, member), ...); };
    one(threads, setup, steps, kind, what, at_step, races_with);
}

}  // namespace

void put(byte_writer& to, const exploration& e) {
    const auto& [result, kind, what, covered, executions, blocked, inconsistent, cut_off, violating,
                 ended_early, finished, limit, estimate, seconds, counterexample, schedule, reached,
                 contended, executed, stated, by_dependency, known_disagreement] = e;
    const auto one = [&](const auto&... member) { (put(to, member), ...); };
    one(result, kind, what, covered, executions, blocked, inconsistent, cut_off, violating,
        ended_early, finished, limit, estimate, seconds, counterexample, schedule, reached,
        contended, executed, stated, by_dependency, known_disagreement);
}

exploration get_exploration(byte_reader& from) {
    exploration e;
    auto& [result, kind, what, covered, executions, blocked, inconsistent, cut_off, violating,
           ended_early, finished, limit, estimate, seconds, counterexample, schedule, reached,
           contended, executed, stated, by_dependency, known_disagreement] = e;
    const auto one = [&](auto&... member) { (get(from, member), ...); };
    one(result, kind, what, covered, executions, blocked, inconsistent, cut_off, violating,
        ended_early, finished, limit, estimate, seconds, counterexample, schedule, reached,
        contended, executed, stated, by_dependency, known_disagreement);
    return e;
}

}  // namespace ringsim::scenarios::worlds
