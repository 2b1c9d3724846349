// Text within HTML and XML.
#pragma once

#include <string>
#include <string_view>

namespace ringsim::scenarios::render {

// The text as it stands between tags or in an attribute with double quotes.
std::string escaped_markup(std::string_view text);

}  // namespace ringsim::scenarios::render
