#include "tests/live/conformance.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>

#include "conformance.skel.h"
#include "consumer/live/machine.hpp"
#include "consumer/live/ring_mapping.hpp"
#include "consumer/process_ring.hpp"
#include "kernel_model/poll.hpp"
#include "kernel_model/site_table.hpp"
#include "tests/live/conformance_epoll.hpp"
#include "tests/live/conformance_model.hpp"

namespace ringsim::tests {
namespace {

namespace live = consumer::live;

struct skeleton_closer {
    void operator()(conformance_bpf* s) const { conformance_bpf__destroy(s); }
};
using skeleton_ptr = std::unique_ptr<conformance_bpf, skeleton_closer>;

// Loads the program with a ring of its own; nothing, with errno set, if that fails.
skeleton_ptr load(std::uint32_t ring_bytes, ring_mode mode) {
    libbpf_set_print(nullptr);
    skeleton_ptr skeleton(conformance_bpf__open());
    if (!skeleton) return nullptr;
    bpf_map__set_max_entries(skeleton->maps.ring, ring_bytes);
    if (mode == ring_mode::overwrite)
        bpf_map__set_map_flags(skeleton->maps.ring, BPF_F_RB_OVERWRITE);
    if (const int error = conformance_bpf__load(skeleton.get())) {
        errno = -error;
        return nullptr;
    }
    std::memcpy(skeleton->bss->fill, fill_bytes().data(), sizeof skeleton->bss->fill);
    return skeleton;
}

std::string pair_text(std::string_view what, auto kernel, auto model) {
    return std::string(what) + ": kernel " + std::to_string(kernel) + ", model " +
           std::to_string(model);
}

// A ring of the running kernel. A new one costs the verifier ten milliseconds, so it is used again.
class real_ring {
  public:
    real_ring(std::uint32_t ring_bytes, ring_mode mode)
        : ring_bytes_(ring_bytes), skeleton_(load(ring_bytes, mode)) {
        if (skeleton_)
            mapping_ =
                std::make_unique<live::ring_mapping>(fd(), ring_bytes, live::mapping_use::consume);
    }

    bool loaded() const { return skeleton_ != nullptr; }
    int fd() const { return bpf_map__fd(skeleton_->maps.ring); }
    const consumer::ring_pages& pages() const { return mapping_->pages(); }

    // 0 or a negative errno.
    int run(conformance_script& script) {
        bpf_test_run_opts options{};
        options.sz = sizeof options;
        options.ctx_in = &script;
        options.ctx_size_in = sizeof script;
        return bpf_prog_test_run_opts(bpf_program__fd(skeleton_->progs.run_script), &options);
    }

    // As good as new: nothing in it, and both positions at a multiple of its size. What the pages
    // hold no longer matters to the kernel.
    void renew() {
        for (;;) {
            const auto pos = mapped(pages()).load_producer_pos(site::poll_load_producer_pos);
            mapped(pages()).store_consumer_pos(site::consumer_store_consumer_pos, pos);
            const auto rest = static_cast<std::uint32_t>(-pos % ring_bytes_);
            if (rest == 0) return;
            conformance_script filler{};
            filler.outputs[0].present = 1;
            filler.outputs[0].size = std::min<std::uint32_t>(rest - 8, CONFORMANCE_FILL);
            filler.outputs[0].flags = BPF_RB_NO_WAKEUP;
            if (run(filler) != 0 || filler.outputs[0].result != 0)
                throw std::runtime_error("a ring cannot be filled up to its end");
        }
    }

  private:
    using mapped = consumer::mapped_ring<upstream_orders>;

    std::uint32_t ring_bytes_;
    skeleton_ptr skeleton_;
    std::unique_ptr<live::ring_mapping> mapping_;
};

// The kernel's ring and the model's. Every function returns what differs, or an empty string.
class ring_pair {
  public:
    ring_pair(real_ring& real, const sequence& on, mutant broken, patience wait)
        : real_(real), model_(on.ring_bytes, broken, on.mode), patience_(wait) {
        if (!loaded()) return;
        if (on.mode == ring_mode::usual) {
            real_.renew();
            model_.begin_at(live::look_at(real_.pages()).producer_pos, real_.pages().data);
        }
        landed_.watch({fd()}, {watch_how::edge});
    }

    bool loaded() const { return real_.loaded(); }
    int fd() const { return real_.fd(); }
    bool ready() { return kernel::ringbuf_avail_data_sz(model_) != 0; }
    std::uint64_t notifications() const { return model_.notifications(); }

    std::string run(const conformance_script& script) {
        conformance_script on_kernel = script, on_model = script;
        if (const int error = real_.run(on_kernel); error != 0)
            return "the program did not run: errno " + std::to_string(-error);
        const std::uint64_t before = model_.notifications();
        run_on_model(model_, on_model);
        // The interrupt has run once an edge is there; it cannot be seen on an empty ring.
        if (model_.notifications() != before && ready()) (void)landed_.wait(true, patience_);
        return compare_results(on_kernel, on_model);
    }

    static std::string compare_results(const conformance_script& k, const conformance_script& m) {
        for (unsigned i = 0; i < CONFORMANCE_SLOTS; ++i) {
            const std::string slot = "slot " + std::to_string(i);
            if (k.slots[i].reserve_result != m.slots[i].reserve_result)
                return pair_text(slot + " reserve", k.slots[i].reserve_result,
                                 m.slots[i].reserve_result);
            if (k.slots[i].write_result != m.slots[i].write_result)
                return pair_text(slot + " write", k.slots[i].write_result, m.slots[i].write_result);
        }
        for (unsigned i = 0; i < CONFORMANCE_OUTPUTS; ++i)
            if (k.outputs[i].result != m.outputs[i].result)
                return pair_text("output " + std::to_string(i), k.outputs[i].result,
                                 m.outputs[i].result);
        if (k.fixed.reserved != m.fixed.reserved)
            return pair_text("fixed reserve", k.fixed.reserved, m.fixed.reserved);
        for (unsigned i = 0; i < 2; ++i) {
            const conformance_query &a = k.queries[i], &b = m.queries[i];
            if (a.avail_data != b.avail_data)
                return pair_text("query avail_data", a.avail_data, b.avail_data);
            if (a.ring_size != b.ring_size)
                return pair_text("query ring_size", a.ring_size, b.ring_size);
            if (a.cons_pos != b.cons_pos)
                return pair_text("query cons_pos", a.cons_pos, b.cons_pos);
            if (a.prod_pos != b.prod_pos)
                return pair_text("query prod_pos", a.prod_pos, b.prod_pos);
            if (a.answer != b.answer)
                return pair_text("query of " + std::to_string(a.flags), a.answer, b.answer);
        }
        return {};
    }

    // The consumer is the same code on both sides; the samples that it is shown must be, too.
    std::string consume(const step& s) {
        // What lies at consumer_pos of an overwrite ring may be no record: nothing is read there.
        if (model_.overwrite_mode()) {
            set_consumer_pos(model_.load_producer_pos(site::poll_load_producer_pos));
            return {};
        }
        constexpr int callback_error = -7;
        const auto consume_from = [&](auto& ring, std::vector<std::byte>& shown) {
            std::int64_t sample = 0;
            return consumer::ringbuf_process_ring(
                ring, s.samples_max, [&](std::span<const std::byte> payload) {
                    shown.insert(shown.end(), payload.begin(), payload.end());
                    return sample++ == s.fail_at ? callback_error : 0;
                });
        };
        std::vector<std::byte> kernel_samples, model_samples;
        mapped real(real_.pages());
        const auto kernel_result = consume_from(real, kernel_samples);
        const auto model_result = consume_from(model_, model_samples);
        if (kernel_result != model_result)
            return pair_text("ringbuf_process_ring", kernel_result, model_result);
        if (kernel_samples != model_samples) return "the samples differ";
        return {};
    }

    std::string move(const step& s) {
        const auto producer_pos =
            static_cast<std::int64_t>(model_.load_producer_pos(site::poll_load_producer_pos));
        set_consumer_pos(static_cast<std::uint64_t>(producer_pos + s.consumer_pos_offset));
        std::string differs = run(s.script);
        if (differs.empty()) differs = compare_rings();
        set_consumer_pos(model_.load_producer_pos(site::poll_load_producer_pos));
        return differs;
    }

    // Positions, every byte of the data pages (headers, pg_off, payload), readiness by poll(2).
    std::string compare_rings() {
        const live::ring_snapshot kernel_sees = live::look_at(real_.pages());
        const std::uint64_t cons_pos = model_.load_consumer_pos(site::poll_load_consumer_pos);
        const std::uint64_t prod_pos = model_.load_producer_pos(site::poll_load_producer_pos);
        if (kernel_sees.consumer_pos != cons_pos)
            return pair_text("consumer_pos", kernel_sees.consumer_pos, cons_pos);
        if (kernel_sees.producer_pos != prod_pos)
            return pair_text("producer_pos", kernel_sees.producer_pos, prod_pos);

        const auto* real = real_.pages().data;
        const auto model = model_.data();
        if (std::memcmp(real, model.data(), model.size()) != 0) {
            const auto differs = std::mismatch(model.begin(), model.end(), real).first;
            const auto at = static_cast<std::size_t>(differs - model.begin());
            return pair_text("byte " + std::to_string(at) + " of the data",
                             std::to_integer<int>(real[at]), std::to_integer<int>(model[at]));
        }

        pollfd ring{fd(), POLLIN, 0};
        const bool ready = poll(&ring, 1, 0) == 1;
        const bool expected = kernel::ringbuf_avail_data_sz(model_) != 0;
        return ready == expected ? std::string{} : pair_text("poll()", ready, expected);
    }

  private:
    using mapped = consumer::mapped_ring<upstream_orders>;

    void set_consumer_pos(std::uint64_t pos) {
        mapped(real_.pages()).store_consumer_pos(site::consumer_store_consumer_pos, pos);
        model_.store_consumer_pos(site::consumer_store_consumer_pos, pos);
    }

    real_ring& real_;
    plain_ring model_;
    patience patience_;
    // Watched before all others, so that its callback is the last to run.
    real_epoll landed_;
};

// Two rings, and sets of epoll that watch them.
class two_rings {
  public:
    two_rings(std::array<real_ring, 2>& real, const sequence& on, mutant broken, patience wait)
        : patience_(wait),
          rings_{ring_pair(real[0], on, broken, wait), ring_pair(real[1], on, broken, wait)},
          alone_{epoll_pair("a level-triggered", {watch_how::level}, broken),
                 epoll_pair("an edge-triggered", {watch_how::edge}, broken),
                 epoll_pair("a oneshot", {watch_how::oneshot}, broken)},
          together_("a common", {watch_how::level, watch_how::edge}, broken) {
        if (!loaded()) return;
        for (epoll_pair& e : alone_) e.watch({rings_[0].fd()});
        together_.watch({rings_[0].fd(), rings_[1].fd()});
    }

    // What differs, in the first step after which something does.
    std::string apply(const std::vector<step>& steps) {
        if (!loaded()) return live::why_bpf_failed(errno);
        for (const step& s : steps)
            if (std::string differs = apply(s); !differs.empty()) return differs;
        return {};
    }

  private:
    bool loaded() const { return rings_[0].loaded() && rings_[1].loaded(); }

    std::string apply(const step& s) {
        ring_pair& ring = rings_[s.ring];
        const std::uint64_t before = ring.notifications();
        std::string differs;
        switch (s.kind) {
            case step_kind::run:
                differs = ring.run(s.script);
                break;
            case step_kind::consume:
                differs = ring.consume(s);
                break;
            case step_kind::wait:
                differs = wait();
                break;
            case step_kind::rearm:
                oneshot_.rearm(0, ready_);
                break;
            case step_kind::move:
                differs = ring.move(s);
                break;
        }
        if (ring.notifications() != before) notify(s.ring);
        return differs.empty() ? ring.compare_rings() : differs;
    }
    void notify(unsigned ring) {
        if (ring == 0)
            for (epoll_pair& e : alone_) e.notify(0);
        together_.notify(ring);
    }
    std::string wait() {
        for (epoll_pair& e : alone_)
            if (std::string differs = e.wait(ready_, patience_); !differs.empty()) return differs;
        return together_.wait(ready_, patience_);
    }

    patience patience_;
    std::array<ring_pair, 2> rings_;
    const modelled_epoll::readiness ready_ = [this](unsigned ring) { return rings_[ring].ready(); };
    std::array<epoll_pair, 3> alone_;
    epoll_pair& oneshot_ = alone_[2];
    epoll_pair together_;
};

}  // namespace

std::string compare(const sequence& steps, mutant broken, patience wait) {
    const auto new_rings = [&steps] {
        return std::array{real_ring(steps.ring_bytes, steps.mode),
                          real_ring(steps.ring_bytes, steps.mode)};
    };
    // What an overwrite ring has lost cannot be brought back: it is used once.
    if (steps.mode == ring_mode::overwrite) {
        auto used_once = new_rings();
        return two_rings(used_once, steps, broken, wait).apply(steps.steps);
    }
    static std::map<std::uint32_t, std::array<real_ring, 2>> kept;
    auto of_size = kept.find(steps.ring_bytes);
    if (of_size == kept.end()) of_size = kept.emplace(steps.ring_bytes, new_rings()).first;
    return two_rings(of_size->second, steps, broken, wait).apply(steps.steps);
}

std::string why_conformance_cannot_run(ring_mode mode) {
    // Dynptrs came with 5.19, two releases after the rest.
    if (!load(4096, ring_mode::usual)) return live::why_bpf_failed(errno);
    if (mode == ring_mode::usual || load(4096, mode)) return {};
    if (errno != EINVAL) return live::why_bpf_failed(errno);
    return "Linux " + live::running_kernel().text +
           " has no overwrite mode: it refuses BPF_F_RB_OVERWRITE, which came with 6.19";
}

}  // namespace ringsim::tests
