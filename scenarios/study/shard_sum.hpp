// What came of several parts of a search, together; and whether they are all of it, each once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/study/shard.hpp"

namespace ringsim::scenarios::study {

// What is known of a part and of the one that begins where it ends.
shard_result merged(const shard_result& first, const shard_result& second);

// The shards of a search, which are added in its order. Each begins where the one before it ends,
// the first one at the start, and the last one ends at the end: so nothing is missing, and nothing
// there twice.
class shard_sum {
  public:
    // `path` is told if something is wrong.
    shard_sum(const shared_problem& of, std::string path);
    // Throws user_error: it is of another search, or there twice.
    void add(const std::string& path, const shard& s, const std::optional<shard_result>& came_of);
    // Behind the last one.
    void end();
    // A line for each part that is not there.
    const std::vector<std::string>& missing() const { return missing_; }
    shard_result total() const { return total_.value_or(shard_result{}); }

  private:
    const shared_problem of_;
    const std::string first_path_;
    std::optional<sim::graph::way_list> reached_;  // nothing: the end
    std::optional<shard_result> total_;
    std::vector<std::string> missing_;
};

}  // namespace ringsim::scenarios::study
