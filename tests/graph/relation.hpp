// Relations over a few events as dense matrices, with the operators that papers write models in.
// Naive on purpose: everything is computed from the whole relation, nothing is kept.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace ringsim::tests {

inline constexpr unsigned matrix_events_max = 32;

using event_set = std::uint32_t;

struct relation {
    unsigned size = 0;
    std::array<event_set, matrix_events_max> row{};  // successors of each event

    explicit relation(unsigned events) : size(events) {}

    bool has(unsigned a, unsigned b) const { return (row[a] >> b & 1u) != 0; }
    void add(unsigned a, unsigned b) { row[a] |= event_set{1} << b; }

    friend relation operator|(relation a, const relation& b) {
        for (unsigned i = 0; i < a.size; ++i) a.row[i] |= b.row[i];
        return a;
    }
    friend relation operator&(relation a, const relation& b) {
        for (unsigned i = 0; i < a.size; ++i) a.row[i] &= b.row[i];
        return a;
    }
    friend relation operator-(relation a, const relation& b) {
        for (unsigned i = 0; i < a.size; ++i) a.row[i] &= ~b.row[i];
        return a;
    }
};

// Calls f(event) for each event of the set.
template <class F>
void for_each(event_set s, F&& f) {
    for (; s != 0; s &= s - 1) f(static_cast<unsigned>(std::countr_zero(s)));
}

// a;b
inline relation seq(const relation& a, const relation& b) {
    relation r(a.size);
    for (unsigned i = 0; i < a.size; ++i)
        for_each(a.row[i], [&](unsigned j) { r.row[i] |= b.row[j]; });
    return r;
}
template <class... More>
relation seq(const relation& a, const relation& b, const More&... more) {
    return seq(seq(a, b), more...);
}

// The identity on a set: [S].
inline relation id(event_set s, unsigned events) {
    relation r(events);
    for (unsigned i = 0; i < events; ++i)
        if (s >> i & 1u) r.add(i, i);
    return r;
}
// a x b
inline relation product(event_set a, event_set b, unsigned events) {
    relation r(events);
    for (unsigned i = 0; i < events; ++i)
        if (a >> i & 1u) r.row[i] = b;
    return r;
}

// r?
inline relation opt(const relation& r) {
    return r | id(~event_set{0}, r.size);
}
// r+, Warshall.
inline relation plus(relation r) {
    for (unsigned k = 0; k < r.size; ++k)
        for (unsigned i = 0; i < r.size; ++i)
            if (r.has(i, k)) r.row[i] |= r.row[k];
    return r;
}
// r*
inline relation star(const relation& r) {
    return opt(plus(r));
}
inline relation inverse(const relation& r) {
    relation t(r.size);
    for (unsigned i = 0; i < r.size; ++i) for_each(r.row[i], [&](unsigned j) { t.add(j, i); });
    return t;
}

inline bool empty(const relation& r) {
    event_set any = 0;
    for (unsigned i = 0; i < r.size; ++i) any |= r.row[i];
    return any == 0;
}
inline bool irreflexive(const relation& r) {
    return empty(r & id(~event_set{0}, r.size));
}
inline bool acyclic(const relation& r) {
    return irreflexive(plus(r));
}

}  // namespace ringsim::tests
