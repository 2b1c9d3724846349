// What `--at FILE:LINE=ORDER` means in a program that is built: the accesses at a line, as the
// places in its code to which their reports return.
//
// The compiler has been told the orders of the source, and the program is not compiled anew for
// others. Each report of an access is a call, and the runtime knows an access by where that call
// returns to (entry.hpp); so it is enough to know which of these addresses are of the line. They
// are found in the disassembly, and given lines by the debug information (symbols.cpp). One line
// may have several: of several accesses, of code that is put in line in several functions, of a
// loop that is unrolled. The order holds for all of them; an access for which it makes no sense
// keeps its own (order_instead(), events.hpp).
#include "sim/check/order_at.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>
#include <stdexcept>

#include "sim/check/compile.hpp"
#include "sim/check/hooks.hpp"
#include "sim/check/runtime.hpp"
#include "sim/stable_sort.hpp"

namespace ringsim::sim::check {
namespace {

// Those of C and C++ but for consume, which compilers make acquire.
constexpr order valid_orders[] = {order::relaxed, order::acquire, order::release, order::acq_rel,
                                  order::seq_cst};

// Cut at the last '=' and the last ':' in front of it, because the name of a file may have either.
order_at_line parse_one(std::string_view text) {
    const auto equals = text.rfind('=');
    const auto colon = text.substr(0, equals).rfind(':');
    order_at_line at;
    if (equals != std::string_view::npos && colon != std::string_view::npos && colon > 0) {
        at.file = text.substr(0, colon);
        const char* const end = text.data() + equals;
        const auto read = std::from_chars(text.data() + colon + 1, end, at.line);
        if (read.ptr != end || read.ec != std::errc{}) at.line = 0;
    }
    if (at.line == 0)
        throw std::invalid_argument("'" + std::string(text) +
                                    "' is not FILE:LINE=ORDER, as in ring.c:12=release");
    const std::string_view word = text.substr(equals + 1);
    const auto how = parse_order(word);
    if (!how || std::ranges::find(valid_orders, *how) == std::end(valid_orders))
        throw std::invalid_argument("'" + std::string(word) +
                                    "' is no order; valid: relaxed, acquire, release, acq_rel, "
                                    "seq_cst");
    at.how = *how;
    return at;
}

// A call by which an access or a barrier comes: of ThreadSanitizer's, of a hook in assembly, or of
// kernel code (upstream/include/common/ringsim/access.h), whose locks and wakeups have one order.
bool reports_access(const std::string& line) {
    static const std::string ways[] = {
        "<__tsan_",   std::string(hook_prefix), "__sim_load@", "__sim_store@",
        "__sim_rmw@", "__sim_cmpxchg@",         "__sim_fence@"};
    return line.find("\tcall") != std::string::npos &&
           std::ranges::any_of(
               ways, [&](const std::string& way) { return line.find(way) != std::string::npos; });
}

// Where calls that report accesses return to: the instructions behind them, as offsets in the
// shared object. The line behind a call has that address at its head: "    11c5:\tmov ...". Lines
// between two functions have none, and are passed over.
std::vector<std::uint64_t> reporting_calls(const std::string& program) {
    std::istringstream lines(output_of({"objdump", "-d", "--no-show-raw-insn", program}));
    std::vector<std::uint64_t> found;
    bool reports = false;
    for (std::string line; std::getline(lines, line);) {
        const auto colon = line.find(":\t");
        if (colon == std::string::npos) continue;
        if (reports) found.push_back(std::stoull(line.substr(0, colon), nullptr, 16));
        reports = reports_access(line);
    }
    return found;
}

// The user may leave out leading directories, but no part of a name: "ring.c" is not "string.c".
bool is_file(const std::string& file, const std::string& asked) {
    return file == asked || file.ends_with("/" + asked);
}

// For the message about a line without an access: up to three lines that have some before it, and
// up to six in all. An inlined function or a macro often puts an access a line or two further on.
std::string lines_near(const std::set<unsigned>& lines, unsigned line) {
    if (lines.empty()) return "no line of a file of that name has any";
    std::string text = "lines of that file that have:";
    auto at = lines.lower_bound(line);
    for (unsigned n = 0; n < 3 && at != lines.begin(); ++n) --at;
    for (unsigned n = 0; n < 6 && at != lines.end(); ++n, ++at)
        text += (n == 0 ? " " : ", ") + std::to_string(*at);
    return text;
}

}  // namespace

std::vector<order_at_line> parse_orders_at(std::string_view text) {
    std::vector<order_at_line> found;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        found.push_back(parse_one(text.substr(at, end - at)));
        at = end + 1;
    }
    return found;
}

// Sorted for is_call(); one process of addr2line is asked for all of them at once.
std::optional<ordered_access> ordered_access_of(const graph::label& l) {
    ordered_access a{l.note, access::load, l.source};
    if (l.kind == graph::event_kind::write)
        a.kind = access::store;
    else if (l.kind == graph::event_kind::fence)
        a.kind = access::fence;
    else if (l.kind != graph::event_kind::read)
        return std::nullopt;
    if (l.op != graph::rmw_op::none || l.rmw) a.kind = access::rmw;
    return a;
}

program_lines::program_lines(const std::string& program)
    : symbols_(program), calls_(reporting_calls(program)) {
    std::ranges::sort(calls_);
    symbols_.look_up(calls_);
}

bool program_lines::is_call(std::uint64_t offset) const {
    return std::ranges::binary_search(calls_, offset);
}

std::vector<order_at_call> program_lines::calls_at(const std::vector<order_at_line>& lines) const {
    std::vector<order_at_call> found;
    for (unsigned n = 0; n < lines.size(); ++n) {
        std::set<unsigned> of_file;
        const std::size_t before = found.size();
        for (const std::uint64_t call : calls_) {
            const source_place& at = symbols_.place(call);
            if (!is_file(at.file, lines[n].file)) continue;
            of_file.insert(at.line);
            if (at.line == lines[n].line) found.push_back({call, lines[n].how, n});
        }
        // A line of which nothing is found is an error: the user would think that an order had been
        // tried which was not.
        if (found.size() == before)
            throw std::invalid_argument(lines[n].file + ":" + std::to_string(lines[n].line) +
                                        " has no access to memory; " +
                                        lines_near(of_file, lines[n].line));
    }
    // Where two of the lines name the same place the one that was given first stays the first.
    sort_stably_by(found, &order_at_call::offset);
    return found;
}

}  // namespace ringsim::sim::check
