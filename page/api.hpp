// What the page asks of the program, as JSON in and JSON out: docs/serve.md. Nothing here knows
// HTTP, and no request opens a file but one that was offered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringsim::page {

inline constexpr int api_version = 1;
inline constexpr std::size_t request_bytes_max = 64 * 1024;

struct answer {
    int status = 200;  // as in HTTP: 200, 400 for what is wrong with the request, 404
    std::string body;  // JSON
};

// A litmus test or a program that the user named when the server was started.
struct offered_file {
    std::string name;
    std::string text;                  // of a test
    std::vector<std::string> flags{};  // of a program: for the compiler
};
// From now on requests may name these and no others. Throws user_error if one is neither.
void offer(std::vector<offered_file> files);

// `what`: the last part of the path, "verdicts". One request at a time: the engine is one.
answer answer_to(std::string_view what, const std::string& body);

}  // namespace ringsim::page
