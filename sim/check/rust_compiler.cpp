// rustc reports accesses as clang does. Its standard library is compiled already, and reports none:
// what threads are made of is taken from sim/check/headers/rust_std.inc, which the program finds
// under the name of the standard library; the rest of that library is of no concern to threads, or
// is compiled with the program that uses it.
#include "sim/check/rust_compiler.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include "sim/check/library_symbols.hpp"
#include "sim/check/rust_library.hpp"
#include "sim/check/translate.hpp"

namespace ringsim::sim::check {
namespace {

namespace fs = std::filesystem;
using words = std::vector<std::string>;

constexpr std::string_view standard_library =
// Pieces of one text, in this order.
#include "sim/check/headers/rust_std.inc"
//
#include "sim/check/headers/rust_sync.inc"
//
#include "sim/check/headers/rust_mpsc.inc"
//
#include "sim/check/headers/rust_thread.inc"
    ;

// Hooks write below the stack pointer: no red zone. DWARF 4 as for C (translate.cpp). One unit, or
// the program would be in several files of assembly. LLVM is to report no entries of functions, to
// tell volatile accesses from others, and to push no arguments: these would lie outside of a
// frame's own room.
const words common{"-Copt-level=1",
                   "-Cdebuginfo=2",
                   "-Zdwarf-version=4",
                   "-Zsanitizer=thread",
                   "-Cunsafe-allow-abi-mismatch=sanitizer",
                   "-Cpanic=abort",
                   "-Cno-redzone=yes",
                   "-Ccodegen-units=1",
                   "-Crelocation-model=pic",
                   "-Ztls-model=emulated",
                   "-Zshare-generics=no",
                   "-Cllvm-args=-tsan-instrument-func-entry-exit=0",
                   "-Cllvm-args=-tsan-distinguish-volatile=1",
                   "-Cllvm-args=-no-x86-call-frame-opt",
                   "-Cllvm-args=-instcombine-lower-dbg-declare=0"};

void add(words& to, const words& more) {
    to.insert(to.end(), more.begin(), more.end());
}

// As translator::run(): what rustc has to say goes to the user as it is.
void run(const std::string& file, const words& command) {
    int status = 0;
    output_of(command, &status);
    if (status != 0)
        throw build_error(2, file + ": does not compile (see above; " + command[0] + ")");
}

// LLVM's own assembler takes a file's name in two words, as DWARF 5 has it, prefixes that stand
// alone, and notes for its linker of whose address is taken.
std::string for_any_assembler(const std::string& line) {
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos) return line;
    if (line.compare(begin, line.npos, "data16") == 0) return "\t.byte 0x66";
    if (line.compare(begin, line.npos, "rex64") == 0) return "\t.byte 0x48";
    if (line.compare(begin, 8, ".addrsig") == 0) return "";
    if (line.compare(begin, 5, ".file") != 0) return line;
    const auto between = line.find("\" \"");
    if (between == std::string::npos) return line;
    const auto end = line.find('"', between + 3);
    return line.substr(0, between) + "/" + line.substr(between + 3, end - between - 2);
}

std::string for_any_assembler(std::istream&& in) {
    std::string text;
    for (std::string line; std::getline(in, line);) text += for_any_assembler(line) + "\n";
    return text;
}

// The file of assembly with a label in front of its code: the program's own code lies between the
// labels of two files (image::own_begin), because the linker keeps their order.
std::string assembly_in(const std::string& path, std::string_view first_label) {
    return std::string(".text\n.globl ") + std::string(first_label) + "\n" +
           std::string(first_label) + ":\n" + for_any_assembler(std::ifstream(path));
}

// The flags above are those of this version; older ones have other names for some.
constexpr unsigned oldest = 91;  // of 1.x

// 77 is the status for what this machine lacks: it is no fault of the program.
void refuse_old(const words& compiler) {
    words command = compiler;
    command.emplace_back("--version");
    const std::string version = output_of(command);
    unsigned minor = 0;
    const auto at = version.find(" 1.");
    if (at != version.npos) minor = static_cast<unsigned>(std::atoi(version.c_str() + at + 3));
    if (minor < oldest)
        throw build_error(77, "Rust programs need rustc 1." + std::to_string(oldest) +
                                  " or a later one; this is " +
                                  version.substr(0, version.find('\n')));
}

// The rest of Rust's libraries, which are linked as they are. Not those that say what a panic does,
// or that only tests and macros of the compiler use. Sorted: a directory has no order of its own.
std::vector<std::string> archives(const words& compiler) {
    words command = compiler;
    add(command, {"--print", "target-libdir"});
    std::string where = output_of(command);
    where.erase(where.find_last_not_of(" \n") + 1);
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(where)) {
        const std::string name = entry.path().filename();
        if (name.ends_with(".rlib") && !name.starts_with("libpanic_abort") &&
            !name.starts_with("libtest") && !name.starts_with("libproc_macro"))
            found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

}  // namespace

// The library first: the program is compiled against its metadata, under the name `std`. Prefixes
// of paths are mapped so that messages do not name the work directory, which is gone by then.
rust_assembly rust_to_assembly(const std::string& file, const build_request& what,
                               const std::string& directory) {
    setenv("RUSTC_BOOTSTRAP", "1", 1);  // the sanitizer's calls are an unstable option
    const words compiler = compiler_words(what.rust_compiler);
    refuse_old(compiler);
    const std::string source = directory + "/std.rs";
    const std::string metadata = directory + "/libringsim_std.rmeta";
    std::ofstream(source) << standard_library;
    words library = compiler;
    add(library, common);
    add(library, {"--out-dir=" + directory, "--edition=2021", "--crate-type=rlib",
                  "--crate-name=ringsim_std", "--remap-path-prefix=" + directory + "=rust",
                  "--emit=metadata=" + metadata + ",asm=" + directory + "/std.s", source});
    run(file, library);
    // "Dead code": what nobody else can see, and that includes a static that is written and never
    // read, LLVM would drop with all that is written there.
    words program = compiler;
    add(program, common);
    program.emplace_back("-Clink-dead-code=yes");
    if (std::ranges::none_of(what.flags,
                             [](const std::string& f) { return f.starts_with("--edition"); }))
        program.emplace_back("--edition=2021");
    add(program, what.flags);
    add(program, {"--out-dir=" + directory, "-Aunexpected-cfgs", "--crate-name=program", "--extern",
                  "std=" + metadata, "--emit=asm=" + directory + "/program.s", file});
    run(file, program);
    rust_assembly made{assembly_in(directory + "/program.s", own_code_begin),
                       assembly_in(directory + "/std.s", own_code_end),
                       {},
                       true,
                       archives(compiler)};
    rust_library rest = rust_library_for(made.program + made.library, made.libraries, directory);
    for (std::string& text : rest.texts)
        made.seen.push_back(for_any_assembler(std::istringstream(std::move(text))));
    made.all_seen = rest.complete;
    return made;
}

}  // namespace ringsim::sim::check
