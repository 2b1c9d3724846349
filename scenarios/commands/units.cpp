#include "scenarios/commands/units.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>

#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

struct unit {
    std::string_view name;
    double nanoseconds;
};
constexpr std::array units{unit{"ns", 1},  unit{"us", 1e3}, unit{"ms", 1e6},
                           unit{"s", 1e9}, unit{"m", 60e9}, unit{"h", 3600e9}};

std::optional<std::chrono::nanoseconds> duration_of(std::string_view text) {
    double count = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, count, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(count) || count < 0) return std::nullopt;
    const std::string_view name(rest, static_cast<std::size_t>(end - rest));
    for (const unit& u : units)
        if (u.name == name && count * u.nanoseconds < 1e18)
            return std::chrono::nanoseconds(std::llround(count * u.nanoseconds));
    if (name.empty() && count == 0) return std::chrono::nanoseconds(0);
    return std::nullopt;
}

std::string duration_text(std::chrono::nanoseconds d) {
    for (auto u = units.rbegin(); u != units.rend(); ++u) {
        const double count = static_cast<double>(d.count()) / u->nanoseconds;
        if (count >= 1 && count == std::floor(count)) return fmt::format("{}{}", count, u->name);
    }
    return "0";
}

std::optional<std::uint64_t> bytes_of(std::string_view text) {
    std::uint64_t count = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc{} || count > (1ull << 40)) return std::nullopt;
    const std::string_view name(rest, static_cast<std::size_t>(end - rest));
    if (name.empty()) return count;
    if (name == "K") return count << 10;
    if (name == "M") return count << 20;
    if (name == "G") return count << 30;
    return std::nullopt;
}

}  // namespace

std::chrono::nanoseconds parse_duration(std::string_view option, const std::string& text,
                                        std::chrono::nanoseconds min,
                                        std::chrono::nanoseconds max) {
    const auto duration = duration_of(text);
    if (!duration || *duration < min || *duration > max)
        throw user_error(fmt::format("{}: {} is not a duration from {} to {}, such as 500ms or 10s",
                                     option, in_quotes(text), duration_text(min),
                                     duration_text(max)));
    return *duration;
}

std::uint64_t parse_power_of_two(std::string_view option, const std::string& text,
                                 std::uint64_t min, std::uint64_t max) {
    const auto bytes = bytes_of(text);
    if (!bytes || *bytes < min || *bytes > max || !std::has_single_bit(*bytes))
        throw user_error(fmt::format("{}: {} is not a power of two from {} to {} bytes", option,
                                     in_quotes(text), size_text(min), size_text(max)));
    return *bytes;
}

std::uint64_t parse_bytes(std::string_view option, const std::string& text, std::uint64_t min,
                          std::uint64_t max) {
    const auto bytes = bytes_of(text);
    if (!bytes || *bytes < min || *bytes > max)
        throw user_error(fmt::format("{}: {} is not a number of bytes from {} to {}, such as 500M",
                                     option, in_quotes(text), size_text(min), size_text(max)));
    return *bytes;
}

std::string size_text(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 4> suffixes{"", "K", "M", "G"};
    std::size_t i = 0;
    while (i + 1 < suffixes.size() && bytes >= 1024 && bytes % 1024 == 0) {
        bytes /= 1024;
        ++i;
    }
    return std::to_string(bytes) + std::string(suffixes[i]);
}

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
    return text;
}

double parse_time_limit(std::string_view option, const std::string& text) {
    using namespace std::chrono_literals;
    const bool in_seconds = text.find_first_not_of("0123456789") == std::string::npos;
    return std::chrono::duration<double>(
               parse_duration(option, in_seconds ? text + "s" : text, 1ms, 240h))
        .count();
}

}  // namespace ringsim::scenarios::commands
