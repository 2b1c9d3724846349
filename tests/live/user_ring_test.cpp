// The user ring buffer of the running kernel against the model, every malformed header included;
// and who may map which page of a ring.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "consumer/live/descriptor.hpp"
#include "consumer/live/machine.hpp"
#include "kernel_model/user_ring.hpp"
#include "tests/skip.hpp"
#include "user_ring.skel.h"

namespace ringsim::tests {
namespace {

namespace live = consumer::live;

constexpr std::uint32_t ring_bytes = 4096;
constexpr std::uint32_t samples_noted = 64;  // SAMPLES_NOTED of user_ring.bpf.c

// The model's features for the kernel that runs: of the newest version that is not newer.
const kernel::version& running_version() {
    const live::kernel_release now = live::running_kernel();
    const kernel::version* found = &kernel::versions.front();
    for (const kernel::version& v : kernel::versions) {
        const std::string name(v.name);
        const int major = std::atoi(name.c_str());
        const int minor = std::atoi(name.c_str() + name.find('.') + 1);
        if (major < now.major || (major == now.major && minor <= now.minor)) found = &v;
    }
    return *found;
}

// One thread's memory behind the concept of the drain.
class plain_user_ring {
  public:
    using ulong = std::uint64_t;

    ulong mask() const { return ring_bytes - 1; }
    const kernel::features& has() const { return running_version().has; }
    ulong load_consumer_pos(site) const { return consumer_pos; }
    void store_consumer_pos(site, ulong pos) { consumer_pos = pos; }
    ulong load_producer_pos(site) const { return producer_pos; }
    std::uint32_t load_header(site, ulong pos) const {
        std::uint32_t len;
        std::memcpy(&len, data.data() + (pos & mask()), sizeof len);
        return len;
    }
    std::uint32_t exchange_busy(site) { return std::exchange(busy, 1u); }
    void clear_busy(site) { busy = 0; }
    void set_notify(site) { ++notifications; }

    ulong consumer_pos = 0, producer_pos = 0;
    std::uint32_t busy = 0;
    unsigned notifications = 0;
    std::vector<std::byte> data = std::vector<std::byte>(ring_bytes);
};

struct skeleton_closer {
    void operator()(user_ring_bpf* s) const { user_ring_bpf__destroy(s); }
};
using skeleton_ptr = std::unique_ptr<user_ring_bpf, skeleton_closer>;

skeleton_ptr load() {
    libbpf_set_print(nullptr);
    skeleton_ptr skeleton(user_ring_bpf__open());
    if (!skeleton) return nullptr;
    if (const int error = user_ring_bpf__load(skeleton.get())) {
        errno = -error;
        return nullptr;
    }
    return skeleton;
}

// Both rings, written to alike.
class two_user_rings {
  public:
    explicit two_user_rings(skeleton_ptr skeleton) : skeleton_(std::move(skeleton)) {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        const int fd = bpf_map__fd(skeleton_->maps.ring);
        consumer_ = static_cast<std::uint64_t*>(mmap(nullptr, page, PROT_READ, MAP_SHARED, fd, 0));
        auto* rest =
            static_cast<std::byte*>(mmap(nullptr, page + 2 * ring_bytes, PROT_READ | PROT_WRITE,
                                         MAP_SHARED, fd, static_cast<off_t>(page)));
        REQUIRE(consumer_ != MAP_FAILED);
        REQUIRE(static_cast<void*>(rest) != MAP_FAILED);
        producer_ = reinterpret_cast<std::uint64_t*>(rest);
        data_ = rest + page;
    }

    void write_header(std::uint64_t pos, std::uint32_t len) {
        std::memcpy(data_ + (pos & model.mask()), &len, sizeof len);
        std::memcpy(model.data.data() + (pos & model.mask()), &len, sizeof len);
    }
    void write_word(std::uint64_t pos, std::uint64_t word) {
        std::memcpy(data_ + (pos & model.mask()), &word, sizeof word);
        std::memcpy(model.data.data() + (pos & model.mask()), &word, sizeof word);
    }
    void set_producer_pos(std::uint64_t pos) {
        *static_cast<volatile std::uint64_t*>(producer_) = pos;
        model.producer_pos = pos;
    }

    // Drains both. Empty if they agree.
    std::string drain(std::uint64_t flags) {
        struct {
            std::uint64_t flags;
            std::int64_t result;
        } script{flags, 0};
        bpf_test_run_opts options{};
        options.sz = sizeof options;
        options.ctx_in = &script;
        options.ctx_size_in = sizeof script;
        const int error =
            bpf_prog_test_run_opts(bpf_program__fd(skeleton_->progs.run_drain), &options);
        if (error != 0) return "the program did not run: " + std::to_string(-error);
        std::vector<std::uint64_t> shown;
        const std::int64_t expected =
            kernel::bpf_user_ringbuf_drain(model, flags, [&](std::uint64_t pos, std::uint32_t len) {
                std::uint64_t word = 0;
                if (len >= sizeof word)
                    std::memcpy(&word, model.data.data() + ((pos + 8) & model.mask()), sizeof word);
                shown.push_back(word);
            });
        return compare(script.result, expected, shown);
    }

    plain_user_ring model;

  private:
    static std::string pair_text(std::string_view what, auto kernel, auto modelled) {
        return std::string(what) + ": kernel " + std::to_string(kernel) + ", model " +
               std::to_string(modelled);
    }
    std::string compare(std::int64_t result, std::int64_t expected,
                        const std::vector<std::uint64_t>& shown) {
        if (result != expected) return pair_text("drain", result, expected);
        const auto cons_pos = *static_cast<volatile std::uint64_t*>(consumer_);
        if (cons_pos != model.consumer_pos)
            return pair_text("consumer_pos", cons_pos, model.consumer_pos);
        if (expected != -EINVAL && skeleton_->bss->samples != shown.size())
            return pair_text("samples", skeleton_->bss->samples, shown.size());
        for (std::size_t i = 0; i < shown.size() && i < samples_noted; ++i)
            if (skeleton_->bss->first_words[i] != shown[i])
                return pair_text("sample " + std::to_string(i), skeleton_->bss->first_words[i],
                                 shown[i]);
        pollfd ring{bpf_map__fd(skeleton_->maps.ring), POLLOUT, 0};
        const bool room = poll(&ring, 1, 0) == 1;
        const bool expected_room = model.producer_pos - model.consumer_pos < ring_bytes;
        if (room != expected_room) return pair_text("POLLOUT", room, expected_room);
        return {};
    }

    skeleton_ptr skeleton_;
    std::uint64_t* consumer_ = nullptr;
    std::uint64_t* producer_ = nullptr;
    std::byte* data_ = nullptr;
};

// A step of random but mostly sensible userspace: fills the ring with records, some of them wrong.
std::string random_step(two_user_rings& rings, std::mt19937_64& random) {
    auto one_in = [&](unsigned n) { return random() % n == 0; };
    std::uint64_t pos = rings.model.producer_pos;
    if (pos % 8 != 0) pos = rings.model.consumer_pos;  // put right what was wrong
    for (unsigned i = random() % 5; i > 0; --i) {
        std::uint32_t len = one_in(20) ? 4000 : static_cast<std::uint32_t>(random() % 100);
        const std::uint32_t size = (len + 15) / 8 * 8;
        if (pos + size - rings.model.consumer_pos > ring_bytes) break;
        rings.write_word(pos + 8, random());
        if (one_in(6)) len |= BPF_RINGBUF_DISCARD_BIT;
        if (one_in(12)) len |= BPF_RINGBUF_BUSY_BIT;
        if (one_in(25)) len = static_cast<std::uint32_t>(random());
        if (one_in(40)) len = BPF_RINGBUF_DISCARD_BIT - 1;
        rings.write_header(pos, len);
        pos += size;
    }
    if (one_in(30)) pos += 4;
    if (one_in(60)) pos = rings.model.consumer_pos + 2 * ring_bytes;
    rings.set_producer_pos(pos);
    const std::uint64_t flags[] = {0, BPF_RB_NO_WAKEUP, BPF_RB_FORCE_WAKEUP, 4};
    std::string differs = rings.drain(flags[one_in(10) ? random() % 4 : 0]);
    if (!differs.empty()) return differs;
    // Whatever stopped the drain is taken away, so that it does not stay there for ever.
    if (one_in(3)) rings.set_producer_pos(rings.model.consumer_pos);
    return {};
}

std::string why_not() {
    if (load()) return {};
    return live::why_bpf_failed(errno);
}

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

TEST_CASE("user ring: the model drains what the running kernel drains") {
    if (const std::string why = why_not(); !why.empty()) SKIP(why);
    const char* text = std::getenv("RINGSIM_SEED");
    const std::uint64_t seed = text ? std::strtoull(text, nullptr, 0) : 20220909;
    std::mt19937_64 random(seed);
    two_user_rings rings(load());
    std::string differs;
    unsigned step = 0;
    for (; step < 20'000 && differs.empty(); ++step) differs = random_step(rings, random);
    INFO("RINGSIM_SEED=", seed, ", step ", step, ", Linux ", live::running_kernel().text,
         ", model ", running_version().name);
    CHECK(differs == "");
}

TEST_CASE("user ring: the check notices a model that is wrong") {
    if (const std::string why = why_not(); !why.empty()) SKIP(why);
    two_user_rings rings(load());
    rings.write_header(0, 8);
    rings.write_word(8, 0xA);
    rings.set_producer_pos(16);
    rings.model.producer_pos = 0;  // the model sees nothing
    CHECK(rings.drain(0) != "");
}

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
