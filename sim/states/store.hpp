// The states that were visited: each once, exactly, with the state that led to it.
//
// They stand one behind the other, packed, in the order in which they were found. Who is explored
// first leads to what is found first, so what led to a state never stands before what led to the
// one in front of it, and only the distance between the two is written down. The index has the
// place of each state, and eight bits of its hash.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/states/bytes.hpp"
#include "sim/states/checkpointing.hpp"
#include "sim/states/packing.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ringsim::sim::states {

using state_id = std::uint32_t;
inline constexpr state_id no_state = 0xffffffff;

class state_store {
  public:
    enum class added : std::uint8_t { yes, known, no_room };

    void clear() { *this = state_store(); }
    void limit(std::uint64_t bytes) { bytes_max_ = bytes; }
    std::size_t size() const { return size_; }
    // What the states and their index take.
    std::uint64_t bytes() const {
        return chunks_.size() * chunk_bytes + slots_ * slot_bytes + marks_.size() * sizeof(mark);
    }
    // Of one state, without the index.
    double bytes_of_one() const {
        return size_ == 0 ? 0 : static_cast<double>(used_) / static_cast<double>(size_);
    }

    added add(std::string_view state, state_id from) {
        pack(state, packed_);
        return add_packed(packed_, hash_of(packed_), from);
    }
    // The same with what pack() and hash_of() made of it.
    added add_packed(std::string_view packed, std::uint64_t hash, state_id from) {
        if (slots_ == 0 && !grow()) return added::no_room;
        std::size_t i = place_of(hash);
        if (found(packed, hash, i)) return added::known;
        if ((size_ + 1) * 8 > slots_ * 7) {
            if (!grow()) return added::no_room;
            for (i = place_of(hash); slot(i) != nowhere;) i = (i + 1) & (slots_ - 1);
        }
        const std::uint64_t at = put(packed, from == no_state ? 0 : from);
        if (at == nowhere) return added::no_room;
        fill(i, at, hash);
        return added::yes;
    }

    bool has(std::string_view packed, std::uint64_t hash) const {
        if (slots_ == 0) return false;
        std::size_t i = place_of(hash);
        return found(packed, hash, i);
    }
    static std::uint64_t hash_of(std::string_view s) { return XXH3_64bits(s.data(), s.size()); }

    // Whoever reads one after the other does not search. Several may read while nobody adds.
    class reader;
    // As it was added, until the reader reads another one.
    std::string_view at(state_id s, reader& r) const;
    std::string_view at(state_id s);
    state_id came_from(state_id s);

    void save(const checkpointing::writer& write) const {
        byte_writer head;
        head.number(size_);
        head.number(used_);
        head.number(last_from_);
        head.number(chunks_.size());
        for (const std::uint32_t end : ends_) head.number(end);
        write(head.bytes());
        for (std::size_t c = 0; c < chunks_.size(); ++c) write({chunks_[c].get(), ends_[c]});
    }
    // Of an empty store. False: there is no room for them.
    bool load(std::istream& in) {
        size_ = read_number(in);
        used_ = read_number(in);
        last_from_ = static_cast<state_id>(read_number(in));
        const std::uint64_t chunks = read_number(in);
        if (chunks * chunk_bytes > bytes_max_) return false;
        for (std::uint64_t c = 0; c < chunks; ++c)
            ends_.push_back(static_cast<std::uint32_t>(read_number(in)));
        for (const std::uint32_t end : ends_) {
            chunks_.push_back(std::make_unique<char[]>(chunk_bytes));
            in.read(chunks_.back().get(), end);
        }
        cursor all;
        for (state_id s = 0; s < size_; ++s) {
            if (s != 0) all = behind(all);
            if (s % states_a_mark == 0) marks_.push_back(all.here);
        }
        std::size_t slots = slots_least;
        while (size_ * 8 > slots * 7) slots *= 2;
        return grow_to(slots);
    }

  private:
    static constexpr std::size_t chunk_bytes = std::size_t{1} << 20;
    static constexpr std::size_t slot_bytes = 6;
    static constexpr std::size_t slots_least = 1024;
    static constexpr std::uint64_t nowhere = (std::uint64_t{1} << 40) - 1;
    static constexpr state_id states_a_mark = 64;

    // Where a state stands, and what led to it.
    struct mark {
        std::uint64_t at = 0;
        state_id from = 0;
    };
    struct cursor {
        state_id id = 0;
        mark here;
    };

    static std::uint8_t tag_of(std::uint64_t hash) { return static_cast<std::uint8_t>(hash); }
    std::size_t place_of(std::uint64_t hash) const { return (hash >> 8) & (slots_ - 1); }

  public:
    class reader {
        friend class state_store;
        cursor place_;  // id 0 with nothing: nowhere
        bool begun_ = false;
        std::string unpacked_;
    };

  private:
    // --- the index ---
    // From place `i` on, which becomes where it is or would be put.
    bool found(std::string_view packed, std::uint64_t hash, std::size_t& i) const {
        for (std::uint64_t at = 0; (at = slot(i)) != nowhere; i = (i + 1) & (slots_ - 1))
            if (tag(i) == tag_of(hash) && text(at) == packed) return true;
        return false;
    }
    std::uint64_t slot(std::size_t i) const {
        std::uint64_t at = 0;
        std::memcpy(&at, index_.get() + i * slot_bytes, 5);
        return at;
    }
    std::uint8_t tag(std::size_t i) const { return index_[i * slot_bytes + 5]; }
    void fill(std::size_t i, std::uint64_t at, std::uint64_t hash) {
        std::memcpy(index_.get() + i * slot_bytes, &at, 5);
        index_[i * slot_bytes + 5] = tag_of(hash);
    }
    bool grow() { return grow_to(slots_ == 0 ? slots_least : slots_ * 2); }
    bool grow_to(std::size_t slots) {
        if (bytes() + (slots - slots_) * slot_bytes > bytes_max_) return false;
        // The states tell what stands in it, so the old one goes first.
        index_.reset();
        slots_ = slots;
        index_.reset(new std::uint8_t[slots_ * slot_bytes]);
        std::memset(index_.get(), 0xff, slots_ * slot_bytes);
        cursor all;
        for (state_id s = 0; s < size_; ++s) {
            if (s != 0) all = behind(all);
            const std::uint64_t hash = hash_of(text(all.here.at));
            std::size_t i = place_of(hash);
            while (slot(i) != nowhere) i = (i + 1) & (slots_ - 1);
            fill(i, all.here.at, hash);
        }
        return true;
    }

    // --- the states: how far behind the one before it what led to it stands, its size, itself ---
    static std::uint64_t number(const char*& from) {
        std::uint64_t n = 0;
        for (unsigned shift = 0;; shift += 7) {
            const auto b = static_cast<std::uint8_t>(*from++);
            n |= static_cast<std::uint64_t>(b & 127u) << shift;
            if (b < 128) return n;
        }
    }
    static void add_number(std::string& to, std::uint64_t n) {
        for (; n >= 128; n >>= 7) to.push_back(static_cast<char>(n | 128));
        to.push_back(static_cast<char>(n));
    }
    const char* begin_of(std::uint64_t at) const {
        return chunks_[at / chunk_bytes].get() + at % chunk_bytes;
    }
    std::string_view text(std::uint64_t at) const {
        const char* p = begin_of(at);
        (void)number(p);
        const std::uint64_t size = number(p);
        return {p, size};
    }
    cursor behind(cursor c) const {
        const std::string_view here = text(c.here.at);
        const std::size_t chunk = c.here.at / chunk_bytes;
        c.here.at = chunk * chunk_bytes +
                    static_cast<std::uint64_t>(here.data() + here.size() - chunks_[chunk].get());
        if (c.here.at % chunk_bytes == ends_[chunk] || c.here.at / chunk_bytes != chunk)
            c.here.at = (chunk + 1) * chunk_bytes;
        const char* p = begin_of(c.here.at);
        c.here.from += static_cast<state_id>(number(p));
        ++c.id;
        return c;
    }
    const mark& reach(state_id s, reader& r) const {
        cursor& c = r.place_;
        if (!r.begun_ || c.id > s || s - c.id >= states_a_mark)
            c = {s - s % states_a_mark, marks_[s / states_a_mark]};
        r.begun_ = true;
        while (c.id < s) c = behind(c);
        return c.here;
    }

    std::uint64_t put(std::string_view packed, state_id from) {
        record_.clear();
        add_number(record_, from - last_from_);
        add_number(record_, packed.size());
        record_ += packed;
        const bool full = chunks_.empty() || chunk_bytes - ends_.back() < record_.size();
        if (full) {
            if (bytes() + chunk_bytes > bytes_max_ || chunks_.size() == nowhere / chunk_bytes)
                return nowhere;
            chunks_.push_back(std::make_unique<char[]>(chunk_bytes));
            ends_.push_back(0);
        }
        const std::uint64_t at = (chunks_.size() - 1) * chunk_bytes + ends_.back();
        std::memcpy(chunks_.back().get() + ends_.back(), record_.data(), record_.size());
        ends_.back() += static_cast<std::uint32_t>(record_.size());
        used_ += record_.size();
        if (size_ % states_a_mark == 0) marks_.push_back({at, from});
        last_from_ = from;
        ++size_;
        return at;
    }

    std::uint64_t bytes_max_ = UINT64_MAX;
    std::size_t size_ = 0;
    std::uint64_t used_ = 0;
    state_id last_from_ = 0;
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::vector<std::uint32_t> ends_;  // of each chunk, what is used of it
    std::deque<mark> marks_;           // of one in so many states
    std::unique_ptr<std::uint8_t[]> index_;
    std::size_t slots_ = 0;
    reader reader_;
    std::string packed_;
    std::string record_;
};

inline std::string_view state_store::at(state_id s, reader& r) const {
    unpack(text(reach(s, r).at), r.unpacked_);
    return r.unpacked_;
}
inline std::string_view state_store::at(state_id s) {
    return at(s, reader_);
}
inline state_id state_store::came_from(state_id s) {
    return s == 0 ? no_state : reach(s, reader_).from;
}

}  // namespace ringsim::sim::states
