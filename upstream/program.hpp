// The kernel's and libbpf's ring buffers as one loaded program, and its functions.
#pragma once

#include <cstdint>
#include <string>

#include "sim/check/compile.hpp"
#include "upstream/sources.hpp"

namespace ringsim::upstream_code {

// Words of the ring; the numbers are those of ringsim_glue_word() in upstream/glue/kernel.c.
enum class ring_word : std::uint8_t {
    consumer_pos,
    producer_pos,
    data,
    waitq,
    spinlock,
    pending_pos,
    overwrite_pos,
    mask,
    work,
    busy,
    count_,
};

// What the program is compiled for.
struct build_options {
    unsigned bits = 64;  // of a position: 64, or 32 by taking `long` for `int`
    unsigned page_shift = 5;
    std::string c_compiler = "cc";
};

// How the compiler finds the stand-in headers, and behind them those of the tree, if there is one.
std::vector<std::string> kernel_flags(const std::string& compiler, const std::string& linux_tree);

// For kernel/sched/wait.c, which is a part of another file, with the headers of that. A whole tree
// has a "sched.h" beside it, which is made an empty one.
inline constexpr const char* part_of_scheduler[] = {"-D_KERNEL_SCHED_SCHED_H", "-include",
                                                    "sched.h"};

// Compiles and links the sources with the simulator's part of the program. Throws
// sim::check::build_error, whose text for a name that the headers lack is one line.
sim::check::built_program build(const sources& what, const build_options& how,
                                const sim::check::work_directory& where);

struct bpf_map;

// The functions of a loaded program: upstream/glue. nullptr: the sources have no such thing.
struct functions {
    explicit functions(const std::string& path);

    bpf_map* (*create)(std::uint32_t bytes, int user_ring, std::uint32_t flags) = nullptr;
    void* (*word)(bpf_map*, int which) = nullptr;
    void (*start_at)(bpf_map*, std::uint64_t position) = nullptr;
    void* (*reserve)(bpf_map*, std::uint64_t size) = nullptr;
    void (*write)(void* sample, std::uint32_t words, std::uint64_t value) = nullptr;
    void (*submit)(void* sample, std::uint64_t flags) = nullptr;
    void (*discard)(void* sample, std::uint64_t flags) = nullptr;
    std::uint64_t (*query)(bpf_map*, std::uint64_t flags) = nullptr;
    std::int64_t (*drain)(bpf_map*, void* context, std::uint64_t flags) = nullptr;
    int (*open)(bpf_map*, unsigned bytes, unsigned events) = nullptr;
    int (*edge)() = nullptr;
    std::int64_t (*consume)() = nullptr;
    std::int64_t (*consume_n)(std::uint64_t n) = nullptr;
    std::int64_t (*poll_ring)() = nullptr;
    int (*epoll_wait)(int timeout) = nullptr;
    int (*epoll_mod)() = nullptr;  // with the tree's own eventpoll only
    int (*open_user)(bpf_map*, unsigned bytes, unsigned events) = nullptr;
    void* (*user_reserve)(unsigned size) = nullptr;
    void* (*user_reserve_blocking)(unsigned size) = nullptr;
    void (*user_submit)(void* sample) = nullptr;
    void (*user_discard)(void* sample) = nullptr;
};

}  // namespace ringsim::upstream_code
