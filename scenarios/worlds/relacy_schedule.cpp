#include "scenarios/worlds/relacy_schedule.hpp"
#include "kernel_model/site_table.hpp"
#include "scenarios/program/user_error.hpp"

#include <array>
#include <charconv>
#include <string_view>
#include <vector>

namespace ringsim::scenarios::worlds {
namespace {

constexpr std::string_view magic = "relacy";
constexpr std::string_view version = "1";

// FNV-1a. Guards against damage and mix-ups, not against malice: replay checks every choice.
class checksum {
  public:
    void add(std::string_view text) {
        for (const char c : text) add_byte(static_cast<unsigned char>(c));
        add_byte(0);
    }
    void add_byte(unsigned char b) { hash_ = (hash_ ^ b) * 1099511628211u; }
    std::string text() const {
        constexpr std::string_view digits = "0123456789abcdef";
        const auto folded = static_cast<std::uint32_t>(hash_ ^ hash_ >> 32);
        std::string out;
        for (int shift = 28; shift >= 0; shift -= 4) out += digits[folded >> shift & 15];
        return out;
    }

  private:
    std::uint64_t hash_ = 14695981039346656037u;
};

// Orders are hashed by the names of site and order, and only where they are not upstream's, so a
// schedule outlives a change of the enums and a new site.
std::string check_of(std::string_view text, const variant& v) {
    checksum sum;
    sum.add(text);
    for (std::size_t i = 0; i < site_count; ++i) {
        if (v.orders.orders[i] == upstream_orders.orders[i]) continue;
        sum.add(site_table[i].name);
        sum.add(name(v.orders.orders[i]));
    }
    sum.add(v.how == trigger::edge ? "edge" : "level");
    const variant usual;
    if (v.release != usual.release) sum.add(v.release->name);
    if (v.consumer != usual.consumer) sum.add(v.consumer->name);
    if (v.width != usual.width) sum.add(std::to_string(v.width));
    return sum.text();
}

std::string name_of(const relacy_schedule& schedule) {
    switch (schedule.search) {
        case sim::relacy_search::random:
            return "random";
        case sim::relacy_search::full:
            return "full";
        case sim::relacy_search::bound:
            break;
    }
    return "bound" + std::to_string(schedule.context_bound);
}

bool parse_search(std::string_view text, relacy_schedule& schedule) {
    if (text == "random") {
        schedule.search = sim::relacy_search::random;
        return true;
    }
    if (text == "full") {
        schedule.search = sim::relacy_search::full;
        return true;
    }
    constexpr std::string_view bound = "bound";
    if (!text.starts_with(bound)) return false;
    text.remove_prefix(bound.size());
    schedule.search = sim::relacy_search::bound;
    const auto end =
        std::from_chars(text.data(), text.data() + text.size(), schedule.context_bound);
    return end.ec == std::errc() && end.ptr == text.data() + text.size();
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> fields;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t colon = std::min(text.find(':', at), text.size());
        fields.push_back(text.substr(at, colon - at));
        at = colon + 1;
    }
    return fields;
}

}  // namespace

std::string write_relacy_schedule(const relacy_schedule& schedule, const scenario& s,
                                  const variant& v) {
    std::string text = std::string(magic) + ":" + std::string(version) + ":" + std::string(s.name) +
                       ":" + name_of(schedule) + ":" + schedule.state;
    return text + ":" + check_of(text, v);
}

relacy_schedule parse_relacy_schedule(std::string_view text, const scenario& s, const variant& v) {
    auto wrong = [&](const std::string& what) -> user_error {
        constexpr std::size_t shown_max = 60;
        const std::string shown = text.size() <= shown_max
                                      ? std::string(text)
                                      : std::string(text.substr(0, shown_max)) + "...";
        return user_error("schedule '" + shown + "': " + what);
    };
    const auto fields = split(text);
    if (fields.empty() || fields[0] != magic)
        throw wrong("not a schedule of Relacy, which begins with 'relacy:1:'");
    if (fields.size() < 2 || fields[1] != version)
        throw wrong("a version that this program does not read, it reads version 1");
    relacy_schedule schedule;
    if (fields.size() != 6 || !parse_search(fields[3], schedule) ||
        !sim::is_relacy_state(schedule.search, fields[4]))
        throw wrong("damaged, the form is relacy:1:SCENARIO:SEARCH:STATE:CHECK");
    if (fields[2] != s.name)
        throw wrong("it belongs to scenario " + std::string(fields[2]) + ", not to " +
                    std::string(s.name));
    if (check_of(text.substr(0, text.rfind(':')), v) != fields[5])
        throw wrong("damaged, or of other orders or another trigger than " + v.orders_name);
    schedule.state = fields[4];
    return schedule;
}

std::uint64_t first_iteration(std::uint64_t seed) {
    if (seed == 0) return 1;
    std::uint64_t z = seed + 0x9e3779b97f4a7c15u;  // splitmix64
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return ((z ^ z >> 31) & 0xff'ffff'ffffu) + 1;
}

}  // namespace ringsim::scenarios::worlds
