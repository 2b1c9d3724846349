// ringsim export: the core of a scenario as litmus tests and as a program, for other tools.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "scenarios/commands/command.hpp"
#include "scenarios/commands/search_options.hpp"
#include "scenarios/export/c_text.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::commands {
namespace {

class export_command final : public command {
  public:
    std::string_view name() const override { return "export"; }
    std::string_view summary() const override {
        return "a scenario's core for herd7 and GenMC, to check us";
    }
    std::string_view examples() const override {
        return "One execution in straight lines, and whether it is possible (docs/export.md).\n\n"
               "Examples:\n"
               "  ringsim export lost-wakeup --litmus                       C11, on stdout\n"
               "  ringsim export lost-wakeup/fenced --litmus --as lkmm        the kernel's C\n"
               "  ringsim export lost-wakeup --orders fenced --litmus -o out  all three, in files\n"
               "  ringsim export all --litmus -o out                        every scenario";
    }
    void declare(option_set& options) override {
        options.operands("SCENARIO[/TABLE]", names_, 64, "which scenarios; see `ringsim list`");
        options.flag("--litmus", litmus_, "as litmus tests and a program: there is nothing else");
        options.choice(
            "--as", form_,
            {std::begin(exporting::export_form_names), std::end(exporting::export_form_names)},
            "the form (c11; with -o all three)");
        options.text("-o", directory_, "DIR", "write files into this directory");
        options.text("--orders", orders_, "TABLE", "table, or SITE=ORDER changes to one (libbpf)");
        options.choice("--trigger", trigger_, {"edge", "level"}, "how epoll reports (edge)");
    }

    int run(const settings& global) override {
        if (global.json) throw user_error("export has no JSON: it writes litmus tests and C");
        if (names_.empty()) throw user_error("export: name a scenario; see `ringsim list`");
        for (const std::string& text : names_) {
            const auto slash = text.find('/');
            std::string orders = slash == std::string::npos ? orders_ : text.substr(slash + 1);
            std::ranges::replace(orders, '/', ' ');
            const worlds::variant v =
                study::parse_variant(orders, trigger_ == "level" ? trigger::level : trigger::edge);
            const std::string name = text.substr(0, slash);
            for (const scenario* s : study::scenarios_named({name}))
                export_one(*s, v, name == "all");
        }
        for (const std::string& why : skipped_) fmt::print(stderr, "ringsim: {}\n", why);
        return exit_expected;
    }

  private:
    void export_one(const scenario& s, const worlds::variant& v, bool one_of_all) {
        try {
            const exporting::core c = exporting::core_of(s, v);
            for (std::size_t i = 0; i < std::size(exporting::export_form_names); ++i) {
                const bool wanted =
                    form_.empty() ? !directory_.empty() || static_cast<exporting::export_form>(i) ==
                                                               exporting::export_form::c11
                                  : form_ == exporting::export_form_names[i];
                if (wanted) write(c, static_cast<exporting::export_form>(i));
            }
        } catch (const user_error& e) {
            if (!one_of_all) throw;
            skipped_.emplace_back(e.what());
        }
    }

    void write(const exporting::core& c, exporting::export_form form) {
        std::string text;
        try {
            text = export_text(c, form);
        } catch (const user_error& e) {
            if (!form_.empty()) throw;
            skipped_.emplace_back(e.what());
            return;
        }
        if (directory_.empty()) {
            fmt::print("{}", text);
            return;
        }
        namespace fs = std::filesystem;
        std::error_code error;
        fs::create_directories(directory_, error);
        if (error) throw output_error("cannot make " + directory_ + ": " + error.message());
        const fs::path file = fs::path(directory_) / export_file_name(c, form);
        std::ofstream out(file, std::ios::binary);
        if (!(out << text << std::flush))
            throw output_error("cannot write " + file.string() + ": " + std::strerror(errno));
        fmt::print("{}\n", file.string());
    }

    std::vector<std::string> names_;
    bool litmus_ = false;
    std::string form_;
    std::string directory_;
    std::string orders_ = "libbpf";
    std::string trigger_ = "edge";
    std::vector<std::string> skipped_;
};

}  // namespace

std::unique_ptr<command> make_export() {
    return std::make_unique<export_command>();
}

}  // namespace ringsim::scenarios::commands
