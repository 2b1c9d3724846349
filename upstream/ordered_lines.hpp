// The lines of the files under test that order memory, and what each would be if it were weaker.
#pragma once

#include <string>
#include <vector>

#include "upstream/explore.hpp"

namespace ringsim::upstream_code {

// What one line asks for, wherever the compiler put it.
struct ordered_line {
    std::string file;  // "kernel/bpf/ringbuf.c"
    unsigned line = 0;
    std::string text;
    access kind = access::load;
    order how = order::relaxed;
    bool libbpf = false;
    std::vector<std::uint64_t> offsets;

    bool visited_by(const result& r) const;
    // The orders that are weaker and that the language of the file has, the weakest first.
    std::vector<order> weaker() const;
    // Of these the ones that nothing else lies below `how`.
    std::vector<order> one_step_weaker() const;
    // Changes the line, in place of what was changed there before.
    void change(std::vector<sim::check::order_at_call>& orders, order to) const;
};

// "smp_load_acquire" and so on is one thing; this is how an order is called where there is no
// access that has it: a barrier that orders nothing is none.
std::string_view name_of_order(const ordered_line& of, order o);

// Of all that was visited, in the order of the files.
std::vector<ordered_line> ordered_lines(const sim::check::built_program& program,
                                        const sources& from,
                                        const std::vector<const result*>& visited);

}  // namespace ringsim::upstream_code
