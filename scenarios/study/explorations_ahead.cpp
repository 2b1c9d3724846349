// A task is known by its number: the processes are forks of this one, and have the same list.
#include "scenarios/study/explorations_ahead.hpp"

#include <string>

#include "scenarios/worlds/exploration_bytes.hpp"
#include "sim/graph/bytes.hpp"

namespace ringsim::scenarios::study {

namespace graph = sim::graph;

void explorations_ahead::plan(const scenario& s, const worlds::variant& v, const search& how) {
    tasks_.push_back({&s, v, how});
}

void explorations_ahead::begin() {
    ahead_.begin(tasks_.size(), [this](std::size_t i) {
        graph::byte_writer done;
        worlds::put(done, explore(*tasks_[i].of, tasks_[i].code, tasks_[i].how));
        return done.take();
    });
}

bool explorations_ahead::is_for(const task& t, const scenario& s, const worlds::variant& v,
                                const search& how) {
    return t.of == &s && t.code.same_code_as(v) && t.code.orders_name == v.orders_name &&
           t.how.engine == how.engine && t.how.graph.model == how.graph.model &&
           t.how.graph.mapping == how.graph.mapping;
}

worlds::exploration explorations_ahead::next(const scenario& s, const worlds::variant& v,
                                             const search& how) {
    if (next_ == tasks_.size() || !is_for(tasks_[next_], s, v, how)) return explore(s, v, how);
    const auto bytes = ahead_.take(next_++, worlds::interrupted);
    if (!bytes) return explore(s, v, how);
    graph::byte_reader from(*bytes);
    return worlds::get_exploration(from);
}

}  // namespace ringsim::scenarios::study
