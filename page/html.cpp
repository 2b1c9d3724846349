#include "page/html.hpp"

#include <array>
#include <utility>

#include "page/page_web.generated.hpp"
#include "scenarios/render/markup.hpp"

namespace ringsim::page {

std::string page_of(std::string_view title, std::string_view style, std::string_view program,
                    std::string_view data, std::string_view connect) {
    const std::string name = scenarios::render::escaped_markup(title);
    // Nothing in the data may end the element that it stands in.
    std::string safe;
    for (const char c : data) {
        if (c == '<')
            safe += "\\u003c";
        else
            safe += c;
    }
    const std::array<std::pair<std::string_view, std::string_view>, 5> parts{
        {{"@TITLE@", name},
         {"@CSS@", style},
         {"@JS@", program},
         {"@DATA@", safe},
         {"@CONNECT@", connect}}};
    std::string out;
    std::string_view rest = web::page_html;
    while (!rest.empty()) {
        std::size_t at = std::string_view::npos;
        const std::pair<std::string_view, std::string_view>* next = nullptr;
        for (const auto& part : parts)
            if (const std::size_t found = rest.find(part.first); found < at) {
                at = found;
                next = &part;
            }
        out += rest.substr(0, at);
        if (!next) break;
        out += next->second;
        rest.remove_prefix(at + next->first.size());
    }
    return out;
}

std::string html_of(const std::vector<execution>& executions) {
    std::string data = "[";
    std::string title = "ringsim";
    for (const execution& e : executions) {
        data += (data.size() > 1 ? ",\n" : "") + to_json(e);
        title += (&e == &executions.front() ? ": " : " and ") + e.title;
    }
    data += "]";
    std::string program(web::model_js);
    for (const std::string_view file : {web::drawing_js, web::view_js, web::alone_js})
        program += file;
    return page_of(title, web::page_css, program, data, "'none'");
}

std::string html_of_text(std::string_view title, const std::string& body) {
    return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
           scenarios::render::escaped_markup(title) + "</title>\n<style>\n" +
           std::string(web::page_css) + "</style>\n</head>\n<body class=\"lesson\">\n<main>\n" +
           body + "</main>\n</body>\n</html>\n";
}

std::string html_of_server() {
    std::string program(web::model_js);
    for (const std::string_view file : {web::drawing_js, web::view_js, web::app_js})
        program += file;
    return page_of("ringsim", web::page_css, program, "[]", "'self'");
}

}  // namespace ringsim::page
