#include "consumer/live/machine.hpp"

#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "consumer/live/descriptor.hpp"
#include "consumer/live/refusal.hpp"

namespace ringsim::consumer::live {

kernel_release running_kernel() {
    utsname name{};
    uname(&name);
    kernel_release release;
    release.text = name.release;
    release.arch = name.machine;
    if (std::sscanf(name.release, "%d.%d", &release.major, &release.minor) != 2)
        release.major = release.minor = 0;
    return release;
}

bool has_cap_bpf() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (!line.starts_with("CapEff:")) continue;
        const std::uint64_t effective = std::stoull(line.substr(7), nullptr, 16);
        const auto has = [&](int capability) { return (effective >> capability & 1) != 0; };
        return has(CAP_BPF) || has(CAP_SYS_ADMIN);
    }
    return false;
}

std::vector<int> allowed_cpus() {
    std::vector<int> cpus;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    return cpus;
}

int try_ring_map() {
    bpf_attr attributes;
    std::memset(&attributes, 0, sizeof attributes);
    attributes.map_type = BPF_MAP_TYPE_RINGBUF;
    attributes.max_entries = static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE));
    const descriptor map(
        static_cast<int>(syscall(__NR_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes)));
    return map ? 0 : errno;
}

int try_edge_epoll() {
    const descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
    const descriptor event(eventfd(0, EFD_CLOEXEC));
    epoll_event interest{};
    interest.events = EPOLLIN | EPOLLET;
    if (!epoll || !event) return errno;
    return epoll_ctl(epoll.get(), EPOLL_CTL_ADD, event.get(), &interest) == 0 ? 0 : errno;
}

std::string describe_errno(int error) {
    const char* symbol = strerrorname_np(error);
    return std::string(std::strerror(error)) + " (" + (symbol ? symbol : "?") + ")";
}

std::string why_bpf_failed(int error) {
    const kernel_release kernel = running_kernel();
    if (!has_cap_bpf()) return "needs root or CAP_BPF, and this process has neither";
    if (kernel.major < kernel_major_min ||
        (kernel.major == kernel_major_min && kernel.minor < kernel_minor_min))
        return "needs Linux 5.17 or newer (bpf_loop), and this is " + kernel.text;
    if (error == ENOSYS) return "this kernel was built without bpf()";
    if (error == EPERM)
        return "the kernel denies bpf() although the capability is there: a container's seccomp "
               "filter or kernel lockdown is in the way";
    return "the kernel refused the BPF program or its ring: " + describe_errno(error);
}

}  // namespace ringsim::consumer::live
