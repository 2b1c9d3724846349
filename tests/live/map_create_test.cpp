// Which rings the running kernel creates, and which the model says that it does.
#include <bpf/bpf.h>
#include <doctest/doctest.h>

#include <cerrno>
#include <vector>

#include "consumer/live/descriptor.hpp"
#include "consumer/live/machine.hpp"
#include "kernel_model/map_alloc.hpp"
#include "tests/live/plain_ring.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace live = consumer::live;
using kernel::map_attributes;

// 0 or a negative errno.
int create(const map_attributes& attr) {
    bpf_map_create_opts options{};
    options.sz = sizeof options;
    options.map_flags = attr.map_flags;
    const auto type = attr.user_ring ? BPF_MAP_TYPE_USER_RINGBUF : BPF_MAP_TYPE_RINGBUF;
    const live::descriptor ring(
        bpf_map_create(type, nullptr, attr.key_size, attr.value_size, attr.max_entries, &options));
    return ring ? 0 : -errno;
}

// Every flag, each size up to some pages, and both kinds; two things wrong at a time, too.
std::vector<map_attributes> attributes() {
    // A map token belongs to bpf() itself, and is looked for before the ring is.
    constexpr std::uint32_t BPF_F_TOKEN_FD = 1u << 16;
    std::vector<std::uint32_t> flags{0, BPF_F_NUMA_NODE | BPF_F_RB_OVERWRITE};
    for (unsigned bit = 0; bit < 32; ++bit)
        if (1u << bit != BPF_F_TOKEN_FD) flags.push_back(1u << bit);
    std::vector<map_attributes> all;
    for (const bool user_ring : {false, true}) {
        for (const std::uint32_t f : flags)
            for (const std::uint32_t bytes : {4096u, 0u})
                all.push_back({.user_ring = user_ring, .max_entries = bytes, .map_flags = f});
        for (const std::uint32_t bytes :
             {0u, 1u, 8u, 2048u, 4095u, 4096u, 4097u, 8192u, 12288u, 65536u, 69632u, 1u << 20})
            all.push_back({.user_ring = user_ring, .max_entries = bytes});
        all.push_back({.user_ring = user_ring, .key_size = 4, .max_entries = 4096});
        all.push_back({.user_ring = user_ring, .value_size = 8, .max_entries = 4096});
    }
    return all;
}

}  // namespace

TEST_CASE("a ring is created or refused as the model says") {
    if (const int error = create({.max_entries = 4096}); error != 0)
        SKIP(live::why_bpf_failed(-error));
    unsigned created = 0, refused = 0;
    for (const map_attributes& attr : attributes()) {
        CAPTURE(attr.user_ring);
        CAPTURE(attr.key_size);
        CAPTURE(attr.value_size);
        CAPTURE(attr.max_entries);
        CAPTURE(attr.map_flags);
        const int modelled = kernel::ringbuf_map_alloc(model_of_running_kernel().has, attr);
        CHECK(create(attr) == modelled);
        ++(modelled == 0 ? created : refused);
    }
    CHECK(created >= 12);
    CHECK(refused >= 100);
}

}  // namespace ringsim::tests
