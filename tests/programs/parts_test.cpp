// Small random programs whose atomic accesses to one word have different sizes and overlap: what
// `ringsim check` finds is what comes of trying every order of their steps, and under x86-tso of
// what leaves the store buffers, byte by byte. By hand, for longer, from a seed on:
//
//   RINGSIM_GENERATED="1000 500" test_generated
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "sim/temporary_directory.hpp"
#include "tests/shell.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace fs = std::filesystem;

struct part_step {
    char what = 'l';  // load, store, exchange, add, fence
    unsigned at = 0;
    unsigned bytes = 4;
    std::uint64_t value = 0;
};
using part_program = std::vector<std::vector<part_step>>;

std::uint64_t mask(unsigned bytes) {
    return bytes == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * bytes)) - 1;
}
std::uint64_t part(std::uint64_t word, const part_step& s) {
    return (word >> (8 * s.at)) & mask(s.bytes);
}
std::uint64_t with(std::uint64_t word, const part_step& s, std::uint64_t value) {
    const std::uint64_t m = mask(s.bytes) << (8 * s.at);
    return (word & ~m) | ((value << (8 * s.at)) & m);
}

part_program generate_parts(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto one_of = [&](std::uint64_t n) { return static_cast<unsigned>(random() % n); };
    constexpr unsigned places[][4][2] = {{{0, 4}, {0, 2}, {2, 2}, {0, 1}},
                                         {{0, 2}, {0, 1}, {1, 1}, {1, 1}},
                                         {{0, 8}, {0, 4}, {4, 4}, {5, 1}}};
    const auto& of = places[one_of(3)];
    part_program p(one_of(4) == 0 ? 3 : 2);
    std::uint64_t next = 0;
    for (auto& steps : p)
        for (unsigned i = 1 + one_of(p.size() == 3 ? 2 : 3); i-- > 0;) {
            const auto& place = of[one_of(4)];
            ++next;
            part_step s{"sssllloxaf"[one_of(10)], place[0], place[1], 0};
            if (s.what == 'o') s.what = 'l';
            for (unsigned b = 0; b < s.bytes; ++b) s.value |= (next + 16 * b) << (8 * b);
            steps.push_back(s);
        }
    return p;
}

// --- every order ---------------------------------------------------------------------------------

struct machine {
    std::uint64_t memory = 0;
    std::vector<std::size_t> next;
    std::vector<std::vector<part_step>> buffers;
    std::vector<std::vector<std::uint64_t>> read;

    auto key() const {
        std::vector<std::vector<std::uint64_t>> waiting;
        for (const auto& b : buffers) {
            waiting.emplace_back();
            for (const part_step& s : b)
                waiting.back().insert(waiting.back().end(), {s.at, s.value});
        }
        return std::tuple(memory, next, waiting, read);
    }
};
using outcome = std::pair<std::vector<std::vector<std::uint64_t>>, std::uint64_t>;

class outcomes_of_parts {
  public:
    outcomes_of_parts(const part_program& p, bool buffers) : p_(p), buffers_(buffers) {
        machine m;
        m.next.resize(p.size());
        m.buffers.resize(p.size());
        m.read.resize(p.size());
        from(m);
    }
    std::set<outcome> found;

  private:
    void from(const machine& m) {
        if (!seen_.insert(m.key()).second) return;
        bool done = true;
        for (std::size_t t = 0; t < p_.size(); ++t) {
            if (!m.buffers[t].empty()) {
                done = false;
                machine after = m;
                const part_step s = after.buffers[t].front();
                after.buffers[t].erase(after.buffers[t].begin());
                after.memory = with(m.memory, s, s.value);
                from(after);
            }
            if (m.next[t] == p_[t].size()) continue;
            done = false;
            step(m, t, p_[t][m.next[t]]);
        }
        if (done) found.emplace(m.read, m.memory);
    }

    void step(machine m, std::size_t t, const part_step& s) {
        ++m.next[t];
        if (s.what == 's' && buffers_) {
            m.buffers[t].push_back(s);
        } else if (s.what == 'l') {
            std::uint64_t seen = m.memory;
            for (const part_step& own : m.buffers[t]) seen = with(seen, own, own.value);
            m.read[t].push_back(part(seen, s));
        } else if (!m.buffers[t].empty()) {
            return;  // what is locked, and a fence, waits for the buffer
        } else if (s.what != 'f') {
            const std::uint64_t old = part(m.memory, s);
            if (s.what != 's') m.read[t].push_back(old);
            m.memory = with(m.memory, s, s.what == 'a' ? old + s.value : s.value);
        }
        from(m);
    }

    const part_program& p_;
    const bool buffers_;
    std::set<decltype(machine().key())> seen_;
};

// --- the source ----------------------------------------------------------------------------------

std::string statement(const part_step& s, const std::string& result) {
    if (s.what == 'f') return "__atomic_thread_fence(__ATOMIC_SEQ_CST);";
    constexpr const char* types[] = {"", "char", "short", "", "int", "", "", "", "long"};
    const std::string object =
        std::string("(unsigned ") + types[s.bytes] + "*)(m + " + std::to_string(s.at) + ")";
    const std::string value = ", " + std::to_string(s.value) + "ul, __ATOMIC_RELAXED);";
    if (s.what == 's') return "__atomic_store_n(" + object + value;
    if (s.what == 'l') return result + " = __atomic_load_n(" + object + ", __ATOMIC_RELAXED);";
    return result + (s.what == 'x' ? " = __atomic_exchange_n(" : " = __atomic_fetch_add(") +
           object + value;
}

std::string is(const outcome& o) {
    std::string text = "(end == " + std::to_string(o.second) + "ul";
    for (std::size_t t = 0; t < o.first.size(); ++t)
        for (std::size_t i = 0; i < o.first[t].size(); ++i)
            text += " && r[" + std::to_string(t) + "][" + std::to_string(i) +
                    "] == " + std::to_string(o.first[t][i]) + "ul";
    return text + ")";
}

std::string source_of_parts(const part_program& p, const std::string& asserted) {
    std::string text =
        "#include <assert.h>\n#include <pthread.h>\n#include <string.h>\n"
        "static _Alignas(8) unsigned char m[8];\nstatic unsigned long r[3][4];\n";
    std::string main = "int main(void) {\n    pthread_t t[3];\n    unsigned long end;\n";
    std::string joins;
    for (std::size_t t = 0; t < p.size(); ++t) {
        const std::string n = std::to_string(t);
        text += "static void* thread" + n + "(void* a) {\n";
        unsigned results = 0;
        for (const part_step& s : p[t]) {
            text += "    " + statement(s, "r[" + n + "][" + std::to_string(results) + "]") + "\n";
            results += s.what != 's' && s.what != 'f';
        }
        text += "    return a;\n}\n";
        main += "    pthread_create(&t[" + n + "], 0, thread" + n + ", 0);\n";
        joins += "    pthread_join(t[" + n + "], 0);\n";
    }
    return text + main + joins + "    memcpy(&end, m, 8);\n    assert(" + asserted +
           ");\n    return 0;\n}\n";
}

int status_of(const fs::path& file, const std::string& source, const char* model) {
    std::ofstream(file) << source;
    int status = 0;
    output_of_shell(environment("RINGSIM_PROGRAM") + " check --quiet --mapping first --model " +
                        model + " " + file.string() + " 2>&1",
                    &status);
    return status;
}

TEST_CASE("generated programs with parts of a word have the outcomes that an oracle finds") {
    if (!has_c_compiler()) SKIP("no C compiler");
    std::uint64_t first = 1;
    std::uint64_t count = 4;
    if (const char* const wanted = std::getenv("RINGSIM_GENERATED"))
        std::istringstream(wanted) >> first >> count;
    const sim::temporary_directory scratch("parts");
    const fs::path file = scratch.path_of("parts.c");
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const part_program p = generate_parts(seed);
        for (const char* const model : {"sc", "x86-tso"}) {
            const auto found = outcomes_of_parts(p, std::string(model) == "x86-tso").found;
            std::string any = "0";
            for (const outcome& o : found) any += " || " + is(o);
            const std::string all = source_of_parts(p, any);
            CHECK_MESSAGE(status_of(file, all, model) == 0, "seed ", seed, "\n", all);
            // Each of some is there.
            std::size_t n = 0;
            for (const outcome& o : found) {
                if (n++ % (found.size() / 3 + 1) != 0) continue;
                const std::string one = source_of_parts(p, "!" + is(o));
                CHECK_MESSAGE(status_of(file, one, model) == 1, "seed ", seed, "\n", one);
            }
        }
    }
}

}  // namespace
}  // namespace ringsim::tests
