// What a consumer keeps between two looks at the ring, as words: the members of its `state`, in
// their order. So a consumer's file says it once, and no member can be forgotten.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

#include "consumer/consumer_info.hpp"
#include "sim/states/automaton.hpp"

namespace ringsim::scenarios::worlds {

// Stands for a value of any type, where it is counted how many of them make a State.
struct any_member {
    template <class T>
    constexpr operator T() const noexcept;
};

template <class State, std::size_t... I>
constexpr bool is_made_of(std::index_sequence<I...>) {
    return requires { State{(static_cast<void>(I), any_member{})...}; };
}
// How many members an aggregate has: the most values that one can be made of.
template <class State, std::size_t N = 0>
constexpr std::size_t member_count() {
    if constexpr (!is_made_of<State>(std::make_index_sequence<N + 1>{}))
        return N;
    else
        return member_count<State, N + 1>();
}

// The members, as references.
template <class State>
constexpr auto members(State& s) {
    constexpr std::size_t n = member_count<std::remove_const_t<State>>();
    static_assert(n <= 6, "one more case below");
    if constexpr (n == 0) {
        return std::tuple<>();
    } else if constexpr (n == 1) {
        auto& [a] = s;
        return std::tie(a);
    } else if constexpr (n == 2) {
        auto& [a, b] = s;
        return std::tie(a, b);
    } else if constexpr (n == 3) {
        auto& [a, b, c] = s;
        return std::tie(a, b, c);
    } else if constexpr (n == 4) {
        auto& [a, b, c, d] = s;
        return std::tie(a, b, c, d);
    } else if constexpr (n == 5) {
        auto& [a, b, c, d, e] = s;
        return std::tie(a, b, c, d, e);
    } else {
        auto& [a, b, c, d, e, f] = s;
        return std::tie(a, b, c, d, e, f);
    }
}

template <class T>
inline constexpr bool is_position = std::same_as<T, consumer::kept_position>;

// What wide numbers mean nobody knows here: those of the ring are positions, and say so.
template <class T>
inline constexpr bool can_be_kept =
    is_position<T> || (std::unsigned_integral<T> && sizeof(T) <= sizeof(std::uint32_t));

template <class State>
sim::states::local_state words_of(const State& s) {
    return std::apply(
        [](const auto&... member) {
            static_assert((can_be_kept<std::remove_cvref_t<decltype(member)>> && ...),
                          "a consumer keeps bools, kept_position and unsigned numbers of 32 bits");
            return sim::states::local_state{static_cast<std::uint64_t>(member)...};
        },
        members(s));
}

// Which of the words are positions, a bit for each.
template <class State>
constexpr std::uint8_t positions_in() {
    State s{};
    return std::apply(
        [](const auto&... member) {
            unsigned bits = 0;
            unsigned next = 1;
            (...,
             (bits |= is_position<std::remove_cvref_t<decltype(member)>> ? next : 0, next *= 2));
            return static_cast<std::uint8_t>(bits);
        },
        members(s));
}

// As the words have it.
template <class State>
void set_to(State& s, const std::uint64_t* words) {
    std::apply(
        [&](auto&... member) {
            (..., (member = static_cast<std::remove_cvref_t<decltype(member)>>(*words++)));
        },
        members(s));
}

}  // namespace ringsim::scenarios::worlds
