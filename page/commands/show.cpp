// ringsim show: an execution as a page, or in the format of another viewer.
#include <fmt/format.h>

#include "page/html.hpp"
#include "page/open.hpp"
#include "page/run_self.hpp"
#include "page/views.hpp"
#include "scenarios/commands/command.hpp"
#include "scenarios/commands/execution_views.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

class show_command final : public commands::command {
  public:
    std::string_view name() const override { return "show"; }
    std::string_view summary() const override {
        return "an execution as a page for a browser, or for another viewer";
    }
    std::string_view examples() const override {
        return "Examples:\n"
               "  ringsim show lost-wakeup:2c41aa --html lost.html   a finding of `explore`\n"
               "  ringsim show SB.litmus --model x86-tso --html SB.html   a witness of a test\n"
               "  ringsim show lock.c --html lock.html -- -DWRONG    what `check` finds\n"
               "  ringsim show broken.json repaired.json --html both.html   two, step by step\n"
               "  ringsim show lost-wakeup:2c41aa --json             schema ringsim/execution";
    }
    void declare(commands::option_set& options) override {
        options.operands("ID|FILE", which_, 2,
                         "a finding, a litmus test, a program, a file of --json or --save");
        options.text("--html", html_, "FILE", "write a page that stands alone");
        views_.declare(options);
        options.flag("--litmus", litmus_, "print a finding's core as a litmus test");
        options.flag("--force", force_, "overwrite the file");
        options.flag("--no-fix", no_fix_, "do not try what would repair a violation");
        options.text("--model", model_, "MODEL",
                     "of a litmus test or a program (the language's or machine's own)");
    }

    bool takes_rest() const override { return true; }
    void take_rest(std::vector<std::string> words) override { flags_ = std::move(words); }

    int run(const settings& global) override {
        try {
            return show(global);
        } catch (const page::refused_already& e) {
            return e.status;
        }
    }

  private:
    int show(const settings& global) const {
        if (which_.empty())
            throw user_error(
                "show: needs the ID or the file of a finding, a litmus test, a program, or a file "
                "of --save");
        if (!html_.empty() + global.json + litmus_ + views_.given() != 1)
            throw user_error(
                "show: say what to make of it, one of: --html FILE, --json, --dot, --mermaid, "
                "--shiviz, --perfetto, --litmus");
        if (force_ && html_.empty()) throw user_error("--force goes with --html");
        if (html_.empty() && which_.size() > 1)
            throw user_error("show: two executions go with --html only");
        std::vector<page::execution> executions;
        const page::open_options how{global, model_, !no_fix_, flags_};
        if (litmus_) {
            fmt::print("{}", page::litmus_test_of(which_.front(), how));
            return exit_expected;
        }
        if (!html_.empty()) page::refuse_existing("--html", html_, force_);
        for (const std::string& one : which_) executions.push_back(page::open_execution(one, how));
        if (html_.empty()) {
            const page::execution& one = executions.front();
            fmt::print("{}", global.json ? to_json(one) : page::view_of(one, views_.asked()));
            return exit_expected;
        }
        page::write_file("--html", html_, page::html_of(executions));
        if (!global.quiet) fmt::print("{}\n", html_);
        return exit_expected;
    }

    std::vector<std::string> which_;
    std::vector<std::string> flags_;
    std::string html_;
    std::string model_;
    view_options views_;
    bool litmus_ = false;
    bool force_ = false;
    bool no_fix_ = false;
};

}  // namespace

std::unique_ptr<command> make_show() {
    return std::make_unique<show_command>();
}

}  // namespace ringsim::scenarios::commands
