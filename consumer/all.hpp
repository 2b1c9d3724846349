// The list of consumers, and the way from what a variant says to the code. A consumer that is not
// libbpf's is a file beside this one and a place in the list.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>

#include "consumer/android.hpp"
#include "consumer/aya.hpp"
#include "consumer/bench_custom.hpp"
#include "consumer/cilium.hpp"
#include "consumer/cilium_0_11.hpp"
#include "consumer/libbpf_async.hpp"
#include "consumer/libpman.hpp"
#include "consumer/overwrite_reader.hpp"
#include "consumer/process_ring.hpp"

namespace ringsim::consumer {

// A consumer that was chosen, and where in a list of states its own is.
template <class Consumer, std::size_t Place>
struct chosen {
    using type = Consumer;
    template <class States>
    static typename Consumer::state& state_in(States& all) {
        return std::get<Place>(all);
    }
};

template <class... Consumers>
struct consumer_list {
    static_assert((described_consumer<Consumers> && ...),
                  "a consumer has info, and a state that begins empty and can be compared");
    static constexpr std::array<const consumer_info*, sizeof...(Consumers)> infos{
        &Consumers::info...};
    static_assert(
        [] {
            for (std::size_t i = 0; i < infos.size(); ++i)
                for (std::size_t j = 0; j < i; ++j)
                    if (infos[i]->name == infos[j]->name) return false;
            return true;
        }(),
        "each consumer has a name of its own");

    // What all of them keep, of which one is used.
    using states = std::tuple<typename Consumers::state...>;

    // Calls f(chosen<Consumer, ...>{}) for the consumer with this info.
    template <class F>
    static decltype(auto) dispatch(const consumer_info& which, F&& f) {
        return dispatch_from<0>(which, f);
    }

  private:
    template <std::size_t I, class F>
    static decltype(auto) dispatch_from(const consumer_info& which, F& f) {
        using candidate = std::tuple_element_t<I, std::tuple<Consumers...>>;
        // The last is the one that is left.
        if constexpr (I + 1 < sizeof...(Consumers))
            if (&which != &candidate::info) return dispatch_from<I + 1>(which, f);
        return f(chosen<candidate, I>{});
    }
};

using consumers =
    consumer_list<libbpf_consumer, libbpf_7_3_consumer, libbpf_2026_busy_consumer,
                  libbpf_async_consumer, libbpf_async_0_consumer, aya_0_12_consumer,
                  aya_0_14_consumer, cilium_consumer, cilium_raw_consumer, cilium_flush_0_consumer,
                  cilium_0_11_consumer, android_consumer, libpman_consumer, libpman_0_consumer,
                  bench_custom_consumer, bench_corrected_consumer, overwrite_consumer,
                  overwrite_one_consumer, first_event_consumer>;

constexpr const consumer_info* find_consumer(std::string_view name) {
    for (const consumer_info* c : consumers::infos)
        if (c->name == name) return c;
    return nullptr;
}

// Who reads, where a scenario asks for a read that only some consumers have: the variant's consumer
// if it has one, else the one that is known for it.
constexpr const consumer_info& reader_with_deadline(const consumer_info& c) {
    return c.reads_with_deadline ? c : cilium_consumer::info;
}
constexpr const consumer_info& reader_of_several(const consumer_info& c) {
    return c.merges_rings ? c : libpman_consumer::info;
}

}  // namespace ringsim::consumer
