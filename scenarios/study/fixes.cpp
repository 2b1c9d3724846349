#include "scenarios/study/fixes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel_model/site_table.hpp"
#include "scenarios/museum.hpp"
#include "scenarios/study/site_use.hpp"
#include "scenarios/study/time_share.hpp"

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
    // What the museum has as the repair of this variant. Of a consumer that is not libbpf's, also
    // of the same consumer with other orders, if its authors repaired the same thing: whoever asks
    // about that consumer wants to know what came of it.
    void from_museum() {
        for (const bool of_consumer : {false, true})
            for (const museum_row& row : museum_rows()) {
                const exhibit& e = *row.of;
                const scenario* broken_in = scenario_of(row, e.broken);
                if (e.repaired.orders.empty() || e.status == upstream::rejected ||
                    scenario_of(row, e.repaired) != broken_in)
                    continue;
                const worlds::variant broken = parse_variant(e.broken.orders, e.broken.how);
                const bool same = broken_in == &scenario_ && broken.same_code_as(finding_.code);
                if (of_consumer ? same || !is_repair_of_consumer(row, broken) : !same) continue;
                worlds::variant v = parse_variant(e.repaired.orders, e.repaired.how);
                if (!same) adopt_surroundings(v);
                add_known(e, std::move(v));
            }
    }
    std::vector<tried_fix> take() { return std::move(fixes_); }

  private:
    bool is_repair_of_consumer(const museum_row& row, const worlds::variant& broken) const {
        const expectation* stated = ringsim::scenarios::expectation_of(row, row.of->broken);
        return row.of->status == upstream::fixed && broken.consumer == finding_.code.consumer &&
               broken.consumer != &ringsim::consumer::libbpf_consumer::info && stated &&
               stated->kind == finding_.counterexample.kind;
    }
    // The kernel, the positions and the wakeup that somebody asked about.
    void adopt_surroundings(worlds::variant& v) const {
        const worlds::variant& code = finding_.code;
        v.how = code.how;
        v.release = code.release;
        v.release_given = code.release_given;
        v.width = code.width;
        v.wakeup = code.wakeup;
        v.wakeup_given = code.wakeup_given;
        v.orders_name = canonical_name(v.orders_name.substr(0, v.orders_name.find(' ')), v);
    }
    void add_known(const exhibit& e, worlds::variant v) {
        if (v.same_code_as(finding_.code) || !worlds::why_not(scenario_, v).empty()) return;
        const std::string whose =
            fmt::format("{} (museum {}){}",
                        e.status == upstream::fixed ? "what its authors did" : "a known repair",
                        e.id, added_fences(v));
        const auto same = [&](const tried_fix& f) { return f.code.same_code_as(v); };
        if (const auto there = std::ranges::find_if(fixes_, same); there != fixes_.end()) {
            if (e.status == upstream::fixed && there->upstream.empty()) there->upstream = whose;
            return;
        }
        std::string change = v.orders_name;
        if (v.how != finding_.code.how) change += " trigger=" + std::string(name(v.how));
        fixes_.push_back({std::move(change), v, site::count_, {}, {}, whose});
    }
    // Of a whole variant, what the reader looks for: the fences that come with it.
    std::string added_fences(const worlds::variant& v) const {
        std::string text;
        for (const site_info& row : site_table)
            if (row.kind == access::fence && finding_.code.orders[row.is] == order::none &&
                v.orders[row.is] != order::none && takes_part(scenario_, v, row.is))
                text += fmt::format("{}{}={}", text.empty() ? ": " : " ", short_name(row.is),
                                    name(v.orders[row.is]));
        return text;
    }

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
    out.from_museum();
    return out.take();
}

void try_fixes(const scenario& s, const search& how, std::vector<tried_fix>& fixes) {
    std::size_t done = 0;
    time_share time(how.graph.seconds_max, fixes.size());
    for (tried_fix& fix : fixes) {
        if (time.is_over()) break;
        search next = how;
        next.graph.seconds_max = time.next(is_sample(how.graph.search));
        fix.left_out = refusal(fix.code, how);
        if (fix.left_out.empty()) fix.result = explore(s, fix.code, next);
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
