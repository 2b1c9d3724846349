// The core of the lost wakeup, two accesses on each side, in every combination of the consumer's
// and the producer's code: whether both looks may be stale, against what herd7 7.58 says (rc11.cat
// and x86tso.cat).
//
//   consumer: store consumer_pos; look for a record     producer: commit; look at consumer_pos
#include <doctest/doctest.h>

#include "tests/graph/stale_looks.hpp"

namespace ringsim::tests {
namespace {

// x is consumer_pos, y what the consumer looks at, z the header if that is another word.
enum class path {
    header,            // the record was reserved before the consumer's look at its header
    producer_pos_rel,  // reserved and committed after it: the consumer looks at producer_pos
    producer_pos_sc,
};

// "rel.acq": how consumer_pos is stored, how the record is looked for.
std::string consumer_code(std::string_view name) {
    const std::size_t dot = name.find('.');
    const std::string_view store = name.substr(0, dot);
    const std::string look = "r0=y " + std::string(name.substr(dot + 1));
    if (store == "relF") return "x=1 rel; fence sc; " + look;
    if (store == "rmwsc") return "r1=xchg(x,1) sc; " + look;
    return "x=1 " + std::string(store) + "; " + look;
}

// "FxchgF.acq": how the record is committed, how consumer_pos is looked at.
std::string producer_code(path p, std::string_view name) {
    const std::size_t dot = name.find('.');
    const std::string_view commit = name.substr(0, dot);
    const std::string header = p == path::header ? "y" : "z";
    std::string code;
    if (p == path::producer_pos_rel) code = "y=1 rel; ";
    if (p == path::producer_pos_sc) code = "y=1 sc; ";
    if (commit == "FxchgF") code += "fence sc; ";
    code += commit == "strel" ? header + "=1 rel; " : "r1=xchg(" + header + ",1) sc; ";
    if (commit.ends_with('F')) code += "fence sc; ";
    return code + "r0=x " + std::string(name.substr(dot + 1));
}

constexpr std::string_view producer_forms[] = {"xchg.acq",  "xchg.sc",  "FxchgF.acq", "FxchgF.sc",
                                               "xchgF.acq", "xchgF.sc", "strel.acq",  "strel.sc"};

struct row {
    path where;
    std::string_view consumer;
    std::string_view lost;  // by producer: Y or n
};
constexpr row cxx_table[] = {
    {path::header, "rel.acq", "YYYYYYYY"},
    {path::header, "rel.sc", "YYYYYYYY"},
    {path::header, "sc.acq", "YYYYYYYY"},
    {path::header, "sc.sc", "YnnnnnYY"},
    {path::header, "relF.acq", "YnnnnnYY"},
    {path::header, "relF.sc", "YnnnnnYY"},
    {path::header, "rmwsc.acq", "YYYYYYYY"},
    {path::header, "rmwsc.sc", "YnnnnnYY"},
    {path::producer_pos_rel, "rel.acq", "YYYYYYYY"},
    {path::producer_pos_rel, "rel.sc", "YYYYYYYY"},
    {path::producer_pos_rel, "sc.acq", "YYYYYYYY"},
    {path::producer_pos_rel, "sc.sc", "YYnnnnYY"},
    {path::producer_pos_rel, "relF.acq", "YYnnnnYY"},
    {path::producer_pos_rel, "relF.sc", "YYnnnnYY"},
    {path::producer_pos_rel, "rmwsc.acq", "YYYYYYYY"},
    {path::producer_pos_rel, "rmwsc.sc", "YYnnnnYY"},
    {path::producer_pos_sc, "rel.acq", "YYYYYYYY"},
    {path::producer_pos_sc, "rel.sc", "YYYYYYYY"},
    {path::producer_pos_sc, "sc.acq", "YYYYYYYY"},
    {path::producer_pos_sc, "sc.sc", "YnnnnnYn"},
    {path::producer_pos_sc, "relF.acq", "YnnnnnYn"},
    {path::producer_pos_sc, "relF.sc", "YnnnnnYn"},
    {path::producer_pos_sc, "rmwsc.acq", "YYYYYYYY"},
    {path::producer_pos_sc, "rmwsc.sc", "YnnnnnYn"},
};

}  // namespace

TEST_CASE("notification core: stale looks under rc11, every consumer with every producer") {
    for (const row& r : cxx_table)
        for (std::size_t i = 0; i < std::size(producer_forms); ++i) {
            const std::string consumer = consumer_code(r.consumer);
            const std::string producer = producer_code(r.where, producer_forms[i]);
            INFO(r.consumer << " / " << producer_forms[i] << ": " << consumer << " | " << producer);
            CHECK(may_lose(consumer, producer, graph::model_id::rc11) == (r.lost[i] == 'Y'));
        }
}

TEST_CASE("notification core: stale looks under x86-tso, instruction by instruction") {
    struct x86_consumer {
        std::string_view code;
        bool lost_with_mov, lost_with_xchg;
    };
    constexpr x86_consumer consumers[] = {
        {"x=1 rlx; r1=add(w,0) rlx; r0=y rlx", true, false},  // a locked add on the stack
        {"x=1 rlx; fence sc; r0=y rlx", true, false},         // mfence
        {"x=1 rlx; r0=y rlx", true, true},
        {"r1=xchg(x,1) rlx; r0=y rlx", true, false},
    };
    constexpr auto tso = graph::model_id::x86_tso;
    for (const x86_consumer& c : consumers) {
        const std::string code(c.code);
        INFO(code);
        CHECK(may_lose(code, "y=1 rlx; r0=x rlx", tso) == c.lost_with_mov);
        CHECK(may_lose(code, "r1=xchg(y,1) rlx; r0=x rlx", tso) == c.lost_with_xchg);
        CHECK(may_lose(code, "y=1 rlx; z=1 rlx; r0=x rlx", tso) == c.lost_with_mov);
        CHECK(may_lose(code, "y=1 rlx; r1=xchg(z,1) rlx; r0=x rlx", tso) == c.lost_with_xchg);
    }
}

}  // namespace ringsim::tests
