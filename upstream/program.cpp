#include "upstream/program.hpp"

#include <dlfcn.h>

#include "upstream/compiler.hpp"

namespace ringsim::upstream_code {
namespace {

namespace check = sim::check;
using words = std::vector<std::string>;

std::string quoted(const std::string& path) {
    return "\"" + path + "\"";
}

bool mentions(const std::string& text, std::string_view word) {
    return text.find(word) != std::string::npos;
}

// Where the compiler's own headers are: <stddef.h> and <stdbool.h>.
std::string compilers_headers(const std::string& compiler) {
    words command = check::compiler_words(compiler);
    command.emplace_back("-print-file-name=include");
    std::string text = check::output_of(command);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

words common_flags(const build_options& how) {
    // The driver sleeps on the ring's wait queue as on one edge.
    words flags{"-std=gnu11", "-fno-strict-aliasing", "-DRINGSIM_EDGES",
                "-DRINGSIM_PAGE_SHIFT=" + std::to_string(how.page_shift)};
    if (how.bits == 32) flags.emplace_back("-DRINGSIM_NARROW");
    return flags;
}

void append(words& to, const words& more) {
    to.insert(to.end(), more.begin(), more.end());
}

words user_flags(const sources& what, const build_options& how, const std::string& own) {
    const std::string text = text_of(what.libbpf_file);
    words flags = common_flags(how);
    for (const char* part : {"/include/user", "/include/common"})
        flags.push_back("-I" + own + part);
    for (const std::string& i : what.libbpf_includes) flags.push_back("-I" + i);
    flags.push_back("-DRINGSIM_LIBBPF_FILE=" + quoted(what.libbpf_file));
    if (mentions(text, "ring_buffer__consume_n")) flags.emplace_back("-DRINGSIM_HAS_CONSUME_N");
    if (mentions(text, "user_ring_buffer__new")) flags.emplace_back("-DRINGSIM_HAS_USER_RING");
    return flags;
}

template <class F>
void find(void* program, const char* name, F& f) {
    f = reinterpret_cast<F>(dlsym(program, (std::string("ringsim_glue_") + name).c_str()));
}

}  // namespace

words kernel_flags(const std::string& compiler, const std::string& linux_tree) {
    const std::string own = own_directory();
    words flags{"-D__KERNEL__",
                "-nostdinc",
                "-isystem",
                compilers_headers(compiler),
                "-I" + own + "/include/kernel",
                "-I" + own + "/include/common"};
    // Behind the stand-ins: what they leave out, the tree has.
    if (!linux_tree.empty())
        append(flags,
               {"-idirafter", linux_tree + "/include", "-idirafter", linux_tree + "/include/uapi"});
    return flags;
}

check::built_program build(const sources& what, const build_options& how,
                           const check::work_directory& where) {
    const std::string own = own_directory();
    const std::string text = text_of(what.kernel_file);
    check::build_request request;
    request.c_compiler = how.c_compiler;
    words kernel = common_flags(how);
    append(kernel, kernel_flags(how.c_compiler, what.linux_tree));
    if (!what.irq_work_file.empty()) kernel.emplace_back("-DRINGSIM_REAL_IRQ_WORK");
    if (!what.eventpoll_file.empty()) kernel.emplace_back("-DRINGSIM_REAL_EVENTPOLL");
    words ring = kernel;
    ring.push_back("-DRINGSIM_KERNEL_FILE=" + quoted(what.kernel_file));
    if (mentions(text, "pending_pos")) ring.emplace_back("-DRINGSIM_HAS_PENDING_POS");
    if (mentions(text, "overwrite_pos")) ring.emplace_back("-DRINGSIM_HAS_OVERWRITE_POS");
    if (mentions(text, "bpf_user_ringbuf_drain")) ring.emplace_back("-DRINGSIM_HAS_DRAIN");
    const auto add = [&](const std::string& file, words flags) {
        try_compiler(how.c_compiler, flags, file);
        flags.emplace_back("-w");
        request.files.push_back(file);
        request.flags_of[file] = std::move(flags);
    };
    add(own + "/glue/kernel.c", ring);
    words user = user_flags(what, how, own);
    if (!what.eventpoll_file.empty()) user.emplace_back("-DRINGSIM_REAL_EVENTPOLL");
    add(own + "/glue/user.c", user);
    if (!what.irq_work_file.empty()) {
        add(own + "/glue/irq_work.c", kernel);
        add(what.irq_work_file, kernel);
        add(what.llist_file, kernel);
    }
    if (!what.eventpoll_file.empty()) {
        add(own + "/glue/eventpoll.c", kernel);
        add(what.eventpoll_file, kernel);
        add(what.rbtree_file, kernel);
        kernel.insert(kernel.end(), std::begin(part_of_scheduler), std::end(part_of_scheduler));
        add(what.wait_file, kernel);
    }
    return check::build(request, where);
}

functions::functions(const std::string& path) {
    void* const program = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!program) throw check::build_error(70, std::string("the program is gone: ") + dlerror());
    find(program, "create", create);
    find(program, "word", word);
    find(program, "start_at", start_at);
    find(program, "reserve", reserve);
    find(program, "write", write);
    find(program, "submit", submit);
    find(program, "discard", discard);
    find(program, "query", query);
    find(program, "drain", drain);
    find(program, "open", open);
    find(program, "edge", edge);
    find(program, "consume", consume);
    find(program, "consume_n", consume_n);
    find(program, "poll_ring", poll_ring);
    find(program, "epoll_wait", epoll_wait);
    find(program, "epoll_mod", epoll_mod);
    find(program, "open_user", open_user);
    find(program, "user_reserve", user_reserve);
    find(program, "user_reserve_blocking", user_reserve_blocking);
    find(program, "user_submit", user_submit);
    find(program, "user_discard", user_discard);
}

}  // namespace ringsim::upstream_code
