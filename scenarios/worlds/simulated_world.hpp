// A world and how it is driven, whatever its engine and the width of its positions.
#pragma once

#include "kernel_model/dependency.hpp"
#include "scenarios/world.hpp"

namespace ringsim::scenarios::worlds {

class simulated_world : public world {
  public:
    // Setup runs alone, before the threads; its facts are kept apart.
    virtual void run_setup() = 0;
    // Runs the calling thread's body from its start.
    virtual void run_thread() = 0;
    // What happened, once no thread can go on.
    virtual const outcome& facts() = 0;
    // What facts() tells of one thread: what it did.
    virtual thread_facts& facts_of(unsigned thread) = 0;
    // The dependencies that were stated, in any execution so far.
    virtual dependency_set stated() const = 0;
};

}  // namespace ringsim::scenarios::worlds
