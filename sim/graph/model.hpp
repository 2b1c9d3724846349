// The memory models: one row each, which says what is said of it anywhere.
//
// A new model is a row here, in the same place as its enumerator (a static assertion below looks),
// and the files that docs/hacking.md names.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ringsim::sim::graph {

// Their numbers are in saved files nowhere: findings and schedules have names. So an enumerator may
// stand anywhere, if its row and its explorers (explore_models.cpp) stand in the same place.
enum class model_id : std::uint8_t {
    sc,
    x86_tso,
    rc11,
    armv8,
    armv8_rcpc,  // armv8 whose C++ acquire loads are LDAPR
    riscv,
    power,
    lkmm,  // the Linux kernel's
    count_,
};
inline constexpr std::size_t model_count = static_cast<std::size_t>(model_id::count_);

// What is said of a model anywhere: in reports, by `ringsim models`, in the documentation.
struct model_info {
    model_id id;
    std::string_view name;
    std::string_view short_name;  // where columns are narrow
    std::string_view summary;
    std::string_view axiom;  // that forbids the cycles which it forbids
    // The axiom that is enough for cycles without a write before a read of another location; empty:
    // the same.
    std::string_view axiom_without_fence;
    std::string_view leaves_out;
    std::string_view source;
    // Such a model also has load buffering: without dependencies, nothing would keep a value from
    // being its own cause.
    bool dependencies;  // knows address, data and control dependencies
};

// In the order of model_id. "nothing that the code uses" is about the kernel's and libbpf's code,
// which is what scenarios run.
inline constexpr model_info models[] = {
    {model_id::sc, "sc", "sc", "sequential consistency", "acyclic(po | rf | co | fr)", "",
     "nothing", "Lamport 1979; Shasha and Snir 1988", false},
    {model_id::x86_tso, "x86-tso", "tso", "store buffers", "acyclic(ppo | fence | rfe | co | fr)",
     "", "nothing that the code uses (no non-temporal accesses)",
     "Owens, Sarkar, Sewell, \"A better x86 memory model: x86-TSO\", TPHOLs 2009", false},
    {model_id::rc11, "rc11", "rc11", "C++20", "acyclic(psc)", "irreflexive(hb; com)",
     "nothing: by definition it has no executions with a cycle in po | rf",
     "Lahav, Vafeiadis, Kang, Hur, Dreyer, \"Repairing sequential consistency in C/C++11\", PLDI "
     "2017",
     false},
    {model_id::armv8, "armv8", "armv8", "Armv8, other-multi-copy atomic; acquire is LDAR",
     "irreflexive(ob)", "", "nothing that the code uses",
     "Pulte, Flur, Deacon, French, Sarkar, Sewell, \"Simplifying ARM concurrency\", POPL 2018; Arm "
     "ARM B2.3",
     true},
    {model_id::armv8_rcpc, "armv8-rcpc", "rcpc",
     "Armv8.3; C++ acquire loads are LDAPR, the kernel's are LDAR", "irreflexive(ob)", "",
     "nothing that the code uses", "as armv8", true},
    {model_id::riscv, "riscv", "riscv", "RISC-V, RVWMO", "acyclic(ppo | rfe | co | fr)", "",
     "nothing that the code uses", "The RISC-V Instruction Set Manual, volume I, chapter RVWMO",
     true},
    {model_id::power, "power", "power", "Power, not multi-copy atomic", "acyclic(co | prop)", "",
     "nothing that the code uses", "Alglave, Maranget, Tautschnig, \"Herding cats\", TOPLAS 2014",
     true},
    {model_id::lkmm, "lkmm", "lkmm", "the Linux kernel's own model", "acyclic(pb)", "",
     "what compilers may make of plain accesses, beyond data races",
     "Alglave, Maranget, McKenney, Parri, Stern, \"Frightening small children and disconcerting "
     "grown-ups\", ASPLOS 2018; Linux, tools/memory-model",
     true},
};

constexpr bool models_in_order() {
    std::size_t i = 0;
    for (const model_info& m : models)
        if (static_cast<std::size_t>(m.id) != i++) return false;
    return i == model_count;
}
static_assert(models_in_order(), "the rows follow the names above");

constexpr const model_info& info(model_id m) {
    return models[static_cast<std::size_t>(m)];
}
constexpr std::string_view name(model_id m) {
    return info(m).name;
}
// The bit by which sets of models, such as those of an expectation, have it. It changes with the
// order of the rows, and so must not be stored.
constexpr unsigned bit(model_id m) {
    return 1u << static_cast<unsigned>(m);
}

// In the order of model_id.
inline constexpr std::array<std::string_view, model_count> model_names = [] {
    std::array<std::string_view, model_count> names{};
    for (std::size_t i = 0; i < model_count; ++i) names[i] = models[i].name;
    return names;
}();

}  // namespace ringsim::sim::graph
