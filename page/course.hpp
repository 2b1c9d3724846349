// The course: its lessons, which are the pages of docs/course/, and what their exercises ask.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ringsim::page {

struct lesson {
    std::string_view file;  // of docs/course/, without .md
    std::string_view text;  // Markdown
    std::string title() const;
};

// Ten lessons, then the glossary.
const std::vector<lesson>& lessons();
inline constexpr std::size_t exercises = 10;

// What came of an answer.
struct checked {
    bool right = false;
    std::string says;  // why, as one sentence
};

// An answer as its file has it, KEY = VALUE a line.
using answer_fields = std::map<std::string, std::string>;

// Throws user_error that names `where` and the line.
answer_fields read_answer(const std::string& text, const std::string& where);

// Checks the answer to the exercise of lesson `n`, from 1; not of lesson 10, whose answer is a
// program. `text` is the file, `where` its name. Throws user_error if it is no answer.
checked check_answer(std::size_t n, const std::string& text, const std::string& where);

// The producer that lesson 10 puts beside the answer.
std::string_view consumer_harness();

// Markdown, as far as the lessons use it, as HTML; a link to NAME.md becomes one to NAME.html.
std::string html_of_markdown(std::string_view text);

// The same Markdown with its prose in lines of at most `width` columns. What is shown as code stays
// as it is.
std::string folded_markdown(std::string_view text, std::size_t width);

}  // namespace ringsim::page
