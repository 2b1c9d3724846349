// The parts of a litmus test around the code of its threads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// Locations by name, made when they are first named. An array's name is that of its first element.
class location_table {
  public:
    explicit location_table(test& t) : test_(t) {}

    // The location, or the first element of the array.
    graph::location_id find_or_add(std::string_view name, unsigned line);
    graph::location_id add(const location& l, unsigned line);
    // An array of `size` elements. Throws source_error if the name is taken.
    graph::location_id add_array(std::string_view name, unsigned size, unsigned line);
    bool has(std::string_view name) const { return by_name_.contains(name); }
    // Of an array, its number of elements; else 0.
    unsigned array_size(std::string_view name) const;
    graph::location_id element(std::string_view name, std::int64_t index, unsigned line);

  private:
    test& test_;
    std::map<std::string, graph::location_id, std::less<>> by_name_;
    std::map<std::string, unsigned, std::less<>> arrays_;
};

// A variable of a thread that has a value from the start.
inline constexpr unsigned every_thread = ~0u;  // %x, a symbolic register of assembly

struct initial_variable {
    unsigned thread;
    std::string name;
    std::int64_t value;
    std::optional<width> type;  // that was declared
    unsigned line;
};

// Each throws source_error.
std::vector<initial_variable> parse_init(text_part part, test& t, location_table& locations);
// `initial`: the variables of threads that have a value from the start.
void parse_program(const sections& s, test& t, location_table& locations, dialect otherwise,
                   const std::vector<initial_variable>& initial);
// After the threads: their variables are known then.
void parse_condition(text_part part, test& t, location_table& locations);

}  // namespace ringsim::sim::litmus
