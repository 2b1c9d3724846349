// What this machine and this process offer to live mode.
#pragma once

#include <string>
#include <vector>

namespace ringsim::consumer::live {

struct kernel_release {
    int major = 0;
    int minor = 0;
    std::string text;  // as uname(2) gives it
    std::string arch;
};
kernel_release running_kernel();

// bpf_loop() came with 5.17; running syscall programs by BPF_PROG_TEST_RUN with 5.14.
inline constexpr int kernel_major_min = 5;
inline constexpr int kernel_minor_min = 17;

// True if this process may use bpf(): CAP_BPF or CAP_SYS_ADMIN is effective.
bool has_cap_bpf();

// The CPUs that this process may run on.
std::vector<int> allowed_cpus();

// Tries what live mode needs of bpf(), without libbpf. Each returns 0, or the errno value.
int try_ring_map();    // creates a BPF_MAP_TYPE_RINGBUF of one page
int try_edge_epoll();  // adds a descriptor to an epoll set with EPOLLET

// The one line that says why the kernel refused the program or the ring, given the errno value.
std::string why_bpf_failed(int error);

}  // namespace ringsim::consumer::live
