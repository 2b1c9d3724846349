#include "page/own_code.hpp"

#include <algorithm>
#include <string>

#include "kernel_model/site_table.hpp"
#include "page/own_code.generated.hpp"

namespace ringsim::page {
namespace {

// As the code writes it: consumer.load_header is site::consumer_load_header, and of the kernel's
// sites the code leaves out that they are.
std::string as_written(site where) {
    std::string_view word = name(where);
    if (constexpr std::string_view kernels = "kernel."; word.starts_with(kernels))
        word.remove_prefix(kernels.size());
    std::string text = "site::" + std::string(word);
    std::ranges::replace(text, '.', '_');
    return text;
}

bool goes_on(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool has_word(std::string_view line, std::string_view word) {
    for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1))
        if (at + word.size() == line.size() || !goes_on(line[at + word.size()])) return true;
    return false;
}

}  // namespace

std::vector<code_line> code_lines_of(site where, std::string_view file) {
    std::vector<code_line> found;
    const auto* const of = std::ranges::find(own_code::files, file, &own_code::file::name);
    if (of == std::end(own_code::files)) return found;
    const std::string word = as_written(where);
    std::string_view rest = of->text;
    for (unsigned number = 1; !rest.empty(); ++number) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const auto begin = line.find_first_not_of(' ');
        if (begin != std::string_view::npos && !line.substr(begin).starts_with("//") &&
            has_word(line, word))
            found.push_back({number, line.substr(begin)});
    }
    return found;
}

}  // namespace ringsim::page
