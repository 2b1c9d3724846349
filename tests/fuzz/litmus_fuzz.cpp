// libFuzzer target: the litmus front end takes any bytes and either parses them or says why not.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sim/litmus/test.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const ringsim::sim::litmus::test t = ringsim::sim::litmus::parse(text);
        // What comes out is shaped so that it can be run.
        for (const auto& thread : t.threads) {
            if (thread.variables.size() != thread.initial.size()) std::abort();
            for (const auto& i : thread.instructions)
                if (i.value < 0 && i.what == ringsim::sim::litmus::opcode::jump) std::abort();
        }
        for (const auto& o : t.asks.observed)
            if (o.text().empty()) std::abort();
        (void)ringsim::sim::litmus::text_of(t.asks.what, t.asks.observed);
    } catch (const ringsim::sim::litmus::source_error& e) {
        // One line, and not a long one.
        const std::string_view what = e.what();
        if (what.empty() || what.size() > 300 || what.find('\n') != std::string_view::npos)
            std::abort();
    }
    return 0;
}
