// What a program under check does before main() begins, in constructors of its static objects:
// there is no runtime yet, and one thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/check/endings.hpp"

namespace ringsim::sim::check {

// Memory for what is allocated before there is a runtime: by constructors of static objects.
void* allocate_early(std::size_t bytes, std::size_t alignment);
// Whether it is such memory, or of the program's heap.
bool is_of_heap(const void* address);
// What the constructors of static objects left to be done at the end of the program.
std::vector<ending>& early_endings();

// A failure before main() begins, in a constructor of a static object: told by whoever loads the
// program; the process ends then, with a violation's status.
extern void (*on_early_failure)(const std::string& what, const void* pc);

// The bytes from `copy` on are those from `of` on: memory that is mapped twice. Before the program
// is explored, too: mirror_early() makes the two equal after ordinary accesses to either.
void alias_early(char* copy, char* of, std::size_t bytes);
void mirror_early();

}  // namespace ringsim::sim::check
