// The user's browser.
#pragma once

#include <string>

namespace ringsim::page {

// Whether somebody sits at this terminal who has a screen: only then may a window be opened
// unasked.
bool has_screen();

// Opens the address in what $BROWSER names, or by xdg-open, and does not wait for it. False:
// neither is there.
bool open_in_browser(const std::string& url);

}  // namespace ringsim::page
