// The scenarios and models of a question about weaker lines, and what holds of the files as given.
#pragma once

#include <optional>

#include "scenarios/commands/long_work.hpp"
#include "scenarios/render/text.hpp"
#include "upstream/explorations.hpp"
#include "upstream/matrix.hpp"

namespace ringsim::upstream_code {

// A scenario under a model that holds as the files are; only there can a weaker line break it.
struct place {
    const scenarios::scenario* what;
    sim::graph::model_id model;
    result as_given;
};

class questions {
  public:
    questions(const questioned& q, scenarios::commands::progress& shown);

    // Where something comes by the line, under this model or under any.
    std::vector<const place*> places(const ordered_line& l,
                                     std::optional<sim::graph::model_id> m = std::nullopt) const;
    const std::vector<ordered_line>& lines() const { return lines_; }
    // "lost-wakeup under rc11, ...": what does not hold as given.
    const std::vector<std::string>& left_out() const { return left_out_; }
    bool unknown() const { return unknown_; }
    // Plans to look there with these orders: the verdict is all of the result.
    void ask(explorations& all, const place& at,
             std::vector<sim::check::order_at_call> orders) const;
    scenarios::commands::progress& shown() const { return shown_; }

  private:
    const questioned& q_;
    scenarios::commands::progress& shown_;
    std::vector<place> places_;
    std::vector<std::string> left_out_;
    std::vector<ordered_line> lines_;
    bool unknown_ = false;
};

// The head of both tables: what was looked at, and the numbers of the models.
void print_head(scenarios::render::text_page& page, const questioned& q);
// "434 cons_pos = smp_load_acquire(&rb->consumer_pos);", cut to the width.
std::string text_of(const ordered_line& l, std::size_t width);

}  // namespace ringsim::upstream_code
