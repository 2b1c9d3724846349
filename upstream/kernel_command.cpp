// ringsim kernel: kernel C with kernel primitives, under the kernel's model and those of machines.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "scenarios/commands/keep_addresses.hpp"
#include "scenarios/commands/kernel_code.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/upstream_commands.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/study/model_names.hpp"
#include "upstream/explorations.hpp"
#include "upstream/looking_options.hpp"
#include "upstream/report.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace check = sim::check;
namespace graph = sim::graph;
using nlohmann::ordered_json;

class kernel_command final : public command {
  public:
    std::string_view name() const override { return "kernel"; }
    std::string_view summary() const override { return "explore kernel C with kernel primitives"; }
    std::string_view examples() const override {
        return "The files include <linux/...> and <ringsim/test.h>; see docs/upstream.md.\n\n"
               "Examples:\n"
               "  ringsim kernel my_ring.c my_ring_test.c\n"
               "  ringsim kernel --linux ~/linux ~/linux/lib/llist.c llist_test.c\n"
               "  ringsim kernel ring_test.c --model lkmm -- -DSLOTS=2\n"
               "  ringsim kernel ring_test.c --at my_ring.c:40=relaxed\n";
    }
    void declare(option_set& options) override {
        options.operands("FILE", files_, 64, "C files; after --, what goes to the compiler");
        options.text("--linux", linux_, "DIR", "a kernel tree, for headers that are not stood in");
        options.text("--model", models_, "M,...",
                     "memory models, or all (sc,x86-tso,armv8,riscv,power,lkmm)");
        looking_.declare(options, "irq_work.c:213=release");
    }
    bool takes_rest() const override { return true; }
    void take_rest(std::vector<std::string> words) override { flags_ = std::move(words); }

    int run(const settings& global) override {
        if (files_.empty()) throw user_error("kernel: needs a C file");
        const auto models = study::models_named(models_);
        if (looking_.replays() && models.size() > 1)
            throw user_error("--replay: needs one --model");
        if (looking_.saves() && models.size() > 1) throw user_error("--save: needs one --model");
        if (looking_.saves()) looking_.check_saving();
        if (!linux_.empty() && !std::filesystem::is_directory(linux_ + "/include/linux"))
            throw user_error("--linux " + linux_ + ": is no kernel tree: it has no include/linux");
        keep_addresses();
        const check::work_directory where;
        const check::built_program program =
            build_kernel_code(files_, flags_, linux_, false, where);
        const interruptible guard;
        render::text_page page(global);
        looking_.find_lines(program);
        upstream_code::program_results results{shown_names(), {}};
        int status = exit_expected;
        const upstream_code::sources none;
        upstream_code::explorations all;
        for (const graph::model_id m : models) all.plan(program, none, task_of(m));
        for (const graph::model_id m : models) {
            if (worlds::interrupted) break;
            const progress shown(global, fmt::format("{}   {}", files_[0], graph::name(m)));
            results.by_model.emplace_back(m, all.next());
            const upstream_code::result& found = results.by_model.back().second;
            status = upstream_code::worse_of(status, upstream_code::status_of(found));
            looking_.note(found, m, global);
        }
        refuse_all(results);
        if (!worlds::interrupted) looking_.check_all_used();
        if (global.json)
            fmt::print("{}\n", ordered_json{{"schema", "ringsim/kernel"},
                                            {"version", 1},
                                            {"results", upstream_code::to_json(results)}}
                                   .dump(2));
        else
            upstream_code::print(page, results, !global.quiet);
        page.print();
        return worlds::interrupted ? upstream_code::worse_of(status, exit_inconclusive) : status;
    }

  private:
    // What no model has to do with is said once.
    void refuse_all(const upstream_code::program_results& results) const {
        const auto refused = [&](const auto& one) {
            return one.second.verdict == upstream_code::answer::refused &&
                   one.second.what == results.by_model.front().second.what;
        };
        if (results.by_model.empty() || !std::ranges::all_of(results.by_model, refused)) return;
        const std::string& what = results.by_model.front().second.what;
        throw user_error(fmt::format("{}: {}{}", results.files.front(), what, where_to_find(what)));
    }

    // Of "name() is called, and none of the files has it: ...".
    std::string where_to_find(const std::string& what) const {
        const std::size_t call = what.find("() is called, and none of the files has it");
        if (linux_.empty() || call == std::string::npos) return "";
        const std::string file = file_with_function(linux_, what.substr(0, call));
        return file.empty() ? "" : ", " + render::shell_word(linux_ + "/" + file);
    }

    // A file of the tree by its name there.
    std::vector<std::string> shown_names() const {
        std::vector<std::string> names;
        for (const std::string& file : files_)
            names.push_back(!linux_.empty() && file.starts_with(linux_ + "/")
                                ? file.substr(linux_.size() + 1)
                                : file);
        return names;
    }

    upstream_code::task task_of(graph::model_id m) const {
        upstream_code::task t;
        t.model = m;
        t.title = shown_names().front();
        t.command = command_again(m);
        looking_.put_into(t);
        return t;
    }

    std::string command_again(graph::model_id m) const {
        std::string text = "ringsim kernel";
        if (!linux_.empty()) text += " --linux " + render::shell_word(linux_);
        for (const std::string& file : files_) text += " " + render::shell_word(file);
        text += fmt::format(" --model {}", graph::name(m));
        return text + looking_.words_again();
    }

    std::vector<std::string> files_;
    std::vector<std::string> flags_;
    std::string linux_;
    std::string models_ = "sc,x86-tso,armv8,riscv,power,lkmm";
    upstream_code::looking_options looking_;
};

}  // namespace

std::unique_ptr<command> make_kernel() {
    return std::make_unique<kernel_command>();
}

}  // namespace ringsim::scenarios::commands
