// ringsim manual: the manual page, in the language of man(7).
#include <fmt/format.h>

#include "scenarios/commands/all_commands.hpp"
#include "scenarios/commands/descriptions.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/program/version.hpp"
#include "scenarios/render/text.hpp"

namespace ringsim::scenarios::commands {
namespace {

// Text as it is: no character of it is one of the language, and no line of it a request.
std::string plain(std::string_view text) {
    std::string out;
    bool line_begins = true;
    for (const char c : text) {
        if (line_begins && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '\'')
            out += "\\(aq";
        else if (c == '`')
            out += "\\(ga";
        else if (c == '^')
            out += "\\(ha";
        else if (c == '~')
            out += "\\(ti";
        else
            out += c;
        line_begins = c == '\n';
    }
    return out;
}

// Lines that stay as they are, a paragraph's end included.
std::string preformatted(std::string_view text) {
    return ".nf\n" + plain(text) + "\n.fi\n";
}

std::string option_text(const described_option& o) {
    std::string head;
    if (!o.name.empty()) head = "\\fB" + plain(o.name) + "\\fR";
    if (!o.placeholder.empty())
        head += (head.empty() ? "" : " ") + ("\\fI" + plain(o.placeholder) + "\\fR");
    return ".TP\n" + head + "\n" + plain(o.help) + "\n";
}

std::string command_text(const described_command& c) {
    std::string text = ".SS \"ringsim " + plain(c.name);
    for (const described_option& o : c.operands) text += " " + plain(o.placeholder);
    text += "\"\n" + plain(c.summary) + "\n";
    for (const described_option& o : c.operands) text += option_text(o);
    for (const described_option& o : c.options) text += option_text(o);
    if (!c.examples.empty()) text += ".PP\n" + preformatted(c.examples);
    return text;
}

std::string page_text() {
    std::string page = fmt::format(
        ".TH RINGSIM 1 \"\" \"ringsim {}\" \"User Commands\"\n"
        ".SH NAME\nringsim \\- {}\n"
        ".SH SYNOPSIS\n.B ringsim\n.RI [ option ...]\n.I command\n.RI [ argument ...]\n"
        ".SH DESCRIPTION\n",
        program_version, "explore and verify the BPF ring buffer protocol under weak memory");
    page += plain(program_summary) +
            "\nThe kernel\\(aqs producer path and libbpf\\(aqs consumer are explored by a model "
            "checker under weak memory models, and run against the ring of the running kernel.\n"
            "Each command has\n.B \\-\\-help\nof its own.\n";
    page +=
        ".SH OPTIONS\n.TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nshow what there is\n"
        ".TP\n\\fB\\-V\\fR, \\fB\\-\\-version\\fR\nshow the version, and how it was built\n";
    for (const described_option& o : describe_global()) page += option_text(o);
    page += ".SH COMMANDS\n";
    for (const described_command& c : describe_commands()) page += command_text(c);
    page += ".SH ENVIRONMENT AND EXIT STATUS\n" + plain(program_conventions) + "\n";
    page += ".SH EXAMPLES\n" + preformatted(program_examples);
    page +=
        ".SH FILES\n.TP\n.I \\(ti/.local/state/ringsim\nfindings, unless XDG_STATE_HOME or "
        "\\fB\\-\\-out\\fR says otherwise\n";
    return page;
}

class manual_command final : public command {
  public:
    std::string_view name() const override { return "manual"; }
    std::string_view summary() const override { return "print the manual page"; }
    std::string_view examples() const override {
        return "Examples:\n"
               "  ringsim manual | man -l -            read it\n"
               "  ringsim manual > ringsim.1           keep it";
    }
    void declare(option_set&) override {}
    int run(const settings& global) override {
        if (global.json) throw user_error("manual: a page, of which there is no JSON");
        fmt::print("{}", page_text());
        return exit_expected;
    }
};

}  // namespace

std::unique_ptr<command> make_manual() {
    return std::make_unique<manual_command>();
}

}  // namespace ringsim::scenarios::commands
