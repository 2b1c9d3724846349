// Sources of the names and shapes: Alglave, Maranget, Tautschnig, "Herding cats", TOPLAS 2014.
#include "tests/litmus/generator/shapes.hpp"

#include <algorithm>

namespace ringsim::tests {
namespace {

struct shape_text {
    std::string_view name;
    // Accesses, threads separated by '|': Wx1 writes 1 to x, Ry reads y into the next register.
    std::string_view threads;
    std::string_view outcome;  // 1:0=1 is register 0 of thread 1; x=2 is a location
};

constexpr shape_text texts[] = {
    // one location
    {"CoRR", "Wx1 | Rx Rx", "1:0=1 1:1=0"},
    {"CoWR", "Wx1 Rx | Wx2", "0:0=2 x=1"},
    {"CoRW", "Rx Wx1 | Wx2", "0:0=2 x=2"},
    {"CoRR2", "Wx1 | Wx2 | Rx Rx | Rx Rx", "2:0=1 2:1=2 3:0=2 3:1=1"},
    // two threads, two locations
    {"MP", "Wx1 Wy1 | Ry Rx", "1:0=1 1:1=0"},
    {"SB", "Wx1 Ry | Wy1 Rx", "0:0=0 1:0=0"},
    {"LB", "Rx Wy1 | Ry Wx1", "0:0=1 1:0=1"},
    {"S", "Wx2 Wy1 | Ry Wx1", "1:0=1 x=2"},
    {"R", "Wx1 Wy1 | Wy2 Rx", "y=2 1:0=0"},
    {"2+2W", "Wx2 Wy1 | Wy2 Wx1", "x=2 y=2"},
    // three threads, two locations
    {"WRC", "Wx1 | Rx Wy1 | Ry Rx", "1:0=1 2:0=1 2:1=0"},
    {"RWC", "Wx1 | Rx Ry | Wy1 Rx", "1:0=1 1:1=0 2:0=0"},
    {"WWC", "Wx2 | Rx Wy1 | Ry Wx1", "1:0=2 2:0=1 x=2"},
    {"WRR+2W", "Wx1 | Rx Ry | Wy1 Wx2", "1:0=2 1:1=0 x=2"},
    {"WRW+WR", "Wx1 | Rx Wy1 | Wy2 Rx", "1:0=1 y=2 2:0=0"},
    {"WRW+2W", "Wx2 | Rx Wy1 | Wy2 Wx1", "1:0=2 x=2 y=2"},
    // three threads, three locations
    {"ISA2", "Wx1 Wy1 | Ry Wz1 | Rz Rx", "1:0=1 2:0=1 2:1=0"},
    {"W+RWC", "Wx1 Wy1 | Ry Rz | Wz1 Rx", "1:0=1 1:1=0 2:0=0"},
    {"Z6.0", "Wx1 Wy1 | Ry Wz1 | Wz2 Rx", "1:0=1 z=2 2:0=0"},
    {"Z6.1", "Wx2 Wy1 | Wy2 Wz1 | Rz Wx1", "2:0=1 x=2 y=2"},
    {"Z6.2", "Wx2 Wy1 | Ry Wz1 | Rz Wx1", "1:0=1 2:0=1 x=2"},
    {"Z6.3", "Wx1 Wy1 | Wy2 Wz1 | Rz Rx", "y=2 2:0=1 2:1=0"},
    {"Z6.4", "Wx1 Wy1 | Wy2 Rz | Wz1 Rx", "y=2 1:0=0 2:0=0"},
    {"Z6.5", "Wx1 Wy1 | Wy2 Wz1 | Wz2 Rx", "y=2 z=2 2:0=0"},
    {"3.SB", "Wx1 Ry | Wy1 Rz | Wz1 Rx", "0:0=0 1:0=0 2:0=0"},
    {"3.LB", "Rx Wy1 | Ry Wz1 | Rz Wx1", "0:0=1 1:0=1 2:0=1"},
    {"3.2W", "Wx2 Wy1 | Wy2 Wz1 | Wz2 Wx1", "x=2 y=2 z=2"},
    // four threads
    {"IRIW", "Wx1 | Rx Ry | Wy1 | Ry Rx", "1:0=1 1:1=0 3:0=1 3:1=0"},
    {"IRWIW", "Wx2 | Rx Ry | Wy1 | Ry Wx1", "1:0=2 1:1=0 3:0=1 x=2"},
    {"IWRR", "Wx1 Wy1 | Ry Rx | Wy2 | Rx Ry", "1:0=2 1:1=0 3:0=1 3:1=0"},
};

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

shape shape_of(const shape_text& t) {
    shape s;
    s.name = t.name;
    s.threads.emplace_back();
    unsigned reg = 0;
    for (const std::string_view word : words_of(t.threads)) {
        if (word == "|") {
            s.threads.emplace_back();
            reg = 0;
            continue;
        }
        shape_access a;
        a.writes = word[0] == 'W';
        a.location = word[1];
        if (a.writes)
            a.value = word[2] - '0';
        else
            a.reg = reg++;
        s.threads.back().push_back(a);
    }
    for (const std::string_view word : words_of(t.outcome)) {
        shape_outcome o;
        o.value = word.back() - '0';
        if (word[1] == ':') {
            o.thread = word[0] - '0';
            o.reg = static_cast<unsigned>(word[2] - '0');
        } else {
            o.location = word[0];
        }
        s.outcome.push_back(o);
    }
    return s;
}

}  // namespace

std::string shape::locations() const {
    std::string all;
    for (const auto& thread : threads)
        for (const shape_access& a : thread)
            if (all.find(a.location) == std::string::npos) all += a.location;
    std::ranges::sort(all);
    return all;
}

const std::vector<shape>& all_shapes() {
    static const std::vector<shape> all = [] {
        std::vector<shape> shapes;
        for (const shape_text& t : texts) shapes.push_back(shape_of(t));
        return shapes;
    }();
    return all;
}

}  // namespace ringsim::tests
