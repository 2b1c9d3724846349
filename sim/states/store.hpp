// The states that were visited: each once, exactly, with the way that led to it.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ringsim::sim::states {

using state_id = std::uint32_t;
inline constexpr state_id no_state = 0xffffffff;

class state_store {
  public:
    struct visited {
        state_id id;
        bool is_new;
    };

    void clear() { *this = state_store(); }
    std::size_t size() const { return entries_.size(); }
    // What the states and their index take.
    std::uint64_t bytes() const {
        return chunks_.size() * chunk_bytes + entries_.capacity() * sizeof(entry) +
               table_.size() * sizeof(state_id);
    }
    // Of one state, all told.
    double bytes_of_one() const {
        return entries_.empty() ? 0
                                : static_cast<double>(used_) / static_cast<double>(entries_.size());
    }

    visited add(std::string_view state, state_id from, std::uint32_t turn) {
        if ((entries_.size() + 1) * 3 > table_.size() * 2) grow();
        const std::uint64_t hash = XXH3_64bits(state.data(), state.size());
        std::size_t i = hash & (table_.size() - 1);
        for (; table_[i] != no_state; i = (i + 1) & (table_.size() - 1)) {
            const entry& e = entries_[table_[i]];
            if (e.hash == hash && text(e) == state) return {table_[i], false};
        }
        const auto id = static_cast<state_id>(entries_.size());
        entries_.push_back(
            {put(state), hash, static_cast<std::uint32_t>(state.size()), from, turn});
        table_[i] = id;
        return {id, true};
    }

    std::string_view at(state_id s) const { return text(entries_[s]); }
    state_id came_from(state_id s) const { return entries_[s].from; }
    std::uint32_t turn(state_id s) const { return entries_[s].turn; }

  private:
    struct entry {
        const char* text;
        std::uint64_t hash;
        std::uint32_t size;
        state_id from;
        std::uint32_t turn;  // which of the ways on from there
    };
    static constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

    static std::string_view text(const entry& e) { return {e.text, e.size}; }

    const char* put(std::string_view state) {
        if (chunks_.empty() || left_ < state.size()) {
            chunks_.push_back(std::make_unique<char[]>(chunk_bytes));
            left_ = chunk_bytes;
        }
        char* to = chunks_.back().get() + (chunk_bytes - left_);
        std::memcpy(to, state.data(), state.size());
        left_ -= state.size();
        used_ += state.size();
        return to;
    }

    void grow() {
        table_.assign(table_.empty() ? 1024 : table_.size() * 2, no_state);
        for (state_id s = 0; s < entries_.size(); ++s) {
            std::size_t i = entries_[s].hash & (table_.size() - 1);
            while (table_[i] != no_state) i = (i + 1) & (table_.size() - 1);
            table_[i] = s;
        }
    }

    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t left_ = 0;
    std::uint64_t used_ = 0;
    std::vector<entry> entries_;
    std::vector<state_id> table_;
};

}  // namespace ringsim::sim::states
