// What a program does may depend on addresses, which are to be the same every time.
#pragma once

namespace ringsim::scenarios::commands {

// Begins ringsim again without the kernel's randomisation of addresses, where that is allowed.
void keep_addresses();

}  // namespace ringsim::scenarios::commands
