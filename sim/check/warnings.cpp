// Takes a compiler's warnings of variables that may be unwritten out of what it has printed, and
// leaves all else for the user to see. The compiler is asked for these warnings whatever the user's
// flags are, and what it says is told with the result of the check, not as a message of the build.
// The format is that of GCC and clang: a place, a kind, a text; lines of source and notes behind
// it; headings in front of it, which say in which function it is.
#include "sim/check/warnings.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace ringsim::sim::check {
namespace {

using std::string_view;

// "file.c:12:3: warning: text", or "note: text"; a place without a line is none. The parts are
// views of the printed text.
struct message {
    string_view file;
    unsigned line = 0;
    string_view kind;
    string_view text;
};

// The kind is looked for and not the place, because a name of a file may have colons. Text without
// a kind belongs to the message in front of it.
message message_in(string_view line) {
    for (const string_view kind : {"warning", "error", "note"}) {
        const auto at = line.find(": " + std::string(kind) + ": ");
        if (at == line.npos) continue;
        message found{{}, 0, kind, line.substr(at + kind.size() + 4)};
        string_view place = line.substr(0, at);
        const auto column = place.rfind(':');
        const auto row = column == place.npos ? column : place.rfind(':', column - 1);
        if (row == place.npos || row == 0) return found;
        found.file = place.substr(0, row);
        std::from_chars(place.data() + row + 1, place.data() + column, found.line);
        return found;
    }
    return {};
}

// Between quotation marks of either kind: GCC has the typographical ones where the locale is of
// UTF-8. The first name in such a warning is the variable's.
string_view first_name(string_view text) {
    constexpr string_view open[] = {"\u2018", "'"};
    constexpr string_view close[] = {"\u2019", "'"};
    for (std::size_t i = 0; i < std::size(open); ++i) {
        const auto begin = text.find(open[i]);
        if (begin == text.npos) continue;
        text.remove_prefix(begin + open[i].size());
        return text.substr(0, text.find(close[i]));
    }
    return text;
}

// By the flag that a compiler puts behind its text. GCC has the first two, clang the last two.
bool is_of_unwritten(const message& m) {
    constexpr string_view names[] = {"[-Wmaybe-uninitialized]", "[-Wuninitialized]",
                                     "[-Wsometimes-uninitialized]"};
    return m.kind == "warning" && m.line != 0 &&
           std::ranges::any_of(names, [&](string_view n) { return m.text.ends_with(n); });
}

// "In file included from", "file.c: In function", "inlined from", and the lines below such a one.
bool is_heading(string_view line) {
    return line.starts_with("In ") || line.find(": In ") != line.npos ||
           line.starts_with("    inlined from ") || line.starts_with("                 from ");
}

}  // namespace

// A message goes on up to the next one that is no note to it: its lines of source and its carets go
// with it. A heading in front of one that is taken goes with it; one in front of another message is
// put back in front of that. clang's last line, which counts the warnings, is dropped: the number
// would be wrong.
std::vector<unseen_place> take_unwritten_variables(std::string& printed) {
    // `taken`: the lines at hand belong to a warning that is taken out.
    std::vector<unseen_place> found;
    std::string left;
    std::string heading;
    bool taken = false;
    for (std::size_t at = 0; at < printed.size();) {
        const auto end = std::min(printed.find('\n', at), printed.size());
        const string_view line = string_view(printed).substr(at, end - at);
        at = end + 1;
        const message m = message_in(line);
        if (is_of_unwritten(m)) {
            taken = true;
            heading.clear();
            const unseen_place place{std::string(m.file), m.line, std::string(first_name(m.text)),
                                     "it may have no value here, says the compiler"};
            const auto same = [&](const unseen_place& p) {
                return p.file == place.file && p.line == place.line && p.text == place.text;
            };
            // A library's objects are in memory, whatever is said of its code.
            if (!m.file.starts_with("/usr/") && std::ranges::none_of(found, same))
                found.push_back(place);
            continue;
        }
        if (is_heading(line)) {
            heading.append(line).push_back('\n');
            continue;
        }
        if (!m.kind.empty() && m.kind != "note") taken = false;
        if (taken) heading.clear();
        if (taken || line.ends_with("warning generated.") || line.ends_with("warnings generated."))
            continue;
        left += heading;
        heading.clear();
        left.append(line).push_back('\n');
    }
    printed = left;
    return found;
}

}  // namespace ringsim::sim::check
