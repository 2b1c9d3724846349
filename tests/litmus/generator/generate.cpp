// Writes generated litmus tests into a directory, one file each, so that another tool can judge
// them too.
//
// Usage: litmus_generate DIALECT COUNT DIRECTORY, with COUNT tests of each shape at most.
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/litmus/generator/dialects.hpp"

int main(int argc, char** argv) {
    using namespace ringsim::tests;
    if (argc == 4) {
        for (const generated_dialect& d : all_dialects()) {
            if (d.name != argv[1]) continue;
            const auto tests = generated_tests(d, std::strtoul(argv[2], nullptr, 10));
            for (const generated_test& t : tests)
                std::ofstream(std::string(argv[3]) + "/" + t.name + ".litmus") << t.text;
            std::printf("%zu tests\n", tests.size());
            return 0;
        }
    }
    std::fprintf(stderr, "usage: litmus_generate DIALECT COUNT DIRECTORY; dialects:");
    for (const generated_dialect& d : all_dialects())
        std::fprintf(stderr, " %.*s", static_cast<int>(d.name.size()), d.name.data());
    std::fprintf(stderr, "\n");
    return 2;
}
