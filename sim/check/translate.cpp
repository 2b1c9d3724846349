// Runs the user's compiler on each file, with flags that make it report every access and drop none,
// and gives its assembly to make_seen().
//
// A compiler is free to do away with an access that no correct program could tell from none; a
// checker has to see it. So the flags are a list of what GCC and clang would do otherwise, each
// with its reason.
#include "sim/check/translate.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string_view>

#include "sim/check/clang_blocks.hpp"
#include "sim/check/cxx_headers.hpp"
#include "sim/check/rust_compiler.hpp"
#include "sim/check/warnings.hpp"

namespace ringsim::sim::check {
namespace {

namespace fs = std::filesystem;
using words = std::vector<std::string>;

// By the end of its name, as compilers do it. A file that is none of these is refused.
bool has_extension(const std::string& file, std::initializer_list<std::string_view> known) {
    const std::string end = fs::path(file).extension();
    for (const std::string_view k : known)
        if (end == k) return true;
    return false;
}
bool is_cxx(const std::string& file) {
    return has_extension(file, {".cpp", ".cc", ".cxx", ".C"});
}
bool is_c(const std::string& file) {
    return has_extension(file, {".c"});
}
bool is_rust(const std::string& file) {
    return has_extension(file, {".rs"});
}
bool is_assembly(const std::string& file) {
    return has_extension(file, {".s", ".S"});
}

std::string text_of(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return std::move(text).str();
}

words with(words command, const words& more) {
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

// By what it says of itself: `cc` may be either, and may be a wrapper.
bool is_clang(const words& compiler) {
    int status = 0;
    return output_of(with(compiler, {"--version"}), &status).find("clang") != std::string::npos;
}

// Read before each file: calls by the compiler's own names are ordinary calls too, no function is
// left out of what is looked at, and none is called pure: a compiler drops the call of such a
// function if nobody uses what it returns, and with it the reads that it makes.
constexpr std::string_view prelude = R"(#ifdef __cplusplus
extern "C" {
void* memset(void*, int, __SIZE_TYPE__) noexcept;
void* memcpy(void*, const void*, __SIZE_TYPE__) noexcept;
void* memmove(void*, const void*, __SIZE_TYPE__) noexcept;
}
#else
void* memset(void*, int, __SIZE_TYPE__);
void* memcpy(void*, const void*, __SIZE_TYPE__);
void* memmove(void*, const void*, __SIZE_TYPE__);
#endif
#define __builtin_memset memset
#define __builtin_memcpy memcpy
#define __builtin_memmove memmove
#define no_sanitize(...) __unused__
#define __no_sanitize__(...) __unused__
#define no_sanitize_thread __unused__
#define __no_sanitize_thread__ __unused__
#define disable_sanitizer_instrumentation __unused__
#define pure __unused__
#define __pure__ __unused__
)";

// What code generation needs, in all its steps: a shared object; no red zone below the stack
// pointer, for hooks write there; and no canary in a frame, which would be code and memory that the
// program's source does not have.
const words generation{"-fPIC", "-mno-red-zone", "-fno-stack-protector"};

// Where an array's bounds are known, an index is compared with them: sim/check/undefined.cpp. A
// division is there, for the compiler drops one whose result nobody uses. "No recover": what is
// called then does not return.
const words undefined{"-fsanitize=bounds,vla-bound,integer-divide-by-zero,return,unreachable",
                      "-fno-sanitize-recover=bounds,vla-bound,integer-divide-by-zero"};

// A compiler may put a few stores, which it does not report, in the place of a call of memset() and
// its like, and drop a call of strlen() and its like whose result nobody uses. Those are calls
// here. DWARF 4, for addr2line names the wrong file in some of GCC's DWARF 5. Without
// _FORTIFY_SOURCE calls have their own names, and not those of functions that check sizes.
words common_flags() {
    words flags{"-fsanitize=thread", "-gdwarf-4", "-O1", "-U_FORTIFY_SOURCE"};
    flags.insert(flags.end(), undefined.begin(), undefined.end());
    flags.insert(flags.end(), generation.begin(), generation.end());
    for (const std::string_view name :
         {"memset", "memcpy",  "memmove",    "memcmp",      "bcmp",    "bzero",
          "memchr", "strcpy",  "strncpy",    "strcat",      "strlen",  "strnlen",
          "strcmp", "strncmp", "strcasecmp", "strncasecmp", "strchr",  "strrchr",
          "strstr", "strspn",  "strcspn",    "strpbrk",     "index",   "rindex",
          "strdup", "strndup", "strcoll",    "memrchr",     "atoi",    "atol",
          "atoll",  "atof",    "stpcpy",     "stpncpy",     "mempcpy", "memccpy"})
        flags.push_back("-fno-builtin-" + std::string(name));
    return flags;
}

// LLVM takes away an allocation that nobody uses, with all that gives it back: a second free() of
// it, and a `delete` of what new[] gave. It does not where a function has no built-in ones, which
// is an attribute of each in the intermediate code. As a flag it would change what the source
// means: setjmp() would not return twice. A declaration has the attribute, too, for what is known
// of memcpy() by its name is enough to drop the copy of a structure that nobody looks at. It is the
// pass that reports which calls memcpy() there, and it declares what is not declared yet.
std::string without_builtins(const std::string& code) {
    std::istringstream lines(code);
    std::string all;
    for (std::string line; std::getline(lines, line);) {
        const auto begin = line.find("{ ");
        if (line.starts_with("attributes #") && line.find(" \"frame-pointer\"=") != line.npos)
            line.insert(begin + 2, "\"no-builtins\" ");
        all += line + '\n';
    }
    for (const std::string name : {"memcpy", "memmove", "memset"}) {
        if (code.find("@" + name + "(") != code.npos) continue;
        const bool typed = code.find("@llvm." + name + ".p0i8") != code.npos;
        if (!typed && code.find("@llvm." + name + ".p0.") == code.npos) continue;
        const std::string pointer = typed ? "i8*" : "ptr";
        all += "declare " + pointer + " @" + name + "(" + pointer + ", " +
               (name == "memset" ? "i32" : pointer) + ", i64) \"no-builtins\"\n";
    }
    return all;
}

// Flags that would take away what the program is followed by. Each is an error of usage: to leave
// it out silently would check another program than the user builds.
void refuse_flags(const build_request& what) {
    for (const std::string& f : what.flags) {
        if (f.starts_with("-fno-sanitize") || f.starts_with("-fsanitize-ignorelist") ||
            f.starts_with("-fsanitize-blacklist"))
            throw build_error(2, f + ": code that is compiled so cannot be followed; leave it out");
        if (f == "-masm=intel")
            throw build_error(2, f + ": assembly is read in AT&T's syntax only; leave it out");
    }
}

// One use for one program. What is refused is thrown with the status of a wrong usage. Files are
// worked through one by one, in the user's order; what all of them share (names of hooks, places
// that are not followed) gathers in `out_`.
class translator {
  public:
    translator(const build_request& what, std::string directory)
        : what_(what), directory_(std::move(directory)) {}

    // What is wrong is told of the first file that has something wrong, before anything is compiled
    // of it; what could not be followed is told behind all, since a later file may be wrong
    // altogether.
    translation run() {
        refuse_flags(what_);
        std::ofstream(directory_ + "/prelude.h") << prelude;
        for (const std::string& file : what_.files) {
            if (!is_c(file) && !is_cxx(file) && !is_assembly(file) && !is_rust(file))
                throw build_error(
                    2, file + ": is neither C (.c), C++ (.cpp, .cc, .cxx) nor Rust (.rs)" +
                           (has_extension(file, {".o", ".a", ".so"})
                                ? "; give its sources: what is compiled already "
                                  "cannot be followed"
                                : ""));
            if (!fs::exists(file)) throw build_error(2, file + ": no such file");
            out_.cxx = out_.cxx || is_cxx(file);
            if (is_rust(file))
                in_rust(file);
            else
                one(file);
        }
        if (!out_.unseen.empty() && !what_.allow_unseen) refuse(out_.unseen.front());
        return std::move(out_);
    }

  private:
    // The first place is enough: the user mends one after the other.
    [[noreturn]] static void refuse(const unseen_place& at) {
        throw build_error(2, at.file + ":" + std::to_string(at.line) + ": `" + at.text +
                                 "` cannot be followed: " + at.why +
                                 "; --allow-unseen goes on without it");
    }

    // By the number of the object that it belongs to.
    std::string path(const char* extension) const {
        return directory_ + "/" + std::to_string(out_.objects.size()) + extension;
    }

    void one(const std::string& file) {
        // The user's command may have words of its own, as in "ccache gcc".
        const words compiler = compiler_words(is_cxx(file) ? what_.cxx_compiler : what_.c_compiler);
        const bool clang = is_clang(compiler);
        const std::string assembly = path(".s");
        // .s is assembly as it is, .S goes through the preprocessor. Neither is compiled, and all
        // of it is by hand.
        if (has_extension(file, {".s"}))
            fs::copy_file(file, assembly);
        else if (is_assembly(file))
            run(file, with(compiler, {"-E", "-x", "assembler-with-cpp", file, "-o", assembly}));
        else if (clang)
            with_clang(file, compiler, assembly);
        else
            with_gcc(file, compiler, assembly);
        out_.clang = out_.clang || clang;
        assemble(file, text_of(assembly), assembly);
    }

    void assemble(const std::string& file, const std::string& text, const std::string& assembly) {
        const words compiler = compiler_words(is_cxx(file) ? what_.cxx_compiler : what_.c_compiler);
        // Hooks are asked for by name here, and defined once for all files behind the last one
        // (build(), compile.cpp).
        seen_assembly seen = make_seen(text, file, is_assembly(file), out_.hooks);
        std::ofstream(assembly) << seen.text;
        out_.unseen.insert(out_.unseen.end(), seen.unseen.begin(), seen.unseen.end());
        out_.unwritten.insert(out_.unwritten.end(), seen.told.begin(), seen.told.end());
        const std::string object = path(".o");
        run(file, with(compiler, {"-c", assembly, "-o", object}));
        out_.objects.push_back(object);
    }

    // The program's object stands in front of its library's: see image::own_begin.
    void in_rust(const std::string& file) {
        if (what_.files.size() > 1)
            throw build_error(2, file + ": a program in Rust is one file, which names the others");
        const rust_assembly made = rust_to_assembly(file, what_, directory_);
        out_.clang = true;  // its code is LLVM's, as clang's is
        out_.rust_libraries = made.libraries;
        assemble(file, made.program, path(".s"));
        assemble(file, made.library, path(".s"));
        for (const std::string& text : made.seen) assemble(file, text, path(".s"));
        if (!made.all_seen)
            out_.unwritten.push_back({file, 1, "core, alloc",
                                      "what of them is compiled already, for rustc came without "
                                      "its linker (rust-lld) or LLVM's code"});
    }

    // The compiler's own messages go to the user as they are: this process and the compiler have
    // one standard error.
    void run(const std::string& file, const words& command) const {
        int status = 0;
        output_of(command, &status);
        if (status != 0)
            throw build_error(2, file + ": does not compile (see above; " + command[0] + ")");
    }

    // As run(), of the compiler's first step, which looks at the source: what it says of variables
    // that may be unwritten is taken out of its messages and kept.
    void compile(const std::string& file, const words& command) {
        int status = 0;
        std::string printed = output_of(command, &status, printed::everything);
        const auto unwritten = take_unwritten_variables(printed);
        std::cerr << printed;
        out_.unwritten.insert(out_.unwritten.end(), unwritten.begin(), unwritten.end());
        if (status != 0)
            throw build_error(2, file + ": does not compile (see above; " + command[0] + ")");
    }

    // Flags of linking are left out. The user's stand behind ours, so that his -std wins; behind
    // these stand what must not be otherwise.
    words source_flags(const std::string& file) const {
        words flags;
        if (is_cxx(file)) {
            flags.emplace_back("-std=c++20");  // a later -std= wins
            for (const std::string& f : write_cxx_headers(directory_)) flags.push_back(f);
        }
        for (const std::string& f : what_.flags)
            if (!f.starts_with("-l") && !f.starts_with("-Wl,")) flags.push_back(f);
        if (const auto own = what_.flags_of.find(file); own != what_.flags_of.end())
            flags.insert(flags.end(), own->second.begin(), own->second.end());
        // Hooks keep registers of 16 bytes.
        flags.insert(flags.end(),
                     {"-fno-lto", "-mno-avx", "-include", directory_ + "/prelude.h", file});
        return flags;
    }

    static words joined(std::initializer_list<words> parts) {
        words all;
        for (const words& p : parts) all.insert(all.end(), p.begin(), p.end());
        return all;
    }

    // GCC reports accesses after it has optimised. What it takes away before that is not seen; so
    // these passes are switched off:
    //
    // - -fno-tree-dce, -fno-tree-fre, -fno-tree-sink, -fno-tree-dominator-opts: reads whose value
    //   nobody uses. (The third moves one to where its value is used, which may be nowhere on the
    //   way that is taken.)
    // - -fno-tree-dse: stores that are overwritten before anything of this thread reads them.
    // - -fno-ipa-pure-const, -fno-ipa-modref: calls of a function that GCC finds to read only, when
    //   nobody uses what it returns; its reads would go with it.
    // - -fno-ipa-sra: the members of a structure by value that the function does not look at; from
    //   -O2 on it would get no others.
    // - -fno-ipa-reference-addressable: variables that are only written.
    // - -fno-tree-ccp: what constants are propagated through, a variable that is written on some
    //   ways only becomes one that is written on all: nobody could tell then that it was not.
    // - -fno-inline-functions-called-once, -maccumulate-outgoing-args: a function that is called
    //   has a frame of its own, and arguments are stored into the caller's and not pushed. So the
    //   end of a frame, and what was in it, can be told.
    //
    // All of these race as any other access does. The two parameters: no call at the beginning and
    // end of each function, which nobody needs here; and entry points of their own for volatile
    // accesses. -Wno-tsan, for GCC warns of fences with -fsanitize=thread. The two warnings are
    // asked for because they are kept: see compile().
    void with_gcc(const std::string& file, const words& compiler, const std::string& assembly) {
        compile(file, joined({compiler,
                              common_flags(),
                              {"--param",
                               "tsan-instrument-func-entry-exit=0",
                               "--param",
                               "tsan-distinguish-volatile=1",
                               "-Wno-tsan",
                               "-fno-tree-dce",
                               "-fno-tree-dse",
                               "-fno-tree-fre",
                               "-fno-tree-sink",
                               "-fno-tree-dominator-opts",
                               "-fno-ipa-reference-addressable",
                               "-fno-ipa-pure-const",
                               "-fno-ipa-modref",
                               "-fno-ipa-sra",
                               "-gno-variable-location-views",
                               "-fno-inline-functions-called-once",
                               "-maccumulate-outgoing-args",
                               "-fno-tree-ccp",
                               "-Wuninitialized",
                               "-Wmaybe-uninitialized"},
                              source_flags(file),
                              {"-S", "-o", assembly}}));
    }

    // clang reports accesses after it has optimised, too, but can be made to do it before: what is
    // never read again is still there then. So it runs three times: to its intermediate form
    // without any pass; the pass that reports; and then optimisation and code. A report is a call
    // of a function that no pass knows anything of, and so none can drop it. Its debug information
    // has where variables are whose address is taken, and not what their values are meanwhile: see
    // scopes.hpp.
    //
    // The flags of the passes mean what those of GCC mean above. "Read before write": clang reports
    // a read that is followed by a write of the same place as one write, if it is not told so. The
    // inline threshold is so low that no function is inlined but one that the source says so of.
    void with_clang(const std::string& file, const words& compiler, const std::string& assembly) {
        const std::string plain = path(".ll");
        const std::string reporting = path(".bc");
        compile(file,
                joined({compiler,
                        common_flags(),
                        {"-Wuninitialized"},
                        source_flags(file),
                        {"-Xclang", "-disable-llvm-passes", "-emit-llvm", "-S", "-o", plain}}));
        const std::string code = without_builtins(with_whole_blocks(text_of(plain)));
        std::ofstream(plain) << code;
        run(file,
            joined({compiler,
                    {"-O0", "-fsanitize=thread", "-mllvm", "-tsan-instrument-func-entry-exit=0",
                     "-mllvm", "-tsan-instrument-read-before-write=1", "-mllvm",
                     "-tsan-distinguish-volatile=1"},
                    generation,
                    {"-emit-llvm", "-c", plain, "-o", reporting}}));
        run(file, joined({compiler,
                          {"-O1"},
                          generation,
                          {"-mllvm", "-no-x86-call-frame-opt", "-mllvm",
                           "-instcombine-lower-dbg-declare=0", "-mllvm", "-inline-threshold=-20000",
                           "-fno-integrated-as", "-S", reporting, "-o", assembly}}));
    }

    const build_request& what_;
    std::string directory_;
    translation out_;
};

}  // namespace

std::vector<std::string> compiler_words(const std::string& command) {
    std::istringstream split(command);
    words found;
    for (std::string word; split >> word;) found.push_back(word);
    return found;
}

translation translate(const build_request& what, const std::string& directory) {
    return translator(what, directory).run();
}

}  // namespace ringsim::sim::check
