// Where the files under test are: in a kernel tree, in a checkout of libbpf, or files by
// themselves.
#pragma once

#include <string>
#include <vector>

namespace ringsim::upstream_code {

struct sources {
    std::string kernel_file;  // kernel/bpf/ringbuf.c
    std::string libbpf_file;  // ringbuf.c of libbpf
    std::string kernel_name;  // what a user knows them by, if that is not where they are
    std::string libbpf_name;
    std::vector<std::string> libbpf_includes;
    std::string irq_work_file;  // kernel/irq_work.c and lib/llist.c: empty if not asked for
    std::string llist_file;
    std::string eventpoll_file;  // fs/eventpoll.c, kernel/sched/wait.c and lib/rbtree.c: likewise
    std::string wait_file;
    std::string rbtree_file;
    std::string linux_tree;      // with include/, for the headers of the two; may be empty
    std::string linux_version;   // "6.12.117", or empty
    std::string libbpf_version;  // "1.5" or that of the tree, or empty
};

// An option and what it was given.
struct asked_for {
    std::string option;
    std::string value;
};

// `linux`: a kernel tree, a kernel/bpf/ringbuf.c, or debian:VERSION. `libbpf`: a tree or checkout,
// or a ringbuf.c; empty: that of the kernel tree. Throws scenarios::user_error.
sources find_sources(const asked_for& linux, const asked_for& libbpf);

// Adds what of the tree's own files stands between a commit and the consumer: nothing of them with
// "abstract", kernel/irq_work.c and lib/llist.c with "irq_work", and with "eventpoll" besides
// fs/eventpoll.c, kernel/sched/wait.c and lib/rbtree.c. Throws scenarios::user_error.
void take_wakeup(sources& s, const std::string& wakeup);

// Whether this is a file of the kernel under test, and not of libbpf, or of ours.
bool is_kernel_file(const sources& s, const std::string& file);

// The whole of a file; empty if it cannot be read.
std::string text_of(const std::string& file);

// The directory with the simulator's headers and its part of the program.
std::string own_directory();

}  // namespace ringsim::upstream_code
