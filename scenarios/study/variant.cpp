// The words of an order table, and the lattice of orders. Words come from a command line, a file or
// a scenario's expectation, and are read by the same code, so that they mean the same everywhere
// and errors name the same things.
#include "scenarios/study/variant.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "consumer/all.hpp"
#include "consumer/order_tables.hpp"
#include "kernel_model/site_table.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/site_use.hpp"

namespace ringsim::scenarios::study {
namespace {

// A table has some fifty words; a file that is larger was given by mistake.
constexpr std::uintmax_t orders_bytes_max = 64 * 1024;

// A short name means a site of the ring itself, and one of overwrite mode, of the user ring or of
// another system only if it fits none of the former.
enum class among : std::uint8_t { the_ring, all };

std::vector<std::string_view> site_names(among which) {
    std::vector<std::string_view> names;
    for (const site_info& s : site_table)
        if (which == among::all || is_of_the_ring(s.is)) names.push_back(s.name);
    return names;
}

// Names of which `text` is the last part, or the last parts: behind a dot, so that "set" is not
// event.reset.
std::vector<std::string_view> sites_ending(std::string_view text, among which) {
    std::vector<std::string_view> names;
    for (const std::string_view name : site_names(which))
        if (!text.empty() && name.size() > text.size() && name.ends_with(text) &&
            name[name.size() - text.size() - 1] == '.')
            names.push_back(name);
    return names;
}

// At commas and blanks alike, as people write either.
std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    constexpr std::string_view separators = ", \t\r\n";
    while (true) {
        const auto begin = text.find_first_not_of(separators);
        if (begin == std::string_view::npos) return words;
        text.remove_prefix(begin);
        const auto length = std::min(text.find_first_of(separators), text.size());
        words.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
}

std::vector<std::string_view> valid_orders(site s) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < order_count; ++i)
        if (info(s).orders.contains(static_cast<order>(i))) names.push_back(order_names[i]);
    return names;
}

// A function of the kernel, as the order that it gives an access of this kind.
struct kernel_word {
    std::string_view text;
    access kind;
    order means;
};
constexpr kernel_word kernel_words[] = {
    {"READ_ONCE", access::load, order::relaxed},
    {"smp_load_acquire", access::load, order::acquire},
    {"WRITE_ONCE", access::store, order::relaxed},
    {"smp_store_release", access::store, order::release},
    {"xchg", access::rmw, order::full},
    {"xchg_relaxed", access::rmw, order::relaxed},
    {"xchg_acquire", access::rmw, order::acquire},
    {"xchg_release", access::rmw, order::release},
    // Where a store may stand instead of an exchange.
    {"WRITE_ONCE", access::rmw, order::store_relaxed},
    {"smp_store_release", access::rmw, order::store_release},
    {"smp_mb", access::fence, order::seq_cst},
    {"rcu_dereference", access::load, order::relaxed},
    {"rcu_assign_pointer", access::store, order::release},
    {"cmpxchg", access::rmw, order::full},
};

// Functions of the kernel that no order at one site does, and why not.
struct other_kernel_word {
    std::string_view text;
    std::string_view why;
};
constexpr other_kernel_word other_kernel_words[] = {
    {"smp_rmb", "orders loads before loads and nothing else, as no fence of C and C++ does"},
    {"smp_wmb", "orders stores before stores and nothing else, as no fence of C and C++ does"},
    {"smp_store_mb", "is a store and a full barrier behind it: two sites"},
    {"smp_mb__before_atomic", "is a barrier beside another site's read-modify-write"},
    {"smp_mb__after_atomic", "is a barrier beside another site's read-modify-write"},
};

// What somebody who thinks of the kernel or of C++ may write where an order is. Nothing if it is no
// such word; throws user_error if it is one of another kind of access.
std::optional<order> parse_order_word(site s, std::string_view text) {
    if (text.ends_with("()")) text.remove_suffix(2);
    for (const std::string_view prefix : {"memory_order_", "memory_order::"})
        if (text.starts_with(prefix)) return parse_order(text.substr(prefix.size()));
    // WRITE_ONCE is two rows: a word of the wrong kind is an error only if no row fits.
    const kernel_word* of_other_kind = nullptr;
    for (const kernel_word& w : kernel_words) {
        if (w.text != text) continue;
        if (w.kind == info(s).kind && info(s).orders.contains(w.means)) return w.means;
        if (!of_other_kind) of_other_kind = &w;
    }
    if (of_other_kind)
        throw user_error(in_quotes(text) + " is a " + std::string(name(of_other_kind->kind)) +
                         ", and " + std::string(name(s)) + " a " + std::string(name(info(s).kind)) +
                         "; it takes: " + joined(valid_orders(s)));
    for (const other_kernel_word& w : other_kernel_words)
        if (w.text == text)
            throw user_error(in_quotes(text) + " " + std::string(w.why) + "; " +
                             std::string(name(s)) + " takes: " + joined(valid_orders(s)));
    return std::nullopt;
}

// The order's own name first, then what the kernel or C++ call it. Throws user_error, with the
// orders that make sense there.
order parse_order_at(site s, std::string_view text) {
    const std::string valid = joined(valid_orders(s));
    auto o = parse_order(text);
    if (!o) o = parse_order_word(s, text);
    if (!o)
        throw user_error(in_quotes(text) + " is no memory order; " + std::string(name(s)) +
                         " takes: " + valid);
    if (!info(s).orders.contains(*o))
        throw user_error("'" + std::string(text) + "' makes no sense at " + std::string(name(s)) +
                         ", a " + std::string(name(info(s).kind)) + "; it takes: " + valid);
    return *o;
}

// The words KEY=VALUE that name no site, for no site is called so.
bool is_feature(std::string_view key) {
    return key == "kernel" || key == "bits" || key == "consumer" || key == "wakeup" ||
           key == "without";
}

constexpr unsigned widths[] = {8, 16, 32, 64};

unsigned parse_width(std::string_view text) {
    for (const unsigned w : widths)
        if (std::to_string(w) == text) return w;
    throw user_error("bits: " + in_quotes(text) + " is not one of: 8, 16, 32, 64");
}

const kernel::version* parse_release(std::string_view text) {
    if (const kernel::version* found = kernel::find_version(text)) return found;
    std::vector<std::string_view> valid;
    for (const kernel::version& v : kernel::versions) valid.push_back(v.name);
    throw user_error("kernel: there is no version " + in_quotes(text) +
                     " here; valid: " + joined(valid));
}

const consumer::consumer_info* parse_consumer(std::string_view text) {
    if (const auto* found = consumer::find_consumer(text)) return found;
    std::vector<std::string_view> valid;
    for (const auto* c : consumer::consumers::infos) valid.push_back(c->name);
    throw user_error("consumer: there is no " + in_quotes(text) + "; " + suggestion(text, valid));
}

worlds::wakeup_path parse_wakeup(std::string_view text) {
    if (text == "full") return worlds::wakeup_path::full;
    if (text == "abstract") return worlds::wakeup_path::abstract;
    throw user_error("wakeup: " + in_quotes(text) + " is not one of: abstract, full");
}

dependency parse_dependency_name(std::string_view text) {
    if (const auto found = parse_dependency(text)) return *found;
    std::vector<std::string_view> valid;
    for (const dependency_info& d : dependency_table) valid.push_back(d.name);
    throw user_error("without: there is no dependency " + in_quotes(text) + "; " +
                     suggestion(text, valid));
}

// Throws user_error for a value that is none. The marks `..._given` keep apart "6.12, as asked" and
// "6.12, for nothing was said": a scenario may need another version in the second case only.
void set_feature(worlds::variant& v, std::string_view key, std::string_view value) {
    if (key == "kernel") {
        v.release = parse_release(value);
        v.release_given = true;
    } else if (key == "bits") {
        v.width = parse_width(value);
    } else if (key == "wakeup") {
        v.wakeup = parse_wakeup(value);
        v.wakeup_given = true;
    } else if (key == "without") {
        v.left_out.add(parse_dependency_name(value));
    } else {
        v.consumer = parse_consumer(value);
    }
}

// Collects the words of a description: at most one table, first, then changes. Nothing may be said
// twice, for it would not be clear which counts.
class table_reader {
  public:
    // `where` begins each error message: "--orders" or "FILE:LINE".
    void take(std::string_view word, const std::string& where) {
        try {
            const auto equals = word.find('=');
            if (equals == std::string_view::npos)
                take_table(word);
            else
                take_change(word.substr(0, equals), word.substr(equals + 1));
        } catch (const user_error& e) {
            throw user_error(where + ": " + e.what());
        }
        first_ = false;
    }
    // The variant with its canonical name, however it was written.
    worlds::variant result(trigger how) const {
        worlds::variant v = code_;
        v.orders = orders_;
        v.how = how;
        v.orders_name = canonical_name(base_, v);
        return v;
    }

  private:
    void take_table(std::string_view word) {
        const auto* const table = consumer::find_order_table(word);
        if (!table)
            throw user_error(in_quotes(word) + " is no order table, file or SITE=ORDER; " +
                             suggestion(word, table_names()));
        if (!first_ || !features_.empty())
            throw user_error("the table " + in_quotes(word) +
                             " must come first, before any SITE=ORDER");
        base_ = table->name;
        orders_ = table->orders;
    }
    void take_change(std::string_view site_text, std::string_view order_text) {
        if (is_feature(site_text)) {
            if (site_text != "without" &&
                std::ranges::find(features_, site_text) != features_.end())
                throw user_error(std::string(site_text) + " is given twice");
            features_.emplace_back(site_text);
            set_feature(code_, site_text, order_text);
            return;
        }
        const site s = parse_site_name(site_text);
        const order o = parse_order_at(s, order_text);
        if (std::ranges::find(changed_, s) != changed_.end())
            throw user_error(std::string(name(s)) + " is given twice");
        changed_.push_back(s);
        orders_ = orders_.with(s, o);
    }

    std::string base_ = "libbpf";
    order_table orders_ = upstream_orders;
    std::vector<site> changed_;
    std::vector<std::string> features_;
    worlds::variant code_;
    bool first_ = true;
};

// A '#' begins a comment. Lines have no meaning but for messages.
void take_file(table_reader& reader, const std::string& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        throw user_error("--orders: " + in_quotes(path) + " is not a file");
    if (std::filesystem::file_size(path, error) > orders_bytes_max)
        throw user_error("--orders: " + in_quotes(path) + " is too large for an order table (" +
                         std::to_string(orders_bytes_max) + " bytes at most)");
    std::ifstream in(path);
    if (!in) throw user_error("--orders: " + in_quotes(path) + " cannot be read");
    std::string line;
    for (unsigned number = 1; std::getline(in, line); ++number) {
        const std::string where = path + ":" + std::to_string(number);
        for (const auto word : words_of(std::string_view(line).substr(0, line.find('#'))))
            reader.take(word, where);
    }
}

// A store in the place of an exchange.
bool is_store_form(order o) {
    return o == order::store_relaxed || o == order::store_release;
}

// Of the orders that make sense at `s` and satisfy `beyond`, those that no other is closer to than.
// `closer(a, b)`: a lies between b and the present order. Store forms are compared with store forms
// only: both the weaker exchange and the strongest store are neighbours of an exchange.
template <class Beyond, class Closer>
std::vector<order> neighbours(site s, Beyond beyond, Closer closer) {
    std::vector<order> found;
    for (std::size_t i = 0; i < order_count; ++i) {
        const auto o = static_cast<order>(i);
        if (!info(s).orders.contains(o) || !beyond(o)) continue;
        bool nearest = true;
        for (std::size_t j = 0; j < order_count && nearest; ++j) {
            const auto other = static_cast<order>(j);
            nearest = other == o || !info(s).orders.contains(other) || !beyond(other) ||
                      is_store_form(other) != is_store_form(o) || !closer(other, o);
        }
        if (nearest) found.push_back(o);
    }
    return found;
}

}  // namespace

std::vector<std::string_view> table_names() {
    std::vector<std::string_view> names;
    for (const auto& t : consumer::order_tables) names.push_back(t.name);
    for (const auto& t : consumer::modelled_order_tables) names.push_back(t.name);
    return names;
}

site parse_site_name(std::string_view text) {
    if (const auto s = parse_site(text)) return *s;
    std::vector<std::string_view> ends_so = sites_ending(text, among::the_ring);
    if (ends_so.empty()) ends_so = sites_ending(text, among::all);
    if (ends_so.size() == 1) return *parse_site(ends_so.front());
    if (ends_so.size() > 1)
        throw user_error("the site " + in_quotes(text) + " is not unique: " + joined(ends_so));
    auto close = nearest_names(text, site_names(among::the_ring));
    if (close.empty()) close = nearest_names(text, site_names(among::all));
    throw user_error("there is no site " + in_quotes(text) + "; " +
                     (close.empty() ? "`ringsim list sites` shows them"
                                    : "did you mean " + joined(close, " or ") + "?"));
}

std::string_view short_name(site s) {
    constexpr std::string_view prefix = "kernel.";
    std::string_view text = name(s);
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    return text;
}

std::string canonical_name(std::string_view base, const worlds::variant& v) {
    const auto* const table = consumer::find_order_table(base);
    const order_table& orders = v.orders;
    const worlds::variant usual;
    std::string text(base);
    if (v.release != usual.release) text += " kernel=" + std::string(v.release->name);
    if (v.width != usual.width) text += " bits=" + std::to_string(v.width);
    if (v.consumer != usual.consumer) text += " consumer=" + std::string(v.consumer->name);
    if (v.wakeup != usual.wakeup) text += " wakeup=full";
    for (std::size_t i = 0; i < dependency_count; ++i)
        if (v.left_out.contains(static_cast<dependency>(i)))
            text += " without=" + std::string(dependency_table[i].name);
    for (std::size_t i = 0; i < site_count; ++i) {
        const auto s = static_cast<site>(i);
        if (!table || orders[s] != table->orders[s])
            text += " " + std::string(short_name(s)) + "=" + std::string(name(orders[s]));
    }
    return text;
}

// By the table that the name begins with: orders_name is canonical, so its first word is a table.
std::vector<site> changed_sites(const worlds::variant& v) {
    const std::string_view text = v.orders_name;
    const auto* const table = consumer::find_order_table(text.substr(0, text.find(' ')));
    std::vector<site> sites;
    for (const site_info& row : site_table)
        if (!table || v.orders[row.is] != table->orders[row.is]) sites.push_back(row.is);
    return sites;
}

std::string_view name(trigger how) {
    return how == trigger::level ? "level" : "edge";
}

worlds::variant parse_variant(std::string_view text, trigger how) {
    table_reader reader;
    const auto words = words_of(text);
    if (words.empty())
        throw user_error("--orders: no order table given; " + suggestion("", table_names()));
    const std::string_view first = words.front();
    std::error_code error;
    // A table's name wins over a file of that name; "./NAME" is the file.
    const bool is_file = first.find('=') == std::string_view::npos &&
                         !consumer::find_order_table(first) &&
                         (first.find('/') != std::string_view::npos ||
                          std::filesystem::exists(std::filesystem::path(first), error));
    if (is_file) take_file(reader, std::string(first));
    for (std::size_t i = is_file ? 1 : 0; i < words.size(); ++i) reader.take(words[i], "--orders");
    return reader.result(how);
}

// The name is made anew, so that variants which are equal have equal names.
worlds::variant changed(const worlds::variant& v, site s, order o) {
    const std::string base = v.orders_name.substr(0, v.orders_name.find(' '));
    worlds::variant other = v;
    other.orders = v.orders.with(s, o);
    other.orders_name = canonical_name(base, other);
    return other;
}

void adopt_features(worlds::variant& v) {
    for (const std::string_view word : words_of(v.orders_name))
        if (const auto equals = word.find('='); equals != std::string_view::npos)
            if (is_feature(word.substr(0, equals)))
                set_feature(v, word.substr(0, equals), word.substr(equals + 1));
}

bool has_own_verdict(const worlds::variant& v) {
    // In the full path these sites are code of the wait queue or of eventpoll, which has orders of
    // its own.
    constexpr site abstract_only[] = {site::epoll_lock_barrier, site::notify_set,
                                      site::notify_take};
    return v.wakeup == worlds::wakeup_path::full && std::ranges::any_of(abstract_only, [&](site s) {
               return v.orders[s] != upstream_orders[s];
           });
}

// Expectations are words too, and are read as such: two ways to write one variant are one variant.
const expectation* expectation_of(const scenario& s, const worlds::variant& v) {
    for (const expectation& e : s.expect)
        if (e.how == v.how && parse_variant(e.orders, e.how).same_code_as(v)) return &e;
    if (v.wakeup == worlds::wakeup_path::abstract) return nullptr;
    worlds::variant abstract = v;
    abstract.wakeup = worlds::wakeup_path::abstract;
    return has_own_verdict(v) ? nullptr : expectation_of(s, abstract);
}

// Models of languages may see another kind of violation (a data race) where machines see what comes
// of it.
sim::violation expected_under(const expectation& e, model_bits model) {
    if ((e.under & model) == 0) return sim::violation::none;
    const bool differs =
        (model & under_languages) != 0 && e.kind_of_languages != sim::violation::none;
    return differs ? e.kind_of_languages : e.kind;
}

// The orders as a partial order: below(o) is the set of those that ask for no more. Acquire and
// release are not comparable; a store in the place of an exchange is at most an exchange that
// releases as much.
bool at_most(order a, order b) {
    constexpr auto bit = [](order o) { return 1u << static_cast<unsigned>(o); };
    using enum order;
    const auto below = [&](order o) -> unsigned {
        const unsigned weak = bit(none) | bit(plain) | bit(relaxed) | bit(store_relaxed);
        switch (o) {
            case none:
                return bit(none);
            case plain:
                return bit(none) | bit(plain);
            case store_relaxed:
                return bit(store_relaxed);
            case store_release:
                return bit(store_relaxed) | bit(store_release);
            case relaxed:
                return weak;
            case acquire:
                return weak | bit(acquire);
            case release:
                return weak | bit(release) | bit(store_release);
            case acq_rel:
                return weak | bit(acquire) | bit(release) | bit(store_release) | bit(acq_rel);
            case seq_cst:
                // All that stand before `full` in the enumeration, and the store forms, which stand
                // behind it.
                return bit(full) - 1 + bit(store_relaxed) + bit(store_release);
            default:
                return bit(count_) - 1;
        }
    };
    return (below(b) & bit(a)) != 0;
}

// The first that makes sense there: no site has two of these that are not comparable.
order strongest(site s) {
    for (const order o : {order::full, order::seq_cst, order::release, order::acquire})
        if (info(s).orders.contains(o)) return o;
    return info(s).initial;
}

std::vector<order> one_step_weaker(site s, order o) {
    return neighbours(
        s, [&](order a) { return a != o && at_most(a, o); },
        [&](order a, order b) { return at_most(b, a); });
}

std::vector<order> one_step_stronger(site s, order o) {
    return neighbours(
        s, [&](order a) { return a != o && at_most(o, a); },
        [&](order a, order b) { return at_most(a, b); });
}

}  // namespace ringsim::scenarios::study
