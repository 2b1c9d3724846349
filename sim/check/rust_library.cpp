// The functions of Rust's libraries that are not generic, and instances of generic ones that those
// have already, are compiled without reports. But an object of these libraries has LLVM's form of
// its code in it, for optimisation when a program is linked; and rustc comes with a linker that
// takes this, reports accesses as for a program, and writes assembly. So what the program calls of
// them is seen like its own code. Not of `std`: what of it a thread meets is in
// sim/check/headers/rust_std.inc.
#include "sim/check/rust_library.hpp"

#include <elf.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "sim/check/compile.hpp"

namespace ringsim::sim::check {
namespace {

namespace fs = std::filesystem;
using std::string_view;
using words = std::vector<std::string>;

// Callers in front of those that they call.
constexpr string_view seen_libraries[] = {"liballoc-", "libcore-"};

// Of an object: LLVM's code, and what it defines for others.
struct library_code {
    std::string bitcode;
    std::set<std::string, std::less<>> defines;
};

// The object is taken apart as elf(5) has it: a table of sections, among them one with the names of
// sections, one of symbols, and one with the names of symbols. Nothing in it is trusted to lie
// inside of it: what does not, is not found, and the library then counts as one without such code.
class object_reader {
  public:
    explicit object_reader(string_view object) : object_(object) {}

    // What is no object of 64 bits, or has no such section, gives neither code nor names.
    library_code read() const {
        library_code found;
        Elf64_Ehdr head{};
        if (!copy(0, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0) return found;
        const auto sections = all_sections(head);
        if (head.e_shstrndx >= sections.size()) return found;
        const string_view names = content(sections[head.e_shstrndx]);
        for (const Elf64_Shdr& s : sections) {
            if (text_at(names, s.sh_name) == ".llvmbc") found.bitcode = content(s);
            if (s.sh_type == SHT_SYMTAB && s.sh_link < sections.size())
                add_names(content(s), content(sections[s.sh_link]), found);
        }
        return found;
    }

  private:
    template <class T>
    bool copy(std::size_t at, T& to) const {
        return copy_from(object_, at, to);
    }
    template <class T>
    static bool copy_from(string_view from, std::size_t at, T& to) {
        if (at > from.size() || from.size() - at < sizeof to) return false;
        std::memcpy(&to, from.data() + at, sizeof to);
        return true;
    }
    // Empty if one of them lies outside of the object.
    std::vector<Elf64_Shdr> all_sections(const Elf64_Ehdr& head) const {
        std::vector<Elf64_Shdr> found(1);
        if (!copy(head.e_shoff, found[0])) return {};
        // Too many for the head are counted in the first one.
        const std::size_t n = head.e_shnum != 0 ? head.e_shnum : found[0].sh_size;
        for (std::size_t i = 1; i < n; ++i)
            if (!copy(head.e_shoff + i * sizeof(Elf64_Shdr), found.emplace_back())) return {};
        return found;
    }
    // Cut off where the object ends. Of a section that is only room when it runs, nothing.
    string_view content(const Elf64_Shdr& s) const {
        if (s.sh_type == SHT_NOBITS || s.sh_offset > object_.size()) return {};
        return object_.substr(s.sh_offset, s.sh_size);
    }
    // A name ends with a zero byte, or with the table.
    static string_view text_at(string_view names, std::size_t at) {
        if (at >= names.size()) return {};
        return names.substr(at, names.find('\0', at) - at);
    }
    // Those that are defined here and seen from outside: symbols of another object, and those of
    // this one alone, are nothing that somebody else could be given.
    static void add_names(string_view table, string_view names, library_code& to) {
        Elf64_Sym s{};
        for (std::size_t at = 0; copy_from(table, at, s); at += sizeof s)
            if (s.st_shndx != SHN_UNDEF && ELF64_ST_BIND(s.st_info) != STB_LOCAL)
                to.defines.emplace(text_at(names, s.st_name));
    }

    string_view object_;
};

std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The one member of an archive (ar(5)) that is an object with such code. Rust's own libraries have
// one each; of more, nothing is taken.
library_code code_in(const std::string& archive) {
    const std::string all = content_of(archive);
    // The archive begins with eight bytes that say what it is. A member has a head of 60
    // characters, its size in decimal among them, and begins at an even place.
    constexpr std::size_t magic = 8;
    constexpr std::size_t head = 60;
    constexpr std::size_t size_at = 48;
    constexpr std::size_t size_digits = 10;
    library_code found;
    unsigned objects = 0;
    for (std::size_t at = magic; at + head <= all.size();) {
        const std::size_t bytes =
            std::strtoull(all.substr(at + size_at, size_digits).c_str(), nullptr, 10);
        at += head;
        library_code here = object_reader(string_view(all).substr(at, bytes)).read();
        if (!here.bitcode.empty()) {
            ++objects;
            found = std::move(here);
        }
        at += bytes + bytes % 2;
    }
    return objects == 1 ? std::move(found) : library_code{};
}

// Names that assembly uses and does not define. Rust's own begin with _R (its mangling "v0"); one
// with a colon behind it is defined there. Read as text, because it is not assembled yet, and would
// not be otherwise before it is linked.
std::set<std::string, std::less<>> names_asked_for(string_view assembly) {
    constexpr string_view letters =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.$";
    std::set<std::string, std::less<>> used;
    std::set<std::string, std::less<>> defined;
    for (auto at = assembly.find("_R"); at != string_view::npos; at = assembly.find("_R", at)) {
        const auto end = std::min(assembly.find_first_not_of(letters, at), assembly.size());
        const bool whole = at == 0 || letters.find(assembly[at - 1]) == string_view::npos;
        const bool label = end < assembly.size() && assembly[end] == ':';
        if (whole) (label ? defined : used).emplace(assembly.substr(at, end - at));
        at = end;
    }
    for (const std::string& name : defined) used.erase(name);
    return used;
}

// Passes of LLVM: all is dropped that the names do not need; then as rustc does it for a program,
// but that each function is to be reported of and none to use memory below its stack pointer.
words linker_flags(const std::vector<string_view>& names) {
    std::string keep;
    for (const string_view name : names)
        keep += std::string(keep.empty() ? "" : ";") + "preserve-gv=" + std::string(name);
    words flags{"-flavor",
                "gnu",
                "-shared",
                "--threads=1",
                "--lto-emit-asm",
                "--lto-newpm-passes=internalize<" + keep +
                    ">,globaldce,forceattrs,tsan-module,function(tsan)"};
    for (const char* flag : {"-force-attribute=sanitize_thread", "-force-attribute=noredzone",
                             "-tsan-instrument-func-entry-exit=0", "-tsan-distinguish-volatile=1",
                             "-no-x86-call-frame-opt", "-dwarf-version=4"}) {
        flags.emplace_back("-mllvm");
        flags.emplace_back(flag);
    }
    return flags;
}

// "" if the linker does not take it, which is of another version then.
std::string assembly_of(const std::string& linker, const std::string& bitcode, words flags,
                        const std::string& directory, const std::string& name) {
    const std::string input = directory + "/" + name + ".bc";
    const std::string output = directory + "/" + name + "library.s";
    std::ofstream(input, std::ios::binary) << bitcode;
    flags.insert(flags.begin(), linker);
    flags.insert(flags.end(), {input, "-o", output});
    int status = 0;
    output_of(flags, &status, printed::everything);
    if (status != 0) return {};
    // The file that it writes has a name of its own, with this one in front: that of the unit of
    // code is put behind it.
    for (const auto& entry : fs::directory_iterator(directory))
        if (entry.path().string().starts_with(output)) return content_of(entry.path());
    return {};
}

}  // namespace

// Library by library: what the first one calls of the second is asked for as well, for its text is
// among the users then. A library that cannot be seen through is linked as it is, and the result is
// not complete.
rust_library rust_library_for(std::string users, const std::vector<std::string>& archives,
                              const std::string& directory) {
    rust_library made;
    for (const string_view library : seen_libraries) {
        const auto archive = std::ranges::find_if(archives, [&](const std::string& path) {
            return fs::path(path).filename().string().starts_with(library);
        });
        const library_code code = archive == archives.end() ? library_code{} : code_in(*archive);
        if (code.bitcode.empty()) {
            made.complete = false;
            continue;
        }
        const auto asked_for = names_asked_for(users);
        std::vector<string_view> found;
        for (const std::string& name : asked_for)
            if (code.defines.contains(name)) found.push_back(name);
        if (found.empty()) continue;
        const std::string linker = fs::path(*archive).parent_path().parent_path() / "bin/rust-lld";
        std::string text;
        if (fs::exists(linker))
            text = assembly_of(linker, code.bitcode, linker_flags(found), directory,
                               std::string(library));
        made.complete = made.complete && !text.empty();
        users += text;
        if (!text.empty()) made.texts.push_back(std::move(text));
    }
    return made;
}

}  // namespace ringsim::sim::check
