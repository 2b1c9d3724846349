// Of each state that was visited 64 bits of a hash, and the turn that led to it. Two states with
// the same hash are taken for one, so a part of the states may not be visited: how likely that is,
// is said with the verdict. What is said to be wrong is wrong, for states are told by the turns
// that lead to them.
//
// This is hash compaction: Wolper and Leroy, "Reliable hashing without collision detection", CAV
// 1993.
//
// States that were not explored yet are kept whole, in the order of the queue that a search by
// breadth is: what stands before the next one is given back (explored_before()). The way to a state
// is found by its trail: which state led to it, and by which of its turns.
#pragma once

#include <algorithm>
#include <utility>

#include "sim/states/store.hpp"

namespace ringsim::sim::states {

class hashed_store final : public state_store {
  public:
    std::uint64_t bytes() const override {
        return waiting_.bytes() + trail_.bytes() + slots_ * sizeof(std::uint64_t) +
               (waiting_marks_.size() + trail_marks_.size()) * sizeof(mark);
    }
    // What a state costs for good; those that wait come on top, as long as they do.
    double bytes_of_one() const override {
        if (size_ == 0) return 0;
        return static_cast<double>(sizeof(std::uint64_t)) +
               static_cast<double>(trail_.used()) / static_cast<double>(size_);
    }

    // The index is kept at most seven eighths full: probing gets slow beyond that.
    added add_packed(std::string_view packed, std::uint64_t hash, state_id from,
                     std::uint32_t turn) override {
        if (slots_ == 0 && !grow()) return added::no_room;
        std::size_t i = 0;
        if (found(hash, i)) return added::known;
        // The index is another one now, and so is the place in it.
        if ((size_ + 1) * 8 > slots_ * 7) {
            if (!grow()) return added::no_room;
            (void)found(hash, i);
        }
        // The state is there before its hash, so that no room for it leaves no trace.
        if (!put(packed, from == no_state ? 0 : from, turn)) return added::no_room;
        index_[i] = key_of(hash);
        return added::yes;
    }
    // By the hash alone; that is all that is known of what was explored.
    bool has(std::string_view, std::uint64_t hash) const override {
        std::size_t i = 0;
        return slots_ != 0 && found(hash, i);
    }

    // Of a state that was not explored yet.
    std::string_view at(state_id s, reader& r) const override {
        // From the last mark, unless the reader stands between that and the state. Marks whose
        // states are explored have gone, and are not asked for.
        const state_id first = s - s % states_a_mark;
        if (r.id_ > s || r.id_ < first) {
            r.id_ = first;
            r.at_ = waiting_marks_[first / states_a_mark - marks_gone_].at;
        }
        for (; r.id_ < s; ++r.id_) {
            const std::string_view here = text(r.at_);
            r.at_ = waiting_.behind(r.at_, here.data() + here.size());
        }
        unpack(text(r.at_), r.unpacked_);
        return r.unpacked_;
    }
    state_id came_from(state_id s, reader&) const override {
        return s == 0 ? no_state : step_to(s).from;
    }
    // Without the state itself: the turn by which it was reached tells it.
    bool is(state_id s, std::string_view, std::uint32_t turn, reader&) const override {
        return step_to(s).turn == turn;
    }
    void explored_before(state_id s) override {
        for (; marks_gone_ < s / states_a_mark; ++marks_gone_) waiting_marks_.pop_front();
        if (!waiting_marks_.empty()) waiting_.forget_before(waiting_marks_.front().at);
    }
    // Of n states there are n (n - 1) / 2 pairs, each of which has the same 64 bits with a
    // probability of 2^-64, if the hash is as good as one by chance. The sum of these is a bound
    // for any of them.
    double probability_of_a_miss() const override {
        const auto n = static_cast<double>(size_);
        return std::min(1.0, n * (n - 1) / 2 / 18446744073709551616.0);
    }

  private:
    static constexpr std::size_t slots_least = 1024;
    static constexpr state_id states_a_mark = 64;

    struct mark {
        std::uint64_t at = 0;
        state_id from = 0;
    };
    // How far behind that of the state before it the state stands that led here; and the turn.
    struct step {
        std::uint64_t at = 0;
        state_id from = 0;
        std::uint32_t turn = 0;
        const char* end = nullptr;
    };

    // --- the index: 0 is nothing ---
    // 0 is an empty slot; the one state whose hash that is shares its key with another hash.
    static std::uint64_t key_of(std::uint64_t hash) { return hash == 0 ? 1 : hash; }
    bool found(std::uint64_t hash, std::size_t& i) const {
        const std::uint64_t key = key_of(hash);
        for (i = key & (slots_ - 1); index_[i] != 0; i = (i + 1) & (slots_ - 1))
            if (index_[i] == key) return true;
        return false;
    }
    // While it grows there are two: nothing but the old one has the hashes.
    bool grow() {
        const std::size_t slots = slots_ == 0 ? slots_least : slots_ * 2;
        if (bytes() + slots * sizeof(std::uint64_t) > bytes_max_) return false;
        const std::size_t before = std::exchange(slots_, slots);
        const auto old = std::exchange(index_, std::make_unique<std::uint64_t[]>(slots));
        for (std::size_t k = 0; k < before; ++k) {
            if (old[k] == 0) continue;
            std::size_t i = 0;
            (void)found(old[k], i);
            index_[i] = old[k];
        }
        return true;
    }

    // --- states that wait: the size, and what was packed ---
    std::string_view text(std::uint64_t at) const {
        const char* p = waiting_.at(at);
        const std::uint64_t size = chunked_records::number(p);
        return {p, size};
    }

    // --- the trail ---
    step read(std::uint64_t at, state_id from_before) const {
        step s;
        s.at = at;
        const char* p = trail_.at(at);
        s.from = from_before + static_cast<state_id>(chunked_records::number(p));
        s.turn = static_cast<std::uint32_t>(chunked_records::number(p));
        s.end = p;
        return s;
    }
    // A step that comes from a mark was not read yet: its end is not known.
    step behind(const step& s) const {
        const step here = s.end == nullptr ? read(s.at, s.from) : s;
        return read(trail_.behind(here.at, here.end), here.from);
    }
    // Counted from the mark, which has the number of what led there whole.
    step step_to(state_id s) const {
        const mark& m = trail_marks_[s / states_a_mark];
        step here = read(m.at, 0);
        here.from = m.from;
        for (state_id id = s - s % states_a_mark; id < s; ++id) here = behind(here);
        return here;
    }

    // False: there is no room, and nothing was changed. Numbers of states that lead to others never
    // go down, by the order of the queue, so differences are small and not negative.
    bool put(std::string_view packed, state_id from, std::uint32_t turn) {
        record_.clear();
        chunked_records::add_number(record_, from - last_from_);
        chunked_records::add_number(record_, turn);
        text_.clear();
        chunked_records::add_number(text_, packed.size());
        text_ += packed;
        const std::uint64_t more =
            trail_.bytes_to_add(record_.size()) + waiting_.bytes_to_add(text_.size());
        if (more != 0 && bytes() + more > bytes_max_) return false;
        const std::uint64_t at = trail_.append(record_);
        const std::uint64_t waits_at = waiting_.append(text_);
        if (size_ % states_a_mark == 0) {
            trail_marks_.push_back({at, from});
            waiting_marks_.push_back({waits_at, 0});
        }
        last_from_ = from;
        ++size_;
        return true;
    }

    state_id last_from_ = 0;
    // The text of a state goes when it is explored; its trail stays, for the way to what is wrong.
    chunked_records waiting_;
    chunked_records trail_;
    std::deque<mark> waiting_marks_;  // of one in so many states
    std::deque<mark> trail_marks_;
    state_id marks_gone_ = 0;  // of states that were explored
    std::unique_ptr<std::uint64_t[]> index_;
    std::size_t slots_ = 0;
    std::string record_;
    std::string text_;
};

}  // namespace ringsim::sim::states
