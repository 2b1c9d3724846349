// Each house rule bites on a small bad example, and leaves the good one beside it alone.
#include "tests/tidy/rules.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sim/temporary_directory.hpp"

namespace ringsim::tests {
namespace {

using rule = complaints (*)(const source_file&);

bool bites(rule check, std::string path, std::string text) {
    return !check({std::move(path), std::move(text)}).empty();
}

std::string lines(std::size_t count, std::string_view line) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text.append(line).append("\n");
    return text;
}

}  // namespace

TEST_CASE("tidy: includes point from the outer rooms to the inner ones") {
    struct example {
        const char* path;
        const char* include;
        bool allowed;
    };
    constexpr example examples[] = {
        {"kernel_model/x.hpp", "<cstdint>", true},
        {"kernel_model/x.hpp", "\"kernel_model/order.hpp\"", true},
        {"kernel_model/x.hpp", "\"consumer/process_ring.hpp\"", false},
        {"kernel_model/x.hpp", "\"sim/engine.hpp\"", false},
        {"kernel_model/x.hpp", "<unistd.h>", false},
        {"kernel_model/x.hpp", "<fmt/core.h>", false},
        {"consumer/x.hpp", "\"consumer/ring_memory.hpp\"", true},
        {"consumer/x.hpp", "\"kernel_model/uapi.hpp\"", true},
        {"consumer/x.hpp", "\"kernel_model/site_table.hpp\"", true},
        {"consumer/x.hpp", "\"kernel_model/commit.hpp\"", false},
        {"consumer/x.hpp", "<bpf/libbpf.h>", false},
        {"consumer/x.hpp", "<sys/epoll.h>", false},
        {"consumer/live/x.cpp", "<bpf/libbpf.h>", true},
        {"consumer/live/x.cpp", "<sys/epoll.h>", true},
        {"consumer/live/x.cpp", "\"producer.skel.h\"", true},
        {"consumer/live/x.cpp", "\"kernel_model/commit.hpp\"", false},
        {"consumer/live/x.cpp", "\"sim/engine.hpp\"", false},
        {"sim/x.cpp", "\"kernel_model/order.hpp\"", true},
        {"sim/x.cpp", "\"kernel_model/site_table.hpp\"", true},
        {"sim/x.cpp", "<boost/context/fiber.hpp>", true},
        {"sim/x.cpp", "<relacy/relacy.hpp>", true},
        {"sim/x.cpp", "\"kernel_model/uapi.hpp\"", false},
        {"sim/x.cpp", "\"scenarios/scenario.hpp\"", false},
        {"sim/x.cpp", "<bpf/libbpf.h>", false},
        {"sim/x.cpp", "<CLI/CLI.hpp>", false},
        {"scenarios/x.cpp", "\"scenarios/scenario.hpp\"", true},
        {"scenarios/x.cpp", "\"sim/graph/model.hpp\"", true},
        {"scenarios/x.cpp", "\"scenarios/worlds/exploration.hpp\"", false},
        {"scenarios/x.cpp", "\"scenarios/study/variant.hpp\"", false},
        {"scenarios/x.cpp", "\"scenarios/program/user_error.hpp\"", false},
        {"scenarios/x.cpp", "\"consumer/aya.hpp\"", false},
        {"scenarios/x.cpp", "<unistd.h>", false},
        {"scenarios/program/x.cpp", "\"scenarios/scenario.hpp\"", false},
        {"scenarios/worlds/x.cpp", "\"scenarios/scenario.hpp\"", true},
        {"scenarios/worlds/x.cpp", "\"consumer/aya.hpp\"", true},
        {"scenarios/worlds/x.cpp", "\"consumer/live/experiment.hpp\"", false},
        {"scenarios/worlds/x.cpp", "\"scenarios/study/search.hpp\"", false},
        {"scenarios/study/x.cpp", "\"scenarios/worlds/exploration.hpp\"", true},
        {"scenarios/study/x.cpp", "\"scenarios/render/report.hpp\"", false},
        {"scenarios/study/x.cpp", "\"scenarios/commands/units.hpp\"", false},
        {"scenarios/render/x.cpp", "\"scenarios/study/story.hpp\"", true},
        {"scenarios/render/x.cpp", "\"scenarios/gate/gate.hpp\"", false},
        {"scenarios/export/x.cpp", "\"scenarios/render/text.hpp\"", true},
        {"scenarios/export/x.cpp", "\"scenarios/gate/gate.hpp\"", false},
        {"scenarios/gate/x.cpp", "<toml++/toml.h>", true},
        {"scenarios/gate/x.cpp", "\"scenarios/commands/units.hpp\"", false},
        {"scenarios/commands/x.cpp", "\"consumer/live/experiment.hpp\"", true},
        {"scenarios/commands/x.cpp", "\"page/api.hpp\"", false},
        {"scenarios/commands/x.cpp", "\"tests/skip.hpp\"", false},
        {"scenarios/commands/x.cpp", "<doctest/doctest.h>", false},
        {"tests/x.cpp", "<doctest/doctest.h>", true},
    };
    for (const example& e : examples) {
        CAPTURE(e.path);
        CAPTURE(e.include);
        const std::string text = std::string("#pragma once\n  #  include ") + e.include + "\n";
        CHECK(bites(wrong_includes, e.path, text) == !e.allowed);
    }
}

TEST_CASE("tidy: a room below scenarios/ has its own namespace") {
    const std::string common = "namespace ringsim::scenarios {\n}\n";
    const std::string study = "namespace ringsim::scenarios::study {\n}\n";
    CHECK_FALSE(bites(wrong_namespaces, "scenarios/study/x.hpp", study));
    CHECK(bites(wrong_namespaces, "scenarios/study/x.hpp", common));
    CHECK(bites(wrong_namespaces, "scenarios/render/x.cpp", study));
    CHECK_FALSE(bites(wrong_namespaces, "scenarios/x.cpp", common));
    CHECK_FALSE(bites(wrong_namespaces, "scenarios/program/x.cpp", common));
    CHECK(bites(wrong_namespaces, "scenarios/x.cpp", study));
    CHECK_FALSE(bites(wrong_namespaces, "scenarios/commands/main.cpp", "int main() {}\n"));
    CHECK_FALSE(bites(wrong_namespaces, "page/x.cpp", common));
}

TEST_CASE("tidy: lines fit 100 columns, counted as a reader counts") {
    CHECK_FALSE(bites(too_long, "sim/x.cpp", std::string(100, 'x') + "\n"));
    CHECK(bites(too_long, "sim/x.cpp", std::string(101, 'x') + "\n"));
    CHECK(bites(too_long, "meson.build", std::string(101, 'x') + "\n"));
    CHECK_FALSE(bites(too_long, "README.md", std::string(101, 'x') + "\n"));
    std::string accents;
    for (int i = 0; i < 100; ++i) accents += "é";
    CHECK_FALSE(bites(too_long, "sim/x.cpp", accents + "\n"));
}

TEST_CASE("tidy: files and functions end somewhere") {
    CHECK_FALSE(bites(too_long, "sim/x.cpp", lines(600, "x;")));
    CHECK(bites(too_long, "sim/x.cpp", lines(601, "x;")));
    CHECK_FALSE(bites(too_long, "sim/x.cpp", "void f() {\n" + lines(68, "    x;") + "}\n"));
    CHECK(bites(too_long, "sim/x.cpp", "void f() {\n" + lines(69, "    x;") + "}\n"));
    CHECK(bites(too_long, "sim/x.cpp",
                "struct s {\n    void f() {\n" + lines(69, "        x;") + "    }\n};\n"));
    CHECK_FALSE(bites(too_long, "sim/x.cpp", "namespace (x) {\n" + lines(100, "x;") + "}\n"));
}

TEST_CASE("tidy: no tabs, no blanks at the end of a line, a newline at the end of a file") {
    CHECK_FALSE(bites(stray_blanks, "README.md", "a\n\nb\n"));
    CHECK(bites(stray_blanks, "README.md", "a \n"));
    CHECK(bites(stray_blanks, "README.md", "a\t\n"));
    CHECK(bites(stray_blanks, "README.md", "a\r\n"));
    CHECK(bites(stray_blanks, "ringsim", "\techo\n"));
    CHECK(bites(stray_blanks, "README.md", "a\nb"));
}

TEST_CASE("tidy: every access that names a site says what it pairs with") {
    const std::string comment = "    // Pairs with xchg(&hdr->len).\n";
    const std::string access = "    rb.load_header(site::consumer_load_header, pos);\n";
    const std::string other = "    rb->fence(site::consumer_recheck_fence);\n";
    const std::string path = "consumer/x.hpp";

    CHECK_FALSE(bites(unpaired_accesses, path, "void f() {\n" + comment + access + "}\n"));
    CHECK(bites(unpaired_accesses, path, "void f() {\n" + access + "}\n"));
    CHECK(bites(unpaired_accesses, "kernel_model/x.hpp", "void f() {\n" + access + "}\n"));
    // One comment, two sites.
    CHECK(bites(unpaired_accesses, path, "void f() {\n" + comment + access + other + "}\n"));
    // The same site twice in one function, and in two functions.
    CHECK_FALSE(bites(unpaired_accesses, path, "void f() {\n" + comment + access + access + "}\n"));
    CHECK(bites(unpaired_accesses, path,
                "void f() {\n" + comment + access + "}\nvoid g() {\n" + access + "}\n"));
    // A comment in another function does not count; one after the access neither.
    CHECK(bites(unpaired_accesses, path,
                "void f() {\n" + comment + "}\nvoid g() {\n" + access + "}\n"));
    CHECK(bites(unpaired_accesses, path, "void f() {\n" + access + comment + "}\n"));
    // Other rooms, and tables of sites, are not protocol code.
    CHECK_FALSE(bites(unpaired_accesses, "scenarios/x.hpp", "void f() {\n" + access + "}\n"));
    CHECK_FALSE(bites(unpaired_accesses, path, "x = table.with(site::notify_set, order::none);\n"));
}

TEST_CASE("tidy: protocol code does not know its world") {
    for (const char* bad :
         {"#ifdef RELACY\n", "#if 0\n", "  # ifndef X\n",
          "    if constexpr (std::is_same_v<M, mapped_ring>) {\n", "    if constexpr (live) {\n"}) {
        CAPTURE(bad);
        CHECK(bites(world_conditions, "consumer/x.hpp", bad));
        CHECK(bites(world_conditions, "kernel_model/x.hpp", bad));
        CHECK_FALSE(bites(world_conditions, "sim/x.hpp", bad));
    }
    CHECK_FALSE(bites(world_conditions, "kernel_model/x.hpp", "#pragma once\n"));
    CHECK_FALSE(bites(world_conditions, "kernel_model/x.hpp", "    if constexpr (walk) {\n"));
    CHECK_FALSE(bites(world_conditions, "kernel_model/x.hpp", "// Not an #ifdef.\n"));
}

TEST_CASE("tidy: no path of one machine") {
    CHECK(bites(forbidden_words, "README.md", std::string("see /tm") + "p/x\n"));
    CHECK(bites(forbidden_words, "sim/x.cpp", std::string("\"/wo") + "rk/x\"\n"));
    CHECK_FALSE(bites(forbidden_words, "README.md", "/sys/fs/bpf/rb\n"));
}

TEST_CASE("tidy: what a build has left in the tree is not looked at") {
    namespace fs = std::filesystem;
    const sim::temporary_directory scratch("tidy");
    const fs::path root = scratch.path();
    fs::create_directories(root / "sim" / "graph");
    fs::create_directories(root / "o1" / "meson-private");
    fs::create_directories(root / "builders");
    for (const char* file :
         {"sim/graph/a.cpp", "o1/b.cpp", "o1/meson-private/c.cpp", "builders/d.cpp"})
        std::ofstream(root / file) << "x\n";
    std::string found;
    for (const source_file& file : read_tree(root.string())) found += file.path + " ";
    CHECK(found == "builders/d.cpp sim/graph/a.cpp ");
}

TEST_CASE("tidy: every header is included by somebody else") {
    const source_file used{"sim/a.hpp", "#pragma once\n"};
    const source_file user{"sim/b.cpp", "#include \"sim/a.hpp\"\n"};
    const source_file alone{"sim/c.hpp", "#pragma once\n"};
    const source_file narcissus{"sim/d.hpp", "#include \"sim/d.hpp\"\n"};
    CHECK(orphan_headers({used, user}).empty());
    CHECK(orphan_headers({used, user, alone}).size() == 1);
    CHECK(orphan_headers({used, user, narcissus}).size() == 1);
}

TEST_CASE("tidy: the whole tree's complaints come sorted, with file and line") {
    const complaints found = check_tree({{"sim/b.cpp", "\n\tx\n"}, {"sim/a.cpp", "x \n"}});
    REQUIRE(found.size() == 2);
    CHECK(found[0] == "sim/a.cpp:1: a blank at the end of the line");
    CHECK(found[1] == "sim/b.cpp:2: a tab");
}

}  // namespace ringsim::tests
