// The shapes of litmus tests as data: which thread accesses which location in which order, and the
// outcome that is asked about. The names are the field's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringsim::tests {

struct shape_access {
    bool writes = false;
    char location = 'x';
    int value = 0;     // of a write
    unsigned reg = 0;  // of a read: its number in the thread
};

// What the outcome says of one register or location.
struct shape_outcome {
    int thread = -1;  // -1: of a location
    unsigned reg = 0;
    char location = 'x';
    int value = 0;
};

struct shape {
    std::string_view name;
    std::vector<std::vector<shape_access>> threads;
    std::vector<shape_outcome> outcome;

    // The locations, each once, in the order of the alphabet.
    std::string locations() const;
};

// Shapes of two, three and four threads.
const std::vector<shape>& all_shapes();

}  // namespace ringsim::tests
