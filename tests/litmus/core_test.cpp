// The two-access core of the lost wakeup in every combination of consumer and producer code, as
// C11 and LKMM litmus tests. The expected tables were made with herd7 7.58: C11 with rc11.cat, LKMM
// with the kernel's model, x86 with its assembly.
//
// Path H goes through the record's header, path P through producer_pos (stored with release or with
// seq_cst). L: the wakeup may be lost, both re-checks are stale.
#include <doctest/doctest.h>

#include <array>

#include "tests/litmus/support.hpp"

namespace ringsim::tests {
namespace {

using sim::graph::model_id;

std::string two_threads(const std::string& parameters, const std::string& consumer,
                        const std::string& producer) {
    return "C core\n{}\nP0(" + parameters + ") { int r0; " + consumer + " }\nP1(" + parameters +
           ") { int r0; " + producer + " }\nexists (0:r0=0 /\\ 1:r0=0)\n";
}

bool lost(const std::string& text, model_id m) {
    return run_text(text, m).positive > 0;
}

// --- C11 -----------------------------------------------------------------------------------------

const std::string fence = "atomic_thread_fence(memory_order_seq_cst); ";

std::string store(const std::string& word, const std::string& order) {
    return "atomic_store_explicit(" + word + ", 1, memory_order_" + order + "); ";
}
std::string look(const std::string& word, const std::string& order) {
    return "r0 = atomic_load_explicit(" + word + ", memory_order_" + order + "); ";
}
std::string exchange(const std::string& word) {
    return "(void)atomic_exchange_explicit(" + word + ", 1, memory_order_seq_cst); ";
}

// "relF.acq" and so on.
std::string c11_consumer(const std::string& name, const std::string& recheck) {
    const std::string how = name.substr(0, name.find('.'));
    std::string code = how == "rmwsc" ? exchange("cons")
                       : how == "sc"  ? store("cons", "seq_cst")
                                      : store("cons", "release");
    if (how == "relF") code += fence;
    return code + look(recheck, name.ends_with(".sc") ? "seq_cst" : "acquire");
}
std::string c11_producer(const std::string& name) {
    const std::string how = name.substr(0, name.find('.'));
    std::string code = how == "strel" ? store("hdr", "release") : exchange("hdr");
    if (how == "FxchgF") code = fence + code;
    if (how.ends_with("xchgF")) code += fence;
    return code + look("cons", name.ends_with(".sc") ? "seq_cst" : "acquire");
}

struct table_row {
    const char* consumer;
    const char* verdicts;  // a letter for each producer
};

constexpr std::array c11_producers{"xchg.acq",  "xchg.sc",  "FxchgF.acq", "FxchgF.sc",
                                   "xchgF.acq", "xchgF.sc", "strel.acq",  "strel.sc"};
constexpr table_row path_h[] = {{"rel.acq", "LLLLLLLL"},   {"rel.sc", "LLLLLLLL"},
                                {"sc.acq", "LLLLLLLL"},    {"sc.sc", "L-----LL"},
                                {"relF.acq", "L-----LL"},  {"relF.sc", "L-----LL"},
                                {"rmwsc.acq", "LLLLLLLL"}, {"rmwsc.sc", "L-----LL"}};
constexpr table_row path_p_release[] = {{"rel.acq", "LLLLLLLL"},   {"rel.sc", "LLLLLLLL"},
                                        {"sc.acq", "LLLLLLLL"},    {"sc.sc", "LL----LL"},
                                        {"relF.acq", "LL----LL"},  {"relF.sc", "LL----LL"},
                                        {"rmwsc.acq", "LLLLLLLL"}, {"rmwsc.sc", "LL----LL"}};
constexpr table_row path_p_seq_cst[] = {{"rel.acq", "LLLLLLLL"},   {"rel.sc", "LLLLLLLL"},
                                        {"sc.acq", "LLLLLLLL"},    {"sc.sc", "L-----L-"},
                                        {"relF.acq", "L-----L-"},  {"relF.sc", "L-----L-"},
                                        {"rmwsc.acq", "LLLLLLLL"}, {"rmwsc.sc", "L-----L-"}};

void check_c11(const auto& rows, const std::string& recheck, const std::string& before) {
    for (const table_row& row : rows) {
        std::string found;
        for (const char* producer : c11_producers) {
            const std::string text =
                two_threads("atomic_int *cons, atomic_int *hdr, atomic_int *prod",
                            c11_consumer(row.consumer, recheck), before + c11_producer(producer));
            found += lost(text, model_id::rc11) ? 'L' : '-';
        }
        INFO(recheck << " " << row.consumer);
        CHECK(found == row.verdicts);
    }
}

// --- LKMM ----------------------------------------------------------------------------------------

struct kernel_code {
    const char* name;
    const char* code;
};
constexpr kernel_code lkmm_consumers[] = {
    {"rel", "smp_store_release(cons, 1); r0 = smp_load_acquire(hdr);"},
    {"rel+mb", "smp_store_release(cons, 1); smp_mb(); r0 = smp_load_acquire(hdr);"},
    {"once+mb", "WRITE_ONCE(*cons, 1); smp_mb(); r0 = smp_load_acquire(hdr);"},
    {"storemb", "smp_store_mb(*cons, 1); r0 = smp_load_acquire(hdr);"},
    {"mb+once", "smp_mb(); WRITE_ONCE(*cons, 1); r0 = smp_load_acquire(hdr);"},
    {"xchg", "(void)xchg(cons, 1); r0 = smp_load_acquire(hdr);"},
};
constexpr kernel_code lkmm_producers[] = {
    {"xchg", "(void)xchg(hdr, 1); r0 = smp_load_acquire(cons);"},
    {"xchgrel", "(void)xchg_release(hdr, 1); r0 = smp_load_acquire(cons);"},
    {"xchgrlx", "(void)xchg_relaxed(hdr, 1); r0 = smp_load_acquire(cons);"},
    {"strel", "smp_store_release(hdr, 1); r0 = smp_load_acquire(cons);"},
    {"strel+mb", "smp_store_release(hdr, 1); smp_mb(); r0 = smp_load_acquire(cons);"},
};
constexpr const char* lkmm_verdicts[] = {"LLLLL", "-LLL-", "-LLL-", "-LLL-", "LLLLL", "-LLL-"};

}  // namespace

TEST_CASE("litmus: the notification core in C11, through the header") {
    check_c11(path_h, "hdr", "");
}

TEST_CASE("litmus: the notification core in C11, through producer_pos") {
    check_c11(path_p_release, "prod", store("prod", "release"));
    check_c11(path_p_seq_cst, "prod", store("prod", "seq_cst"));
}

TEST_CASE("litmus: the notification core in LKMM, and by its mapping to rc11") {
    for (const model_id m : {model_id::lkmm, model_id::rc11})
        for (std::size_t c = 0; c < std::size(lkmm_consumers); ++c) {
            std::string found;
            for (const kernel_code& p : lkmm_producers)
                found += lost(two_threads("int *cons, int *hdr", lkmm_consumers[c].code, p.code), m)
                             ? 'L'
                             : '-';
            INFO(sim::graph::name(m) << " " << lkmm_consumers[c].name);
            CHECK(found == lkmm_verdicts[c]);
        }
}

TEST_CASE("litmus: the notification core on x86") {
    // mov, mov and mfence, xchg; against a commit by mov and by xchg.
    constexpr table_row rows[] = {
        {"rel.acq", "LL"}, {"relF.acq", "L-"}, {"sc.acq", "L-"}, {"rmwsc.acq", "L-"}};
    for (const table_row& row : rows) {
        std::string found;
        for (const char* producer : {"strel.acq", "xchg.acq"})
            found += lost(two_threads("atomic_int *cons, atomic_int *hdr",
                                      c11_consumer(row.consumer, "hdr"), c11_producer(producer)),
                          model_id::x86_tso)
                         ? 'L'
                         : '-';
        INFO(row.consumer);
        CHECK(found == row.verdicts);
    }
}

TEST_CASE("litmus: nothing is lost under sequential consistency") {
    for (const kernel_code& c : lkmm_consumers)
        for (const kernel_code& p : lkmm_producers)
            CHECK_FALSE(lost(two_threads("int *cons, int *hdr", c.code, p.code), model_id::sc));
}

}  // namespace ringsim::tests
