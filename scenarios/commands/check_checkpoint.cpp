// The search is that of every `check`, by as many processes (sim/graph/kept.hpp). Each model and
// mapping is explored by a process of its own (check_process.hpp), which reads the file first:
// those before it have written there.
#include "scenarios/commands/check_checkpoint.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include "scenarios/commands/named_program.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/program_checkpoint.hpp"
#include "sim/graph/kept.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace check = sim::check;
namespace fs = std::filesystem;
namespace graph = sim::graph;

class keeping final : public check_search {
  public:
    keeping(study::program_checkpoint known, std::string path, double between,
            std::optional<named_program> before)
        : known_(std::move(known)),
          path_(std::move(path)),
          between_(between),
          before_(std::move(before)) {}

    bool takes_all() const override { return true; }

    void built(const check::built_program& program) override {
        if (before_) return before_->refuse_another(program);
        known_.of.checked->built = hash_of_image(program.path);
        study::write_at_once(path_, to_text(known_));
    }

    void begins(graph::model_id m, const graph::mapping& how) override {
        known_ = study::read_program_checkpoint(path_);
        model_ = m;
        auto& all = known_.explorations;
        const auto it = std::ranges::find_if(all, [&](const study::kept_exploration& e) {
            return e.model == graph::name(m) && e.mapping == how.name;
        });
        nth_ = static_cast<std::size_t>(it - all.begin());
        if (it == all.end())
            all.push_back({std::string(graph::name(m)), std::string(how.name), {}});
        kept_.emplace(all[nth_].passes, between_,
                      [this](const std::vector<graph::search_pass>& passes) {
                          known_.explorations[nth_].passes = passes;
                          study::write_at_once(path_, to_text(known_));
                      });
    }

    graph::exploration_report explore(unsigned, graph::program& p,
                                      const std::vector<graph::location_info>& locations,
                                      const graph::exploration_limits& limits,
                                      graph::observer& watcher, graph::gathered& learned) override {
        return graph::explore_and_keep(model_, p, locations, limits, watcher, learned, *kept_);
    }

  private:
    study::program_checkpoint known_;
    const std::string path_;
    const std::chrono::duration<double> between_;
    const std::optional<named_program> before_;
    // In the process that explores.
    graph::model_id model_{};
    std::size_t nth_ = 0;
    std::optional<graph::kept_search> kept_;
};

}  // namespace

std::unique_ptr<check_search> kept_search_of(const checkpoint_options& asked, check_options& what) {
    const double between = asked.seconds_between();
    if (asked.resumed().empty()) {
        if (fs::exists(asked.file()))
            throw user_error(asked.file() + ": is there already; --resume goes on with it");
        study::program_checkpoint fresh{problem_of(what)};
        return std::make_unique<keeping>(std::move(fresh), fs::absolute(asked.file()).string(),
                                         between, std::nullopt);
    }
    const std::string path = fs::absolute(asked.resumed()).string();
    study::program_checkpoint known = study::read_program_checkpoint(asked.resumed());
    named_program before(known.of, asked.resumed());
    what = before.options();
    return std::make_unique<keeping>(std::move(known), path, between, std::move(before));
}

}  // namespace ringsim::scenarios::commands
