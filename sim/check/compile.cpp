// From sources to a program in this process, in five steps: translate() makes objects whose
// accesses can be followed (translate.cpp); bind_libraries() gives new names to what they use of
// libraries (library_symbols.cpp), and objcopy puts these in; the linker makes a shared object; the
// directory with all of it is removed; and load() maps the object into this process and looks at
// what is where.
//
// It is a shared object because it is explored in this process: its threads are fibers here, and
// its memory can be put back. Nothing of it is executed before load(), which runs its constructors.
#include "sim/check/compile.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string_view>

#include "sim/check/library_callers.hpp"
#include "sim/check/library_symbols.hpp"
#include "sim/check/translate.hpp"

extern char** environ;  // NOLINT: its name in POSIX

namespace ringsim::sim::check {
namespace {

// Small files of ours in the directory of this build; one that cannot be written is noticed by the
// tool that reads it.
void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

// What __tls_get_addr() takes, by the ABI for thread-local storage: a loaded object, and a place in
// its block.
struct tls_index {
    std::size_t module;
    std::size_t offset;
};
extern "C" void* __tls_get_addr(tls_index*);  // NOLINT: its name in the ABI

// The page of x86-64, which is what the loader maps in.
constexpr std::uintptr_t page_bytes = 4096;

// Where the program's variables begin and end, as addresses in the file (0 is where the object is
// put). What has no size, as in assembly, ends where the next one begins; names that the linker
// makes are no variables. Of several at one address the longest counts. The letters are nm's for
// data: b (zeroes at first) and d, v for weak and u for unique ones. Functions (t, and w for weak
// ones) are looked for by the way: those of the library by their names.
std::map<std::uint64_t, std::uint64_t> variables_of(
    const std::string& path, std::uint64_t& ending_of_compiler,
    std::map<std::uint64_t, std::uint64_t>& library_functions) {
    constexpr std::string_view linkers[] = {
        "_end",        "_edata",        "__bss_start",          "_DYNAMIC",
        "__TMC_END__", "__FRAME_END__", "_GLOBAL_OFFSET_TABLE_"};
    std::map<std::uint64_t, std::uint64_t> found;
    std::istringstream lines(symbols_by_nm({"-t", "x", "--defined-only", path}));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        std::string kind;
        std::uint64_t at = 0;
        std::uint64_t bytes = 0;
        if (!(words >> name >> kind >> std::hex >> at)) continue;
        words >> bytes;
        if (name == "__do_global_dtors_aux") ending_of_compiler = at;
        if (kind.find_first_of("tTwW") != std::string::npos &&
            is_name_of_library(name, kind == "t"))
            library_functions[at] = at + bytes;
        if (kind.find_first_of("bBdDuVv") == std::string::npos ||
            std::ranges::find(linkers, name) != std::end(linkers))
            continue;
        std::uint64_t& end = found.try_emplace(at, at).first->second;
        end = std::max(end, at + bytes);
    }
    for (auto i = found.begin(); i != found.end(); ++i)
        if (i->second == i->first)
            i->second = std::next(i) == found.end() ? UINT64_MAX : std::next(i)->first;
    return found;
}

// Functions with __attribute__((destructor)), and destructors of static objects with
// -fno-use-cxa-atexit: the loader's to call when the process ends, the last one first, behind all
// that was asked for by atexit() (System V ABI, DT_FINI_ARRAY). Here the program ends many times,
// and its constructors have asked for the others by now. One is of the compiler's own start files,
// at the offset `of_compiler`: it would take the program out of the process.
void add_endings(const link_map& map, std::uint64_t of_compiler) {
    std::uint64_t at = 0;
    std::uint64_t bytes = 0;
    for (const ElfW(Dyn)* d = map.l_ld; d->d_tag != DT_NULL; ++d) {
        if (d->d_tag == DT_FINI_ARRAY) at = d->d_un.d_ptr;
        if (d->d_tag == DT_FINI_ARRAYSZ) bytes = d->d_un.d_val;
    }
    const auto* const functions = reinterpret_cast<void (*const*)(void*)>(map.l_addr + at);
    std::vector<ending> due;
    for (std::size_t i = 0; i < bytes / sizeof *functions; ++i)
        if (reinterpret_cast<std::uintptr_t>(functions[i]) - map.l_addr != of_compiler)
            due.push_back({functions[i], nullptr});
    early_endings().insert(early_endings().begin(), due.begin(), due.end());
}

// Looked for among all loaded objects by the address at which it was put. `out` is filled in by
// describe().
struct found_image {
    const char* base;
    image* out;
};

// Called by dl_iterate_phdr() for each loaded object; a result other than 0 ends that. What is
// writable is followed, what is executable is code, and the block of thread-local data is that of
// this thread of the process, which all threads of the program share in turns (will_run(),
// threads.cpp).
int describe(dl_phdr_info* info, std::size_t, void* data) {
    auto& found = *static_cast<found_image*>(data);
    if (reinterpret_cast<const char*>(info->dlpi_addr) != found.base) return 0;
    image& out = *found.out;
    out.base = reinterpret_cast<char*>(info->dlpi_addr);
    char* constant_end = nullptr;  // relocated, and read-only since
    for (unsigned i = 0; i < info->dlpi_phnum; ++i)
        if (info->dlpi_phdr[i].p_type == PT_GNU_RELRO)
            constant_end = out.base + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
    for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
        const auto& p = info->dlpi_phdr[i];
        if (p.p_type == PT_LOAD && (p.p_flags & PF_W)) {
            char* begin = out.base + p.p_vaddr;
            // Up to the end of its page, which is there too.
            char* const end = reinterpret_cast<char*>(
                (reinterpret_cast<std::uintptr_t>(begin + p.p_memsz) + page_bytes - 1) /
                page_bytes * page_bytes);
            // GNU_RELRO: tables of addresses, and constants that hold some, which the loader fills
            // in and then makes read-only. Nobody can write there, so nothing is to be followed.
            if (constant_end > begin && constant_end <= end) begin = constant_end;
            begin = reinterpret_cast<char*>(reinterpret_cast<std::uintptr_t>(begin) / 8 * 8);
            if (begin < end)
                out.writable.emplace_back(begin, static_cast<std::size_t>(end - begin));
        }
        if (p.p_type == PT_LOAD && (p.p_flags & PF_X)) {
            out.code_begin = out.base + p.p_vaddr;
            out.code_end = out.code_begin + p.p_memsz;
        }
        if (p.p_type == PT_GNU_STACK) out.runs_on_stacks = (p.p_flags & PF_X) != 0;
        if (p.p_type == PT_TLS && p.p_memsz > 0) {
            // Allocates it for this thread, if nobody has asked for it yet.
            tls_index start{info->dlpi_tls_modid, 0};
            out.tls = static_cast<char*>(__tls_get_addr(&start));
            out.tls_bytes = p.p_memsz;
        }
    }
    return 1;
}

}  // namespace

// From here to remove() a signal that would end the process waits: it would leave the directory
// behind. The tools that are run meanwhile have no signals blocked, so that they end at once, and
// the step that waits for them fails.
work_directory::work_directory() {
    sigset_t ends;
    sigemptyset(&ends);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends, signal);
    sigprocmask(SIG_BLOCK, &ends, &before_);
    try {
        directory_.emplace();
    } catch (...) {
        sigprocmask(SIG_SETMASK, &before_, nullptr);
        throw;
    }
}

// If nothing was kept, this is the way of an error in the middle: the directory goes then as well.
work_directory::~work_directory() {
    remove();
    if (kept_ >= 0) close(kept_);
}

// The directory first, then the signals: one that came meanwhile ends the process now, unless
// whoever called us had it blocked himself.
void work_directory::remove() const {
    if (!directory_) return;
    directory_.reset();
    sigset_t waiting;
    sigpending(&waiting);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        if (sigismember(&waiting, signal) && !sigismember(&before_, signal)) {
            constexpr char line[] = "ringsim: interrupted while the program was compiled\n";
            [[maybe_unused]] const auto n = write(STDERR_FILENO, line, sizeof line - 1);
            _exit(3);
        }
    sigprocmask(SIG_SETMASK, &before_, nullptr);
}

// By way of its descriptor: nm and addr2line find it there as well, as long as this object lives.
// They are processes of their own, so the path names this process and not "self".
std::string work_directory::keep_only(const std::string& file) const {
    kept_ = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (kept_ < 0) throw build_error(70, file + ": " + std::strerror(errno));
    std::string path = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(kept_);
    if (::access(path.c_str(), R_OK) != 0)
        throw build_error(77, path + " cannot be read: is /proc mounted?");
    remove();
    return path;
}

// The child has its standard output in a pipe; its standard error is ours, or the pipe, too.
// `status` is what waitpid() says. The pipe is read to its end before the child is waited for, or a
// child with much to say would wait for us.
std::string output_of(const std::vector<std::string>& arguments, int* status, printed what) {
    std::vector<char*> argv;
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    int ends[2];
    if (pipe(ends) != 0) throw build_error(70, std::string("pipe: ") + std::strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (what == printed::everything)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    // What waits here (see work_directory) ends what is run.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t child = 0;
    const int error = posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        throw build_error(77, arguments[0] + ": cannot be run: " + std::strerror(error));
    }
    std::string text;
    char part[4096];
    for (ssize_t n; (n = read(ends[0], part, sizeof part)) > 0;)
        text.append(part, static_cast<std::size_t>(n));
    close(ends[0]);
    int ended = 0;
    waitpid(child, &ended, 0);
    if (status)
        *status = ended;
    else if (ended != 0)
        throw build_error(70, arguments[0] + " failed");
    return text;
}

// What kinds of entries the debug information has is a list of its own, and short.
bool has_bit_fields(const std::string& program) {
    return output_of({"readelf", "--debug-dump=abbrev", program}).find("DW_AT_bit_size") !=
           std::string::npos;
}

// -Bsymbolic: the program's own functions and variables are used by its own code, whatever this
// process has by the same name. -z now: every function is looked up when it is loaded, so that none
// of the program's calls goes through the loader's code and changes its tables.
built_program build(const build_request& what, const work_directory& where) {
    translation all = translate(what, where.path());
    // The order counts: names are bound when all objects are there, because one may define what
    // another one uses.
    const symbols s = symbols_of(all.objects);
    if (!s.defined.contains("main"))
        throw build_error(2, what.files[0] + ": the program has no main()");
    const renaming names = bind_libraries(s);
    write_file(where.path() + "/names", names.names);
    write_file(where.path() + "/stubs.s", names.assembly + all.hooks.definitions());
    // One file in C++ is enough to need its library.
    const std::string& linker = all.cxx ? what.cxx_compiler : what.c_compiler;
    const std::string program = where.path() + "/program.so";
    std::vector<std::string> link = compiler_words(linker);
    for (const char* word : {"-shared", "-o", program.c_str(), "-Wl,-Bsymbolic", "-Wl,-z,now"})
        link.emplace_back(word);
    // Names are changed in the objects and not in the sources: so a macro, inline code of a header
    // and a call that the compiler makes of its own are all caught.
    for (const std::string& object : all.objects) {
        output_of({"objcopy", "--redefine-syms=" + where.path() + "/names", object});
        link.push_back(object);
    }
    link.push_back(where.path() + "/stubs.s");
    // Rust's archives use each other in both directions. What was compiled once more is there
    // twice, and the first one counts.
    if (!all.rust_libraries.empty()) {
        link.emplace_back("-Wl,-z,muldefs");
        link.emplace_back("-Wl,--start-group");
        link.insert(link.end(), all.rust_libraries.begin(), all.rust_libraries.end());
        link.emplace_back("-Wl,--end-group");
    }
    const bool rust = !all.rust_libraries.empty();
    for (const std::string& f : rust ? std::vector<std::string>{} : what.flags)
        if (f.starts_with("-l") || f.starts_with("-L") || f.starts_with("-Wl,")) link.push_back(f);
    int status = 0;
    output_of(link, &status);
    if (status != 0)
        throw build_error(2, what.files[0] + ": does not link (see above; " + linker + ")");
    // Variables that may be unwritten are told with the places that are not followed.
    all.unseen.insert(all.unseen.end(), all.unwritten.begin(), all.unwritten.end());
    const bool bit_fields = all.clang && has_bit_fields(program);
    return {where.keep_only(program), std::move(all.unseen), bit_fields};
}

// RTLD_LOCAL: this process does not use what the program defines. The handle is never closed; a
// program stays until the process ends.
image load(const std::string& path) {
    void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) throw build_error(2, std::string("the program cannot be loaded: ") + dlerror());
    image out;
    out.path = path;
    out.thread_pointer = pthread_self();  // glibc's is that pointer
    link_map* map = nullptr;
    dlinfo(handle, RTLD_DI_LINKMAP, &map);
    found_image found{reinterpret_cast<const char*>(map->l_addr), &out};
    dl_iterate_phdr(describe, &found);
    std::uint64_t ending_of_compiler = UINT64_MAX;
    out.variables = variables_of(path, ending_of_compiler, out.library_functions);
    add_endings(*map, ending_of_compiler);
    out.main = reinterpret_cast<int (*)(int, char**)>(dlsym(handle, program_main.data()));
    const auto* undefined =
        static_cast<const undefined_name*>(dlsym(handle, undefined_names.data()));
    for (; undefined && undefined->begin; ++undefined) out.undefined.push_back(*undefined);
    out.own_begin = static_cast<const char*>(dlsym(handle, own_code_begin.data()));
    out.own_end = static_cast<const char*>(dlsym(handle, own_code_end.data()));
    if (!out.main) throw build_error(70, "the program's main() was lost on the way");
    return out;
}

}  // namespace ringsim::sim::check
