// ringsim completion: what bash, zsh and fish propose when somebody presses TAB. The names are
// those of the program that prints them.

// gcc 12 at -O3 sees an overflow within fmt, of the fill character that no format here has.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wstringop-overflow"
#endif

#include <fmt/format.h>

#include "scenarios/commands/all_commands.hpp"
#include "scenarios/commands/descriptions.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

std::string words(const std::vector<std::string>& list) {
    return fmt::format("{}", fmt::join(list, " "));
}

std::string in_single_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

std::vector<std::string> names_of(const std::vector<described_option>& options) {
    std::vector<std::string> names;
    for (const described_option& o : options)
        if (!o.name.empty()) names.push_back(o.name);
    return names;
}

std::vector<std::string> names_of(const std::vector<described_command>& commands) {
    std::vector<std::string> names;
    for (const described_command& c : commands) names.push_back(c.name);
    return names;
}

// --- bash ----------------------------------------------------------------------------------------

// A line of the table that says what may follow: by the command and the word before.
std::string bash_case(std::string_view pattern, const described_option& o) {
    if (o.placeholder.empty() || (o.values.empty() && !o.is_path))
        return o.placeholder.empty() ? "" : fmt::format("        {}) return ;;\n", pattern);
    return fmt::format("        {}) values={}{} ;;\n", pattern, in_single_quotes(words(o.values)),
                       o.is_path ? " files=yes" : "");
}

std::string bash_text() {
    const auto commands = describe_commands();
    const auto global = describe_global();
    std::string options, by_option, by_operand;
    for (const described_command& c : commands) {
        options += fmt::format("        {}) values={} ;;\n", c.name,
                               in_single_quotes(words(names_of(c.options))));
        for (const described_option& o : c.options)
            by_option += bash_case(c.name + ":" + o.name, o);
        for (const described_option& o : c.operands) by_operand += bash_case(c.name, o);
    }
    for (const described_option& o : global) by_option += bash_case("*:" + o.name, o);
    std::string by_site;
    for (const std::string& s : site_names()) by_site += (by_site.empty() ? "" : "|") + ("*:" + s);
    return fmt::format(R"(# Completion of ringsim for bash, as `ringsim completion bash` prints it.
_ringsim() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}}
    local command= values= files= i
    COMPREPLY=()
    # In --option=value the sign is a word of its own.
    [[ $prev == = ]] && prev=${{COMP_WORDS[COMP_CWORD - 2]}}
    [[ $cur == = ]] && cur=
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${{COMP_WORDS[i]}} in {}) command=${{COMP_WORDS[i]}} && break ;; esac
    done
    case $command:$prev in
{}        {}) values={} ;;
        *) case $cur in
        -*) case $command in
{}        esac
            values+=' {} --help --version' ;;
        *) case $command in
        '') values={} ;;
{}        esac ;;
        esac ;;
    esac
    COMPREPLY=($(compgen -W "$values" -- "$cur"))
    # Behind SITE= comes an order.
    [[ ${{#COMPREPLY[@]}} == 1 && $COMPREPLY == *= ]] && compopt -o nospace 2>/dev/null
    [[ $files ]] || return 0
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -f -- "$cur"))
}}
complete -F _ringsim ringsim
)",
                       fmt::join(names_of(commands), "|"), by_option, by_site,
                       in_single_quotes(words(names_of_orders())), options, words(names_of(global)),
                       in_single_quotes(words(names_of(commands)) + " help"), by_operand);
}

// --- zsh -----------------------------------------------------------------------------------------

// Text inside a specification of _arguments.
std::string zsh_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string zsh_action(const described_option& o) {
    const std::string name = zsh_escaped(o.placeholder);
    if (o.values.empty()) return ":" + name + ":" + (o.is_path ? "_files" : " ");
    std::string values;
    for (const std::string& v : o.values) values += (values.empty() ? "" : " ") + zsh_escaped(v);
    return ":" + name + ":(" + values + ")";
}

std::string zsh_spec(const described_option& o) {
    if (o.name.empty()) return "'*" + zsh_action(o) + "'";
    std::string help;
    for (const char c : zsh_escaped(o.help)) help += c == '\'' ? "'\\''" : std::string(1, c);
    return "'" + o.name + (o.placeholder.empty() ? "" : "=") + "[" + help + "]" +
           (o.placeholder.empty() ? "" : zsh_action(o)) + "'";
}

std::string zsh_text() {
    const auto commands = describe_commands();
    std::string global, list, cases;
    for (const described_option& o : describe_global()) global += " \\\n        " + zsh_spec(o);
    for (const described_command& c : commands) {
        list += "        " + in_single_quotes(zsh_escaped(c.name) + ":" + c.summary) + "\n";
        cases += "        " + c.name + ") _arguments $global";
        for (const described_option& o : c.options) cases += " \\\n            " + zsh_spec(o);
        for (const described_option& o : c.operands) cases += " \\\n            " + zsh_spec(o);
        cases += " ;;\n";
    }
    return fmt::format(R"(#compdef ringsim
# Completion of ringsim for zsh, as `ringsim completion zsh` prints it.
_ringsim() {{
    local curcontext=$curcontext state line
    local -a commands global
    commands=(
{}    )
    global=({}
    )
    _arguments -C $global '(-h --help)'{{-h,--help}}'[show what there is]' \
        '(-V --version)'{{-V,--version}}'[show the version]' \
        '1:command:->command' '*::argument:->argument'
    case $state in
        command) _describe command commands ;;
        argument) case $words[1] in
{}        esac ;;
    esac
}}
_ringsim "$@"
)",
                       list, global, cases);
}

// --- fish ----------------------------------------------------------------------------------------

std::string fish_option(const described_option& o, std::string_view condition) {
    std::string line = "complete -c ringsim";
    if (!condition.empty()) line += " -n " + in_single_quotes(condition);
    if (o.name.starts_with("--"))
        line += " -l " + o.name.substr(2);
    else if (o.name.starts_with("-"))
        line += " -s " + o.name.substr(1);
    if (!o.values.empty()) line += " -a " + in_single_quotes(words(o.values));
    if (!o.name.empty() && !o.placeholder.empty()) line += " -r";
    line += o.is_path ? " -F" : " -f";
    return line + " -d " + in_single_quotes(o.name.empty() ? o.placeholder : o.help) + "\n";
}

std::string fish_text() {
    const auto commands = describe_commands();
    std::string text =
        "# Completion of ringsim for fish, as `ringsim completion fish` prints it.\n";
    for (const described_option& o : describe_global()) text += fish_option(o, "");
    const std::string none = "not __fish_seen_subcommand_from " + words(names_of(commands));
    for (const described_command& c : commands)
        text += fmt::format("complete -c ringsim -n {} -f -a {} -d {}\n", in_single_quotes(none),
                            c.name, in_single_quotes(c.summary));
    for (const described_command& c : commands) {
        const std::string seen = "__fish_seen_subcommand_from " + c.name;
        for (const described_option& o : c.options) text += fish_option(o, seen);
        for (const described_option& o : c.operands) text += fish_option(o, seen);
    }
    return text;
}

class completion_command final : public command {
  public:
    std::string_view name() const override { return "completion"; }
    std::string_view summary() const override { return "print the completion for a shell"; }
    std::string_view examples() const override {
        return "Examples:\n"
               "  source <(ringsim completion bash)                      in this shell\n"
               "  ringsim completion fish > ~/.config/fish/completions/ringsim.fish";
    }
    void declare(option_set& options) override {
        options.operands("bash|zsh|fish", shell_, 1, "the shell");
    }
    int run(const settings& global) override {
        if (global.json) throw user_error("completion: a script, of which there is no JSON");
        if (shell_.empty()) throw user_error("completion: needs a shell: bash, zsh or fish");
        if (shell_[0] == "bash")
            fmt::print("{}", bash_text());
        else if (shell_[0] == "zsh")
            fmt::print("{}", zsh_text());
        else if (shell_[0] == "fish")
            fmt::print("{}", fish_text());
        else
            throw user_error("completion: " + in_quotes(shell_[0]) +
                             " is not one of: bash, zsh, fish");
        return exit_expected;
    }

  private:
    std::vector<std::string> shell_;
};

}  // namespace

std::unique_ptr<command> make_completion() {
    return std::make_unique<completion_command>();
}

}  // namespace ringsim::scenarios::commands
