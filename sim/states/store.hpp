// The states that were visited: each once, with the state that led to it.
//
// They are numbered in the order in which they were found. Who is explored first leads to what is
// found first, so what led to a state never stands before what led to the one in front of it, and
// only the distance between the two is written down.
//
// A search of states is as large as the memory that it has, so everything in here is about bytes a
// state: states are packed (packing.hpp), stand one behind the other without a gap, and the index
// over them has six bytes a slot. What this costs is that a state cannot be found by its number at
// once: whoever asks for it walks from a mark (reader).
//
// Several threads may read at once (at(), has() and their like) while nobody adds or loads.
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

// Records one behind the other, none in two pieces of memory. A record's place is its distance from
// the first one as if the chunks were in one piece; so it stays what it is when the memory grows,
// and nothing is ever copied. A record must fit into a chunk.
class chunked_records {
  public:
    static constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

    std::uint64_t bytes() const { return held_ * chunk_bytes; }
    // Bytes of records; bytes() is what the chunks take, with what is left over at their ends.
    std::uint64_t used() const { return used_; }
    // Of what append() would take beside what there is.
    std::uint64_t bytes_to_add(std::size_t size) const {
        return chunks_.empty() || chunk_bytes - ends_.back() < size ? chunk_bytes : 0;
    }
    // Its place.
    std::uint64_t append(std::string_view record) {
        if (bytes_to_add(record.size()) != 0) {
            chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk_bytes));
            ends_.push_back(0);
            ++held_;
        }
        const std::uint64_t at = (chunks_.size() - 1) * chunk_bytes + ends_.back();
        std::memcpy(chunks_.back().get() + ends_.back(), record.data(), record.size());
        ends_.back() += static_cast<std::uint32_t>(record.size());
        used_ += record.size();
        return at;
    }
    const char* at(std::uint64_t place) const {
        return chunks_[place / chunk_bytes].get() + place % chunk_bytes;
    }
    // The place of the record behind the one at `place`, which ends at `end`: in the next chunk, if
    // nothing more stands in this one.
    std::uint64_t behind(std::uint64_t place, const char* end) const {
        const std::size_t chunk = place / chunk_bytes;
        const auto next = static_cast<std::uint64_t>(end - chunks_[chunk].get());
        return next == ends_[chunk] ? (chunk + 1) * chunk_bytes : chunk * chunk_bytes + next;
    }
    // Nobody asks for what stands before the place any more: whole chunks go back.
    void forget_before(std::uint64_t place) {
        for (; forgotten_ < place / chunk_bytes; ++forgotten_) {
            chunks_[forgotten_].reset();
            --held_;
        }
    }

    // Of records of which none was forgotten.
    void save(const checkpointing::writer& write) const {
        byte_writer head;
        head.number(used_);
        head.number(chunks_.size());
        for (const std::uint32_t end : ends_) head.number(end);
        write(head.bytes());
        for (std::size_t c = 0; c < chunks_.size(); ++c) write({chunks_[c].get(), ends_[c]});
    }
    // False: they would take more than so many bytes.
    bool load(std::istream& in, std::uint64_t bytes_max) {
        // Chunks are as full as they were: that tells where the record behind another one begins.
        used_ = read_number(in);
        held_ = read_number(in);
        if (bytes() > bytes_max) return false;
        for (std::size_t c = 0; c < held_; ++c)
            ends_.push_back(static_cast<std::uint32_t>(read_number(in)));
        for (const std::uint32_t end : ends_) {
            chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk_bytes));
            in.read(chunks_.back().get(), end);
        }
        return true;
    }

    // Numbers in records, as byte_writer has them: seven bits a byte, the lowest first, and the
    // eighth bit says that more come. The pointer moves behind the number.
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

  private:
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::vector<std::uint32_t> ends_;  // of each chunk, what is used of it
    std::uint64_t used_ = 0;
    std::size_t held_ = 0;
    std::size_t forgotten_ = 0;  // chunks, the first ones
};

class state_store {
  public:
    enum class added : std::uint8_t { yes, known, no_room };
    // Whoever reads one state after the other does not search: the reader knows where the last one
    // stood. Several may read while nobody adds, each with a reader of its own.
    class reader {
        friend class exact_store;
        friend class hashed_store;
        state_id id_ = no_state;
        std::uint64_t at_ = 0;
        state_id from_ = 0;
        std::string unpacked_;
    };

    virtual ~state_store() = default;
    // From here on; states that are there already stay. add...() says no_room instead of going over
    // it.
    void limit(std::uint64_t bytes) { bytes_max_ = bytes; }
    std::size_t size() const { return size_; }
    // What the states and their index take.
    virtual std::uint64_t bytes() const = 0;
    // Of one state, without the index.
    virtual double bytes_of_one() const = 0;

    // Equal states are packed into equal bytes, so the hash is that of the packed ones.
    static std::uint64_t hash_of(std::string_view s) { return XXH3_64bits(s.data(), s.size()); }
    // What pack() and hash_of() made of a state; it was reached from `from` by the turn.
    virtual added add_packed(std::string_view packed, std::uint64_t hash, state_id from,
                             std::uint32_t turn) = 0;
    virtual bool has(std::string_view packed, std::uint64_t hash) const = 0;
    added add(std::string_view state, state_id from, std::uint32_t turn) {
        pack(state, packed_);
        return add_packed(packed_, hash_of(packed_), from, turn);
    }

    // As it was added, until the reader reads another one.
    virtual std::string_view at(state_id s, reader& r) const = 0;
    // The one by which it was found first, which is one turn nearer to the beginning; no_state for
    // the first of all.
    virtual state_id came_from(state_id s, reader& r) const = 0;
    // Whether the state is this one, or else was reached by this turn.
    virtual bool is(state_id s, std::string_view state, std::uint32_t turn, reader& r) const = 0;
    // States before this one will be asked for no more.
    virtual void explored_before(state_id s) { (void)s; }
    // That some two of the states are taken for one, at most.
    virtual double probability_of_a_miss() const { return 0; }

  protected:
    std::uint64_t bytes_max_ = UINT64_MAX;
    std::size_t size_ = 0;

  private:
    std::string packed_;
};

// Exactly: two states are one if their bytes are. The index has the place of each state, and eight
// bits of its hash: a slot that is met on the way is compared with the state itself only if these
// agree. Open addressing, one slot after the other, at most seven of eight in use; nothing is ever
// taken out.
class exact_store final : public state_store {
  public:
    std::uint64_t bytes() const override {
        return records_.bytes() + slots_ * slot_bytes + marks_.size() * sizeof(mark);
    }
    double bytes_of_one() const override {
        return size_ == 0 ? 0 : static_cast<double>(records_.used()) / static_cast<double>(size_);
    }

    added add_packed(std::string_view packed, std::uint64_t hash, state_id from,
                     std::uint32_t) override {
        // A state that is known is answered before the index may have to grow.
        if (slots_ == 0 && !grow()) return added::no_room;
        std::size_t i = place_of(hash);
        if (found(packed, hash, i)) return added::known;
        if ((size_ + 1) * 8 > slots_ * 7) {
            if (!grow()) return added::no_room;
            for (i = place_of(hash); slot(i) != nowhere;) i = (i + 1) & (slots_ - 1);
        }
        // Its place among the slots is another one in the index that has grown.
        const std::uint64_t at = put(packed, from == no_state ? 0 : from);
        if (at == nowhere) return added::no_room;
        fill(i, at, hash);
        return added::yes;
    }
    bool has(std::string_view packed, std::uint64_t hash) const override {
        if (slots_ == 0) return false;
        std::size_t i = place_of(hash);
        return found(packed, hash, i);
    }

    std::string_view at(state_id s, reader& r) const override {
        reach(s, r);
        unpack(text(r.at_), r.unpacked_);
        return r.unpacked_;
    }
    state_id came_from(state_id s, reader& r) const override {
        if (s == 0) return no_state;
        reach(s, r);
        return r.from_;
    }
    bool is(state_id s, std::string_view state, std::uint32_t, reader& r) const override {
        return at(s, r) == state;
    }

    void save(const checkpointing::writer& write) const {
        byte_writer head;
        head.number(size_);
        head.number(last_from_);
        write(head.bytes());
        records_.save(write);
    }
    // Of an empty store. False: there is no room for them.
    bool load(std::istream& in) {
        // What led to the first state is nothing; as a distance that is 0.
        size_ = read_number(in);
        last_from_ = static_cast<state_id>(read_number(in));
        if (!records_.load(in, bytes_max_)) return false;
        // Only the records are written down: marks and index are made from them again.
        reader all;
        for (state_id s = 0; s < size_; ++s) {
            step_to(s, all);
            if (s % states_a_mark == 0) marks_.push_back({all.at_, all.from_});
        }
        std::size_t slots = slots_least;
        while (size_ * 8 > slots * 7) slots *= 2;
        return grow_to(slots);
    }

  private:
    // Five bytes of a place, and the tag.
    static constexpr std::size_t slot_bytes = 6;
    static constexpr std::size_t slots_least = 1024;
    // A place that no state has: 2^40 - 1, of the five bytes. An empty slot is all ones.
    static constexpr std::uint64_t nowhere = (std::uint64_t{1} << 40) - 1;
    // So far apart are the states whose places are kept: the walk to any of them is shorter than
    // that.
    static constexpr state_id states_a_mark = 64;

    // Where a state stands, and what led to it.
    struct mark {
        std::uint64_t at = 0;
        state_id from = 0;
    };

    // --- the index ---
    // The tag is of the lowest bits of the hash, the slot of those above: they say different
    // things.
    static std::uint8_t tag_of(std::uint64_t hash) { return static_cast<std::uint8_t>(hash); }
    std::size_t place_of(std::uint64_t hash) const { return (hash >> 8) & (slots_ - 1); }
    // From place `i` on, which becomes where it is or would be put.
    // One text in 256 is compared in vain, where the tags agree by chance: that is what the sixth
    // byte is for.
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
    // Twice as many each time, so that a state is put into an index about twice in all.
    bool grow() { return grow_to(slots_ == 0 ? slots_least : slots_ * 2); }
    bool grow_to(std::size_t slots) {
        if (bytes() + (slots - slots_) * slot_bytes > bytes_max_) return false;
        // The states tell what stands in it, so the old one goes first: there are never two of
        // them, and the limit is not for both. Walking through all states and hashing them again
        // costs time, each time that their number doubles.
        index_.reset();
        slots_ = slots;
        index_.reset(new std::uint8_t[slots_ * slot_bytes]);
        std::memset(index_.get(), 0xff, slots_ * slot_bytes);
        reader all;
        for (state_id s = 0; s < size_; ++s) {
            step_to(s, all);
            const std::uint64_t hash = hash_of(text(all.at_));
            std::size_t i = place_of(hash);
            while (slot(i) != nowhere) i = (i + 1) & (slots_ - 1);
            fill(i, all.at_, hash);
        }
        return true;
    }

    // --- the states: how far behind the one before it what led to it stands, its size, itself ---
    // Without the distance, which stands in front and is for whoever walks.
    std::string_view text(std::uint64_t at) const {
        const char* p = records_.at(at);
        (void)chunked_records::number(p);
        const std::uint64_t size = chunked_records::number(p);
        return {p, size};
    }
    // From the state in front of it, or to the first one.
    void step_to(state_id s, reader& r) const {
        if (s == 0) {
            r.at_ = r.from_ = 0;
        } else {
            const std::string_view here = text(r.at_);
            r.at_ = records_.behind(r.at_, here.data() + here.size());
            const char* p = records_.at(r.at_);
            r.from_ += static_cast<state_id>(chunked_records::number(p));
        }
        r.id_ = s;
    }
    // The reader stays where it is if the state is not far behind it.
    // So an exploration, which asks for one after the other, takes one step each time.
    void reach(state_id s, reader& r) const {
        if (r.id_ > s || s - r.id_ >= states_a_mark) {
            const mark& m = marks_[s / states_a_mark];
            r.id_ = s - s % states_a_mark;
            r.at_ = m.at;
            r.from_ = m.from;
        }
        while (r.id_ < s) step_to(r.id_ + 1, r);
    }

    // The first state of a chunk, or of a mark, is like any other: its distance is from the one in
    // front.
    std::uint64_t put(std::string_view packed, state_id from) {
        record_.clear();
        chunked_records::add_number(record_, from - last_from_);
        chunked_records::add_number(record_, packed.size());
        record_ += packed;
        if (const std::uint64_t more = records_.bytes_to_add(record_.size()))
            if (bytes() + more > bytes_max_ || records_.bytes() + more >= nowhere) return nowhere;
        const std::uint64_t at = records_.append(record_);
        if (size_ % states_a_mark == 0) marks_.push_back({at, from});
        last_from_ = from;
        ++size_;
        return at;
    }

    state_id last_from_ = 0;
    chunked_records records_;
    std::deque<mark> marks_;  // of one in so many states
    std::unique_ptr<std::uint8_t[]> index_;
    std::size_t slots_ = 0;
    std::string record_;
};

}  // namespace ringsim::sim::states
