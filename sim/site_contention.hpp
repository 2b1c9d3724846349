// Which sites were executed, and which of them were put to the test: those whose word another
// thread accessed too, at least one of the two writing, and the fences that were executed. Where a
// site was not, no order there matters.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine.hpp"

namespace ringsim::sim {

// Over all executions of an exploration, for locations numbered from 0.
class site_contention {
  public:
    void clear() {
        uses_.clear();
        fences_.reset();
        absent_.reset();
    }
    // Before an access to one of so many locations is noted.
    void make_room(std::size_t locations) {
        if (uses_.size() < locations) uses_.resize(locations);
    }

    // `where` is site::count_ if the access has no site.
    void note_access(unsigned thread, site where, std::size_t location, bool writes) {
        use& u = uses_[location];
        if (where != site::count_) u.sites[thread].set(static_cast<std::size_t>(where));
        if (writes) u.threads_that_wrote |= 1u << thread;
    }
    void note_fence(site where) {
        if (where != site::count_) fences_.set(static_cast<std::size_t>(where));
    }

    // The program came to a site whose access it leaves out: its order there is `none`.
    void note_absent(site where) { absent_.set(static_cast<std::size_t>(where)); }

    // What another process noted, as bytes.
    std::string bytes() const {
        std::string text(reinterpret_cast<const char*>(uses_.data()), uses_.size() * sizeof(use));
        for (const site_set* set : {&fences_, &absent_})
            text.append(reinterpret_cast<const char*>(set), sizeof *set);
        return text;
    }
    void add(std::string_view bytes) {
        make_room((bytes.size() - 2 * sizeof(site_set)) / sizeof(use));
        const auto next = [&](auto& value) {
            std::memcpy(&value, bytes.data(), sizeof value);
            bytes.remove_prefix(sizeof value);
        };
        for (use& mine : uses_) {
            if (bytes.size() == 2 * sizeof(site_set)) break;
            use theirs;
            next(theirs);
            for (std::size_t t = 0; t < mine.sites.size(); ++t) mine.sites[t] |= theirs.sites[t];
            mine.threads_that_wrote |= theirs.threads_that_wrote;
        }
        for (site_set* mine : {&fences_, &absent_}) {
            site_set theirs;
            next(theirs);
            *mine |= theirs;
        }
    }

    std::array<bool, site_count> executed() const {
        site_set sites = fences_ | absent_;
        for (const use& u : uses_)
            for (const site_set& mine : u.sites) sites |= mine;
        return flags(sites);
    }
    std::array<bool, site_count> contended() const {
        site_set sites = fences_;
        for (const use& u : uses_)
            for (unsigned mine = 0; mine < threads_max; ++mine)
                for (unsigned other = 0; other < threads_max; ++other) {
                    const bool writes = (u.threads_that_wrote & (1u << mine | 1u << other)) != 0;
                    if (other != mine && writes && u.sites[other].any()) sites |= u.sites[mine];
                }
        return flags(sites);
    }

  private:
    using site_set = std::bitset<site_count>;
    static std::array<bool, site_count> flags(const site_set& sites) {
        std::array<bool, site_count> result{};
        for (std::size_t i = 0; i < site_count; ++i) result[i] = sites[i];
        return result;
    }
    // By thread the sites that accessed the location, and which threads wrote it, as bits.
    struct use {
        std::array<site_set, threads_max> sites{};
        unsigned threads_that_wrote = 0;
    };

    std::vector<use> uses_;
    site_set fences_;
    site_set absent_;
};

}  // namespace ringsim::sim
