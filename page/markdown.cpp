// Markdown as the lessons use it: headings, paragraphs, lists, tables, fenced code; in a line code,
// bold, emphasis and links.
#include <fmt/format.h>

#include <vector>

#include "page/course.hpp"
#include "page/html.hpp"
#include "scenarios/render/markup.hpp"
#include "scenarios/render/text.hpp"

namespace ringsim::page {
namespace {

std::string link(std::string_view text, std::string_view to) {
    std::string target(to);
    if (target.ends_with(".md") && target.find(':') == std::string::npos) {
        // The other pages of the documentation are not beside the lessons.
        if (target.starts_with("../")) return std::string(text);
        target.replace(target.size() - 3, 3, ".html");
    }
    return fmt::format("<a href=\"{}\">{}</a>", target, text);
}

// What stands in a line. `text` is escaped already.
std::string inline_html(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto until = [&](std::string_view end, std::size_t from) {
            return text.find(end, from);
        };
        if (text[i] == '`') {
            if (const auto end = until("`", i + 1); end != std::string::npos) {
                out += "<code>" + text.substr(i + 1, end - i - 1) + "</code>";
                i = end + 1;
                continue;
            }
        } else if (text.compare(i, 2, "**") == 0) {
            if (const auto end = until("**", i + 2); end != std::string::npos) {
                out += "<strong>" + inline_html(text.substr(i + 2, end - i - 2)) + "</strong>";
                i = end + 2;
                continue;
            }
        } else if (text[i] == '*' && i + 1 < text.size() && text[i + 1] != ' ') {
            if (const auto end = until("*", i + 1); end != std::string::npos) {
                out += "<em>" + text.substr(i + 1, end - i - 1) + "</em>";
                i = end + 1;
                continue;
            }
        } else if (text[i] == '[') {
            const auto middle = until("](", i);
            const auto end = middle == std::string::npos ? middle : until(")", middle);
            if (end != std::string::npos) {
                out += link(text.substr(i + 1, middle - i - 1),
                            text.substr(middle + 2, end - middle - 2));
                i = end + 1;
                continue;
            }
        }
        out += text[i++];
    }
    return out;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

// "1. an item"
bool is_numbered_item(std::string_view line) {
    const auto digits = line.find_first_not_of("0123456789");
    return digits != 0 && digits != std::string_view::npos && line.substr(digits, 2) == ". ";
}

class converter {
  public:
    explicit converter(std::string_view text) : lines_(lines_of(text)) {}

    std::string convert() {
        while (at_ < lines_.size()) block();
        return std::move(out_);
    }

  private:
    const std::string& line() const { return lines_[at_]; }
    bool begins(std::string_view with) const {
        return at_ < lines_.size() && lines_[at_].starts_with(with);
    }
    bool is_numbered() const { return is_numbered_item(line()); }

    void block() {
        if (line().empty()) {
            ++at_;
        } else if (begins("```")) {
            code();
        } else if (begins("#")) {
            const auto level = line().find_first_not_of('#');
            out_ += fmt::format(
                "<h{0}>{1}</h{0}>\n", level,
                inline_html(scenarios::render::escaped_markup(line().substr(level + 1))));
            ++at_;
        } else if (begins("|")) {
            table();
        } else if (begins("- ") || is_numbered()) {
            list();
        } else {
            std::string text = line();
            for (++at_; at_ < lines_.size() && !line().empty() && !begins("```"); ++at_)
                text += "\n" + line();
            out_ += "<p>" + inline_html(scenarios::render::escaped_markup(text)) + "</p>\n";
        }
    }

    void code() {
        std::string text;
        for (++at_; at_ < lines_.size() && !begins("```"); ++at_) text += line() + "\n";
        ++at_;
        out_ += "<pre tabindex=\"0\"><code>" + scenarios::render::escaped_markup(text) +
                "</code></pre>\n";
    }

    void list() {
        const std::string_view tag = begins("- ") ? "ul" : "ol";
        out_ += fmt::format("<{}>\n", tag);
        while (at_ < lines_.size() && (begins("- ") || is_numbered())) {
            std::string text = line().substr(line().find(' ') + 1);
            for (++at_; begins("  "); ++at_) text += " " + line().substr(2);
            out_ += "<li>" + inline_html(scenarios::render::escaped_markup(text)) + "</li>\n";
        }
        out_ += fmt::format("</{}>\n", tag);
    }

    void table() {
        // What is too wide for a screen is moved by the keyboard too.
        out_ += "<div class=\"wide\" tabindex=\"0\"><table>\n";
        for (bool head = true; begins("|"); ++at_) {
            if (begins("|---")) continue;
            out_ += "<tr>";
            for (const std::string& cell : cells(line()))
                out_ += fmt::format("<{0}>{1}</{0}>", is_head(head, cell) ? "th" : "td",
                                    inline_html(scenarios::render::escaped_markup(cell)));
            out_ += "</tr>\n";
            head = false;
        }
        out_ += "</table></div>\n";
    }

    static bool is_head(bool head, const std::string& cell) {
        return head && cell.find_first_not_of(' ') != std::string::npos;
    }

    // A bar within code is no border.
    static std::vector<std::string> cells(const std::string& row) {
        std::vector<std::string> all(1);
        bool in_code = false;
        for (const char c : row.substr(1, row.rfind('|') - 1)) {
            if (c == '`') in_code = !in_code;
            if (c == '|' && !in_code)
                all.emplace_back();
            else
                all.back() += c;
        }
        return all;
    }

    std::vector<std::string> lines_;
    std::size_t at_ = 0;
    std::string out_;
};

// Paragraphs, items and rows, one at a time: those that are too wide are broken anew.
class folder {
  public:
    explicit folder(std::size_t width) : width_(width) {}

    std::string fold(const std::vector<std::string>& lines) {
        bool in_code = false;
        for (const std::string& l : lines) {
            const bool fence = l.starts_with("```");
            const bool item = l.starts_with("- ") || is_numbered_item(l);
            if (in_code || fence || item || l.empty() || l.starts_with("|") || l.starts_with("#"))
                end_part();
            if (fence) in_code = !in_code;
            if (in_code || fence)
                out_ += l + "\n";
            else
                part_.push_back(l);
            if (item) indent_ = l.find(' ') + 1;
            if (l.starts_with("|")) indent_ = 4;
            if (l.empty()) end_part();
        }
        end_part();
        return std::move(out_);
    }

  private:
    void end_part() {
        std::string joined;
        bool fits = true;
        for (const std::string& l : part_) {
            fits = fits && scenarios::render::columns(l) <= width_;
            joined += (joined.empty() ? "" : " ") + l.substr(joined.empty() ? 0 : indent_);
        }
        if (!fits) part_ = scenarios::render::wrapped(joined, width_, indent_);
        for (const std::string& l : part_) out_ += l + "\n";
        part_.clear();
        indent_ = 0;
    }

    std::size_t width_;
    std::vector<std::string> part_;
    std::size_t indent_ = 0;  // of the part's lines behind its first
    std::string out_;
};

}  // namespace

std::string folded_markdown(std::string_view text, std::size_t width) {
    return folder(width).fold(lines_of(text));
}

std::string html_of_markdown(std::string_view text) {
    return converter(text).convert();
}

}  // namespace ringsim::page
