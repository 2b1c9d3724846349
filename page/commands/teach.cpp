// ringsim teach: the course, on the terminal and as pages, and its exercises.
#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <optional>

#include "page/course.hpp"
#include "page/html.hpp"
#include "page/open.hpp"
#include "page/run_self.hpp"
#include "scenarios/commands/page_commands.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/markup.hpp"
#include "scenarios/render/text.hpp"
#include "sim/temporary_directory.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace fs = std::filesystem;

class teach_command final : public commands::command {
  public:
    std::string_view name() const override { return "teach"; }
    std::string_view summary() const override {
        return "a course in ten lessons, with exercises that the engine checks";
    }
    std::string_view examples() const override {
        return "Examples:\n"
               "  ringsim teach                       the lessons\n"
               "  ringsim teach 6                     the sixth\n"
               "  ringsim teach 6 --check answer      is this the answer to its exercise?\n"
               "  ringsim teach glossary              the words of the output\n"
               "  ringsim teach --html DIR            all of it, as pages";
    }
    void declare(commands::option_set& options) override {
        options.operands("LESSON", which_, 1, "1 to 10, or glossary");
        options.text("--check", check_, "FILE", "the answer to the lesson's exercise");
        options.text("--html", html_, "DIR", "write all lessons as pages that stand alone");
        options.flag("--force", force_, "overwrite files");
    }

    int run(const settings& global) override {
        if (global.json) throw user_error("teach: a course, of which there is no JSON");
        if (!html_.empty()) {
            if (!which_.empty() || !check_.empty())
                throw user_error("teach: --html goes alone: it writes all lessons");
            return write_pages(global);
        }
        if (which_.empty()) {
            if (!check_.empty()) throw user_error("--check: of which lesson? 1 to 10");
            return list(global);
        }
        const std::size_t n = number();
        if (check_.empty()) {
            fmt::print("{}", page::folded_markdown(page::lessons()[n - 1].text, global.width));
            return exit_expected;
        }
        if (n > page::exercises) throw user_error("--check: the glossary has no exercise");
        return n == 10 ? check_program(global) : check(n);
    }

  private:
    std::size_t number() const {
        const std::string& word = which_.front();
        if (word == "glossary") return page::lessons().size();
        std::size_t n = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), n);
        if (error != std::errc{} || end != word.data() + word.size() || n == 0 ||
            n > page::exercises)
            throw user_error("teach: " + in_quotes(word) + " is no lesson: 1 to 10, or glossary");
        return n;
    }

    static int list(const settings& global) {
        render::text_page out(global);
        for (const page::lesson& l : page::lessons()) out.add("  " + l.title());
        out.add("");
        out.add_command("ringsim teach 1");
        out.print();
        return exit_expected;
    }

    int check(std::size_t n) const {
        const page::checked c = page::check_answer(n, page::read_text(check_), check_);
        fmt::print("{}   {}\n", c.right ? "RIGHT" : "NOT YET", c.says);
        return c.right ? exit_expected : exit_unexpected;
    }

    // Lesson 10: `ringsim check` on the answer and the harness, which stays where findings are, so
    // that the command which shows an execution again can be run.
    int check_program(const settings& global) const {
        (void)page::read_text(check_);
        std::optional<sim::temporary_directory> passing;
        std::string where = global.findings_directory();
        std::error_code error;
        if (!where.empty()) fs::create_directories(where, error);
        if (where.empty() || error) where = passing.emplace().path_of("");
        const std::string harness = (fs::path(where) / "lesson-10-harness.c").string();
        page::write_file("teach", harness, std::string(page::consumer_harness()));
        std::vector<std::string> words{"check", check_, harness};
        if (global.quiet) words.emplace_back("--quiet");
        const int status = page::run_self(words, /*silent=*/false);
        if (status == exit_expected) fmt::print("RIGHT   every execution was visited\n");
        if (status == exit_unexpected) fmt::print("NOT YET\n");
        return status;
    }

    int write_pages(const settings& global) const {
        std::error_code error;
        fs::create_directories(html_, error);
        if (error) throw output_error("--html: cannot make " + html_ + ": " + error.message());
        std::string list = "<ul>";  // titles have their numbers
        const auto path_of = [&](std::string_view file) {
            return (fs::path(html_) / (std::string(file) + ".html")).string();
        };
        for (const page::lesson& l : page::lessons()) {
            page::refuse_existing("--html", path_of(l.file), force_);
            list += fmt::format("<li><a href=\"{}.html\">{}</a></li>", l.file,
                                scenarios::render::escaped_markup(l.title()));
        }
        page::refuse_existing("--html", path_of("index"), force_);
        list += "</ul>";
        page::write_file("--html", path_of("index"),
                         page::html_of_text("ringsim: the course", "<h1>The course</h1>" + list));
        for (std::size_t i = 0; i < page::lessons().size(); ++i) {
            const page::lesson& l = page::lessons()[i];
            page::write_file(
                "--html", path_of(l.file),
                page::html_of_text(l.title(), page::html_of_markdown(l.text) + ways_on(i)));
        }
        if (!global.quiet) fmt::print("{}\n", path_of("index"));
        return exit_expected;
    }

    // From a page to those beside it.
    static std::string ways_on(std::size_t i) {
        std::string ways = "<nav aria-label=\"Lessons\">";
        const auto add = [&](std::string_view file, std::string_view called) {
            ways += fmt::format("<a href=\"{}.html\">{}</a>", file,
                                scenarios::render::escaped_markup(called));
        };
        if (i > 0) add(page::lessons()[i - 1].file, "< " + page::lessons()[i - 1].title());
        add("index", "all lessons");
        if (i + 1 < page::lessons().size())
            add(page::lessons()[i + 1].file, page::lessons()[i + 1].title() + " >");
        return ways + "</nav>";
    }

    std::vector<std::string> which_;
    std::string check_;
    std::string html_;
    bool force_ = false;
};

}  // namespace

std::unique_ptr<command> make_teach() {
    return std::make_unique<teach_command>();
}

}  // namespace ringsim::scenarios::commands
