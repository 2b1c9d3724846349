// main() of every doctest program, and a reporter in the Test Anything Protocol, one line for each
// test case: `--reporters=tap`. Meson reads it, so that a run counts cases and not programs. What
// went wrong goes to standard error, which meson shows for a program that failed.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

constexpr std::string_view skip_prefix = "skipped: ";  // written by SKIP()

struct tap_reporter final : doctest::IReporter {
    std::ostream& out;
    const doctest::TestCaseData* test = nullptr;
    const doctest::TestCaseData* noted = nullptr;  // whose name stands above the last note
    std::string skip_reason;
    unsigned number = 0;

    explicit tap_reporter(const doctest::ContextOptions& options) : out(*options.cout) {}

    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override { out << "TAP version 13\n" << std::flush; }
    void test_run_end(const doctest::TestRunStats&) override { out << "1.." << number << '\n'; }

    void test_case_start(const doctest::TestCaseData& started) override {
        test = &started;
        skip_reason.clear();
    }
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
        out << (stats.testCaseSuccess ? "ok " : "not ok ") << ++number << ' '
            << plain(test->m_name);
        if (stats.testCaseSuccess && !skip_reason.empty()) out << " # SKIP " << skip_reason;
        out << '\n' << std::flush;
    }
    void test_case_exception(const doctest::TestCaseException& e) override {
        note(test->m_file.c_str(), test->m_line, e.error_string.c_str());
    }

    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}

    void log_assert(const doctest::AssertData& a) override {
        if (!a.m_failed) return;
        std::string text = std::string(doctest::assertString(a.m_at)) + "( " + a.m_expr + " )";
        if (a.m_threw)
            text += std::string(" threw ") + a.m_exception.c_str();
        else
            text += std::string(" is ") + a.m_decomp.c_str();
        note(a.m_file, static_cast<unsigned>(a.m_line), text);
        for (int i = 0; i < get_num_active_contexts(); ++i) {
            std::ostringstream context;
            get_active_contexts()[i]->stringify(&context);
            note(a.m_file, static_cast<unsigned>(a.m_line), context.str());
        }
    }
    void log_message(const doctest::MessageData& m) override {
        const std::string text = m.m_string.c_str();
        if (text.starts_with(skip_prefix))
            skip_reason = plain(text.substr(skip_prefix.size()));
        else
            note(m.m_file, static_cast<unsigned>(m.m_line), text);
    }
    void test_case_skipped(const doctest::TestCaseData&) override {}

  private:
    // One line, without the characters that mean something in TAP.
    static std::string plain(std::string text) {
        for (char& c : text)
            if (c == '\n' || c == '#') c = ' ';
        return text;
    }

    void note(const char* file, unsigned line, const std::string& text) {
        if (noted != test) std::cerr << test->m_name << '\n';
        noted = test;
        std::cerr << "  " << file << ':' << line << ": ";
        for (const char c : text) std::cerr << (c == '\n' ? "\n    " : std::string{c});
        std::cerr << '\n';
    }
};

REGISTER_REPORTER("tap", 1, tap_reporter);

}  // namespace
}  // namespace ringsim::tests
