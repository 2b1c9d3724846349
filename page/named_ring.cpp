#include "page/named_ring.hpp"

#include <charconv>
#include <map>
#include <optional>

namespace ringsim::page {
namespace {

constexpr std::uint64_t header_bytes = 8;

std::optional<std::uint64_t> number_of(std::string_view text) {
    const bool hex = text.starts_with("0x");
    if (hex) text.remove_prefix(2);
    std::uint64_t n = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), n, hex ? 16 : 10);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return n;
}

// What a word of this name is in the ring; `value` is what it holds.
std::optional<ring_change> part_of(std::string_view name, const std::string& value) {
    constexpr std::string_view ring = "rb->";
    constexpr std::string_view data = "data[";
    const auto v = number_of(value);
    if (!name.starts_with(ring) || !v) return std::nullopt;
    name.remove_prefix(ring.size());
    if (name.ends_with("_pos")) return ring_change{std::string(name), 0, *v};
    if (!name.starts_with(data)) return std::nullopt;
    const auto close = name.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const auto at = number_of(name.substr(data.size(), close - data.size()));
    if (!at) return std::nullopt;
    const std::string_view rest = name.substr(close + 1);
    if (rest == ".len") return ring_change{"header", *at, *v};
    // The first words behind a header; records take at least sixteen bytes.
    if (rest.empty() && *at >= header_bytes) return ring_change{"payload", *at - header_bytes, *v};
    return std::nullopt;
}

}  // namespace

void add_named_ring(execution& out, std::uint32_t bytes) {
    ring_picture ring;
    ring.bytes = bytes;
    std::map<std::uint64_t, std::uint64_t> headers;
    const auto is_position = [](const ring_change& c) {
        return c.part != "header" && c.part != "payload";
    };
    for (const shown_word& w : out.words) {
        const auto c = part_of(w.name, w.initial);
        if (!c) continue;
        if (is_position(*c) && c->value > bytes) return;
        if (is_position(*c)) ring.positions.push_back({c->part, c->value});
        if (c->part == "header") headers[c->pos] = c->value;
    }
    std::vector<std::optional<ring_change>> changes;
    for (const shown_step& s : out.steps) {
        auto c = s.writes ? part_of(out.words[s.word - 1].name, s.written) : std::nullopt;
        if (c && is_position(*c) && c->value > bytes) return;
        if (c && c->part == "payload" && !headers.contains(c->pos)) c.reset();
        changes.push_back(std::move(c));
    }
    if (ring.positions.empty()) return;
    for (const auto& [pos, value] : headers) {
        const auto letter = static_cast<char>('A' + ring.headers.size() % 26);
        ring.headers.push_back({pos, value, std::string(1, letter)});
    }
    for (std::size_t i = 0; i < changes.size(); ++i) out.steps[i].ring = std::move(changes[i]);
    out.ring = std::move(ring);
}

}  // namespace ringsim::page
