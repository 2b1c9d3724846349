// An execution as a graph for Graphviz: a column a thread, and between them rf, co and fr.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/study/finding.hpp"

namespace ringsim::scenarios::render {

// What is drawn, whichever front end it comes from. Steps are numbered from 1; 0 is none.
struct drawn_step {
    unsigned thread = 0;
    std::string text;
    std::uint32_t word = 0;  // the same number: the same word; 0: none
    bool reads = false;
    bool writes = false;
    std::uint32_t reads_from = 0;  // 0: the initial value
    std::uint32_t coherence = 0;   // of a write: its place among the word's writes, from 1
    std::uint32_t missed = 0;      // of a stale read: the newest store that was there
    std::vector<std::pair<std::uint32_t, std::string>> depends{};  // on which step, and how
};
struct drawing {
    std::string name;
    std::string title;
    std::vector<std::string> threads;
    std::vector<drawn_step> steps;
    std::uint32_t at_step = 0;  // where it was found; 0: at the end
    // The program-order edges of the cycle that makes it weak, in the cycle's order; of one that
    // is in one step only, both ends are that step.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> cycle{};
    std::pair<std::uint32_t, std::uint32_t> race{};
};

std::string to_dot(const drawing& d);
std::string to_dot(const study::saved_finding& f);

}  // namespace ringsim::scenarios::render
