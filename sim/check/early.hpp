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

// The program cannot go on before main() begins, in a constructor of a static object: told by
// whoever loads the program; the process ends then. Status 1: a violation; 2: what is not modelled.
extern void (*on_early_end)(int status, const std::string& what, const void* pc);
[[noreturn]] void end_early(int status, const std::string& what, const void* pc);

// The bytes from `copy` on are those from `of` on: memory that is mapped twice. Before the program
// is explored, too: mirror_early() makes the two equal after ordinary accesses to either.
void alias_early(char* copy, char* of, std::size_t bytes);
void mirror_early();

}  // namespace ringsim::sim::check
