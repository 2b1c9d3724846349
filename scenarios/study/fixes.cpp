#include "scenarios/study/fixes.hpp"

#include <algorithm>

#include "kernel_model/site_table.hpp"
#include "scenarios/study/site_use.hpp"

namespace ringsim::scenarios::study {
namespace {

using sim::trace;

// Changes of one thing, in the order in which they are proposed; the same change is proposed once.
// At most fixes_max of them, so the likely ones go first.
class proposals {
  public:
    explicit proposals(const saved_finding& f)
        : finding_(f), scenario_(*find_scenario(f.scenario)) {}

    // The order upstream, if that is stronger, and the strongest order, unless it is there already.
    // Nothing at a step that has no site.
    void strengthen(site s) {
        if (s == site::count_) return;
        const order now = finding_.code.orders[s];
        const order upstream = upstream_orders[s];
        if (upstream != now && at_most(now, upstream)) set(s, upstream);
        if (strongest(s) != now) set(s, strongest(s));
    }
    // Each order that is weaker than upstream, as it is upstream.
    void undo() {
        for (std::size_t i = 0; i < site_count; ++i) {
            const auto s = static_cast<site>(i);
            const order now = finding_.code.orders[s];
            if (upstream_orders[s] != now && at_most(now, upstream_orders[s]))
                set(s, upstream_orders[s]);
        }
    }
    // The fences that the code can have behind an access.
    void fence_behind(site s) {
        if (s == site::count_) return;
        for (const site_info& row : site_table)
            if (can_fence(row.is, s, scenario_, finding_.code)) strengthen(row.is);
    }
    // A consumer that is woken as long as there is something to read cannot lose a notification.
    void level_trigger() {
        worlds::variant v = finding_.code;
        v.how = trigger::level;
        propose("trigger=level", v, site::count_);
    }
    std::vector<tried_fix> take() { return std::move(fixes_); }

  private:
    void set(site s, order o) {
        propose(std::string(short_name(s)) + "=" + std::string(name(o)),
                changed(finding_.code, s, o), s);
    }
    void propose(std::string change, const worlds::variant& v, site where) {
        const bool known =
            std::ranges::any_of(fixes_, [&](const tried_fix& f) { return f.change == change; });
        if (!known && fixes_.size() < fixes_max) fixes_.push_back({std::move(change), v, where});
    }

    const saved_finding& finding_;
    const scenario& scenario_;
    std::vector<tried_fix> fixes_;
};

}  // namespace

std::vector<tried_fix> possible_fixes(const saved_finding& f, const story& s) {
    proposals out(f);
    const trace& t = f.counterexample;
    const auto site_of = [&](std::uint32_t step) { return t.steps[step - 1].where; };
    // Most counterexamples are of tables that somebody weakened: to take that back is the first
    // thing to try.
    out.undo();
    if (s.cycle) {
        std::vector<const sim::cycle_edge*> unordered;
        for (const sim::cycle_edge& e : s.cycle->edges) {
            const auto is = sim::ordering_of(t, e).is;
            if (e.from != e.to &&
                (is == sim::ordering::nothing || is == sim::ordering::both_seq_cst))
                // Edges that nothing orders, or nothing but that both ends are seq_cst: here
                // something can be added.
                unordered.push_back(&e);
        }
        for (const auto* e : unordered) {
            out.fence_behind(site_of(e->from));
            out.strengthen(site_of(e->from));
            out.strengthen(site_of(e->to));
        }
    }
    if (s.race && s.race->read != 0) {
        if (!s.race->write_releases) out.strengthen(site_of(s.race->write));
        if (!s.race->read_acquires) out.strengthen(site_of(s.race->read));
    }
    if (t.kind == sim::violation::lost_notification && f.code.how == trigger::edge)
        out.level_trigger();
    return out.take();
}

void try_fixes(const scenario& s, const search& how, std::vector<tried_fix>& fixes) {
    std::size_t done = 0;
    for (tried_fix& fix : fixes) {
        fix.left_out = refusal(fix.code, how);
        if (fix.left_out.empty()) fix.result = explore(s, fix.code, how);
        // What was interrupted says nothing, and is not counted as tried.
        if (worlds::interrupted) break;
        if (fix.where != site::count_ && fix.left_out.empty() &&
            !fix.result.executed[static_cast<std::size_t>(fix.where)])
            fix.left_out = "no thread comes to " + std::string(name(fix.where)) + " here";
        ++done;
    }
    fixes.resize(done);
}

}  // namespace ringsim::scenarios::study
