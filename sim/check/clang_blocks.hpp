// Where clang's blocks end. It has the calls of destructors, and what else it does where a block is
// left, at a place of the source that is outside of the block; so the debug information would have
// the block end in front of the destructors of its own variables, and a destructor that waits for a
// thread (std::jthread's, a pool's) would come too late for what the thread uses meanwhile.
#pragma once

#include <string>

namespace ringsim::sim::check {

// clang's intermediate code, as text, before anything is optimised: what stands in front of the end
// of a variable's life is put into the variable's block. Nothing else is changed.
std::string with_whole_blocks(const std::string& code);

}  // namespace ringsim::sim::check
