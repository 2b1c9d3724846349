// Quantities as a user writes them: 10s, 64K.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace ringsim::scenarios::commands {

// "500ms", "10s", "2m", "1h", "1.5s", "0"; also "2us" and "100ns". Throws user_error that names
// the option unless it is between `min` and `max`.
std::chrono::nanoseconds parse_duration(std::string_view option, const std::string& text,
                                        std::chrono::nanoseconds min, std::chrono::nanoseconds max);

// A limit of time, in seconds: a duration as above, or a number of seconds. Throws user_error.
double parse_time_limit(std::string_view option, const std::string& text);

// "4096", "64K", "1M", "1G" (powers of 1024). Throws user_error that names the option unless it is
// a power of two between `min` and `max`.
std::uint64_t parse_power_of_two(std::string_view option, const std::string& text,
                                 std::uint64_t min, std::uint64_t max);

// Any number of bytes between the two.
std::uint64_t parse_bytes(std::string_view option, const std::string& text, std::uint64_t min,
                          std::uint64_t max);

// "64K" if it is a whole number of the unit, otherwise bytes.
std::string size_text(std::uint64_t bytes);

// "12345678" as "12,345,678".
std::string grouped(std::uint64_t number);

}  // namespace ringsim::scenarios::commands
