// An execution of a program under check, or of the kernel's and libbpf's own files, in the words of
// its front end: from this page/ makes what it shows.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/graph/program.hpp"

namespace ringsim::scenarios::render {

struct told_step {
    unsigned event = 0;  // of the recorded execution
    std::string does;
    std::string remark;
    std::string function;
    std::string place;   // "ring.c:12"
    std::string source;  // the line itself
};

struct told_execution {
    std::string front_end;  // check, kernel, upstream
    std::string title;
    std::string claim;
    std::string verdict;
    std::string what;
    std::string model;
    std::vector<std::string> facts;
    std::string command;               // shows it again
    std::vector<std::string> threads;  // by their numbers
    std::vector<told_step> steps;
    std::vector<std::string> words;    // by location; empty: no word of the program
    std::vector<std::string> initial;  // likewise
    std::function<std::string(std::uint64_t)> value;
    std::uint32_t ring_bytes = 0;  // of the one ring that its words are of; 0: there is none
    unsigned at_step = 0;          // of a data race: its later step, from 1
    unsigned races_with = 0;       // and the other one
};

}  // namespace ringsim::scenarios::render
