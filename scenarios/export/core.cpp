#include "scenarios/export/core.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "kernel_model/site_table.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/ring_words.hpp"
#include "scenarios/study/search.hpp"
#include "scenarios/study/variant.hpp"
#include "sim/trace_order.hpp"

namespace ringsim::scenarios::exporting {
namespace {

namespace graph = sim::graph;
using sim::step_kind;
using sim::trace;
using sim::trace_step;

// --- The execution -------------------------------------------------------------------------------

struct witness {
    trace steps;
    std::string orders;
    graph::model_id model;
};

// C++'s model first: its counterexamples have fences and orders as the source has them. Sequential
// consistency last: what is wrong there has nothing to do with orders.
std::vector<graph::model_id> models_in_turn() {
    std::vector<graph::model_id> models{graph::model_id::rc11};
    for (std::size_t i = 0; i < graph::model_count; ++i) {
        const auto m = static_cast<graph::model_id>(i);
        if (m != graph::model_id::rc11 && m != graph::model_id::sc) models.push_back(m);
    }
    models.push_back(graph::model_id::sc);
    return models;
}

bool has_step_of(const trace& t, site where) {
    return std::ranges::find(t.steps, where, &trace_step::where) != t.steps.end();
}

// A violation of `v` whose trace has a step at each of `sites`; other than a data race if there is
// any, for a race ends the execution before it shows what it does.
std::optional<witness> violation_of(const scenario& s, const worlds::variant& v,
                                    const std::vector<site>& sites) {
    std::optional<witness> race;
    for (const graph::model_id m : models_in_turn()) {
        const study::search how = study::under(m);
        if (!refusal(v, how).empty()) continue;
        const worlds::exploration e = explore(s, v, how);
        if (e.result != worlds::verdict::violation) continue;
        const auto missing = [&](site where) { return !has_step_of(e.counterexample, where); };
        if (std::ranges::any_of(sites, missing)) continue;
        witness w{sim::sequenced(e.counterexample), v.orders_name, m};
        if (e.kind != sim::violation::data_race) return w;
        if (!race) race = std::move(w);
    }
    return race;
}

bool is_fence(site s) {
    return info(s).kind == access::fence;
}

// `broken` with the fences of `v`, as weak as they can be: so that they are among the steps.
std::optional<witness> violation_beside(const scenario& s, worlds::variant broken,
                                        const worlds::variant& v) {
    std::vector<site> added;
    for (std::size_t i = 0; i < site_count; ++i) {
        const auto where = static_cast<site>(i);
        if (!is_fence(where) || v.orders[where] == broken.orders[where]) continue;
        broken.orders = broken.orders.with(
            where, v.orders[where] == order::none ? order::none : order::acquire);
        if (v.orders[where] != order::none) added.push_back(where);
    }
    // A fence that is nowhere executed is no step of the safe variant either.
    auto found = violation_of(s, broken, added);
    return found ? found : violation_of(s, broken, {});
}

// An access that one of the two does not make, such as a lock that is not taken, leaves no step to
// which the other's order could be given back.
bool same_accesses(const worlds::variant& a, const worlds::variant& b) {
    for (std::size_t i = 0; i < site_count; ++i) {
        const auto where = static_cast<site>(i);
        if (is_fence(where)) continue;
        if ((a.orders[where] == order::none) != (b.orders[where] == order::none)) return false;
    }
    return true;
}

witness find_witness(const scenario& s, const worlds::variant& v) {
    if (auto own = violation_of(s, v, {})) return *own;
    for (const expectation& e : s.expect) {
        if (e.kind == sim::violation::none) continue;
        const worlds::variant broken = study::parse_variant(e.orders, e.how);
        const bool same_code = broken.how == v.how && broken.release == v.release &&
                               broken.width == v.width && broken.consumer == v.consumer &&
                               same_accesses(broken, v);
        if (!same_code) continue;
        if (auto other = violation_beside(s, broken, v)) {
            other->orders = broken.orders_name;
            return *other;
        }
    }
    throw user_error(
        fmt::format("export: {} with \"{}\" is never violated, and neither is a "
                    "variant beside it: there is no execution to ask for",
                    s.name, v.orders_name));
}

// --- Its accesses --------------------------------------------------------------------------------

std::optional<core_kind> kind_of(const trace_step& s, order how) {
    switch (s.kind) {
        case step_kind::load:
        case step_kind::asleep:  // saw that there is no edge
            return core_kind::load;
        case step_kind::store:
        case step_kind::unlock:
            // What is a store in the execution at hand may be an exchange in the variant.
            return s.where != site::count_ && info(s.where).kind == access::rmw &&
                           how != order::store_relaxed && how != order::store_release
                       ? core_kind::rmw
                       : core_kind::store;
        case step_kind::rmw:
        case step_kind::set:
        case step_kind::take:
        case step_kind::lock:
            return how == order::store_relaxed || how == order::store_release ? core_kind::store
                                                                              : core_kind::rmw;
        case step_kind::fence:
            return core_kind::fence;
        default:
            return std::nullopt;  // waits: there is no access
    }
}

bool any_read(const trace_step& s) {
    return sim::reads(s) || s.kind == step_kind::set || s.kind == step_kind::lock;
}
bool any_write(const trace_step& s) {
    return sim::writes(s) || s.kind == step_kind::lock || s.kind == step_kind::unlock;
}

// An exchange may be a store in a variant; a look at the edge is half of taking it.
order plain_order(order how, core_kind kind) {
    if (how == order::store_relaxed) return order::relaxed;
    if (how == order::store_release) return order::release;
    if (kind != core_kind::load) return how;
    return how == order::acq_rel ? order::acquire : how == order::release ? order::relaxed : how;
}

class core_maker {
  public:
    core_maker(const scenario& s, const worlds::variant& v, witness w)
        : words_(w.steps), witness_(std::move(w)) {
        made_.of = &s;
        made_.code = v;
        made_.from_orders = witness_.orders;
        made_.from_model = witness_.model;
        made_.kind = witness_.steps.kind;
        made_.what = witness_.steps.what;
        made_.ends_in_race = made_.kind == sim::violation::data_race;
    }

    core make() {
        const trace& t = witness_.steps;
        for (const std::string& name : t.threads) made_.threads.push_back({name, {}});
        find_shared();
        number_writes();
        for (std::size_t i = 0; i < t.steps.size(); ++i) add(i);
        for (core_location& l : made_.locations)
            if (l.written.front().empty()) l.written.front() = "at the start";
        find_conflicts();
        std::erase_if(made_.threads, [](const core_thread& one) { return one.accesses.empty(); });
        if (made_.locations.empty())
            throw user_error(
                fmt::format("export: {} with \"{}\" is violated without a word that two threads "
                            "share: there is nothing to ask a memory model",
                            made_.of->name, made_.from_orders));
        return std::move(made_);
    }

  private:
    order order_at(const trace_step& s) const {
        return s.where == site::count_ ? s.how : made_.code.orders[s.where];
    }

    // Words of one thread alone cannot tell another anything. They are left out if their accesses
    // order nothing: if they are plain or relaxed, or have nothing shared on one side of them.
    void find_shared() {
        const trace& t = witness_.steps;
        std::map<std::uint32_t, std::set<unsigned>> users;
        for (const trace_step& s : t.steps)
            if (!s.word.empty()) users[s.location].insert(s.thread);
        const auto shared = [&](const trace_step& s) {
            return !s.word.empty() && users[s.location].size() > 1;
        };
        std::map<std::uint32_t, bool> ordering;  // a private word that has to stay
        for (std::size_t i = 0; i < t.steps.size(); ++i) {
            const trace_step& s = t.steps[i];
            if (s.word.empty() || shared(s)) continue;
            const order how = order_at(s);
            if (how == order::plain || how == order::relaxed) continue;
            const auto same_thread_shared = [&](const trace_step& other) {
                return other.thread == s.thread && shared(other);
            };
            const auto here = t.steps.begin() + static_cast<std::ptrdiff_t>(i);
            if (std::any_of(t.steps.begin(), here, same_thread_shared) &&
                std::any_of(here, t.steps.end(), same_thread_shared))
                ordering[s.location] = true;
        }
        for (const trace_step& s : t.steps) {
            if (s.word.empty()) continue;
            if (shared(s) || ordering[s.location])
                location_of(s);
            else if (const std::string name = words_.location(s);
                     std::ranges::find(made_.dropped, name) == made_.dropped.end())
                made_.dropped.push_back(name);
        }
    }

    unsigned location_of(const trace_step& s) {
        const auto [found, fresh] =
            index_.emplace(s.location, static_cast<unsigned>(made_.locations.size()));
        if (!fresh) return found->second;
        std::string name = words_.location(s);
        std::ranges::replace_if(
            name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
        if (name == "lock") name = "spinlock";  // herd7 has a word `lock` of its own
        const auto taken = [&](const core_location& l) { return l.name == name; };
        while (std::ranges::any_of(made_.locations, taken)) name += '_';
        made_.locations.push_back({name, {""}, false, {}});
        return found->second;
    }

    // In the order of the trace; and which write is the last where several threads compete.
    void number_writes() {
        const trace& t = witness_.steps;
        std::map<std::uint32_t, std::set<unsigned>> writers;
        std::map<std::uint32_t, std::uint32_t> newest;
        for (std::size_t i = 0; i < t.steps.size(); ++i) {
            const trace_step& s = t.steps[i];
            if (!any_write(s) || !index_.contains(s.location)) continue;
            core_location& l = made_.locations[index_[s.location]];
            number_[static_cast<std::uint32_t>(i + 1)] = static_cast<unsigned>(l.written.size());
            l.written.push_back(words_.value(s, s.written));
            writers[s.location].insert(s.thread);
            std::uint32_t& last = newest[s.location];
            if (last == 0 || t.steps[last - 1].coherence < s.coherence)
                last = static_cast<std::uint32_t>(i + 1);
        }
        for (const auto& [location, threads] : writers)
            if (threads.size() > 1)
                made_.locations[index_[location]].last = number_[newest[location]];
    }

    void add(std::size_t i) {
        const trace_step& s = witness_.steps.steps[i];
        const order how = order_at(s);
        const auto kind = kind_of(s, how);
        if (!kind || how == order::none) return;
        core_access a{*kind, s.where, plain_order(how, *kind), 0, 0, {}, false};
        if (*kind != core_kind::fence) {
            const auto found = index_.find(s.location);
            if (found == index_.end()) return;
            a.location = found->second;
            core_location& l = made_.locations[a.location];
            l.atomic = l.atomic || how != order::plain;
            if (*kind != core_kind::load) a.writes = number_[static_cast<std::uint32_t>(i + 1)];
            if (*kind != core_kind::store && any_read(s)) {
                a.sees = s.reads_from == 0 ? 0 : number_[s.reads_from];
                if (*a.sees == 0) l.written.front() = words_.value(s, s.read);
            }
        }
        made_.threads[s.thread].accesses.push_back(std::move(a));
    }

    void find_conflicts() {
        const auto conflict = [](const core_access& a, const core_access& b) {
            return a.kind != core_kind::fence && b.kind != core_kind::fence &&
                   a.location == b.location &&
                   (a.kind != core_kind::load || b.kind != core_kind::load) &&
                   (a.how == order::plain || b.how == order::plain);
        };
        for (core_thread& thread : made_.threads)
            for (core_access& a : thread.accesses)
                for (const core_thread& other : made_.threads)
                    a.may_race = a.may_race ||
                                 (&other != &thread &&
                                  std::ranges::any_of(other.accesses, [&](const core_access& b) {
                                      return conflict(a, b);
                                  }));
    }

    render::ring_words words_;
    witness witness_;
    core made_;
    std::map<std::uint32_t, unsigned> index_;   // of a location that is kept
    std::map<std::uint32_t, unsigned> number_;  // of the write that a step is, steps from 1
};

}  // namespace

core core_of(const scenario& s, const worlds::variant& v) {
    if (const std::string why = why_not(s, v); !why.empty())
        throw user_error(fmt::format("export: the scenario {} {}", s.name, why));
    return core_maker(s, v, find_witness(s, v)).make();
}

core core_of(const scenario& s, const worlds::variant& v, const sim::trace& execution,
             graph::model_id m) {
    if (const std::string why = why_not(s, v); !why.empty())
        throw user_error(fmt::format("--litmus: the scenario {} {}", s.name, why));
    core made = core_maker(s, v, {execution, v.orders_name, m}).make();
    made.given = true;
    return made;
}

}  // namespace ringsim::scenarios::exporting
