#include "scenarios/study/weaken.hpp"

#include <algorithm>
#include <optional>

#include "kernel_model/site_table.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::study {
namespace {

// Thrown when a table's safety is not known; caught in find_weakest().
struct unknown_safety {};

// The algorithm of weaken.hpp. `unsafe_` has the tables that were asked and are not safe, minimal
// tables are in found_: what lies below one of the former or above one of the latter needs not be
// asked, which is where the time is saved.
class weakest_search {
  public:
    explicit weakest_search(const weakening& problem) : problem_(problem) {}

    // Until there is no safe table beside those that are above a minimal one.
    weakest_tables run() {
        try {
            if (safe(problem_.start)) {
                found_.minimal.push_back(shrink(problem_.start));
                while (const auto other = safe_beside(problem_.start, 0))
                    found_.minimal.push_back(shrink(*other));
            }
            found_.complete = true;
        } catch (const unknown_safety&) {
            found_.complete = false;
        }
        return std::move(found_);
    }

  private:
    // On the sites in question alone.
    bool below(const order_table& a, const order_table& b) const {
        return at_most(a, b, problem_.sites);
    }

    // Asks only what does not follow from what is known.
    bool safe(const order_table& t) {
        const auto is_below = [&](const order_table& unsafe) { return below(t, unsafe); };
        const auto is_above = [&](const order_table& m) { return below(m, t); };
        if (std::ranges::any_of(found_.minimal, is_above)) return true;
        if (std::ranges::any_of(unsafe_, is_below)) return false;
        ++found_.asked;
        const std::optional<bool> answer = problem_.safe(t);
        if (!answer) throw unknown_safety{};
        if (!*answer) unsafe_.push_back(t);
        return *answer;
    }

    // Orders at a site that are at most as strong as at the start.
    std::vector<order> orders_at(site s) const {
        std::vector<order> all;
        for (std::size_t o = 0; o < order_count; ++o) {
            const auto candidate = static_cast<order>(o);
            if (info(s).orders.contains(candidate) && at_most(candidate, problem_.start[s]) &&
                (!problem_.may_have || problem_.may_have(s, candidate)))
                all.push_back(candidate);
        }
        return all;
    }

    // A minimal safe table below `t`. What is unsafe below one table is so below a weaker one, so
    // one pass over the sites is enough.
    order_table shrink(order_table t) {
        for (const site s : problem_.sites) {
            for (bool weaker = true; weaker;) {
                weaker = false;
                for (const order o : one_step_below(s, t[s])) {
                    if (!safe(t.with(s, o))) continue;
                    t = t.with(s, o);
                    weaker = true;
                    break;
                }
            }
        }
        return t;
    }

    // The strongest orders at `s` that are at most `limit` and not at least `floor`. Several, since
    // orders are only partly ordered.
    std::vector<order> strongest_not_above(site s, order limit, order floor) const {
        std::vector<order> fit;
        for (const order o : orders_at(s))
            if (at_most(o, limit) && !at_most(floor, o)) fit.push_back(o);
        return strongest_of(fit);
    }
    std::vector<order> one_step_below(site s, order limit) const {
        return strongest_not_above(s, limit, limit);
    }

    // Those that no other one of them is above.
    static std::vector<order> strongest_of(const std::vector<order>& fit) {
        std::vector<order> strongest;
        for (const order o : fit)
            if (std::ranges::none_of(fit, [&](order p) { return p != o && at_most(o, p); }))
                strongest.push_back(o);
        return strongest;
    }

    // A safe table below `t` that is above none of the minimal ones from number `i` on, if any. To
    // be not above one of them, a table has to have less than it at some site: all ways to choose
    // such a site for each are tried, and given up early where an unsafe table is above.
    std::optional<order_table> safe_beside(const order_table& t, std::size_t i) {
        while (i < found_.minimal.size() && !below(found_.minimal[i], t)) ++i;
        if (i == found_.minimal.size()) return safe(t) ? std::optional(t) : std::nullopt;
        for (const site s : problem_.sites)
            for (const order o : strongest_not_above(s, t[s], found_.minimal[i][s])) {
                const order_table weaker = t.with(s, o);
                const auto known = [&](const order_table& u) { return below(weaker, u); };
                if (std::ranges::any_of(unsafe_, known)) continue;
                if (const auto other = safe_beside(weaker, i + 1)) return other;
            }
        return std::nullopt;
    }

    const weakening& problem_;
    weakest_tables found_;
    std::vector<order_table> unsafe_;
};

}  // namespace

bool at_most(const order_table& a, const order_table& b, const std::vector<site>& sites) {
    return std::ranges::all_of(sites, [&](site s) { return at_most(a[s], b[s]); });
}

weakest_tables find_weakest(const weakening& problem) {
    return weakest_search(problem).run();
}

}  // namespace ringsim::scenarios::study
