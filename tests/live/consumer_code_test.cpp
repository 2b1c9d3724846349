// The order table really folds away: what the compiler made of the live consumer, instruction by
// instruction. If it were compiled stronger than its table says, live mode would show nothing.
#include <dlfcn.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <regex>
#include <string>

#include "consumer/live/consumer_loop.hpp"
#include "consumer/order_tables.hpp"
#include "scenarios/commands/live_prediction.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

constexpr unsigned long code_bytes_max = 8192;  // of one consumer; far more than it needs

// The disassembly of the function at `address` of this program, up to where the next one begins.
// Empty if objdump does not run.
[[maybe_unused]] std::string disassembly(const void* address) {
    Dl_info info{};
    if (!dladdr(address, &info)) return {};
    // Where it stands in the file, for a program that was loaded at a random place.
    const auto base = reinterpret_cast<unsigned long>(info.dli_fbase);
    const auto loaded = reinterpret_cast<unsigned long>(address);
    char command[256];
    for (const unsigned long from : {loaded - base, loaded}) {
        std::snprintf(command, sizeof command,
                      "objdump -d --no-show-raw-insn --start-address=%#lx --stop-address=%#lx "
                      "/proc/%d/exe 2>&1",
                      from, from + code_bytes_max, static_cast<int>(getpid()));
        const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command, "r"), pclose);
        if (!pipe) return {};
        std::string text, line;
        unsigned functions = 0;
        for (int c; (c = std::fgetc(pipe.get())) != EOF;) {
            line += static_cast<char>(c);
            if (c != '\n') continue;
            if (line.ends_with(">:\n")) ++functions;
            if (functions == 1) text += line;
            line.clear();
        }
        if (!text.empty()) return text;
    }
    return {};
}

// Instructions that order a store before a later load on x86-64: mfence, a locked one, and an xchg
// with memory.
[[maybe_unused]] unsigned barriers(const std::string& code) {
    static const std::regex barrier(R"(\t(mfence|lock |xchg.*\())");
    return static_cast<unsigned>(
        std::distance(std::sregex_iterator(code.begin(), code.end(), barrier), {}));
}

}  // namespace

TEST_CASE("the live consumer has just the barriers that its order table asks for") {
#if !defined(__x86_64__)
    SKIP("the expected instructions are those of x86-64");
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    SKIP("a sanitizer adds instructions of its own");
#else
    for (const auto& each : consumer::live::live_consumers()) {
        CAPTURE(each.orders);
        const std::string code = disassembly(reinterpret_cast<const void*>(each.run));
        if (code.empty()) SKIP("needs objdump (package binutils)");
        CHECK(code.find("epoll_wait") != std::string::npos);  // it is the right function
        INFO(code);
        // One, or none; clang doubles the path on which it stands.
        const bool unordered = each.orders == "libbpf";
        CHECK((barriers(code) == 0) == unordered);
        CHECK(barriers(code) <= 2);
        // And that is what the prediction is made from.
        const auto named = std::ranges::find(consumer::order_tables, each.orders,
                                             &consumer::named_order_table::name);
        const auto predicted =
            scenarios::commands::predict_live({named->orders, trigger::edge, 0, "x86_64"});
        // The fence of June 2026 is there, but not between a BUSY header and the sleep.
        CHECK(predicted.stalls_possible == (unordered || each.orders == "libbpf-2026"));
    }
#endif
}

}  // namespace ringsim::tests
