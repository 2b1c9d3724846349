// Of the intermediate code a few kinds of lines matter, and they are found by their words: debug
// information (a block, a variable, a place of the source: each is a line "!N = ..." that names the
// scope it is in), where a variable is declared, where its life ends. A line that is not understood
// stays as it is, and then so does the place that clang gave it.
//
// An instruction is moved by giving it another place of the source: the same line and column, in
// the variable's block. Places are shared between instructions, so the new one is a line of its
// own.
#include "sim/check/clang_blocks.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

namespace ringsim::sim::check {
namespace {

using std::string_view;
using metadata_id = unsigned;

bool has(string_view text, string_view part) {
    return text.find(part) != string_view::npos;
}

// "!12" behind `key`, as in "scope: !12".
std::optional<metadata_id> reference(string_view line, string_view key) {
    const auto at = line.find(key);
    if (at == string_view::npos) return std::nullopt;
    string_view rest = line.substr(at + key.size());
    if (!rest.starts_with("!")) return std::nullopt;
    rest.remove_prefix(1);
    metadata_id n = 0;
    if (std::from_chars(rest.data(), rest.data() + rest.size(), n).ec != std::errc{}) return {};
    return n;
}

// "%3" or "%object": the last name in a text, without what stands behind it. Types have names with
// a % as well; they come first.
std::string last_name(string_view text) {
    const auto at = text.rfind('%');
    if (at == string_view::npos) return {};
    const auto end = text.find_first_of(" ,)", at);
    return std::string(text.substr(at, end == string_view::npos ? end : end - at));
}

// A place of the source, as metadata has it.
struct source_location {
    string_view text;  // "!DILocation(line: 14, column: 3, scope: !1834)"
    metadata_id scope;
};

// Of one unit. The metadata is read first, for a function may name what stands at the end of the
// file. Numbers of metadata are those of the unit, and names of values those of a function.
class intermediate_code {
  public:
    explicit intermediate_code(const std::string& code) {
        std::istringstream text(code);
        for (std::string line; std::getline(text, line);) lines_.push_back(line);
        for (const std::string& line : lines_) read_metadata(line);
    }

    // From the top: a variable is declared in front of its end, and names are those of a function.
    std::string with_whole_blocks() {
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const string_view line = lines_[i];
            if (line.starts_with("define ")) {
                function_begin_ = i;
                scope_of_.clear();
                same_as_.clear();
            }
            if (has(line, "dbg.declare(") || has(line, "#dbg_declare(")) read_variable(line);
            if (has(line, " = bitcast ")) read_cast(line);
            if (has(line, "@llvm.lifetime.end")) take_into_block(i);
        }
        std::string all;
        for (const std::string& line : lines_) all += line + '\n';
        return all + added_;
    }

  private:
    // Whatever has a scope counts for one of three: a block, a variable, a place of the source.
    void read_metadata(const std::string& line) {
        const auto id = reference(line, "");
        if (!id) return;
        next_ = std::max(next_, *id + 1);
        const auto scope = reference(line, "scope: ");
        if (!scope) return;
        if (has(line, "!DILexicalBlock")) outer_[*id] = *scope;
        if (has(line, "!DILocalVariable(")) variables_[*id] = *scope;
        if (const auto at = line.find("!DILocation("); at != std::string::npos)
            locations_.emplace(*id, source_location{string_view(line).substr(at), *scope});
    }

    // "@llvm.dbg.declare(metadata %T* %3, metadata !17, ...", later "#dbg_declare(ptr %3, !17,
    // ...".
    void read_variable(string_view line) {
        for (auto at = line.find(", "); at != string_view::npos; at = line.find(", ", at + 1)) {
            const string_view rest = line.substr(at);
            auto variable = reference(rest, ", metadata ");
            if (!rest.starts_with(", metadata ")) variable = reference(rest, ", ");
            if (!variable || !variables_.contains(*variable)) continue;
            scope_of_[last_name(line.substr(0, at))] = variables_[*variable];
            return;
        }
    }

    // "  %4 = bitcast %T* %2 to i8*".
    void read_cast(string_view line) {
        const auto name = line.find_first_not_of(' ');
        same_as_[std::string(line.substr(name, line.find(' ', name) - name))] =
            last_name(line.substr(0, line.rfind(" to ")));
    }

    // From the inside out. A scope is inside of itself; functions are in nothing.
    bool is_inside(metadata_id scope, metadata_id of) const {
        while (scope != of) {
            const auto found = outer_.find(scope);
            if (found == outer_.end()) return false;
            scope = found->second;
        }
        return true;
    }

    // From the end of a variable's life back to the last that is inside of its block by itself.
    // What comes from elsewhere, as the way of an exception, is not gone back beyond.
    void take_into_block(std::size_t end) {
        std::string name = last_name(string_view(lines_[end]).substr(0, lines_[end].rfind(')')));
        if (const auto cast = same_as_.find(name); cast != same_as_.end()) name = cast->second;
        const auto block = scope_of_.find(name);
        if (block == scope_of_.end() || !outer_.contains(block->second)) return;
        for (std::size_t i = end; i-- > function_begin_;) {
            std::string& line = lines_[i];
            if (has(line, " = landingpad ") || line.starts_with("  ret ")) return;
            const auto at = line.rfind(", !dbg !");
            if (at == std::string::npos) continue;
            const auto place = reference(string_view(line).substr(at), ", !dbg ");
            const auto found = place ? locations_.find(*place) : locations_.end();
            // What is in the block already ends the way back. So does what is neither in it nor in
            // one around it: that was put in line from elsewhere.
            if (found == locations_.end() || is_inside(found->second.scope, block->second)) return;
            if (!is_inside(block->second, found->second.scope)) return;
            line = line.substr(0, at) + ", !dbg !" + std::to_string(next_);
            add(found->second, block->second);
        }
    }

    // The place `at` once more, with another scope, behind all other metadata.
    void add(const source_location& at, metadata_id block) {
        const auto scope = at.text.find("scope: !") + std::size("scope: !") - 1;
        const auto end = at.text.find_first_of(",)", scope);
        added_ += "!" + std::to_string(next_) + " = " + std::string(at.text.substr(0, scope)) +
                  std::to_string(block) + std::string(at.text.substr(end)) + '\n';
        ++next_;
    }

    std::vector<std::string> lines_;
    std::map<metadata_id, metadata_id> outer_;      // of a block: what it stands in
    std::map<metadata_id, metadata_id> variables_;  // and their scopes
    std::map<metadata_id, source_location> locations_;
    std::size_t function_begin_ = 0;
    std::map<std::string, metadata_id> scope_of_;  // of what is allocated in this function
    std::map<std::string, std::string> same_as_;   // casts: of what they are another name
    metadata_id next_ = 0;                         // the first number that is free
    std::string added_;                            // lines of metadata
};

}  // namespace

std::string with_whole_blocks(const std::string& code) {
    return intermediate_code(code).with_whole_blocks();
}

}  // namespace ringsim::sim::check
