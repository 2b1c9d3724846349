#include "scenarios/study/program_checkpoint.hpp"

#include <stdexcept>

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/shard_lines.hpp"

namespace ringsim::scenarios::study {
namespace {

constexpr std::string_view checkpoint_title = "ringsim check checkpoint 1";

template <class Lines, class Pass>
void each_line_of_pass(Lines& line, Pass& p) {
    line("known", p.known);
    lines_of_pieces(line, p.pieces);
}

template <class Lines, class Checkpoint>
void each_line_of_checkpoint(Lines& line, Checkpoint& c) {
    each_line_of_problem(line, c.of);
    lines_of_list(line, "explorations", c.explorations, [&](auto& e) {
        line("under", e.model);
        line("compiled by", e.mapping);
        lines_of_list(line, "passes", e.passes, [&](auto& p) { each_line_of_pass(line, p); });
    });
}

// The checksum says that this build has written it; so its pieces are those of a search. But a file
// is a file.
void refuse_holes(const program_checkpoint& c, const std::string& path) {
    for (const kept_exploration& e : c.explorations)
        for (const sim::graph::search_pass& p : e.passes) {
            std::optional<sim::graph::way_list> reached = sim::graph::way_list{};
            for (const sim::graph::piece& one : p.pieces) {
                if (one.what.begin != reached)
                    throw user_error(path + ": has pieces that are not those of a whole search");
                reached = one.what.until;
            }
            if (!p.pieces.empty() && reached)
                throw user_error(path + ": has pieces that are not those of a whole search");
        }
}

}  // namespace

std::string to_text(const program_checkpoint& c) {
    line_writer line(checkpoint_title);
    each_line_of_checkpoint(line, c);
    return line.finished();
}

program_checkpoint read_program_checkpoint(const std::string& path) {
    line_reader line(path, checkpoint_title);
    program_checkpoint c;
    try {
        each_line_of_checkpoint(line, c);
    } catch (const std::length_error&) {
        throw user_error(path + ": has points that are none");
    }
    if (!c.of.checked) throw user_error(path + ": is of no program");
    refuse_holes(c, path);
    return c;
}

}  // namespace ringsim::scenarios::study
