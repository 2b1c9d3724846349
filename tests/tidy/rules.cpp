#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <set>
#include <span>

namespace ringsim::tests {
namespace {

using std::string_view_literals::operator""sv;

// --- The rooms -----------------------------------------------------------------------------------

// An include that is allowed if it is one of these: a directory with all below it ("sim/"), what
// stands in a directory itself ("scenarios/*"), or one header.
using prefixes = std::span<const std::string_view>;

struct room {
    std::string_view path;
    prefixes own;        // quoted includes: headers of the project
    prefixes libraries;  // angle brackets, beside the C++ standard library
    bool system;         // headers of the C library and the kernel, <unistd.h> and the like
};

constexpr std::array kernel_model_own{"kernel_model/"sv};
constexpr std::array consumer_own{"consumer/"sv,
                                  "kernel_model/dependency.hpp"sv,
                                  "kernel_model/order.hpp"sv,
                                  "kernel_model/order_table.hpp"sv,
                                  "kernel_model/site.hpp"sv,
                                  "kernel_model/site_table.hpp"sv,
                                  "kernel_model/uapi.hpp"sv};
constexpr std::array live_libraries{"bpf/"sv};
constexpr std::array sim_own{"sim/"sv, "kernel_model/order.hpp"sv, "kernel_model/order_table.hpp"sv,
                             "kernel_model/site.hpp"sv, "kernel_model/site_table.hpp"sv};
constexpr std::array sim_libraries{"boost/context/"sv, "relacy/"sv,    "fmt/"sv,
                                   "nlohmann/"sv,      "sanitizer/"sv, "tsl/"sv};
// Below scenarios/ each room sees those before it in this list. What stands in scenarios/ itself
// says what is to be explored, and knows nobody who does it.
constexpr std::array program_own{"scenarios/program/"sv};
constexpr std::array catalogue_own{"scenarios/*"sv, "sim/"sv, "kernel_model/"sv};
constexpr std::array worlds_own{"scenarios/worlds/"sv,  "scenarios/*"sv,
                                "scenarios/program/"sv, "sim/"sv,
                                "consumer/*"sv,         "kernel_model/"sv};
constexpr std::array study_own{
    "scenarios/study/"sv, "scenarios/worlds/"sv, "scenarios/*"sv, "scenarios/program/"sv, "sim/"sv,
    "consumer/*"sv,       "kernel_model/"sv};
constexpr std::array render_own{"scenarios/render/"sv,  "scenarios/study/"sv,
                                "scenarios/worlds/"sv,  "scenarios/*"sv,
                                "scenarios/program/"sv, "sim/"sv,
                                "consumer/*"sv,         "kernel_model/"sv};
constexpr std::array export_own{"scenarios/export/"sv,
                                "scenarios/render/"sv,
                                "scenarios/study/"sv,
                                "scenarios/worlds/"sv,
                                "scenarios/*"sv,
                                "scenarios/program/"sv,
                                "sim/"sv,
                                "consumer/*"sv,
                                "kernel_model/"sv};
constexpr std::array gate_own{"scenarios/gate/"sv,
                              "scenarios/render/"sv,
                              "scenarios/study/"sv,
                              "scenarios/worlds/"sv,
                              "scenarios/*"sv,
                              "scenarios/program/"sv,
                              "sim/"sv,
                              "consumer/*"sv,
                              "kernel_model/"sv};
constexpr std::array worlds_libraries{"boost/"sv, "relacy/"sv};
constexpr std::array study_libraries{"fmt/"sv, "nlohmann/"sv};
constexpr std::array gate_libraries{"fmt/"sv, "toml++/"sv};
constexpr std::array text_libraries{"fmt/"sv};
constexpr std::array scenarios_own{"scenarios/"sv, "sim/"sv, "consumer/"sv, "kernel_model/"sv};
constexpr std::array commands_libraries{"fmt/"sv, "nlohmann/"sv, "CLI/"sv};
// The page stands above the scenarios: it shows what they find.
constexpr std::array page_own{"page/"sv, "scenarios/"sv, "sim/"sv, "consumer/"sv,
                              "kernel_model/"sv};
constexpr std::array page_libraries{"fmt/"sv, "nlohmann/"sv, "httplib.h"sv};
// So does what runs the scenarios on the kernel's and libbpf's own files.
constexpr std::array upstream_own{"upstream/"sv, "scenarios/"sv, "sim/"sv, "kernel_model/"sv};
constexpr std::array upstream_libraries{"fmt/"sv, "nlohmann/"sv};
constexpr std::array anything{""sv};

// The first that fits counts: the inner room stands before the outer one. The live room's protocol
// code stays as free of the world as the rest of consumer/; only its binding sees the system.
constexpr std::array rooms{
    room{"kernel_model/", kernel_model_own, {}, false},
    room{"consumer/live/", consumer_own, live_libraries, true},
    room{"consumer/", consumer_own, {}, false},
    room{"sim/", sim_own, sim_libraries, true},
    room{"scenarios/program/", program_own, {}, true},
    room{"scenarios/worlds/", worlds_own, worlds_libraries, true},
    room{"scenarios/study/", study_own, study_libraries, true},
    room{"scenarios/render/", render_own, study_libraries, true},
    room{"scenarios/export/", export_own, text_libraries, true},
    room{"scenarios/gate/", gate_own, gate_libraries, true},
    room{"scenarios/commands/", scenarios_own, commands_libraries, true},
    room{"scenarios/", catalogue_own, {}, false},
    room{"page/", page_own, page_libraries, true},
    // Compiled with the user's files, not with ours.
    room{"upstream/include/", anything, anything, true},
    room{"upstream/glue/", anything, anything, true},
    room{"upstream/examples/", anything, anything, true},
    room{"upstream/", upstream_own, upstream_libraries, true},
    room{"tests/", anything, anything, true},
};

const room* room_of(std::string_view path) {
    for (const room& r : rooms)
        if (path.starts_with(r.path)) return &r;
    return nullptr;
}

bool allows(prefixes allowed, std::string_view header) {
    return std::ranges::any_of(allowed, [&](std::string_view entry) {
        if (entry.ends_with("/*")) {
            const std::string_view directory = entry.substr(0, entry.size() - 1);
            return header.starts_with(directory) &&
                   header.find('/', directory.size()) == std::string_view::npos;
        }
        return entry.ends_with('/') || entry.empty() ? header.starts_with(entry) : header == entry;
    });
}

// <vector> and <cstdint> have neither a directory nor a suffix; <unistd.h> and <sys/mman.h> do.
bool is_standard(std::string_view header) {
    return header.find_first_of("/.") == std::string_view::npos;
}
bool is_system(std::string_view header) {
    constexpr std::array directories{"sys/"sv, "linux/"sv, "asm/"sv};
    return allows(directories, header) ||
           (header.ends_with(".h") && header.find('/') == std::string_view::npos);
}
// Written into the build directory: by bpftool, and by meson from a data file.
bool is_generated(std::string_view header) {
    return header.ends_with(".skel.h") || header.ends_with(".generated.hpp");
}

// --- Text ----------------------------------------------------------------------------------------

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::size_t columns(std::string_view line) {
    return static_cast<std::size_t>(std::ranges::count_if(line, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // not a UTF-8 continuation byte
    }));
}

std::size_t indent_of(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

bool is_comment(std::string_view line) {
    return line.substr(indent_of(line)).starts_with("//");
}

bool is_code(std::string_view path) {
    constexpr std::array suffixes{".hpp"sv, ".cpp"sv, ".h"sv, ".c"sv};
    constexpr std::array names{"meson.build"sv, "meson_options.txt"sv, "ringsim"sv, ".ci/run"sv};
    return std::ranges::any_of(suffixes, [&](auto s) { return path.ends_with(s); }) ||
           std::ranges::find(names, path) != names.end();
}
bool is_cpp(std::string_view path) {
    return path.ends_with(".hpp") || path.ends_with(".cpp");
}

bool is_protocol(std::string_view path) {
    return path.starts_with("kernel_model/") ||
           (path.starts_with("consumer/") && !path.starts_with("consumer/live/"));
}

std::string at(const source_file& file, std::size_t line, std::string_view what) {
    return file.path + ":" + std::to_string(line) + ": " + std::string(what);
}

struct include_line {
    std::size_t line;
    std::string header;
    bool quoted;
};

std::vector<include_line> includes_of(const source_file& file) {
    static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::vector<include_line> found;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::cmatch m;
        if (std::regex_search(lines[i].begin(), lines[i].end(), m, pattern))
            found.push_back({i + 1, m[2].str(), m[1].str() == "\""});
    }
    return found;
}

// The first line of a function's or lambda's body at this level of indentation.
bool opens_function(std::string_view line) {
    static const std::regex not_a_function(
        R"(^\s*(\}|(namespace|struct|class|enum|union|if|for|while|switch|do|else|extern)\b))");
    return line.ends_with('{') && line.find(')') != std::string_view::npos && !is_comment(line) &&
           !std::regex_search(line.begin(), line.end(), not_a_function);
}

void long_functions(const source_file& file, const std::vector<std::string_view>& lines,
                    complaints& found) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!opens_function(lines[i])) continue;
        // A constructor's list of initialisers is indented by one level more than its body's end.
        const bool initialisers = lines[i].substr(indent_of(lines[i])).starts_with(':');
        const std::size_t indent = indent_of(lines[i]) - (initialisers ? 4 : 0);
        std::size_t end = i + 1;
        while (end < lines.size() &&
               !(indent_of(lines[end]) == indent && lines[end].substr(indent).starts_with('}')))
            ++end;
        if (end - i + 1 > function_lines_max && end < lines.size())
            found.push_back(at(file, i + 1,
                               "a function of " + std::to_string(end - i + 1) + " lines; at most " +
                                   std::to_string(function_lines_max)));
    }
}

}  // namespace

complaints wrong_includes(const source_file& file) {
    complaints found;
    const room* here = room_of(file.path);
    // Headers that a program under check reads are text to ringsim.
    if (!here || file.path.starts_with("sim/check/headers/")) return found;
    for (const include_line& i : includes_of(file)) {
        const bool ok = i.quoted ? allows(here->own, i.header) || is_generated(i.header)
                                 : is_standard(i.header) || allows(here->libraries, i.header) ||
                                       (here->system && is_system(i.header));
        if (!ok)
            found.push_back(
                at(file, i.line, std::string(here->path) + " must not include " + i.header));
    }
    return found;
}

complaints wrong_namespaces(const source_file& file) {
    // The rooms below scenarios/ that have one of their own; "export" is a word of the language.
    struct named_room {
        std::string_view path, name;
    };
    constexpr std::array named{
        named_room{"scenarios/worlds/", "worlds"},
        named_room{"scenarios/study/", "study"},
        named_room{"scenarios/render/", "render"},
        named_room{"scenarios/export/", "exporting"},
        named_room{"scenarios/gate/", "gate"},
        named_room{"scenarios/commands/", "commands"},
        named_room{"scenarios/", ""},
    };
    complaints found;
    if (!is_cpp(file.path)) return found;
    const auto room = std::ranges::find_if(
        named, [&](const named_room& r) { return file.path.starts_with(r.path); });
    if (room == named.end()) return found;
    const std::string right = "namespace ringsim::scenarios" +
                              (room->name.empty() ? "" : "::" + std::string(room->name)) + " {";
    const auto lines = lines_of(file.text);
    bool any = false;
    for (const std::string_view line : lines) {
        any = any || line.starts_with("namespace ringsim");
        if (line == right) return found;
    }
    if (any) found.push_back(at(file, 1, "what stands here is not in `" + right + "`"));
    return found;
}

complaints too_long(const source_file& file) {
    complaints found;
    if (!is_code(file.path)) return found;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (const std::size_t n = columns(lines[i]); n > columns_max)
            found.push_back(
                at(file, i + 1,
                   std::to_string(n) + " columns; at most " + std::to_string(columns_max)));
    if (lines.size() > file_lines_max)
        found.push_back(at(file, lines.size(),
                           "a file of " + std::to_string(lines.size()) + " lines; at most " +
                               std::to_string(file_lines_max)));
    if (is_cpp(file.path)) long_functions(file, lines, found);
    return found;
}

complaints stray_blanks(const source_file& file) {
    complaints found;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].ends_with(' ') || lines[i].ends_with('\t') || lines[i].ends_with('\r'))
            found.push_back(at(file, i + 1, "a blank at the end of the line"));
        else if (lines[i].find('\t') != std::string_view::npos)
            found.push_back(at(file, i + 1, "a tab"));
    }
    if (!file.text.empty() && !file.text.ends_with('\n'))
        found.push_back(at(file, lines.size(), "no newline at the end of the file"));
    return found;
}

complaints unpaired_accesses(const source_file& file) {
    static const std::regex access(R"((?:\.|->)\s*(?!with\b)\w+\(\s*site::(\w+))");
    complaints found;
    if (!is_protocol(file.path) || !is_cpp(file.path)) return found;
    // A comment pays for the first access after it. An access to the same site again, on another
    // path through the same function, needs no second comment.
    std::set<std::string> paired;
    bool comment_unused = false;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (is_comment(lines[i])) {
            if (lines[i].find("Pairs with") != std::string_view::npos) comment_unused = true;
            continue;
        }
        if (lines[i].starts_with('}')) {  // the end of a function: nothing in here is indented less
            paired.clear();
            comment_unused = false;
            continue;
        }
        for (std::cregex_iterator a(lines[i].begin(), lines[i].end(), access), end; a != end; ++a) {
            const std::string where = (*a)[1].str();
            if (paired.contains(where)) continue;
            if (comment_unused)
                paired.insert(where);
            else
                found.push_back(at(file, i + 1, "site::" + where + " without `Pairs with`"));
            comment_unused = false;
        }
    }
    return found;
}

complaints world_conditions(const source_file& file) {
    static const std::regex directive(R"(^\s*#\s*(if|ifdef|ifndef|elif|else)\b)");
    static const std::regex on_the_world(
        R"(if constexpr\s*\(.*\b(M|E|same_as|is_same_v|is_same|relacy|graph|live|world|engine)\b)");
    complaints found;
    if (!is_protocol(file.path)) return found;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (is_comment(lines[i])) continue;
        if (std::regex_search(lines[i].begin(), lines[i].end(), directive))
            found.push_back(at(file, i + 1, "conditional compilation in protocol code"));
        if (std::regex_search(lines[i].begin(), lines[i].end(), on_the_world))
            found.push_back(at(file, i + 1, "protocol code asks which world it runs in"));
    }
    return found;
}

complaints forbidden_words(const source_file& file) {
    // In two halves each, so that this file passes its own rule.
    static const std::array<std::string, 4> words{
        std::string("/wo") + "rk/", std::string("/tm") + "p/", std::string("../sha") + "red",
        std::string("/ho") + "me/"};
    complaints found;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i)
        for (const std::string& word : words)
            if (lines[i].find(word) != std::string_view::npos)
                found.push_back(at(file, i + 1, "a path of one machine: " + word));
    return found;
}

complaints orphan_headers(const std::vector<source_file>& tree) {
    std::set<std::string> included;
    for (const source_file& file : tree)
        for (const include_line& i : includes_of(file))
            if (i.header != file.path) included.insert(i.header);
    complaints found;
    for (const source_file& file : tree)
        if (file.path.ends_with(".hpp") && !included.contains(file.path))
            found.push_back(at(file, 1, "a header that nobody includes"));
    return found;
}

complaints check_tree(const std::vector<source_file>& tree) {
    complaints all = orphan_headers(tree);
    for (const source_file& file : tree)
        for (const auto rule : {wrong_includes, wrong_namespaces, too_long, stray_blanks,
                                unpaired_accesses, world_conditions, forbidden_words})
            std::ranges::move(rule(file), std::back_inserter(all));
    std::ranges::sort(all);
    return all;
}

std::vector<source_file> read_tree(std::string_view root) {
    namespace fs = std::filesystem;
    constexpr std::array skipped{".git"sv, "out"sv, "subprojects"sv, ".cache"sv};
    // Meson marks the directories that it builds in, whatever their names are.
    const auto is_build = [](const fs::path& directory) {
        return fs::exists(directory / "meson-private");
    };
    // Inputs that are kept as their authors wrote them.
    constexpr std::array binary{".png"sv, ".svg"sv, ".gz"sv, ".o"sv};
    std::vector<source_file> tree;
    fs::recursive_directory_iterator entry{fs::path(root)}, end;
    for (; entry != end; ++entry) {
        const std::string name = entry->path().filename();
        if (entry->is_directory()) {
            if (is_build(entry->path()) || std::ranges::find(skipped, name) != skipped.end())
                entry.disable_recursion_pending();
            continue;
        }
        if (!entry->is_regular_file() || entry->is_symlink()) continue;
        if (std::ranges::any_of(binary, [&](auto suffix) { return name.ends_with(suffix); }))
            continue;
        std::ifstream in(entry->path(), std::ios::binary);
        tree.push_back({fs::relative(entry->path(), root).generic_string(),
                        {std::istreambuf_iterator<char>(in), {}}});
    }
    std::ranges::sort(tree, {}, &source_file::path);
    return tree;
}

}  // namespace ringsim::tests
