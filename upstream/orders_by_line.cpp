#include "upstream/orders_by_line.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "scenarios/program/user_error.hpp"

namespace ringsim::upstream_code {

orders_by_line::orders_by_line(const std::string& text, const sim::check::built_program& program) {
    try {
        lines_ = sim::check::parse_orders_at(text);
        calls_ = sim::check::program_lines(program.path).calls_at(lines_);
    } catch (const std::invalid_argument& e) {
        throw scenarios::user_error(std::string("--at: ") + e.what());
    }
}

void orders_by_line::note(const result& r) {
    used_.insert(r.orders_used.begin(), r.orders_used.end());
}

void orders_by_line::check_all_used() const {
    for (unsigned n = 0; n < lines_.size(); ++n)
        if (!used_.contains(n))
            throw scenarios::user_error(fmt::format(
                "--at: {}:{}: no access that can be {} comes from that line in any execution",
                lines_[n].file, lines_[n].line, ringsim::name(lines_[n].how)));
}

}  // namespace ringsim::upstream_code
