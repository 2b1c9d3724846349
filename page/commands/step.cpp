// ringsim step: be the scheduler, on the terminal.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iostream>

#include "page/game.hpp"
#include "page/html.hpp"
#include "page/open.hpp"
#include "page/position_json.hpp"
#include "scenarios/commands/page_commands.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/study/model_names.hpp"

#include <unistd.h>

namespace ringsim::scenarios::commands {
namespace {

constexpr std::size_t steps_shown = 14;
constexpr std::string_view what_to_type =
    "a number chooses, u takes back, h gives a hint, s FILE saves the run, q ends";

class step_command final : public commands::command {
  public:
    std::string_view name() const override { return "step"; }
    std::string_view summary() const override {
        return "be the scheduler: choose who goes on, and what a load reads";
    }
    std::string_view examples() const override {
        return "At each point: a number chooses, u takes back, h gives a hint, s FILE saves the "
               "run\n"
               "(as a page if FILE ends in .html), q ends. What the model does not allow stands\n"
               "there too, with what forbids it. A choice marked AHEAD reads a store that another\n"
               "thread is still to come to (load buffering), and then has to.\n\n"
               "Examples:\n"
               "  ringsim step lost-wakeup --model x86-tso     libbpf's consumer under EPOLLET\n"
               "  ringsim step SB.litmus --model sc            the condition is the goal\n"
               "  ringsim step lock.c -- -DWRONG               a program, as `check` takes it\n"
               "  ringsim step --challenge lose-the-wakeup     a task\n"
               "  ringsim step --challenge list                the tasks\n"
               "  ringsim step SB.litmus --from run.json       a saved run, once more\n"
               "  ringsim step SB.litmus --json                a request a line, see docs/serve.md";
    }
    void declare(commands::option_set& options) override {
        options.operands("SCENARIO|FILE", what_, 64,
                         "a scenario, a litmus test, or the files of a program");
        options.text("--orders", orders_, "ORDERS", "the order table of a scenario (libbpf)");
        options.choice("--trigger", trigger_, {"edge", "level"}, "epoll's (edge)");
        options.text("--model", model_, "MODEL",
                     "memory model (of a scenario x86-tso, of a program rc11)");
        options.text("--challenge", challenge_, "NAME", "a task with a goal, or list");
        options.text("--from", from_, "FILE", "go on from a run that was saved by s");
        options.flag("--force", force_, "s overwrites files");
    }

    bool takes_rest() const override { return true; }
    void take_rest(std::vector<std::string> words) override { flags_ = std::move(words); }

    int run(const settings& global) override {
        if (challenge_ == "list") return list(global);
        if (global.json) return answer_lines();
        const auto game = open();
        if (!from_.empty()) make_saved(*game);
        if (isatty(STDIN_FILENO)) fmt::print("{}\n\n", what_to_type);
        say(global, *game, true);
        std::string line;
        while (!quit_ && read_line(line)) obey(global, *game, line);
        if (challenge_.empty() || game->solved()) return exit_expected;
        fmt::print("not solved\n");
        return exit_inconclusive;
    }

  private:
    // For a program at the other end: a request in each line, its answer in the next one.
    int answer_lines() const {
        if (!from_.empty()) throw user_error("step: with --json the turns are in the request");
        std::unique_ptr<page::game> game;
        std::string line;
        const auto say = [](const std::string& answer) {
            fmt::print("{}\n", answer);
            std::fflush(stdout);
        };
        try {
            game = open();
        } catch (const std::runtime_error& e) {
            if (std::getline(std::cin, line)) say(page::error_line(e.what()));
            throw;
        }
        while (std::getline(std::cin, line)) say(page::answer_to_line(*game, line));
        return exit_expected;
    }

    static int list(const settings& global) {
        if (global.json) throw user_error("step: --challenge list has no JSON");
        render::text_page out(global);
        for (const page::challenge& c : page::challenges()) {
            out.line("{}   model {}", out.bold(c.name), c.model);
            out.add_wrapped("  " + std::string(c.task), 2);
        }
        out.print();
        return exit_expected;
    }

    std::unique_ptr<page::game> open() const {
        if (!challenge_.empty()) {
            const page::challenge* c = page::find_challenge(challenge_);
            std::vector<std::string_view> names{"list"};
            for (const page::challenge& one : page::challenges()) names.push_back(one.name);
            if (!c)
                throw user_error("--challenge: there is none of the name " + in_quotes(challenge_) +
                                 "; " + suggestion(challenge_, names));
            if (!what_.empty() || !orders_.empty() || !trigger_.empty())
                throw user_error("--challenge goes with --model only");
            return model_.empty() ? game_of(*c) : game_of(*c, model_);
        }
        if (what_.empty())
            throw user_error(
                "step: needs a scenario, a litmus test or a program; or --challenge list");
        const std::string& what = what_.front();
        if (page::is_program(what)) {
            if (!orders_.empty() || !trigger_.empty())
                throw user_error("step: a program has its own orders");
            for (const std::string& file : what_) (void)page::read_text(file);
            return page::game_of_program(what_, flags_, model_);
        }
        if (what_.size() > 1) throw user_error("step: one scenario or litmus test at a time");
        if (what.ends_with(".litmus")) {
            if (!orders_.empty() || !trigger_.empty())
                throw user_error("step: a litmus test has its own orders");
            return page::game_of_litmus(what, page::read_text(what), model_);
        }
        if (what.find_first_of("./") != std::string::npos)
            throw user_error(
                fmt::format("step: {} is no scenario, and neither a litmus test "
                            "(.litmus) nor a program (.c, .cc, .cpp, .cxx, .rs)",
                            in_quotes(what)));
        const scenario* s = study::scenarios_named({what}).front();
        const worlds::variant v =
            study::parse_variant(orders_.empty() ? "libbpf" : orders_,
                                 trigger_ == "level" ? trigger::level : trigger::edge);
        const auto m = study::models_named(model_.empty() ? "x86-tso" : model_);
        if (m.size() != 1) throw user_error("step: --model: one model at a time");
        return page::game_of(*s, v, m.front(), page::to_be_found(*s, v, m.front()));
    }

    // The choices of a run that was saved, one after the other.
    void make_saved(page::game& game) {
        const page::execution saved =
            page::execution_from_json(page::read_text(from_), "--from: " + from_);
        if (saved.turns.empty())
            throw user_error(
                fmt::format("--from: {} has no choices; `s FILE` of step saves them", from_));
        for (const std::vector<unsigned>& numbers : saved.turns) {
            const auto same = [&](const page::choice& c) {
                return c.allowed && !numbers.empty() && c.how.thread == numbers.front() &&
                       std::equal(c.how.picks.begin(), c.how.picks.end(), numbers.begin() + 1,
                                  numbers.end());
            };
            const auto at = std::ranges::find_if(game.choices(), same);
            if (at == game.choices().end())
                throw user_error(
                    fmt::format("--from: {}: choice {} is none of this program under {}", from_,
                                chosen_.size() + 1, game.model()));
            chosen_.push_back(1 + static_cast<std::size_t>(std::count_if(
                                      game.choices().begin(), at,
                                      [](const page::choice& c) { return c.allowed; })));
            game.take(static_cast<std::size_t>(at - game.choices().begin()));
        }
    }

    bool read_line(std::string& line) const {
        if (isatty(STDIN_FILENO)) {
            fmt::print("> ");
            std::fflush(stdout);
        }
        return static_cast<bool>(std::getline(std::cin, line));
    }

    void obey(const settings& global, page::game& game, const std::string& line) {
        const auto begin = line.find_first_not_of(" \t\r");
        if (begin == std::string::npos) return say(global, game, false);
        const std::string words = line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
        if (words == "q" || words == "quit") {
            quit_ = true;
        } else if (words == "?" || words == "help") {
            fmt::print("{}\n", what_to_type);
        } else if (words == "u" || words == "undo") {
            if (!game.undo())
                fmt::print("this is the start\n");
            else
                chosen_.pop_back();
            say(global, game, false);
        } else if (words == "h" || words == "hint") {
            hint(global, game);
        } else if (words.starts_with("s ")) {
            save(global, game, words.substr(2));
        } else {
            choose(global, game, words);
        }
    }

    void choose(const settings& global, page::game& game, const std::string& words) {
        std::size_t n = 0;
        const char* end = words.data() + words.size();
        const auto parsed = std::from_chars(words.data(), end, n);
        std::size_t at = 0;
        std::size_t allowed = 0;
        for (; at < game.choices().size(); ++at)
            if (game.choices()[at].allowed && ++allowed == n) break;
        if (parsed.ec != std::errc{} || parsed.ptr != end || n == 0 ||
            at == game.choices().size()) {
            print_wrapped(global,
                          in_quotes(words) + " is no choice here: " + std::string(what_to_type));
            return;
        }
        try {
            game.take(at);
        } catch (const sim::graph::schedule_error& e) {
            fmt::print("this cannot be gone on with: {}\n", e.what());
            return;
        }
        chosen_.push_back(n);
        say(global, game, false);
    }

    static void print_wrapped(const settings& global, const std::string& text) {
        render::text_page out(global);
        out.add_wrapped(text, 2);
        out.print();
    }

    static void hint(const settings& global, page::game& game) {
        if (game.goal().empty()) {
            fmt::print("there is no goal here; --challenge list has some\n");
            return;
        }
        const std::size_t at = game.hint();
        if (game.over())
            fmt::print("the run is over; u takes back\n");
        else if (at == game.choices().size())
            fmt::print("no way from here to the goal was found; u takes back\n");
        else
            print_wrapped(global,
                          fmt::format("hint: {}: {}", game.threads()[game.choices()[at].thread],
                                      game.choices()[at].text));
    }

    void save(const settings& global, page::game& game, const std::string& file) {
        try {
            page::refuse_existing("s", file, force_);
            const page::execution e = game.told();
            page::write_file("s", file, file.ends_with(".html") ? page::html_of({e}) : to_json(e));
            fmt::print("saved to {}\n", file);
            if (!file.ends_with(".html"))
                fmt::print("{} --from {}\n", e.command, render::shell_word(file));
            const auto f = game.finding();
            if (!f || global.no_save) return;
            save_finding(*f, global.findings_directory());
            fmt::print("{}\n", render::command_to_replay(*f, global));
        } catch (const std::runtime_error& e) {
            fmt::print("{}\n", e.what());
        }
    }

    // What there is to see: the last steps, and what can be chosen.
    void say(const settings& global, page::game& game, bool first) const {
        render::text_page out(global);
        const page::execution e = game.shown();
        if (first) {
            out.line("{}", out.bold(game.heading()));
            if (!game.goal().empty()) out.add_wrapped("goal: " + game.goal(), 6);
            if (!e.start.empty()) out.add_wrapped("at the start: " + e.start, 4);
        }
        out.add("");
        const std::size_t width = names_width(game);
        const std::size_t n = e.steps.size();
        const std::size_t from = n > steps_shown ? n - steps_shown : 0;
        if (from > 0) out.line("   ... {} steps", from);
        for (std::size_t i = from; i < n; ++i) {
            const page::shown_step& s = e.steps[i];
            std::string text = fmt::format("  {:>3}  {}  {}", i + 1,
                                           render::padded(game.threads()[s.thread], width), s.text);
            if (!s.remark.empty()) text += "   " + out.yellow(s.remark);
            // The user's own line.
            if (e.front_end == "check" && !s.source.empty())
                text += out.dim(fmt::format("   {}  {}", s.place, s.source));
            out.add(text);
        }
        if (game.over())
            add_end(out, game);
        else
            add_choices(out, game);
        out.print();
    }

    // Of the threads that there are: of a program's not all may have begun.
    static std::size_t names_width(const page::game& game) {
        std::size_t width = 8;
        for (const page::choice& c : game.choices())
            width = std::max(width, render::columns(game.threads()[c.thread]));
        return std::min<std::size_t>(width, 20);
    }

    void add_end(render::text_page& out, const page::game& game) const {
        out.add_wrapped("over: " + game.ending(), 6);
        std::string choices = "choices =";
        for (const std::size_t n : chosen_) choices += fmt::format(" {}", n);
        out.add_wrapped(choices, 10);
        if (game.goal().empty()) return;
        out.add(game.solved() ? out.green("SOLVED") : "the goal is not reached; u takes back");
    }

    // All of it: what forbids a choice is the end of its line.
    static void add_dim(render::text_page& out, const std::string& text) {
        for (const std::string& line : render::wrapped(text, out.width(), 9))
            out.add(out.dim(line));
    }

    static void add_choices(render::text_page& out, const page::game& game) {
        std::size_t number = 0;
        const std::size_t width = names_width(game);
        for (const page::choice& c : game.choices()) {
            const std::string thread = render::padded(game.threads()[c.thread], width);
            if (c.allowed)
                out.add_wrapped(fmt::format("{:>3})   {}  {}{}", ++number, thread, c.text,
                                            c.why.empty() ? "" : "   " + c.why),
                                9);
            else
                add_dim(out, fmt::format("   -   {}  {}   {}", thread, c.text, c.why));
        }
        for (const std::string& line : game.waiting()) add_dim(out, "   -   " + line);
    }

    std::vector<std::string> what_;
    std::vector<std::string> flags_;
    std::string orders_;
    std::string trigger_;
    std::string model_;
    std::string challenge_;
    std::string from_;
    bool force_ = false;
    bool quit_ = false;
    std::vector<std::size_t> chosen_;  // so far, by their numbers in the lists
};

}  // namespace

std::unique_ptr<command> make_step() {
    return std::make_unique<step_command>();
}

}  // namespace ringsim::scenarios::commands
