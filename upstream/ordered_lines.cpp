#include "upstream/ordered_lines.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "sim/check/symbols.hpp"
#include "sim/stable_sort.hpp"

namespace ringsim::upstream_code {
namespace {

// The last three parts of a path, which are the same in every tree.
std::string short_path(const std::string& file) {
    std::size_t at = file.size();
    for (int parts = 0; parts < 3 && at != std::string::npos; ++parts)
        at = at == 0 ? std::string::npos : file.rfind('/', at - 1);
    return at == std::string::npos ? file : file.substr(at + 1);
}

bool orders(const ordered_access& a) {
    return a.how != order::relaxed && a.how != order::plain && a.how != order::none;
}

}  // namespace

bool ordered_line::visited_by(const result& r) const {
    return std::ranges::any_of(r.accesses, [&](const ordered_access& a) {
        return a.kind == kind && std::ranges::find(offsets, a.offset) != offsets.end();
    });
}

// C has an acq_rel of both sides; the kernel has _acquire and _release, smp_rmb() and smp_wmb().
std::vector<order> ordered_line::weaker() const {
    switch (how) {
        case order::full:
            return {order::relaxed, order::acquire, order::release};
        case order::seq_cst:
        case order::acq_rel:
            if (kind != access::fence && kind != access::rmw) return {order::relaxed};
            if (libbpf && how == order::seq_cst)
                return {order::relaxed, order::acquire, order::release, order::acq_rel};
            return {order::relaxed, order::acquire, order::release};
        default:
            return {order::relaxed};
    }
}

std::vector<order> ordered_line::one_step_weaker() const {
    std::vector<order> all = weaker();
    if (std::ranges::find(all, order::acq_rel) != all.end()) return {order::acq_rel};
    if (all.size() > 1) std::erase(all, order::relaxed);
    return all;
}

void ordered_line::change(std::vector<sim::check::order_at_call>& orders, order to) const {
    std::erase_if(orders, [&](const sim::check::order_at_call& o) {
        return std::ranges::find(offsets, o.offset) != offsets.end();
    });
    if (to != how)
        for (const std::uint64_t offset : offsets) orders.push_back({offset, to, 0});
    sim::sort_stably_by(orders, &sim::check::order_at_call::offset);
}

std::string_view name_of_order(const ordered_line& of, order o) {
    if (o == order::relaxed && of.kind == access::fence) return "none";
    if (of.kind != access::fence || of.libbpf) return name(o);
    return o == order::acquire   ? "smp_rmb()"
           : o == order::release ? "smp_wmb()"
           : o == order::seq_cst ? "smp_mb()"
                                 : name(o);
}

std::vector<ordered_line> ordered_lines(const sim::check::built_program& program,
                                        const sources& from,
                                        const std::vector<const result*>& visited) {
    std::vector<ordered_access> all;
    for (const result* r : visited)
        for (const ordered_access& a : r->accesses)
            if (orders(a)) all.push_back(a);
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::vector<std::uint64_t> offsets;
    offsets.reserve(all.size());
    for (const ordered_access& a : all) offsets.push_back(a.offset);
    sim::check::symbols_of_program symbols(program.path);
    symbols.look_up(offsets);
    // By file, the kernel's first; by line, and by what it asks for.
    std::map<std::tuple<bool, std::string, unsigned, access, order>, ordered_line> lines;
    for (const ordered_access& a : all) {
        const sim::check::source_place& at = symbols.place(a.offset);
        const bool libbpf = at.file == from.libbpf_file;
        if (!libbpf && !is_kernel_file(from, at.file)) continue;
        ordered_line& l = lines[{libbpf, at.file, at.line, a.kind, a.how}];
        l.file = short_path(at.file);
        l.line = at.line;
        l.text = symbols.text(at);
        l.kind = a.kind;
        l.how = a.how;
        l.libbpf = libbpf;
        l.offsets.push_back(a.offset);
    }
    std::vector<ordered_line> found;
    for (auto& [key, l] : lines) found.push_back(std::move(l));
    return found;
}

}  // namespace ringsim::upstream_code
