// A search that may be killed at any moment: what is known of it, for another process to go on.
//
// That is its pieces, in its order. Of most, what came of them is enough. But a program under check
// is found out about while it is explored, and whoever watches looks at some executions: those
// stand as pieces that are gone through once more. So a process that goes on knows of the program
// what the one before it knew, by the few executions that told, and not by all.
//
// A search begins again when graphs turn out to be too small, or threads to differ, or the program
// to be another one than it was taken for. Each time is a pass; those before the last one are gone
// through as far as they told something, too.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/graph/fingerprint_set.hpp"
#include "sim/graph/jobs.hpp"
#include "sim/graph/pieces.hpp"

namespace ringsim::sim::graph {

struct search_pass {
    std::uint64_t known = 0;  // gathered::known() when it began
    std::vector<piece> pieces;
};

// What was written down by the process before this one, and when to write again.
class kept_search {
  public:
    using writer = std::function<void(const std::vector<search_pass>&)>;
    kept_search(std::vector<search_pass> known, std::chrono::duration<double> between, writer write)
        : passes_(std::move(known)), between_(between), write_(std::move(write)) {}

    // A pass begins: its pieces as far as they are known. None, if this is not what was done then.
    std::vector<piece> begin_pass(std::uint64_t known);
    // The program does not do what it did when the rest was written down.
    void forget_rest();
    // Nothing is written before the search is where it was.
    bool is_due() const { return is_last() && clock::now() >= next_; }
    void write(std::vector<piece> pieces);

  private:
    using clock = std::chrono::steady_clock;
    bool is_last() const { return begun_ == passes_.size(); }

    std::vector<search_pass> passes_;
    std::size_t begun_ = 0;
    const std::chrono::duration<double> between_;
    clock::time_point next_ = clock::now() + std::chrono::duration_cast<clock::duration>(between_);
    writer write_;
};

// Pieces in the order of the search; neighbours of a kind are one.
class piece_list {
  public:
    explicit piece_list(const gathered& learned) : learned_(learned) {}

    void clear();
    void add(piece p);
    const std::vector<piece>& all() const { return pieces_; }

  private:
    const gathered& learned_;
    std::vector<piece> pieces_;
    fingerprint_set points_;  // of each name the first one is enough
};

// Beside a process that goes through a part and adds up: which executions tell something, and what
// came of the others.
class noted_leaves final : public overseer {
  public:
    noted_leaves(part what, overseer& other, gathered& learned, const observer& watcher,
                 piece_list& to);

    bool at_leaf(part_search& search, const exploration_report& so_far) override;
    // The search of the part has ended.
    void end(const part_search& search, const exploration_report& report);

  private:
    void close(const part_search& search, const std::optional<way_list>& until);
    void take_what_was_learned();

    const part what_;
    overseer& other_;
    gathered& learned_;
    const observer& watcher_;
    piece_list& to_;
    std::string learned_before_;
    std::uint64_t known_;
    bool looked_;
    // Of what is not in a piece yet: where it begins, and what was done before and at its end.
    std::optional<way_list> begin_;
    exploration_report before_;
    exploration_report last_;
    std::size_t points_before_ = 0;
    std::size_t points_last_ = 0;
};

// As explore_with_jobs(), on any number of cores, and written down now and then.
exploration_report explore_and_keep(model_id m, program& p,
                                    const std::vector<location_info>& locations,
                                    const exploration_limits& limits, observer& watcher,
                                    gathered& learned, kept_search& kept);

}  // namespace ringsim::sim::graph
