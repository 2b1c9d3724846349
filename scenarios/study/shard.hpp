// A search of a scenario or of a program, cut into shards that any machine can go through: small
// text files, and beside each what came of it.
//
// DIR/0001.shard is written once, and says what is searched, by which program, and which part of
// the search it is. DIR/0001.result is written anew every few seconds while the shard is gone
// through, in one step: a program that is killed leaves what it had written, and the next one goes
// on from there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/study/search.hpp"
#include "scenarios/worlds/graph_parts.hpp"
#include "sim/graph/pieces.hpp"

namespace ringsim::scenarios::study {

// A program under check, and where the shards of its search begin.
struct checked_program {
    std::vector<std::string> files;  // relative to the directory
    std::vector<std::string> flags;
    std::string directory;
    std::string options;   // of `check`
    std::string sources;   // a hash of the files
    std::string compiler;  // how it calls itself
    std::string built;     // a hash of what it made
    std::uint64_t round = 0;
    sim::graph::beginning begun;

    friend bool operator==(const checked_program&, const checked_program&) = default;
};

// What is searched, by names.
struct shared_problem {
    std::string program;  // a hash of the program itself: another one numbers ways otherwise
    std::string scenario;
    std::string orders;
    std::string trigger;
    std::string model;
    std::string mapping;                       // empty: the model's own
    std::optional<checked_program> checked{};  // and neither scenario nor orders nor trigger

    friend bool operator==(const shared_problem&, const shared_problem&) = default;
};

// Of this very program.
const std::string& hash_of_program();
// Against damage, not against forgery.
std::string hash_of(std::string_view text);
// Of a file that is not empty. Throws user_error.
std::string contents(const std::string& path);

shared_problem problem_of(const scenario& s, const worlds::variant& v, const search& how);

struct shard {
    shared_problem of;
    sim::graph::part part;
};

// What is known of a part of a search, and of which.
struct shard_result : worlds::searched_part {
    shared_problem of;
    // Of a program's search, instead of counts: in the order of the search.
    std::vector<sim::graph::piece> pieces{};
};

// Texts with a checksum. Reading throws user_error, one line that names the file, if it is damaged
// or no such text.
std::string to_text(const shard& s);
std::string to_text(const shard_result& r);
shard read_shard(const std::string& path);
shard_result read_result(const std::string& path);
// Puts the text there in one step. Throws user_error.
void write_at_once(const std::string& path, const std::string& text);
// DIR/0001.shard -> DIR/0001.result
std::string result_path(const std::string& shard_path);
// The shards of a directory, in the order of the search. Throws user_error.
std::vector<std::string> shards_in(const std::string& directory);

}  // namespace ringsim::scenarios::study
