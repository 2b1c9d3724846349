// The project keeps its own house rules.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "consumer/all.hpp"
#include "kernel_model/site_table.hpp"
#include "tests/skip.hpp"
#include "tests/tidy/rules.hpp"

namespace ringsim::tests {

// The site table says in which file each access is made: the file names the site.
TEST_CASE("each site is named in the file that its row gives") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT does not name the source tree; meson test sets it");
    const auto contents = [&](const std::string& file) {
        std::ifstream in(std::filesystem::path(root) / file, std::ios::binary);
        return std::string{std::istreambuf_iterator<char>(in), {}};
    };
    const std::string table = contents("kernel_model/site_table.hpp");
    const std::regex row(R"(\{(site::\w+),\s+"([^"]+)\")");
    std::size_t rows = 0;
    for (std::sregex_iterator i(table.begin(), table.end(), row), end; i != end; ++i, ++rows) {
        const auto is = parse_site((*i)[2].str());
        REQUIRE(is);
        const std::string file(info(*is).file);
        if (file.empty()) continue;  // the program of a scenario
        INFO((*i)[1].str() << " in " << file);
        CHECK(std::regex_search(contents(file), std::regex((*i)[1].str() + "\\b")));
    }
    CHECK(rows == site_count);
    for (const consumer::consumer_info* c : consumer::consumers::infos) {
        const std::string text = contents(std::string(c->file));
        INFO(c->name << " in " << c->file);
        CHECK(text.find("\"" + std::string(c->name) + "\"") != std::string::npos);
    }
}

// The catalogue decides what is compiled and what is listed: nothing may be left beside it.
TEST_CASE("each scenario of a file in scenarios/ has its place in the catalogue") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT does not name the source tree; meson test sets it");
    const std::filesystem::path room = std::filesystem::path(root) / "scenarios";
    const auto contents = [&](const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary);
        return std::string{std::istreambuf_iterator<char>(in), {}};
    };
    std::map<std::string, std::set<std::string>> listed;
    std::istringstream rows(contents(room / "catalogue.txt"));
    for (std::string row; std::getline(rows, row);) {
        if (row.empty() || row[0] == '#') continue;
        std::istringstream names(row.substr(row.find(':') + 1));
        for (std::string name; names >> name;) listed[row.substr(0, row.find(':'))].insert(name);
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(room)) {
        if (entry.path().extension() != ".cpp") continue;
        const std::string text = contents(entry.path());
        const std::regex definition(R"(\nconst scenario (\w+))");
        std::set<std::string> defined;
        for (std::sregex_iterator i(text.begin(), text.end(), definition), end; i != end; ++i)
            defined.insert((*i)[1].str());
        INFO(entry.path().filename().string());
        CHECK(defined == listed[entry.path().filename().string()]);
        files += !defined.empty();
    }
    CHECK(files > 20);
}

TEST_CASE("every file of the tree keeps the house rules") {
    const char* root = std::getenv("RINGSIM_SOURCE_ROOT");
    if (!root) SKIP("RINGSIM_SOURCE_ROOT does not name the source tree; meson test sets it");
    const auto tree = read_tree(root);
    REQUIRE(tree.size() > 20);  // looking at the wrong directory must not pass
    std::string text;
    for (const std::string& complaint : check_tree(tree)) text += "\n" + complaint;
    INFO(text);
    CHECK(text.empty());
}

}  // namespace ringsim::tests
