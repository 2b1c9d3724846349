#include "sim/interleaving.hpp"

#include <algorithm>
#include <cstdint>

namespace ringsim::sim {
namespace {

constexpr std::uint32_t unreachable = UINT32_MAX / 2;

// How far each thread is, as a number in which thread 0 counts fastest.
class mixed_radix {
  public:
    explicit mixed_radix(std::span<const unsigned> lengths)
        : lengths_(lengths), digits_(lengths.size(), 0) {}

    std::span<const unsigned> digits() const { return digits_; }

    void increment() {
        for (std::size_t t = 0; t < digits_.size() && ++digits_[t] > lengths_[t]; ++t)
            digits_[t] = 0;
    }
    void decrement() {
        for (std::size_t t = 0; t < digits_.size(); ++t) {
            if (digits_[t]-- > 0) return;
            digits_[t] = lengths_[t];
        }
    }

  private:
    std::span<const unsigned> lengths_;
    std::vector<unsigned> digits_;
};

class turns {
  public:
    turns(std::span<const unsigned> lengths, const turn_rules& rules)
        : lengths_(lengths), rules_(rules), threads_(lengths.size()) {}

    // False if there are more than `states_max`.
    bool count_states(std::size_t states_max) {
        for (const unsigned length : lengths_) {
            weight_.push_back(states_);
            if (states_ * threads_ > states_max / (length + 1)) return false;
            states_ *= length + 1;
        }
        return true;
    }

    std::vector<std::size_t> find() {
        find_reachable();
        find_costs();
        return walk();
    }

  private:
    struct choice {
        std::uint32_t cost;
        std::size_t thread;
    };

    std::size_t index(std::size_t state, std::size_t last) const { return state * threads_ + last; }

    bool may_run(std::span<const unsigned> done, std::size_t last, std::size_t t) const {
        return done[t] < lengths_[t] && rules_.may_run(done, last, t);
    }

    // Costs are asked for only where an execution can get to.
    void find_reachable() {
        reachable_.assign(states_ * threads_, false);
        for (std::size_t t = 0; t < threads_; ++t) reachable_[index(0, t)] = true;
        mixed_radix done(lengths_);
        for (std::size_t state = 0; state < states_; ++state, done.increment())
            for (std::size_t last = 0; last < threads_; ++last) {
                if (!reachable_[index(state, last)]) continue;
                for (std::size_t t = 0; t < threads_; ++t)
                    if (may_run(done.digits(), last, t))
                        reachable_[index(state + weight_[t], t)] = true;
            }
    }

    void find_costs() {
        cost_to_go_.assign(states_ * threads_, unreachable);
        mixed_radix done(lengths_);
        done.decrement();  // from the beginning to the end
        for (std::size_t state = states_; state-- > 0; done.decrement())
            for (std::size_t last = 0; last < threads_; ++last)
                if (reachable_[index(state, last)])
                    cost_to_go_[index(state, last)] =
                        state + 1 == states_ ? 0 : cheapest(state, done.digits(), last).cost;
    }

    choice cheapest(std::size_t state, std::span<const unsigned> done, std::size_t last) const {
        choice best{unreachable, last};
        for (std::size_t turn = 0; turn < threads_; ++turn) {
            // The running thread first, so that it goes on where all cost the same.
            const std::size_t t = turn == 0 ? last : (turn <= last ? turn - 1 : turn);
            if (!may_run(done, last, t)) continue;
            const std::uint32_t rest = cost_to_go_[index(state + weight_[t], t)];
            if (rest >= unreachable) continue;
            const std::uint32_t cost = rules_.cost(done, last, t) + rest;
            if (cost < best.cost) best = {cost, t};
        }
        return best;
    }

    std::vector<std::size_t> walk() const {
        std::vector<std::size_t> order;
        std::vector<unsigned> done(threads_, 0);
        std::size_t last = static_cast<std::size_t>(
            std::min_element(cost_to_go_.begin(),
                             cost_to_go_.begin() + static_cast<std::ptrdiff_t>(threads_)) -
            cost_to_go_.begin());
        for (std::size_t state = 0; state + 1 < states_; state += weight_[last]) {
            const choice next = cheapest(state, done, last);
            if (next.cost >= unreachable) return {};
            last = next.thread;
            order.push_back(last);
            ++done[last];
        }
        return order;
    }

    std::span<const unsigned> lengths_;
    const turn_rules& rules_;
    std::size_t threads_;
    std::size_t states_ = 1;
    std::vector<std::size_t> weight_;  // of a thread's step in the number of a state
    std::vector<bool> reachable_;
    std::vector<std::uint32_t> cost_to_go_;
};

}  // namespace

std::vector<std::size_t> cheapest_turns(std::span<const unsigned> lengths, const turn_rules& rules,
                                        std::size_t states_max) {
    turns all(lengths, rules);
    return all.count_states(states_max) ? all.find() : std::vector<std::size_t>{};
}

}  // namespace ringsim::sim
