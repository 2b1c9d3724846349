#include "consumer/live/foreign_ring.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/magic.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "consumer/live/machine.hpp"
#include "consumer/live/refusal.hpp"
#include "kernel_model/site_table.hpp"

namespace ringsim::consumer::live {
namespace {

using clock = std::chrono::steady_clock;

// What kind of BPF object a descriptor is: "bpf-map", "bpf-prog", "bpf_link".
std::string kind_of(int fd) {
    std::array<char, 128> target{};
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    const ssize_t length = readlink(link.c_str(), target.data(), target.size() - 1);
    const std::string text(target.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    return text.substr(text.find(':') + 1);
}

foreign_ring checked(descriptor fd, const std::string& what) {
    const std::string kind = kind_of(fd.get());
    if (kind.find("bpf-map") == std::string::npos)
        throw refusal(status_usage, what + " is not a map but a " + kind +
                                        "; give the pin of a map of type ringbuf");
    bpf_map_info info{};
    std::uint32_t size = sizeof info;
    if (const int error = bpf_obj_get_info_by_fd(fd.get(), &info, &size))
        throw refusal(status_not_possible,
                      what + ": the kernel tells nothing about it: " + describe_errno(-error));
    if (info.type != BPF_MAP_TYPE_RINGBUF) {
        const char* type = libbpf_bpf_map_type_str(static_cast<bpf_map_type>(info.type));
        throw refusal(status_usage, what + " is a map of type " +
                                        (type ? std::string(type) : std::to_string(info.type)) +
                                        "; give one of type ringbuf");
    }
    return {std::move(fd), info.id, info.name, info.max_entries};
}

[[noreturn]] void refuse_pin(const std::string& path, const std::string& what, int error) {
    struct stat entry {};
    struct statfs system {};
    if (error == ENOENT || error == ENOTDIR) throw refusal(status_usage, what + " does not exist");
    if (stat(path.c_str(), &entry) == 0 && S_ISDIR(entry.st_mode))
        throw refusal(status_usage, what + " is a directory; give the path of a pinned map");
    // The kernel says EACCES here, too, whoever asks.
    if (statfs(path.c_str(), &system) == 0 &&
        static_cast<unsigned long>(system.f_type) != BPF_FS_MAGIC)
        throw refusal(status_usage, what +
                                        " is not on a BPF file system, so nothing is pinned "
                                        "there; pins are mostly below /sys/fs/bpf");
    if (error == EACCES || error == EPERM)
        throw refusal(status_not_possible,
                      what + ": not permitted; " +
                          (has_cap_bpf() ? "check the owner and the mode of the pin"
                                         : "needs root or CAP_BPF, and this process has neither"));
    throw refusal(status_not_possible, what + ": " + describe_errno(error));
}

// Walks over the headers between its own position and producer_pos. The owner of the ring may give
// space back and the producer use it again at any time, so a header counts only if the producer
// was less than a whole ring ahead after it was read.
class record_counter {
  public:
    record_counter(const ring_pages& pages, unsigned long from)
        : ring_(pages), mask_(pages.mask), pos_(from) {}

    void catch_up(foreign_activity& seen) {
        // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
        unsigned long prod_pos = ring_.load_producer_pos(site::consumer_load_producer_pos);
        while (pos_ < prod_pos) {
            // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit().
            const std::uint32_t len = ring_.load_header(site::consumer_load_header, pos_);
            // Pairs with the same release: a header that was overwritten is below it by a ring.
            prod_pos = ring_.load_producer_pos(site::consumer_load_producer_pos);
            if (prod_pos - pos_ > mask_) {
                ++seen.overtaken;
                pos_ = prod_pos;
                return;
            }
            if (len & BPF_RINGBUF_BUSY_BIT) return;
            ++(len & BPF_RINGBUF_DISCARD_BIT ? seen.discarded : seen.records);
            pos_ += record_size(len);
        }
    }

  private:
    mapped_ring<upstream_orders> ring_;
    unsigned long mask_;
    unsigned long pos_;
};

// How long the record at consumer_pos has been there as it is: committed and not consumed, or not
// committed.
class wait_clock {
  public:
    explicit wait_clock(std::uint32_t map_id) : map_id_(map_id) {}

    void look(foreign_activity& seen) {
        const auto now = clock::now();
        const ring_snapshot& at = seen.after;
        const bool there = at.consumer_pos != at.producer_pos;
        if (!there || at.committed != committed_ || at.consumer_pos != consumer_pos_) {
            committed_ = at.committed;
            consumer_pos_ = at.consumer_pos;
            since_ = now;
            asked_ = false;
            // A report that came since the last look may be that of this record.
            notifications_ = last_notifications_;
        } else if (committed_) {
            waits(seen, now - since_);
        } else {
            seen.longest_busy = std::max(seen.longest_busy, now - since_);
        }
        last_notifications_ = seen.notifications;
    }

  private:
    void waits(foreign_activity& seen, std::chrono::nanoseconds waited) {
        // While it waits, and not when it is over: then its owner is awake.
        if (waited > stall_after && !asked_) {
            seen.owners = owners_of_map(map_id_);
            asked_ = true;
        }
        if (waited <= seen.longest_wait) return;
        seen.longest_wait = waited;
        seen.notifications_in_wait = seen.notifications - notifications_;
    }

    std::uint32_t map_id_;
    bool committed_ = false;
    bool asked_ = false;
    unsigned long consumer_pos_ = 0;
    clock::time_point since_ = clock::now();
    std::uint64_t notifications_ = 0;
    std::uint64_t last_notifications_ = 0;
};

}  // namespace

// The descriptors are opened for reading and writing, for want of another way: the kernel maps no
// page of a map that was opened read-only. It is the mappings that cannot be written.
foreign_ring open_pinned_ring(const std::string& path) {
    const std::string what = "pin '" + path + "'";
    const int fd = bpf_obj_get(path.c_str());
    if (fd < 0) refuse_pin(path, what, -fd);
    return checked(descriptor(fd), what);
}

foreign_ring open_ring_by_id(std::uint32_t id) {
    const std::string what = "map " + std::to_string(id);
    const int fd = bpf_map_get_fd_by_id(id);
    if (fd == -ENOENT)
        throw refusal(status_usage, "there is no " + what + "; `bpftool map list` shows the ids");
    if (fd == -EPERM)
        throw refusal(status_not_possible,
                      what + ": finding a map by its id needs root or CAP_SYS_ADMIN");
    if (fd < 0) throw refusal(status_not_possible, what + ": " + describe_errno(-fd));
    return checked(descriptor(fd), what);
}

foreign_activity watch_foreign_ring(const foreign_ring& ring, std::chrono::nanoseconds duration,
                                    const std::atomic<bool>& interrupted,
                                    const std::function<void(const foreign_activity&)>& progress) {
    const ring_mapping mapping(ring.fd.get(), ring.bytes, mapping_use::observe);
    const descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    if (!epoll || epoll_ctl(epoll.get(), EPOLL_CTL_ADD, ring.fd.get(), &event) != 0)
        throw refusal(status_not_possible, "no epoll on the ring: " + describe_errno(errno));
    // What is there already is reported at once, and is not a notification.
    epoll_wait(epoll.get(), &event, 1, 0);

    foreign_activity seen;
    seen.before = seen.after = look_at(mapping.pages());
    record_counter counter(mapping.pages(), seen.before.producer_pos);
    wait_clock waiting(ring.id);
    const auto start = clock::now();
    auto next_progress = start + std::chrono::seconds(1);
    while (clock::now() - start < duration && !interrupted) {
        if (epoll_wait(epoll.get(), &event, 1, 1) == 1) ++seen.notifications;
        counter.catch_up(seen);
        seen.after = look_at(mapping.pages());
        waiting.look(seen);
        seen.seconds = std::chrono::duration<double>(clock::now() - start).count();
        if (!progress || clock::now() < next_progress) continue;
        next_progress += std::chrono::seconds(1);
        progress(seen);
    }
    seen.seconds = std::chrono::duration<double>(clock::now() - start).count();
    if (seen.longest_wait <= stall_after) seen.owners = owners_of_map(ring.id);
    return seen;
}

foreign_verdict judge_foreign(const foreign_activity& seen) {
    using enum foreign_verdict;
    if (seen.longest_wait > stall_after) {
        if (seen.owners.empty()) return nobody_reads;
        if (seen.notifications_in_wait > 0) return not_read;
        return std::ranges::any_of(seen.owners, &ring_owner::asleep_in_epoll) ? stalled : not_woken;
    }
    return seen.longest_busy > stall_after ? not_committed : no_stall_seen;
}

}  // namespace ringsim::consumer::live
