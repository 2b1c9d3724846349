// The command line as a whole, over CLI11; the only file that knows it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <optional>
#include <sstream>
#include <system_error>

#include "scenarios/commands/all_commands.hpp"
#include "scenarios/commands/build_info.hpp"
#include "scenarios/commands/units.hpp"
#include "scenarios/program/user_error.hpp"
#include "sim/graph/explore_models.hpp"
#include "sim/graph/jobs.hpp"
#include "sim/temporary_directory.hpp"

namespace ringsim::scenarios::commands {

const std::string_view program_examples =
    R"(Start with:
  ringsim explore                      the lost wakeup of libbpf's consumer under EPOLLET, explained
  ringsim explore --orders fenced        the same with a full barrier: no violation
  ringsim matrix lost-wakeup           which memory order does this scenario need?
  ringsim list sites                   the accesses whose order can be changed
  ringsim teach                        a course, for who has never seen a memory barrier)";

const std::string_view program_conventions =
    R"(Every option has an environment twin: --orders is RINGSIM_ORDERS, and so on.
Exit status: 0 as expected, 1 unexpected violation (or an expected one missing), 2 wrong usage or
input, 3 inconclusive (a limit was reached, or interrupted), 70 a bug of ringsim, 74 output that
could not be written, 77 not possible on this machine.)";

std::string environment_name(std::string_view option) {
    std::string name = "RINGSIM_";
    for (const char c : option.substr(option.find_first_not_of('-')))
        name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

void declare_global(option_set& options, settings& global) {
    options.choice("--color", global.color, {"auto", "always", "never"},
                   "colour in text output; auto: on a terminal");
    options.number("--width", global.width, width_min, width_max,
                   "columns of text output (the terminal's, else 100)");
    options.text("--out", global.out, "DIR", "where findings are saved (~/.local/state/ringsim)");
    options.flag("--no-save", global.no_save, "save no findings");
    options.number("--jobs", global.jobs, 1, sim::graph::jobs_max,
                   "processes that search together, one for each core; same results");
    options.flag("--json", global.json, "results as JSON");
    options.flag("--explain", global.explain, "say below the output what its words mean");
    options.flag("--quiet", global.quiet, "the verdict only, and no progress");
}

namespace {

// How a wrong value is called in a message: the environment variable, if it came from there.
std::string origin(std::string_view option, const std::string& value) {
    const std::string variable = environment_name(option);
    const char* from_environment = std::getenv(variable.c_str());
    return from_environment && value == from_environment ? variable : std::string(option);
}

std::uint64_t parse_number(std::string_view option, const std::string& text, std::uint64_t min,
                           std::uint64_t max) {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end || value < min || value > max)
        throw user_error(origin(option, text) + ": " + in_quotes(text) +
                         " is not a whole number from " + std::to_string(min) + " to " +
                         std::to_string(max));
    return value;
}

class cli11_options final : public option_set {
  public:
    // CLI11 looks at the environment for every option that it knows, also of commands that are not
    // run. Two commands may have options of one name and other values, so only those of the command
    // that somebody named have twins.
    //
    // `too_many`: what is wrong with the number of operands. It is told behind what is wrong with
    // options: the value of an option that does not exist is taken for an operand.
    cli11_options(CLI::App& app, bool have_twins, std::string& too_many)
        : app_(app), have_twins_(have_twins), too_many_(too_many) {}

    void text(std::string_view option, std::string& value, std::string_view placeholder,
              std::string_view help) override {
        named(option, help, placeholder, [option, &value](const std::string& given) {
            if (given.empty()) throw user_error(origin(option, given) + ": needs a value");
            value = given;
        });
    }
    void number(std::string_view option, std::uint64_t& value, std::uint64_t min, std::uint64_t max,
                std::string_view help) override {
        named(option, help, "N", [=, &value](const std::string& given) {
            value = parse_number(option, given, min, max);
        });
    }
    void choice(std::string_view option, std::string& value, std::vector<std::string_view> valid,
                std::string_view help) override {
        // A long list is in the message about a wrong one.
        constexpr std::size_t placeholder_max = 40;
        const std::string all = joined(valid, "|");
        const std::string placeholder = all.size() > placeholder_max ? "NAME" : all;
        named(option, help, placeholder, [option, &value, valid](const std::string& given) {
            if (std::ranges::find(valid, given) == valid.end())
                throw user_error(origin(option, given) + ": " + in_quotes(given) +
                                 " is not one of: " + joined(valid));
            value = given;
        });
    }
    void flag(std::string_view option, bool& value, std::string_view help) override {
        with_twin(option, app_.add_flag(std::string(option), value, std::string(help)))
            ->option_text(" ");
    }
    void operands(std::string_view placeholder, std::vector<std::string>& values, std::size_t max,
                  std::string_view help) override {
        app_.add_option_function<std::vector<std::string>>(
                std::string(placeholder),
                [placeholder, &values, max,
                 &too_many = too_many_](const std::vector<std::string>& given) {
                    if (given.size() > max)
                        too_many = in_quotes(given[max]) +
                                   " is one too many: " + std::to_string(max) + " of " +
                                   std::string(placeholder) + " at most";
                    values = given;
                },
                std::string(help))
            ->expected(-1)
            ->option_text(max > 1 ? "..." : " ");
    }

  private:
    void named(std::string_view option, std::string_view help, std::string_view placeholder,
               std::function<void(const std::string&)> take) {
        with_twin(option, app_.add_option_function<std::string>(std::string(option),
                                                                std::move(take), std::string(help)))
            ->take_last()
            ->option_text(std::string(placeholder));
    }

    CLI::Option* with_twin(std::string_view option, CLI::Option* o) const {
        return have_twins_ ? o->envname(environment_name(option)) : o;
    }

    CLI::App& app_;
    bool have_twins_;
    std::string& too_many_;
};

// Words that nothing claimed: an unknown command or option, or an operand too many.
void refuse_rest(const CLI::App& app, const CLI::App* chosen) {
    const auto rest = app.remaining(/*recurse=*/true);
    if (rest.empty()) return;
    const std::string& word = rest.front();
    std::vector<std::string_view> valid;
    std::vector<std::string> kept;
    if (word.starts_with('-') && word.size() > 1) {
        for (const CLI::App* a : {chosen, &app})
            if (a)
                for (const CLI::Option* o : a->get_options())
                    for (const auto& name : o->get_lnames())
                        if (a == &app || name != "help") kept.push_back("--" + name);
        valid.assign(kept.begin(), kept.end());
        const std::string option = word.substr(0, word.find('='));
        throw user_error("there is no option " + in_quotes(option) +
                         (chosen ? " of `ringsim " + chosen->get_name() + "`" : "") + "; " +
                         suggestion(option, valid));
    }
    if (chosen)
        throw user_error("`ringsim " + chosen->get_name() + "` does not take " + in_quotes(word) +
                         "; see `ringsim " + chosen->get_name() + " --help`");
    for (const CLI::App* sub : app.get_subcommands({})) kept.push_back(sub->get_name());
    valid.assign(kept.begin(), kept.end());
    throw user_error("there is no command " + in_quotes(word) + "; " + suggestion(word, valid));
}

// One line of a CLI11 message, whatever it holds.
std::string without_breaks(std::string text) {
    for (char& c : text)
        if (c == '\n' || c == '\r') c = ' ';
    return text;
}

// How many words come before the `--` of a command that takes what follows it.
int words_before_rest(int argc, const char* const* argv,
                      const std::vector<std::unique_ptr<command>>& commands) {
    bool takes_rest = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--" && takes_rest) return i;
        for (const auto& c : commands)
            if (c->name() == word) takes_rest = takes_rest || c->takes_rest();
    }
    return argc;
}

// `ringsim help` and `ringsim help COMMAND` are the same as --help there.
std::vector<const char*> without_help(int argc, const char* const* argv,
                                      const std::vector<std::unique_ptr<command>>& commands) {
    std::vector<const char*> words(argv, argv + argc);
    if (argc < 2 || std::string_view(argv[1]) != "help") return words;
    words.erase(words.begin() + 1);
    if (words.size() > 1 && words.back() != std::string_view("--help")) {
        std::vector<std::string_view> valid;
        for (const auto& c : commands) valid.push_back(c->name());
        for (std::size_t i = 1; i < words.size(); ++i)
            if (std::ranges::find(valid, words[i]) == valid.end())
                throw user_error("there is no command " + in_quotes(words[i]) + "; " +
                                 suggestion(words[i], valid));
    }
    words.push_back("--help");
    return words;
}

// How long a search stays in one process is a matter of the environment: it is for whoever tests
// that the results are the same, or has a machine where a fork costs more.
void set_alone_at_first() {
    const char* const name = "RINGSIM_ALONE";
    const char* const text = std::getenv(name);
    if (!text) return;
    const auto time =
        parse_duration(name, text, std::chrono::nanoseconds{0}, std::chrono::hours{1});
    sim::graph::set_alone_at_first(std::chrono::duration_cast<std::chrono::milliseconds>(time));
}

int parse_and_run(int argc, const char* const* argv) {
    CLI::App app(std::string(program_summary), "ringsim");
    settings global;
    global.width = terminal_width(STDOUT_FILENO, global.width);
    app.set_version_flag("-V,--version", version_text, "the version, and how it was built");
    app.set_help_flag("-h,--help", "this text");
    app.footer(std::string(program_examples) + "\n\n" + std::string(program_conventions));
    app.get_formatter()->column_width(34);
    app.allow_extras();
    std::string too_many;
    cli11_options global_options(app, true, too_many);
    declare_global(global_options, global);

    const std::vector<std::unique_ptr<command>> commands = make_all_commands();
    std::vector<CLI::App*> subcommands;
    app.require_subcommand(0, 1);  // a word behind one is an operand, whatever it is called
    for (const auto& c : commands) {
        CLI::App* sub = app.add_subcommand(std::string(c->name()), std::string(c->summary()));
        sub->footer(std::string(c->examples()));
        sub->allow_extras();
        sub->fallthrough();
        const bool named = argc > 1 && std::find(argv + 1, argv + argc, c->name()) != argv + argc;
        cli11_options options(*sub, named, too_many);
        c->declare(options);
        subcommands.push_back(sub);
    }
    const std::vector<const char*> words = without_help(argc, argv, commands);
    argc = static_cast<int>(words.size());
    argv = words.data();
    const int own = words_before_rest(argc, argv, commands);
    try {
        app.parse(own, argv);
    } catch (const CLI::Success& e) {
        // CLI11 flushes what it prints, and then nobody would know why that failed.
        std::ostringstream text;
        const int status = app.exit(e, text, std::cerr);
        std::cout << text.str();
        return status;
    } catch (const CLI::ArgumentMismatch& e) {
        const std::string text = e.what();
        throw user_error(text.substr(0, text.find(':')) + " needs a value");
    } catch (const CLI::ParseError& e) {
        throw user_error(without_breaks(e.what()) + "; see `ringsim --help`");
    }
    for (std::size_t i = 0; i < commands.size(); ++i)
        if (subcommands[i]->parsed()) {
            refuse_rest(app, subcommands[i]);
            if (!too_many.empty()) throw user_error(too_many);
            sim::graph::set_jobs(static_cast<unsigned>(global.jobs));
            set_alone_at_first();
            if (own < argc) commands[i]->take_rest({argv + own + 1, argv + argc});
            return commands[i]->run(global);
        }
    refuse_rest(app, nullptr);
    std::cout << app.help();
    return exit_usage;
}

// What is printed has arrived when this returns. A full disk or a closed pipe says so only now.
void finish_output() {
    errno = 0;
    const bool written = std::cout.flush().good() && std::fflush(stdout) == 0;
    if (written && std::ferror(stdout) == 0) return;
    throw output_error(std::string("cannot write the output") +
                       (errno != 0 ? std::string(": ") + std::strerror(errno) : ""));
}

}  // namespace
}  // namespace ringsim::scenarios::commands

namespace ringsim::scenarios {

int run_command_line(int argc, const char* const* argv) {
    // A pipe that nobody reads any more is an error of a write, and no sudden end. A handler that
    // does nothing, for programs that are run from here must not inherit it.
    std::signal(SIGPIPE, [](int) {});
    try {
        const int status = commands::parse_and_run(argc, argv);
        commands::finish_output();
        return status;
    } catch (const output_error& e) {
        std::cerr << "ringsim: " << e.what() << "\n";
        return exit_output;
    } catch (const std::system_error& e) {
        if (std::ferror(stdout) == 0) throw;
        std::cerr << "ringsim: cannot write the output: " << e.code().message() << "\n";
        return exit_output;
    } catch (const user_error& e) {
        std::cerr << "ringsim: " << e.what() << "\n";
        return exit_usage;
    } catch (const machine_error& e) {
        std::cerr << "ringsim: " << e.what() << "\n";
        return exit_impossible;
    } catch (const sim::no_directory& e) {
        std::cerr << "ringsim: " << e.what() << "\n";
        return exit_impossible;
    } catch (const sim::graph::model_absent&) {
        return exit_elsewhere;
    } catch (const std::exception& e) {
        std::cerr << "[ringsim bug] " << e.what() << "\n";
        return exit_bug;
    }
}

}  // namespace ringsim::scenarios
