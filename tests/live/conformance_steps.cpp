// Random steps for the conformance check, and how a sequence is made short.
#include <algorithm>
#include <random>
#include <sstream>

#include "kernel_model/reserve.hpp"
#include "tests/live/conformance.hpp"
#include "tests/live/conformance_model.hpp"

namespace ringsim::tests {
namespace {

class generator {
  public:
    generator(std::uint64_t seed, std::uint32_t ring_bytes)
        : random_(seed), ring_bytes_(ring_bytes) {}

    step next() {
        step s;
        s.ring = one_in(4) ? 1 : 0;
        const std::uint64_t dice = below(100);
        if (dice < 50) {
            s.kind = step_kind::run;
            s.script = script();
        } else if (dice < 70) {
            s.kind = step_kind::consume;
            s.samples_max = one_in(3) ? below(4) : UINT64_MAX;
            s.fail_at = one_in(5) ? static_cast<std::int64_t>(below(4)) : -1;
        } else if (dice < 90) {
            s.kind = step_kind::wait;
        } else if (dice < 96) {
            s.kind = step_kind::rearm;
        } else {
            s.kind = step_kind::move;
            s.script = script();
            const auto ring = static_cast<std::int64_t>(ring_bytes_);
            s.consumer_pos_offset = static_cast<std::int64_t>(below(4 * ring_bytes_)) - 2 * ring;
            if (one_in(8)) s.consumer_pos_offset = static_cast<std::int64_t>(random_());
        }
        return s;
    }

  private:
    // std::uniform_int_distribution differs between standard libraries; this does not.
    std::uint64_t below(std::uint64_t n) { return random_() % n; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }

    // Mostly small, often near the edges: nothing, alignment, half the ring, all of it, too much.
    std::uint32_t size() {
        switch (below(12)) {
            case 0:
                return 0;
            case 1:
                return ring_bytes_ - static_cast<std::uint32_t>(below(32));
            case 2:
                return ring_bytes_ / 2 - static_cast<std::uint32_t>(below(32));
            case 3:
                return static_cast<std::uint32_t>(below(ring_bytes_ + 64));
            case 4:
                return static_cast<std::uint32_t>(below(ring_bytes_ / 4));
            case 5:
                return one_in(4) ? static_cast<std::uint32_t>(random_()) : 8;
            case 6:
                return (1u << 24) - 2 + static_cast<std::uint32_t>(below(4));
            default:
                return static_cast<std::uint32_t>(below(128));
        }
    }

    // None, each, both, and bits that nobody defined.
    std::uint64_t flags() {
        if (one_in(2)) return 0;
        return one_in(8) ? random_() : below(4);
    }

    conformance_output output() {
        conformance_output o{};
        o.present = one_in(3);
        o.size = std::min<std::uint32_t>(size(), CONFORMANCE_FILL);
        o.fill = static_cast<std::uint32_t>(below(CONFORMANCE_FILL));
        o.flags = flags();
        return o;
    }

    conformance_script script() {
        conformance_script s{};
        for (conformance_slot& slot : s.slots) {
            slot.present = !one_in(3);
            slot.size = size();
            slot.fill = static_cast<std::uint32_t>(below(CONFORMANCE_FILL));
            slot.discard = one_in(4);
            slot.flags = flags();
        }
        for (conformance_output& o : s.outputs) o = output();
        s.fixed.present = one_in(4);
        s.fixed.size_index = static_cast<std::uint32_t>(below(CONFORMANCE_FIXED_SIZES));
        s.fixed.first_word = static_cast<std::uint32_t>(random_());
        s.fixed.discard = one_in(4);
        s.fixed.flags = flags();
        s.commit_order = static_cast<std::uint32_t>(below(CONFORMANCE_COMMIT_ORDERS));
        s.fixed_first = one_in(2);
        return s;
    }

    std::mt19937_64 random_;
    std::uint32_t ring_bytes_;
};

// Steps without the part [from, to).
std::vector<step> without(const std::vector<step>& steps, std::size_t from, std::size_t to) {
    std::vector<step> rest(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(from));
    rest.insert(rest.end(), steps.begin() + static_cast<std::ptrdiff_t>(to), steps.end());
    return rest;
}

}  // namespace

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
    out << "run:" << std::hex << std::showbase;
    for (unsigned i = 0; i < CONFORMANCE_OUTPUTS; ++i)
        if (const auto& o = script.outputs[i]; o.present)
            out << " output" << i << "(size " << o.size << ", flags " << o.flags << ")";
    for (unsigned i = 0; i < CONFORMANCE_SLOTS; ++i)
        if (const auto& s = script.slots[i]; s.present)
            out << " reserve" << i << "(size " << s.size << ", "
                << (s.discard ? "discard" : "submit") << " flags " << s.flags << ")";
    if (const auto& f = script.fixed; f.present)
        out << " fixed(size index " << f.size_index << ", " << (f.discard ? "discard" : "submit")
            << (script.fixed_first ? " first" : " last") << " flags " << f.flags << ")";
    out << " commit order";
    for (const unsigned slot : slots_in_order(script.commit_order)) out << ' ' << slot;
    return out.str();
}

std::vector<step> random_steps(std::uint64_t seed, std::uint32_t ring_bytes, unsigned operations) {
    generator g(seed, ring_bytes);
    std::vector<step> steps;
    for (unsigned done = 0; done < operations; done += steps.back().operations())
        steps.push_back(g.next());
    return steps;
}

std::vector<step> shrunk(std::vector<step> steps, std::uint32_t ring_bytes, mutant broken) {
    // Nothing after the first difference matters; then halves, quarters, ... are left out.
    if (const auto first = compare(steps, ring_bytes, broken)) steps.resize(first->at_step + 1);
    for (std::size_t part = steps.size() / 2; part > 0; part /= 2)
        for (std::size_t from = 0; from + part <= steps.size();) {
            const auto rest = without(steps, from, from + part);
            if (const auto differs = compare(rest, ring_bytes, broken)) {
                steps = rest;
                steps.resize(differs->at_step + 1);
            } else {
                from += part;
            }
        }
    // And what is inside of a run.
    for (step& s : steps) {
        const auto try_without = [&](std::uint32_t& present) {
            if (!present) return;
            present = 0;
            if (!compare(steps, ring_bytes, broken)) present = 1;
        };
        for (conformance_slot& slot : s.script.slots) try_without(slot.present);
        for (conformance_output& o : s.script.outputs) try_without(o.present);
        try_without(s.script.fixed.present);
    }
    return steps;
}

}  // namespace ringsim::tests
