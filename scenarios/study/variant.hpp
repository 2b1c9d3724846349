// The variant that a user names: an order table, changes to it, a trigger; and the verdict that a
// scenario expects of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::study {

// Reads an order table as a user gives it:
//   NAME                        a named table (consumer/order_tables.hpp)
//   NAME SITE=ORDER,...         and changes to it, separated by commas or blanks
//   SITE=ORDER,...              changes to libbpf's
//   kernel=V, bits=N, consumer=NAME   another kernel, narrower positions, another consumer
//   without=DEPENDENCY          a dependency of the code is not stated (may be given again)
//   wakeup=full                 the whole path of the wakeup instead of one bit
//   FILE                        a file of such words, one or more a line, '#' begins a comment
// An order may be written as the kernel and C++ write it: smp_load_acquire, WRITE_ONCE, xchg,
// smp_mb, memory_order_acquire.
// A site may be named by its last part where that is unique: recheck_fence=seq_cst. A part that
// fits a site of the ring itself means that one, and no site of overwrite mode or of the user ring.
// `orders_name` of the result is in one canonical form. Throws user_error.
worlds::variant parse_variant(std::string_view text, trigger how = trigger::edge);

// The names of the order tables, those of the modelled ones at the end.
std::vector<std::string_view> table_names();

// The site of a full or a unique short name. Throws user_error.
site parse_site_name(std::string_view text);

// "libbpf kernel=5.8 consumer.recheck_fence=seq_cst": the table named in `base`, what differs from
// it, and what is not an order and not as usual.
std::string canonical_name(std::string_view base, const worlds::variant& v);

// Sets what is not an order (kernel, bits, consumer, wakeup) as the words of v.orders_name say.
// Throws user_error.
void adopt_features(worlds::variant& v);

// A site's name in the space of a table: consumer.recheck_fence, commit.load_consumer_pos.
std::string_view short_name(site s);

// The sites at which the variant has another order than the table that its name begins with.
std::vector<site> changed_sites(const worlds::variant& v);

std::string_view name(trigger how);

// The variant with one site changed, named accordingly.
worlds::variant changed(const worlds::variant& v, site s, order o);

// Whether what is stated of the abstract wakeup says nothing of this variant: it has the full path,
// and another order where that stands for something else.
bool has_own_verdict(const worlds::variant& v);

// The first expectation of `s` for just these orders and this trigger; nothing if none is stated.
// The full wakeup path gets the verdict of the abstract one unless a verdict of its own is stated.
const expectation* expectation_of(const scenario& s, const worlds::variant& v);

// What `e` expects under a model: a kind of violation, or none.
sim::violation expected_under(const expectation& e, model_bits model);

// Orders that make sense at the site and are one step weaker (or stronger) than `o`. Of an
// exchange, one step weaker is both a weaker exchange and the strongest store in its place.
std::vector<order> one_step_weaker(site s, order o);
std::vector<order> one_step_stronger(site s, order o);

// The strongest order that makes sense at the site.
order strongest(site s);
// Whether `a` asks for no more than `b` does.
bool at_most(order a, order b);

}  // namespace ringsim::scenarios::study
