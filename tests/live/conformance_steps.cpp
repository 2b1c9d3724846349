// What the steps of the conformance check are drawn from, for rapidcheck: it draws them, and makes
// a sequence that fails shorter and simpler.
#include "tests/live/conformance_steps.hpp"

#include <algorithm>
#include <sstream>

#include "tests/live/conformance_model.hpp"
#include "tests/live/random_search.hpp"

namespace ringsim::tests {
namespace {

namespace gen = rc::gen;

// True once in `n`; what is true becomes false when it shrinks.
rc::Gen<std::uint32_t> one_in(unsigned n) {
    return gen::map(below(n), [n](unsigned drawn) { return std::uint32_t{drawn == n - 1}; });
}
// Something, or nothing at all once in `n`.
template <class T>
rc::Gen<T> nothing_in(int n, rc::Gen<T> something) {
    return gen::map(gen::resize(n - 1, gen::maybe(std::move(something))),
                    [](rc::Maybe<T> drawn) { return drawn ? *drawn : T{}; });
}

// Mostly small, often near the edges: nothing, alignment, half the ring, all of it, too much.
rc::Gen<std::uint32_t> size(std::uint32_t ring_bytes) {
    const auto just_under = [](std::uint32_t edge) {
        return gen::map(below(32u), [edge](std::uint32_t less) { return edge - less; });
    };
    return gen::weightedOneOf<std::uint32_t>({{20, below(128u)},
                                              {4, gen::just(0u)},
                                              {3, gen::just(8u)},
                                              {4, below(ring_bytes / 4)},
                                              {4, below(ring_bytes + 64)},
                                              {4, just_under(ring_bytes / 2)},
                                              {4, just_under(ring_bytes)},
                                              {4, just_under((1u << 24) + 16)},
                                              {1, any_word<std::uint32_t>()}});
}

// None, each, both, and bits that nobody defined.
rc::Gen<std::uint64_t> flags() {
    return gen::weightedOneOf<std::uint64_t>({{8, gen::just<std::uint64_t>(0)},
                                              {7, below<std::uint64_t>(4)},
                                              {1, any_word<std::uint64_t>()}});
}

// Of a helper for which no flag is defined.
rc::Gen<std::uint64_t> no_flags() {
    return gen::weightedOneOf<std::uint64_t>({{30, gen::just<std::uint64_t>(0)},
                                              {1, below<std::uint64_t>(4)},
                                              {1, any_word<std::uint64_t>()}});
}

// What bpf_ringbuf_query() knows, and what it does not.
rc::Gen<std::uint64_t> asked_for() {
    return gen::weightedOneOf<std::uint64_t>(
        {{5, below<std::uint64_t>(6)}, {1, any_word<std::uint64_t>()}});
}

rc::Gen<std::uint32_t> present() {
    return gen::just(1u);
}
rc::Gen<std::uint32_t> fill() {
    return below<std::uint32_t>(CONFORMANCE_FILL);
}

rc::Gen<conformance_slot> slot(std::uint32_t ring_bytes) {
    using s = conformance_slot;
    return nothing_in(
        3, gen::build<s>(gen::set(&s::present, present()), gen::set(&s::size, size(ring_bytes)),
                         gen::set(&s::reserve_flags, no_flags()), gen::set(&s::fill, fill()),
                         gen::set(&s::discard, one_in(4)), gen::set(&s::flags, flags())));
}

rc::Gen<conformance_output> output(std::uint32_t ring_bytes) {
    using o = conformance_output;
    const auto copied = gen::map(size(ring_bytes), [](std::uint32_t bytes) {
        return std::min<std::uint32_t>(bytes, CONFORMANCE_FILL);
    });
    return nothing_in(2, gen::build<o>(gen::set(&o::present, present()), gen::set(&o::size, copied),
                                       gen::set(&o::fill, fill()), gen::set(&o::flags, flags())));
}

rc::Gen<conformance_fixed> fixed() {
    using f = conformance_fixed;
    return nothing_in(
        2, gen::build<f>(gen::set(&f::present, present()),
                         gen::set(&f::size_index, below<std::uint32_t>(CONFORMANCE_FIXED_SIZES)),
                         gen::set(&f::reserve_flags, no_flags()),
                         gen::set(&f::first_word, any_word<std::uint32_t>()),
                         gen::set(&f::discard, one_in(4)), gen::set(&f::flags, flags())));
}

rc::Gen<conformance_script> script(std::uint32_t ring_bytes) {
    using slots = std::array<conformance_slot, CONFORMANCE_SLOTS>;
    using outputs = std::array<conformance_output, CONFORMANCE_OUTPUTS>;
    return gen::map(gen::tuple(gen::container<slots>(slot(ring_bytes)),
                               gen::container<outputs>(output(ring_bytes)), fixed(),
                               below<std::uint32_t>(CONFORMANCE_COMMIT_ORDERS), one_in(2),
                               asked_for(), asked_for()),
                    [](const auto& drawn) {
                        conformance_script made{};
                        std::ranges::copy(std::get<0>(drawn), made.slots);
                        std::ranges::copy(std::get<1>(drawn), made.outputs);
                        std::tie(std::ignore, std::ignore, made.fixed, made.commit_order,
                                 made.fixed_first, made.queries[0].flags, made.queries[1].flags) =
                            drawn;
                        return made;
                    });
}

rc::Gen<step> of_kind(step_kind kind) {
    return gen::map(one_in(4), [kind](std::uint32_t ring) {
        step s;
        s.kind = kind;
        s.ring = ring;
        return s;
    });
}

rc::Gen<step> any_step(std::uint32_t ring_bytes) {
    const auto span = static_cast<std::int64_t>(2 * ring_bytes);
    const auto offset = gen::weightedOneOf<std::int64_t>(
        {{7, gen::resize(rc::kNominalSize, gen::inRange(-span, span))},
         {1, any_word<std::int64_t>()}});
    const auto samples = gen::weightedOneOf<std::uint64_t>(
        {{2, gen::just(UINT64_MAX)}, {1, below<std::uint64_t>(4)}});
    const auto fail_at = gen::weightedOneOf<std::int64_t>(
        {{4, gen::just<std::int64_t>(-1)}, {1, below<std::int64_t>(4)}});
    return gen::weightedOneOf<step>(
        {{50, gen::build(of_kind(step_kind::run), gen::set(&step::script, script(ring_bytes)))},
         {20, gen::build(of_kind(step_kind::consume), gen::set(&step::samples_max, samples),
                         gen::set(&step::fail_at, fail_at))},
         {20, gen::just(step{.kind = step_kind::wait})},
         {6, gen::just(step{.kind = step_kind::rearm})},
         {4, gen::build(of_kind(step_kind::move), gen::set(&step::script, script(ring_bytes)),
                        gen::set(&step::consumer_pos_offset, offset))}});
}

std::string hex(std::uint64_t word) {
    std::ostringstream out;
    out << std::hex << std::showbase << word;
    return out.str();
}

// Flags that are there seldom.
std::string given(std::uint64_t flags) {
    return flags == 0 ? "" : " flags " + hex(flags);
}

}  // namespace

rc::Gen<sequence> any_sequence(ring_mode mode) {
    // A large ring costs more to compare, so it is drawn less often.
    static constexpr std::uint32_t sizes[] = {4096, 4096,  4096,  4096,  8192,  8192,  8192,
                                              8192, 16384, 16384, 16384, 16384, 65536, 262144};
    return gen::mapcat(below(std::size(sizes)), [mode](std::size_t drawn) {
        using fields = sequence;
        return gen::build<fields>(
            gen::set(&fields::ring_bytes, gen::just(sizes[drawn])),
            gen::set(&fields::mode, gen::just(mode)),
            gen::set(&fields::steps, gen::container<std::vector<step>>(any_step(sizes[drawn]))));
    });
}

unsigned step::operations() const {
    if (kind == step_kind::consume || kind == step_kind::rearm) return 1;
    if (kind == step_kind::wait) return 4;
    unsigned n = kind == step_kind::move ? 1 : 0;
    for (const conformance_slot& s : script.slots) n += s.present ? 2 : 0;
    for (const conformance_output& o : script.outputs) n += o.present ? 1 : 0;
    return n + (script.fixed.present ? 2 : 0);
}

std::string step::text() const {
    std::ostringstream out;
    if (kind == step_kind::wait) return "wait";
    if (kind == step_kind::rearm) return "rearm the oneshot epoll";
    if (ring != 0) out << "ring " << ring << ": ";
    if (kind == step_kind::consume) {
        out << "consume at most " << samples_max << " samples";
        if (fail_at >= 0) out << ", the callback fails at sample " << fail_at;
        return out.str();
    }
    if (kind == step_kind::move)
        out << "consumer_pos = producer_pos + " << consumer_pos_offset << "; ";
    out << "run:";
    for (unsigned i = 0; i < CONFORMANCE_OUTPUTS; ++i)
        if (const auto& o = script.outputs[i]; o.present)
            out << " output " << i << " (size " << o.size << ", flags " << hex(o.flags) << "),";
    for (unsigned i = 0; i < CONFORMANCE_SLOTS; ++i)
        if (const auto& s = script.slots[i]; s.present)
            out << " reserve " << i << " (size " << s.size << given(s.reserve_flags) << ", "
                << (s.discard ? "discard" : "submit") << " flags " << hex(s.flags) << "),";
    if (const auto& f = script.fixed; f.present)
        out << " fixed (size index " << f.size_index << given(f.reserve_flags) << ", "
            << (f.discard ? "discard" : "submit") << (script.fixed_first ? " first" : " last")
            << ", flags " << hex(f.flags) << "),";
    out << " commit order";
    for (const unsigned slot : slots_in_order(script.commit_order)) out << ' ' << slot;
    for (const conformance_query& q : script.queries)
        if (q.flags != BPF_RB_AVAIL_DATA) out << ", query " << hex(q.flags);
    return out.str();
}

std::uint64_t sequence::operations() const {
    std::uint64_t n = 0;
    for (const step& s : steps) n += s.operations();
    return n;
}

std::string sequence::text() const {
    std::string out = mode == ring_mode::overwrite ? "on new overwrite rings" : "on new rings";
    out += " of " + std::to_string(ring_bytes) + " bytes";
    for (const step& s : steps) out += "\n  " + s.text();
    return out;
}

}  // namespace ringsim::tests
