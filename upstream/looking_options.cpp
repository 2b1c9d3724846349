#include "upstream/looking_options.hpp"

#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/save_execution.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/render/command_text.hpp"
#include "upstream/report.hpp"

namespace ringsim::upstream_code {

void looking_options::declare(scenarios::commands::option_set& options, std::string_view example) {
    constexpr std::uint64_t most = 1'000'000'000'000;
    options.text("--at", at_, "FILE:LINE=ORDER,...",
                 "tries another memory order at a line: " + std::string(example));
    options.text("--save", save_, "FILE", "save the execution that is shown, for `ringsim show`");
    options.flag("--force", force_, "--save overwrites the file");
    options.number("--replay", replay_, 1, most, "show execution N");
    options.number("--executions", executions_, 1, most, "stop after so many");
    scenarios::commands::declare_time(options, time_);
}

void looking_options::check_saving() const {
    scenarios::commands::refuse_saving_over(save_, force_);
}

void looking_options::find_lines(const sim::check::built_program& program) {
    if (!at_.empty()) orders_ = {at_, program};
}

void looking_options::put_into(task& t) const {
    t.replay = replay_;
    t.orders = orders_.calls();
    t.save = save_;
    if (executions_ != 0) t.executions_max = executions_;
    if (!time_.empty()) t.seconds_max = scenarios::commands::parse_time_limit("--time", time_);
}

std::string looking_options::words_again() const {
    return at_.empty() ? "" : " --at " + scenarios::render::shell_word(at_);
}

void looking_options::note(const result& r, sim::graph::model_id m,
                           const scenarios::settings& global) {
    orders_.note(r);
    check_replayed(r, m, replay_);
    tell_saved(r, save_, global);
}

}  // namespace ringsim::upstream_code
