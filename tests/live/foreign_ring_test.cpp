// Watching somebody else's ring: what is told, what is refused, and that nothing is touched.
#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "consumer/live/foreign_ring.hpp"
#include "consumer/live/producer.hpp"
#include "consumer/live/refusal.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

using namespace std::chrono_literals;
namespace live = consumer::live;

// A BPF file system of our own, in a mount namespace of our own: the machine's is left alone.
class private_bpffs {
  public:
    private_bpffs() {
        std::string name = std::filesystem::temp_directory_path() / "ringsim-bpffs-XXXXXX";
        path_ = mkdtemp(name.data());
        mounted_ = unshare(CLONE_NEWNS) == 0 &&
                   mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                   mount("bpf", path_.c_str(), "bpf", 0, nullptr) == 0;
    }
    ~private_bpffs() {
        if (mounted_) umount(path_.c_str());
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    private_bpffs(const private_bpffs&) = delete;
    private_bpffs& operator=(const private_bpffs&) = delete;

    bool mounted() const { return mounted_; }
    std::string pin(int fd, const std::string& name) const {
        const std::string path = path_ + "/" + name;
        REQUIRE(bpf_obj_pin(fd, path.c_str()) == 0);
        return path;
    }
    std::string path() const { return path_; }

  private:
    std::string path_;
    bool mounted_ = false;
};

std::string why_no_foreign_ring() {
    try {
        const live::producer loaded(4096);
        return {};
    } catch (const live::refusal& r) {
        return r.what();
    }
}

// The line of the refusal, and its status in front.
std::string refusal_of(auto&& run) {
    try {
        run();
    } catch (const live::refusal& r) {
        return std::to_string(r.status()) + " " + r.what();
    }
    return "not refused";
}

std::uint32_t map_id_of(int fd) {
    bpf_map_info info{};
    std::uint32_t size = sizeof info;
    REQUIRE(bpf_obj_get_info_by_fd(fd, &info, &size) == 0);
    return info.id;
}

}  // namespace

TEST_CASE("watch: what is seen of a ring, and that nothing is consumed") {
    if (const std::string why = why_no_foreign_ring(); !why.empty()) SKIP(why);
    live::producer owner(65536);
    const live::foreign_ring ring = live::open_ring_by_id(map_id_of(owner.ring_fd()));
    CHECK(ring.name == "ring");
    CHECK(ring.bytes == 65536);

    live::producer_job job;
    job.batch = 10;
    REQUIRE(owner.run(job) == 0);  // before the watch: not counted

    // The producer runs until the watch is over; the ring fills up and stays so.
    live::foreign_activity seen;
    {
        const std::jthread producing([&](const std::stop_token& over) {
            while (!over.stop_requested()) owner.run(job);
        });
        const std::atomic<bool> never{false};
        seen = live::watch_foreign_ring(ring, 200ms, never, {});
    }

    CHECK(seen.before.consumer_pos == 0);
    CHECK(seen.after.consumer_pos == 0);
    CHECK(seen.after.producer_pos >= seen.before.producer_pos);
    CHECK(seen.overtaken == 0);
    CHECK(seen.discarded == 0);
    CHECK(seen.after.committed);
    // Between its two last looks the watcher may have missed what came in after the first.
    const auto made = (seen.after.producer_pos - seen.before.producer_pos) / 16;
    CHECK(seen.records <= made);
    CHECK(seen.records + 4096 >= made);
    CHECK(seen.longest_wait > 0ns);
    CHECK(seen.seconds >= 0.2);
}

namespace {

// Another process that has the ring open. It sleeps in epoll_wait() with an edge trigger, or
// elsewhere, until it is killed.
class other_owner {
  public:
    other_owner(int ring, bool in_epoll) : pid_(fork()) {
        if (pid_ != 0) return;
        const int epoll = epoll_create1(0);
        epoll_event event{};
        event.events = EPOLLIN | EPOLLET;
        epoll_ctl(epoll, EPOLL_CTL_ADD, ring, &event);
        while (in_epoll) epoll_wait(epoll, &event, 1, -1);
        pause();
        _exit(0);
    }
    ~other_owner() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    other_owner(const other_owner&) = delete;
    other_owner& operator=(const other_owner&) = delete;
    pid_t pid() const { return pid_; }

  private:
    pid_t pid_;
};

}  // namespace

TEST_CASE("watch: who sleeps over a committed record, and what is sure about it") {
    if (const std::string why = why_no_foreign_ring(); !why.empty()) SKIP(why);
    using enum live::foreign_verdict;
    live::producer maker(65536);
    const live::foreign_ring ring = live::open_ring_by_id(map_id_of(maker.ring_fd()));
    const std::atomic<bool> never{false};
    const auto watched = [&] { return live::watch_foreign_ring(ring, 400ms, never, {}); };
    CHECK(judge_foreign(watched()) == no_stall_seen);  // it is empty

    live::producer_job quiet;
    quiet.batch = 1;
    quiet.flags = BPF_RB_NO_WAKEUP;
    REQUIRE(maker.run(quiet) == 0);
    CHECK(judge_foreign(watched()) == nobody_reads);
    {
        const other_owner asleep(maker.ring_fd(), true);
        const auto seen = watched();
        CHECK(judge_foreign(seen) == stalled);
        REQUIRE(seen.owners.size() == 1);
        CHECK(seen.owners[0].pid == asleep.pid());
        CHECK(seen.owners[0].asleep_in_epoll);
        CHECK(seen.notifications_in_wait == 0);
    }
    const other_owner elsewhere(maker.ring_fd(), false);
    CHECK(judge_foreign(watched()) == not_woken);

    live::producer_job loud;
    loud.batch = 1;
    loud.flags = BPF_RB_FORCE_WAKEUP;
    live::foreign_activity seen;
    {
        const std::jthread producing([&](const std::stop_token& over) {
            while (!over.stop_requested()) {
                maker.run(loud);
                std::this_thread::sleep_for(20ms);
            }
        });
        seen = watched();
    }
    CHECK(judge_foreign(seen) == not_read);
}

TEST_CASE("watch: the pages are mapped without the right to write") {
    if (const std::string why = why_no_foreign_ring(); !why.empty()) SKIP(why);
    live::producer owner(4096);
    const live::ring_mapping watching(owner.ring_fd(), 4096, live::mapping_use::observe);
    const auto address = reinterpret_cast<unsigned long>(watching.pages().consumer_pos);
    char range[64];
    std::snprintf(range, sizeof range, "%lx-", address);
    FILE* maps = fopen("/proc/self/maps", "r");
    REQUIRE(maps);
    bool found = false;
    for (char line[512]; fgets(line, sizeof line, maps);)
        if (std::string_view(line).starts_with(range)) {
            found = true;
            CHECK(std::string_view(line).find(" r--s ") != std::string_view::npos);
        }
    fclose(maps);
    CHECK(found);
}

TEST_CASE("watch: what is no pinned ring is refused in one line") {
    if (const std::string why = why_no_foreign_ring(); !why.empty()) SKIP(why);
    const private_bpffs bpffs;
    if (!bpffs.mounted()) SKIP("cannot mount a BPF file system of its own");
    const auto refused = [&](const std::string& path) {
        const std::string line = refusal_of([&] { live::open_pinned_ring(path); });
        CHECK(line.find('\n') == std::string::npos);
        return line;
    };
    live::producer owner(4096);
    const std::string ring = bpffs.pin(owner.ring_fd(), "ring");
    CHECK(live::open_pinned_ring(ring).bytes == 4096);

    const live::descriptor array(bpf_map_create(BPF_MAP_TYPE_ARRAY, "numbers", 4, 4, 1, nullptr));
    CHECK(refused(bpffs.pin(array.get(), "array")).find("map of type array") != std::string::npos);
    const live::descriptor user(
        bpf_map_create(BPF_MAP_TYPE_USER_RINGBUF, "user", 0, 0, 4096, nullptr));
    if (user)
        CHECK(refused(bpffs.pin(user.get(), "user")).find("type user_ringbuf") !=
              std::string::npos);

    const bpf_insn program[] = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
                                {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
    const live::descriptor filter(bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "nothing", "MIT",
                                                program, std::size(program), nullptr));
    REQUIRE(filter);
    CHECK(refused(bpffs.pin(filter.get(), "program")).find("not a map but a bpf-prog") !=
          std::string::npos);

    CHECK(refused(bpffs.path() + "/missing").find("2 pin '") == 0);
    CHECK(refused(bpffs.path() + "/missing").find("does not exist") != std::string::npos);
    CHECK(refused(ring + "/below").find("does not exist") != std::string::npos);
    CHECK(refused(bpffs.path()).find("is a directory") != std::string::npos);
    CHECK(refused("/proc/self/exe").find("not on a BPF file system") != std::string::npos);
    CHECK(refused("").find("does not exist") != std::string::npos);
    CHECK(refusal_of([] { live::open_ring_by_id(0xffffffff); }).find("2 there is no map") == 0);
}

}  // namespace ringsim::tests
