#include "upstream/sources.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/program/user_error.hpp"
#include "upstream/upstream_directory.generated.hpp"

namespace ringsim::upstream_code {
namespace {

namespace fs = std::filesystem;
using scenarios::user_error;

std::string whole(const fs::path& p) {
    return fs::weakly_canonical(fs::absolute(p)).string();
}

// "6.12.117" of a tree's Makefile.
std::string version_of_tree(const fs::path& tree) {
    std::ifstream in(tree / "Makefile");
    std::string parts[3];
    static const std::string_view names[] = {"VERSION = ", "PATCHLEVEL = ", "SUBLEVEL = "};
    for (std::string line; std::getline(in, line);)
        for (std::size_t i = 0; i < 3; ++i)
            if (parts[i].empty() && line.starts_with(names[i]))
                parts[i] = line.substr(names[i].size());
    if (parts[0].empty() || parts[1].empty()) return "";
    return parts[0] + "." + parts[1] + (parts[2].empty() ? "" : "." + parts[2]);
}

// "1.5" of libbpf_version.h.
std::string version_of_libbpf(const fs::path& directory) {
    std::istringstream text(text_of((directory / "libbpf_version.h").string()));
    std::string major;
    std::string minor;
    for (std::string word; text >> word;) {
        if (word == "LIBBPF_MAJOR_VERSION") text >> major;
        if (word == "LIBBPF_MINOR_VERSION") text >> minor;
    }
    return major.empty() ? "" : major + "." + minor;
}

// Debian's package linux-source-VERSION puts an archive here, which its user extracts.
fs::path debian_tree(const std::string& version) {
    const std::string package = "linux-source-" + version;
    const fs::path extracted = fs::path("/usr/src") / package;
    if (fs::exists(extracted / "kernel/bpf/ringbuf.c")) return extracted;
    const std::string archive = "/usr/src/" + package + ".tar.xz";
    if (fs::exists(archive))
        throw user_error("--linux debian:" + version + ": extract it first: tar -C /usr/src -xf " +
                         archive);
    throw user_error("--linux debian:" + version + ": no " + extracted.string() +
                     "; `apt-get install " + package + "`, then `tar -C /usr/src -xf " + archive +
                     "`, or give --linux DIR");
}

// That a file defines what makes it the one that is meant.
void check_defines(const fs::path& file, const char* name, const std::string& asked) {
    if (text_of(file.string()).find(name) == std::string::npos)
        throw user_error(asked + ": " + file.string() + " does not define " + name);
}

void take_kernel(sources& out, const asked_for& linux) {
    constexpr std::string_view debian = "debian:";
    const std::string& given = linux.value;
    const std::string asked = linux.option + " " + given;
    fs::path at = given;
    if (given.starts_with(debian)) at = debian_tree(given.substr(debian.size()));
    if (!fs::exists(at)) throw user_error(asked + ": no such file or directory");
    if (fs::is_directory(at)) {
        const fs::path file = at / "kernel/bpf/ringbuf.c";
        if (!fs::exists(file))
            throw user_error(asked + ": has no kernel/bpf/ringbuf.c; a kernel tree, " +
                             "or the file itself is needed");
        check_defines(file, "ringbuf_map_ops", asked);
        out.kernel_file = whole(file);
        out.linux_tree = whole(at);
        out.linux_version = version_of_tree(at);
        return;
    }
    check_defines(at, "ringbuf_map_ops", asked);
    out.kernel_file = whole(at);
    const fs::path tree = fs::path(out.kernel_file).parent_path().parent_path().parent_path();
    if (fs::exists(tree / "tools/lib/bpf/libbpf.h")) {
        out.linux_tree = tree.string();
        out.linux_version = version_of_tree(tree);
    }
}

// Of a kernel tree: tools/lib/bpf and the headers that its own makefile names.
void take_libbpf_of_tree(sources& out, const fs::path& tree) {
    out.libbpf_file = whole(tree / "tools/lib/bpf/ringbuf.c");
    for (const char* part :
         {"tools/lib/bpf", "tools/include", "tools/include/uapi", "tools/arch/x86/include"})
        out.libbpf_includes.push_back(whole(tree / part));
    out.libbpf_version = version_of_libbpf(tree / "tools/lib/bpf");
}

void take_libbpf(sources& out, const asked_for& libbpf) {
    const std::string& given = libbpf.value;
    const std::string asked = libbpf.option + " " + given;
    if (given.empty()) {
        if (out.linux_tree.empty())
            throw user_error("--linux " + out.kernel_file +
                             ": is not in a kernel tree, so --libbpf DIR or FILE is needed");
        return take_libbpf_of_tree(out, out.linux_tree);
    }
    const fs::path at = given;
    if (!fs::exists(at)) throw user_error(asked + ": no such file or directory");
    if (fs::exists(at / "tools/lib/bpf/ringbuf.c")) return take_libbpf_of_tree(out, at);
    // The layout of GitHub's libbpf/libbpf: src, include, include/uapi.
    fs::path file = at;
    if (fs::is_directory(at))
        file = fs::exists(at / "src/ringbuf.c") ? at / "src/ringbuf.c" : at / "ringbuf.c";
    if (!fs::exists(file))
        throw user_error(asked + ": has no src/ringbuf.c and no tools/lib/bpf; a " +
                         "checkout of libbpf, a kernel tree or the file itself is needed");
    check_defines(file, "ring_buffer__new", asked);
    out.libbpf_file = whole(file);
    const fs::path beside = fs::path(out.libbpf_file).parent_path();
    if (fs::exists(beside / "libbpf_internal.h")) {
        out.libbpf_includes.push_back(beside.string());
        const fs::path top = beside.parent_path();
        for (const char* part : {"include", "include/uapi"})
            if (fs::is_directory(top / part)) out.libbpf_includes.push_back(whole(top / part));
        const fs::path tree = beside.parent_path().parent_path().parent_path();
        for (const char* part : {"tools/include", "tools/include/uapi", "tools/arch/x86/include"})
            if (fs::is_directory(tree / part)) out.libbpf_includes.push_back(whole(tree / part));
        out.libbpf_version = version_of_libbpf(beside);
        return;
    }
    // A file by itself: with the headers of the kernel tree.
    if (out.linux_tree.empty())
        throw user_error(asked + ": has no libbpf_internal.h beside it, and --linux " +
                         "is no tree that has one");
    sources of_tree;
    take_libbpf_of_tree(of_tree, out.linux_tree);
    out.libbpf_includes = of_tree.libbpf_includes;
}

}  // namespace

sources find_sources(const asked_for& linux, const asked_for& libbpf) {
    sources out;
    take_kernel(out, linux);
    take_libbpf(out, libbpf);
    if (!fs::exists(out.libbpf_file))
        throw user_error(out.libbpf_file + ": no such file; --libbpf says where it is");
    return out;
}

void take_wakeup(sources& s, const std::string& wakeup) {
    if (wakeup == "abstract") return;
    const std::string asked = "--wakeup " + wakeup;
    if (s.linux_tree.empty())
        throw user_error(asked + ": needs a kernel tree, not only its ringbuf.c");
    const auto take = [&](std::string& file, const char* name) {
        file = s.linux_tree + name;
        if (!fs::exists(file)) throw user_error(file + ": no such file; " + asked + " needs it");
    };
    take(s.irq_work_file, "/kernel/irq_work.c");
    take(s.llist_file, "/lib/llist.c");
    if (wakeup != "eventpoll") return;
    take(s.eventpoll_file, "/fs/eventpoll.c");
    take(s.wait_file, "/kernel/sched/wait.c");
    take(s.rbtree_file, "/lib/rbtree.c");
}

bool is_kernel_file(const sources& s, const std::string& file) {
    for (const std::string* own : {&s.kernel_file, &s.irq_work_file, &s.llist_file,
                                   &s.eventpoll_file, &s.wait_file, &s.rbtree_file})
        if (file == *own) return true;
    // With a wakeup of the tree's own, its headers have code as well.
    return !s.irq_work_file.empty() && file.starts_with(s.linux_tree + "/include/");
}

std::string text_of(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

std::string own_directory() {
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    const fs::path beside = program.parent_path().parent_path() / "share/ringsim/upstream";
    for (const fs::path& candidate : {beside, fs::path(RINGSIM_UPSTREAM_DIRECTORY)})
        if (fs::exists(candidate / "glue/kernel.c")) return candidate.string();
    throw scenarios::machine_error("the headers of `ringsim upstream` are not installed: neither " +
                                   beside.string() + " nor " RINGSIM_UPSTREAM_DIRECTORY);
}

}  // namespace ringsim::upstream_code
