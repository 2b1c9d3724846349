// The parts of a litmus test around the code of its threads.
//
// They are parsed in the order of the file, for each needs what comes before: threads the locations
// and the values that registers have from the start, the condition the variables of the threads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/litmus/test.hpp"

namespace ringsim::sim::litmus {

// Locations by name, made when they are first named. An array's name is that of its first element.
// Only one of it exists while a test is parsed; the test itself keeps no table, since everything in
// it is an index by then.
class location_table {
  public:
    explicit location_table(test& t) : test_(t) {}

    // The location, or the first element of the array. A new one is an int that holds 0. Throws
    // source_error beyond locations_max.
    graph::location_id find_or_add(std::string_view name, unsigned line);
    // One more location, without a name to find it by.
    graph::location_id add(const location& l, unsigned line);
    // An array of `size` elements. Throws source_error if the name is taken.
    graph::location_id add_array(std::string_view name, unsigned size, unsigned line);
    bool has(std::string_view name) const { return by_name_.contains(name); }
    // Of an array, its number of elements; else 0.
    unsigned array_size(std::string_view name) const;
    // Throws source_error if `name` is no array or has no such element.
    graph::location_id element(std::string_view name, std::int64_t index, unsigned line);

  private:
    test& test_;
    std::map<std::string, graph::location_id, std::less<>> by_name_;
    std::map<std::string, unsigned, std::less<>> arrays_;
};

// The number that stands for all threads: of %x, a symbolic register of assembly, which each of
// them may have.
inline constexpr unsigned every_thread = ~0u;  // %x, a symbolic register of assembly

// A variable or register of a thread that has a value from the start. `name` is as it was written,
// which may be the name of half a register; whoever compiles the thread looks it up.
struct initial_variable {
    unsigned thread;
    std::string name;
    std::int64_t value;
    std::optional<width> type;  // that was declared
    unsigned line;
};

// Fills t.locations and returns what belongs to threads, which do not exist yet. Throws
// source_error.
std::vector<initial_variable> parse_init(text_part part, test& t, location_table& locations);
// The threads of a test in C, and t.language, by what they use (`otherwise`: see parse()).
// `initial` are the variables of threads that have a value from the start. Throws source_error.
void parse_program(const sections& s, test& t, location_table& locations, dialect otherwise,
                   const std::vector<initial_variable>& initial);
// Fills t.asks. After the threads, for their variables are known then; a location that it names and
// nobody uses comes into being here, with a warning. Throws source_error.
void parse_condition(text_part part, test& t, location_table& locations);

}  // namespace ringsim::sim::litmus
