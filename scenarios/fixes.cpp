#include "scenarios/fixes.hpp"

#include <algorithm>

#include "kernel_model/site_table.hpp"

namespace ringsim::scenarios {
namespace {

using sim::trace;

class proposals {
  public:
    explicit proposals(const saved_finding& f) : finding_(f) {}

    // The order upstream, if that is stronger, and the strongest order, unless it is there already.
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
    // The fences that can be put into a function.
    void fence_in(std::string_view function) {
        for (std::size_t i = 0; i < site_count; ++i)
            if (site_table[i].kind == access::fence && site_table[i].function == function)
                strengthen(static_cast<site>(i));
    }
    void level_trigger() {
        variant v = finding_.code;
        v.how = trigger::level;
        propose("trigger=level", v);
    }
    std::vector<tried_fix> take() { return std::move(fixes_); }

  private:
    void set(site s, order o) {
        propose(std::string(short_name(s)) + "=" + std::string(name(o)),
                changed(finding_.code, s, o));
    }
    void propose(std::string change, const variant& v) {
        const bool known =
            std::ranges::any_of(fixes_, [&](const tried_fix& f) { return f.change == change; });
        if (!known && fixes_.size() < fixes_max) fixes_.push_back({std::move(change), v, {}});
    }

    const saved_finding& finding_;
    std::vector<tried_fix> fixes_;
};

}  // namespace

std::vector<tried_fix> possible_fixes(const saved_finding& f, const story& s) {
    proposals out(f);
    const trace& t = f.counterexample;
    const auto site_of = [&](std::uint32_t step) { return t.steps[step - 1].where; };
    out.undo();
    if (s.cycle) {
        std::vector<const sim::cycle_edge*> unordered;
        for (const sim::cycle_edge& e : s.cycle->edges) {
            const auto is = sim::ordering_of(t, e).is;
            if (e.from != e.to &&
                (is == sim::ordering::nothing || is == sim::ordering::both_seq_cst))
                unordered.push_back(&e);
        }
        for (const auto* e : unordered) {
            if (site_of(e->from) != site::count_) out.fence_in(info(site_of(e->from)).function);
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
        fix.result = explore(s, fix.code, how);
        if (interrupted) break;
        ++done;
    }
    fixes.resize(done);
}

}  // namespace ringsim::scenarios
