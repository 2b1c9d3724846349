// Which sites take part in what is explored, and whose code makes their accesses.
#pragma once

#include "kernel_model/site_table.hpp"
#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::study {

// A fence that makes an acquire or a release of a relaxed access: another way to write that order.
constexpr bool stands_in_for_an_order(site s) {
    return info(s).of == part::stand_in;
}

// Whether every scenario of a ring has the site, whichever consumer it runs.
constexpr bool is_own_site(site s) {
    const part of = info(s).of;
    return of == part::consumer || of == part::ring || of == part::abstract_wakeup;
}

// Whether the site is one of the ring itself or of its consumers, which a short name means before
// any other.
constexpr bool is_of_the_ring(site s) {
    return is_own_site(s) || stands_in_for_an_order(s) || info(s).of == part::of_some_consumers ||
           info(s).of == part::proposed;
}

// Whether the code of the scenario, on the variant's kernel and with its consumer, has the site.
// Fences that are not there and only stand in for an order take no part either.
bool takes_part(const scenario& s, const worlds::variant& v, site where);

// The code that makes the access.
struct code_place {
    std::string_view function;  // upstream
    std::string_view file;      // of this project; empty for the program of a scenario

    friend bool operator==(const code_place&, const code_place&) = default;
};
code_place made_by(site s, const worlds::variant& v);

// Whether the code of the variant could have a fence at `fence` between the access at `s` and a
// later one of its thread: both are in one function of the kernel, or in the consumer's loop. A
// fence that stands in for an order is one only where the variant writes orders so.
bool can_fence(site fence, site s, const scenario& of, const worlds::variant& v);

}  // namespace ringsim::scenarios::study
