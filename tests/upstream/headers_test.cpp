// Faults of stand-ins that are made of others, in the headers alone: the small kernel programs
// notice each.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "tests/skip.hpp"
#include "tests/upstream/support.hpp"

namespace ringsim::tests {
namespace {

struct header_fault {
    const char* header;  // in upstream/include/kernel/ringsim
    const char* text;
    const char* instead;
    const char* program;  // of tests/upstream/kernel, with these flags, under this model
    const char* flags;
    const char* model;
};
constexpr header_fault faults[] = {
    {"later.h", "return xchg(&what->pending, pending)",
     "return xchg_relaxed(&what->pending, pending)", "works.c", " -DTWO_QUEUE", "lkmm"},
    {"later.h", "__sim_wait_for_run(last);", "", "works.c", " -DCANCELLED_SYNC", "sc"},
    {"later.h", "__sim_wait_for_run(last);", "", "timer.c", "", "sc"},
    {"later.h", "__sim_wait_for_run(run->previous);", "", "works.c", " -DTWO_QUEUE", "sc"},
    {"later.h", "queue->ordered = ordered;", "", "ordered.c", "", "sc"},
    {"later.h", "VAL == 0)", "true)", "works.c", " -DTWO_QUEUE", "sc"},
    {"tasks.h", "test_bit(__sim_should_stop, &me->flags) ?", "false ?", "kthread.c", " -DSTOP",
     "sc"},
    {"tasks.h", "__sim_take(&k->exited, ~0u);", "", "kthread.c", " -DSTOP", "sc"},
    {"tasks.h", "__sim_take(&k->parked, ~0u);", "", "park.c", "", "sc"},
    {"tasks.h", "ringsim_wake(task, TASK_PARKED);", "", "park.c", "", "sc"},
    {"tasks.h", "raw_spin_lock(&(count)->lock)", "barrier()", "completion.c", "", "armv8"},
    {"tasks.h", "WRITE_ONCE((count)->done, __sim_n - 1)", "barrier()", "completion.c", " -DONE",
     "sc"},
    {"wait.h", "set_current_state(state)", "__set_current_state(state)", "wait_event.c",
     " -DLOOKS -DBARRIER", "armv8"},
    {"wait.h", "__sim_wake_queue(q, TASK_NORMAL)", "((void)(q))", "wait_event.c", "", "sc"},
    {"rcu.h", "__sim_synchronize_rcu(call->srcu);", "", "call_rcu.c", "", "sc"},
    {"rcu.h", "__sim_synchronize_rcu(NULL);\n    __sim_free(object)", "__sim_free(object)",
     "call_rcu.c", " -DKFREE", "sc"},
    {"rcu.h", "VAL == 0)", "true)", "call_rcu.c", "", "sc"},
    {"rcu.h", "synchronize_srcu(s) __sim_synchronize_rcu(s)",
     "synchronize_srcu(s) __sim_synchronize_rcu(NULL)", "srcu.c", "", "lkmm"},
    {"percpu.h", "(cpu)*__sim_percpu_bytes", "0", "percpu.c", "", "sc"},
    {"counters.h", "smp_acquire__after_ctrl_dep()", "barrier()", "references.c", "", "armv8"},
    {"counters.h", "atomic_fetch_sub_release(n,", "atomic_fetch_sub_relaxed(n,", "references.c", "",
     "armv8"},
    {"counters.h", "spin_lock(&__sim_r->lock)", "barrier()", "references.c", " -DLOCKREF", "sc"},
    {"counters.h", "call_rcu(&(ref)->rcu, __sim_percpu_ref_killed)",
     "__sim_percpu_ref_killed(&(ref)->rcu)", "references.c", " -DPERCPU", "sc"},
};

// All headers of ringsim's are included by kernel.h: one that comes before them stands in their
// place.
std::string with_fault(const header_fault& f) {
    std::ifstream in(environment("RINGSIM_SOURCE_ROOT") + "/upstream/include/kernel/ringsim/" +
                     f.header);
    std::ostringstream all;
    all << in.rdbuf();
    std::string text = all.str();
    const auto replace = [&](const std::string& what, const std::string& with) {
        std::size_t at = text.find(what);
        if (at == std::string::npos) return false;
        for (; at != std::string::npos; at = text.find(what, at + with.size()))
            text.replace(at, what.size(), with);
        return true;
    };
    CHECK_MESSAGE(replace(f.text, f.instead), f.header, ": ", f.text);
    for (const char* part : {"primitives", "percpu", "tasks"})
        replace("#include <ringsim/" + std::string(part) + ".h>", "#include <ringsim/kernel.h>");
    return text;
}

TEST_CASE("upstream: a fault in a header is noticed") {
    if (no_compiler()) SKIP("no C compiler");
    const sim::temporary_directory where("headers");
    for (const header_fault& f : faults) {
        INFO(f.header, ": ", f.text);
        const fs::path program = own() / "kernel" / f.program;
        std::string right;
        for (const expectation& e : expectations_of(program))
            if (e.flags == f.flags && e.verdict_by_model.contains(f.model))
                right = e.verdict_by_model.at(f.model);
        REQUIRE(!right.empty());
        const std::string header = where.path_of(f.header);
        std::ofstream(header) << with_fault(f);
        const json found = results_of("kernel " + program.string() + " --model " + f.model +
                                      " -- -include " + header + f.flags);
        CHECK(verdict_of(found[0]) != right);
    }
}

}  // namespace
}  // namespace ringsim::tests
