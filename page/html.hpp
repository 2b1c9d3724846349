// The page as one text: style, program and data in it, no network.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "page/execution.hpp"

namespace ringsim::page {

// A page that stands alone, for one execution or for two beside each other.
std::string html_of(const std::vector<execution>& executions);

// A page of text, in the same style. `body` is HTML.
std::string html_of_text(std::string_view title, const std::string& body);

// The page of `ringsim serve`.
std::string html_of_server();

// A page by its parts. `data` is JSON; `connect`: where its program may send requests to.
std::string page_of(std::string_view title, std::string_view style, std::string_view program,
                    std::string_view data, std::string_view connect);

}  // namespace ringsim::page
