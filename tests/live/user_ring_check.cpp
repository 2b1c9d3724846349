#include "tests/live/user_ring_check.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "consumer/live/descriptor.hpp"
#include "consumer/live/machine.hpp"
#include "kernel_model/user_ring.hpp"
#include "tests/live/plain_ring.hpp"
#include "tests/live/random_search.hpp"
#include "user_ring.skel.h"

namespace ringsim::tests {
namespace {

constexpr std::uint32_t ring_bytes = 4096;
constexpr std::uint32_t samples_noted = 64;  // SAMPLES_NOTED of user_ring.bpf.c

// One thread's memory behind the concept of the drain.
class plain_user_ring {
  public:
    using ulong = std::uint64_t;

    explicit plain_user_ring(user_mutant broken) : broken_(broken) {}

    ulong mask() const { return ring_bytes - 1; }
    const kernel::features& has() const { return model_of_running_kernel().has; }
    ulong load_consumer_pos(site) const { return consumer_pos; }
    void store_consumer_pos(site, ulong pos) {
        consumer_pos = pos - (broken_ == user_mutant::consumer_lags ? 8 : 0);
    }
    ulong load_producer_pos(site) const {
        return broken_ == user_mutant::alignment_ignored ? producer_pos / 8 * 8 : producer_pos;
    }
    std::uint32_t load_header(site, ulong pos) const {
        std::uint32_t len;
        std::memcpy(&len, data.data() + (pos & mask()), sizeof len);
        if (broken_ == user_mutant::busy_ignored) len &= ~BPF_RINGBUF_BUSY_BIT;
        if (broken_ == user_mutant::discard_shown) len &= ~BPF_RINGBUF_DISCARD_BIT;
        return len;
    }
    bool try_busy(site) { return std::exchange(busy_, 1u) == 0; }
    void fence(site) const {}
    void branch(dependency) const {}
    void clear_busy(site) { busy_ = broken_ == user_mutant::stays_busy; }
    void set_notify(site) { notified |= broken_ != user_mutant::wakeup_never; }

    ulong consumer_pos = 0, producer_pos = 0;
    bool notified = false;  // since the last report of epoll
    std::vector<std::byte> data = std::vector<std::byte>(ring_bytes);

  private:
    std::uint32_t busy_ = 0;
    user_mutant broken_;
};

struct user_ring_closer {
    void operator()(user_ring_bpf* s) const { user_ring_bpf__destroy(s); }
};
using user_ring_ptr = std::unique_ptr<user_ring_bpf, user_ring_closer>;

user_ring_ptr load_user_ring() {
    libbpf_set_print(nullptr);
    user_ring_ptr skeleton(user_ring_bpf__open());
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
    two_user_rings(user_ring_ptr skeleton, user_mutant broken)
        : model(broken), skeleton_(std::move(skeleton)) {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        const int fd = bpf_map__fd(skeleton_->maps.ring);
        consumer_ = static_cast<std::uint64_t*>(mmap(nullptr, page, PROT_READ, MAP_SHARED, fd, 0));
        auto* rest =
            static_cast<std::byte*>(mmap(nullptr, page + 2 * ring_bytes, PROT_READ | PROT_WRITE,
                                         MAP_SHARED, fd, static_cast<off_t>(page)));
        if (consumer_ == MAP_FAILED || static_cast<void*>(rest) == MAP_FAILED)
            throw std::runtime_error("a user ring buffer cannot be mapped");
        producer_ = reinterpret_cast<std::uint64_t*>(rest);
        data_ = rest + page;
        epoll_event event{};
        event.events = EPOLLOUT | EPOLLET;
        epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
        (void)edge(false);  // there is room in a new ring, which is reported at once
    }

    ~two_user_rings() {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        munmap(consumer_, page);
        munmap(producer_, page + 2 * ring_bytes);
    }
    two_user_rings(const two_user_rings&) = delete;
    two_user_rings& operator=(const two_user_rings&) = delete;

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
    std::string drain(std::uint64_t flags, std::uint64_t stop_at) {
        struct {
            std::uint64_t flags;
            std::uint64_t stop_at;
            std::int64_t result;
        } script{flags, stop_at, 0};
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
                return shown.size() - 1 == stop_at;
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
        // Notified, it looks whether there is room, and forgets the notification if there is none.
        const bool expected_edge = std::exchange(model.notified, false) && expected_room;
        const bool reported = edge(expected_edge);
        return reported == expected_edge ? "" : pair_text("edge", reported, expected_edge);
    }

    // Whether an edge-triggered epoll reports room. One that is expected may take an interrupt.
    bool edge(bool expected) {
        epoll_event event;
        return epoll_wait(epoll_.get(), &event, 1, expected ? 1000 : 0) == 1;
    }

    user_ring_ptr skeleton_;
    consumer::live::descriptor epoll_{epoll_create1(EPOLL_CLOEXEC)};
    std::uint64_t* consumer_ = nullptr;
    std::uint64_t* producer_ = nullptr;
    std::byte* data_ = nullptr;
};

// Empty if the two rings agree.
std::string apply(const user_step& s, two_user_rings& rings) {
    std::uint64_t pos = rings.model.producer_pos;
    if (pos % 8 != 0 || pos - rings.model.consumer_pos > ring_bytes)
        pos = rings.model.consumer_pos;  // puts right what was wrong
    for (const user_record& r : s.records) {
        const std::uint32_t size = record_size(r.payload);
        if (pos + size - rings.model.consumer_pos > ring_bytes) break;
        rings.write_word(pos + 8, r.word);
        rings.write_header(pos, r.header);
        pos += size;
    }
    rings.set_producer_pos(pos + s.too_far);
    std::string differs = rings.drain(s.flags, s.stop_at);
    if (s.gives_up) rings.set_producer_pos(rings.model.consumer_pos);
    return differs;
}

namespace gen = rc::gen;

// Sensible ones mostly; busy, discarded, or both; and lengths that have nothing to do with it.
rc::Gen<user_record> any_record() {
    const auto payload =
        gen::weightedOneOf<std::uint32_t>({{19, below(100u)}, {1, gen::just(4000u)}});
    const auto bits =
        gen::weightedElement<std::uint32_t>({{76, 0},
                                             {15, BPF_RINGBUF_DISCARD_BIT},
                                             {7, BPF_RINGBUF_BUSY_BIT},
                                             {2, BPF_RINGBUF_DISCARD_BIT | BPF_RINGBUF_BUSY_BIT}});
    const auto wrong = gen::weightedOneOf<std::uint32_t>(
        {{2, any_word<std::uint32_t>()}, {1, gen::just(BPF_RINGBUF_DISCARD_BIT - 1)}});
    const auto is_wrong = gen::map(below(20u), [](unsigned drawn) { return drawn == 19; });
    return gen::map(gen::tuple(payload, bits, wrong, is_wrong, any_word<std::uint64_t>()),
                    [](const auto& drawn) {
                        const auto& [bytes, flags, instead, use_it, word] = drawn;
                        return user_record{bytes, use_it ? instead : bytes | flags, word};
                    });
}

rc::Gen<user_step> any_step() {
    using s = user_step;
    const auto records = gen::resize(4, gen::container<std::vector<user_record>>(any_record()));
    const auto too_far =
        gen::weightedElement<std::uint64_t>({{56, 0}, {2, 4}, {1, 2 * ring_bytes}});
    const auto flags = gen::weightedOneOf<std::uint64_t>({{18, gen::just<std::uint64_t>(0)},
                                                          {3, below<std::uint64_t>(8)},
                                                          {1, any_word<std::uint64_t>()}});
    // What stops the drain must not stay there for ever.
    const auto gives_up = gen::map(below(3u), [](unsigned drawn) { return drawn == 2; });
    const auto stop_at = gen::weightedOneOf<std::uint64_t>(
        {{6, gen::just(UINT64_MAX)}, {1, below<std::uint64_t>(3)}});
    return gen::build<s>(gen::set(&s::stop_at, stop_at), gen::set(&s::records, records),
                         gen::set(&s::too_far, too_far), gen::set(&s::flags, flags),
                         gen::set(&s::gives_up, gives_up));
}

}  // namespace

rc::Gen<user_sequence> any_user_sequence() {
    return gen::build<user_sequence>(
        gen::set(&user_sequence::steps, gen::container<std::vector<user_step>>(any_step())));
}

std::string compare(const user_sequence& steps, user_mutant broken) {
    two_user_rings rings(load_user_ring(), broken);
    for (const user_step& s : steps.steps)
        if (std::string differs = apply(s, rings); !differs.empty()) return differs;
    return {};
}

std::string user_step::text() const {
    std::ostringstream out;
    out << std::hex << std::showbase;
    for (const user_record& r : records)
        out << "a record of " << record_size(r.payload) << " bytes with header " << r.header
            << ", ";
    if (too_far != 0) out << "producer_pos " << too_far << " too far, ";
    out << "drain with flags " << flags;
    if (stop_at != UINT64_MAX) out << " until sample " << stop_at;
    if (gives_up) out << ", producer_pos = consumer_pos";
    return out.str();
}

std::uint64_t user_sequence::operations() const {
    std::uint64_t n = 0;
    for (const user_step& s : steps) n += s.records.size() + 1;
    return n;
}

std::string user_sequence::text() const {
    std::string out = "on a new user ring";
    for (const user_step& s : steps) out += "\n  " + s.text();
    return out;
}

std::string why_user_ring_cannot_run() {
    if (load_user_ring()) return {};
    return consumer::live::why_bpf_failed(errno);
}

}  // namespace ringsim::tests
