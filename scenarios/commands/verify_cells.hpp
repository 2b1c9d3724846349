// What `ringsim verify` finds, cell by cell, and how a cell is told.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/program/user_error.hpp"
#include "scenarios/study/execution_counts.hpp"
#include "scenarios/study/search.hpp"

namespace ringsim::scenarios::commands {

// How a result compares with that of the table that the orders were changed from.
enum class against_base : std::uint8_t { not_compared, same, worse, better };

struct cell {
    study::search how;
    worlds::exploration result;
    study::judged judgement;
    std::optional<study::execution_count> stated;  // if the cell counts all executions
    std::string refused;                           // why the model cannot express the variant
    against_base change = against_base::not_compared;

    study::execution_count count() const {
        return {result.executions + result.ended_early, result.violating};
    }
    bool miscounted() const { return stated && *stated != count(); }
    // Beside the table that was changed, what became worse; else what is not as stated.
    bool unexpected() const {
        return miscounted() || (change == against_base::not_compared
                                    ? exit_status_of(judgement.is) == exit_unexpected
                                    : change == against_base::worse);
    }
};

// One variant of a scenario under each model; and the same with the table that its orders were
// changed from, if they are compared.
struct row {
    const scenario* of;
    worlds::variant code;
    std::vector<cell> cells;
    std::optional<worlds::variant> base;
    std::vector<cell> base_cells;

    bool differs() const;
};

// The table that the orders of the variant were changed from: "libbpf" of "libbpf
// consumer.store_consumer_pos=relaxed". Nothing if they were not.
std::optional<worlds::variant> base_of(const worlds::variant& v);
// Notes in `c` how it compares with `base`.
void compare(cell& c, const cell& base);

// A named table that holds without ever reaching what the scenario is about proves nothing. A
// single changed order may well make a condition unreachable, and so may a mapping's barriers.
bool vacuous(const row& r, const cell& c);
// A search of all there is, ended by a limit or by the user.
bool cut_short(const cell& c);
// Whether a dependency that nobody states would forbid the violation.
bool for_a_dependency(const cell& c);

std::string variant_text(const worlds::variant& v);
std::string cell_text(const row& r, const cell& c);
// The same in a few letters, for many models.
std::string short_text(const row& r, const cell& c);
// What kind of violation a row shows, or how the models differ in it.
std::string kinds_of(const row& r);

// Nothing was verified: there is no verdict.
nlohmann::ordered_json estimate_json(const row& r, const cell& c);
nlohmann::ordered_json to_json(const row& r, const cell& c);

}  // namespace ringsim::scenarios::commands
