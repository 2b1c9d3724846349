// Who may map which page of a ring of the running kernel.
#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "consumer/live/descriptor.hpp"
#include "consumer/live/machine.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

namespace live = consumer::live;

int try_map(int fd, std::size_t pages, int protection, off_t page_offset) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* at = mmap(nullptr, pages * page, protection, MAP_SHARED, fd,
                    page_offset * static_cast<off_t>(page));
    if (at == MAP_FAILED) return errno;
    munmap(at, pages * page);
    return 0;
}

// Whether a read-only mapping of a page can be made writable afterwards: it must not.
int try_make_writable(int fd, off_t page_offset) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* at =
        mmap(nullptr, page, PROT_READ, MAP_SHARED, fd, page_offset * static_cast<off_t>(page));
    if (at == MAP_FAILED) return errno;
    const int result = mprotect(at, page, PROT_READ | PROT_WRITE) == 0 ? 0 : errno;
    munmap(at, page);
    return result;
}

}  // namespace

TEST_CASE("pages of a ring: who may write what, and nobody more afterwards") {
    const live::descriptor ring(bpf_map_create(BPF_MAP_TYPE_RINGBUF, nullptr, 0, 0, 4096, nullptr));
    const live::descriptor user(
        bpf_map_create(BPF_MAP_TYPE_USER_RINGBUF, nullptr, 0, 0, 4096, nullptr));
    if (!ring || !user) SKIP(live::why_bpf_failed(errno));
    constexpr int writable = PROT_READ | PROT_WRITE;
    // The consumer's page alone of a ring.
    CHECK(try_map(ring.get(), 1, writable, 0) == 0);
    CHECK(try_map(ring.get(), 2, writable, 0) == EPERM);
    CHECK(try_map(ring.get(), 1, writable, 1) == EPERM);
    CHECK(try_map(ring.get(), 3, PROT_READ, 1) == 0);
    // Everything but the consumer's page of a user ring.
    CHECK(try_map(user.get(), 1, writable, 0) == EPERM);
    CHECK(try_map(user.get(), 1, PROT_READ, 0) == 0);
    CHECK(try_map(user.get(), 3, writable, 1) == 0);
    // CVE-2021-3489's second half: a mapping made read-only stays so.
    CHECK(try_make_writable(ring.get(), 1) == EACCES);
    CHECK(try_make_writable(user.get(), 0) == EACCES);
}

}  // namespace ringsim::tests
