#include "consumer/live/ring_owners.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

namespace ringsim::consumer::live {
namespace {

namespace fs = std::filesystem;

// Processes come and go while they are looked at: what cannot be read is empty.
std::string first_line_of(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

template <class F>
void each_entry(const fs::path& directory, F&& f) {
    std::error_code error;
    fs::directory_iterator at(directory, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) f(at->path());
}

std::optional<int> number_of(const fs::path& entry) {
    const std::string name = entry.filename().string();
    int number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
    return number;
}

// The kernel says which map a descriptor is in a line "map_id:\tN" of its fdinfo.
bool has_map(const fs::path& process, std::uint32_t map_id) {
    const std::string wanted = "map_id:\t" + std::to_string(map_id);
    bool found = false;
    each_entry(process / "fdinfo", [&](const fs::path& descriptor) {
        std::ifstream in(descriptor);
        for (std::string line; !found && std::getline(in, line);) found = line == wanted;
    });
    return found;
}

bool is_epoll_wait(long number) {
    constexpr long calls[] = {
#ifdef SYS_epoll_wait
        SYS_epoll_wait,
#endif
        SYS_epoll_pwait, SYS_epoll_pwait2};
    return std::ranges::find(calls, number) != std::end(calls);
}

// /proc/PID/task/TID/syscall begins with the number of the call that a thread is asleep in, and is
// "running" if it is not asleep.
bool sleeps_in_epoll(const fs::path& process) {
    bool found = false;
    each_entry(process / "task", [&](const fs::path& task) {
        const std::string call = first_line_of(task / "syscall");
        long number = -1;
        const auto parsed = std::from_chars(call.data(), call.data() + call.size(), number);
        found = found || (parsed.ec == std::errc{} && is_epoll_wait(number));
    });
    return found;
}

}  // namespace

std::vector<ring_owner> owners_of_map(std::uint32_t map_id) {
    std::vector<ring_owner> owners;
    each_entry("/proc", [&](const fs::path& process) {
        const auto pid = number_of(process);
        if (!pid || *pid == getpid() || !has_map(process, map_id)) return;
        owners.push_back({*pid, first_line_of(process / "comm"), sleeps_in_epoll(process)});
    });
    std::ranges::sort(owners, {}, &ring_owner::pid);
    return owners;
}

}  // namespace ringsim::consumer::live
