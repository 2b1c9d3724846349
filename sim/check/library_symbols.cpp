// Decides what each name means that the program uses and does not define. It is linked into a
// process that has its own C library, C++ library and models, so by default it would get those of
// the process, whose code makes no reports. In this order (binder::bind()): what Rust's compiler
// makes itself; what has a model, by the name ringsim_NAME in this process; what is harmless as it
// is; variables, which are copied into the program; functions of numbers; and for all else a stub
// that refuses, by the name, when it is called and not before. So a program may contain calls that
// nobody makes.
#include "sim/check/library_symbols.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>
#include <utility>

#include "sim/check/compile.hpp"
#include "sim/check/image.hpp"

namespace ringsim::sim::check {
namespace {

// Functions that the program may call as they are: they do nothing that a model would have to know
// of, for they touch memory of their own or of the calling thread only. What is thrown and caught
// goes through them as well. First those whose names begin so: entry points and hooks of ringsim
// itself, the C++ ABI, exceptions of the standard library.
constexpr std::string_view harmless_prefixes[] = {"__tsan_",
                                                  "__ubsan_",
                                                  "ringsim_see",  // hooks: see hooks.hpp
                                                  "_Unwind",
                                                  "__cxa_",
                                                  "__gxx_",
                                                  "_ZNSt9exception",
                                                  "_ZNKSt9exception",
                                                  "_ZGTt",
                                                  "_ZNSt6thread6_State",
                                                  "_ZNSt13runtime_error",
                                                  "_ZNKSt13runtime_error",
                                                  "_ZNSt11logic_error",
                                                  "_ZNKSt11logic_error",
                                                  "_ZNSt12out_of_range",
                                                  "_ZNSt16invalid_argument",
                                                  "_ZNSt12length_error",
                                                  "_ZNSt12domain_error",
                                                  "_ZNSt11range_error",
                                                  "_ZNSt14overflow_error",
                                                  "_ZNSt15underflow_error",
                                                  "_ZNSt12system_error",
                                                  "_ZNSt12future_error",
                                                  "_ZNKSt12future_error",
                                                  "_ZNSt9bad_alloc",
                                                  "_ZNKSt9bad_alloc",
                                                  "_ZNSt8bad_cast",
                                                  "_ZNSt15__exception_ptr",
                                                  "_ZNKSt15__exception_ptr",
                                                  "_ZNSt3_V2",
                                                  "_ZNKSt3_V2",
                                                  "_ZSt17current_exception",
                                                  "_ZSt17rethrow_exception",
                                                  "_ZSt15future_category",
                                                  "_ZNSt16bad_array_new_length",
                                                  "_ZSt18uncaught_exception",
                                                  "_ZSt19uncaught_exception",
                                                  "_ZNSt13__future_base12_Result_base",
                                                  "_ZNSt13__future_base11_State_base",
                                                  "_ZNSt17bad_function_call",
                                                  "_ZNSt12bad_weak_ptr",
                                                  "_ZNKSt12bad_weak_ptr",
                                                  "_ZNSt16nested_exception"};
// jmp_buf is the thread's own memory; what setjmp() keeps is not looked at by anybody else.
constexpr std::string_view harmless_names[] = {"__tls_get_addr",
                                               "__gcc_personality_v0",
                                               "_GLOBAL_OFFSET_TABLE_",
                                               "__dso_handle",
                                               "abs",
                                               "labs",
                                               "llabs",
                                               "div",
                                               "ldiv",
                                               "isdigit",
                                               "isalpha",
                                               "isalnum",
                                               "isspace",
                                               "isupper",
                                               "islower",
                                               "isxdigit",
                                               "ispunct",
                                               "isprint",
                                               "toupper",
                                               "tolower",
                                               "__ctype_b_loc",
                                               "__ctype_toupper_loc",
                                               "__ctype_tolower_loc",
                                               "__errno_location",
                                               "strerror",
                                               "strsignal",
                                               "ffs",
                                               "ffsl",
                                               "ffsll",
                                               "difftime",
                                               "setjmp",
                                               "_setjmp",
                                               "__sigsetjmp",
                                               "longjmp",
                                               "_longjmp",
                                               "siglongjmp",
                                               "htons",
                                               "htonl",
                                               "ntohs",
                                               "ntohl"};

// __throw_...(): functions of the library that throw an exception of the standard.
bool is_harmless(std::string_view name) {
    if (name.starts_with("_ZSt") && name.find("__throw_") != std::string_view::npos) return true;
    return std::ranges::any_of(harmless_prefixes, [&](auto p) { return name.starts_with(p); }) ||
           std::ranges::find(harmless_names, name) != std::end(harmless_names);
}

// --- what a library has at a name ----------------------------------------------------------------

// Found by the loader, in what this process has loaded: what the program alone is linked with is
// not found, and its functions are refused.
struct library_symbol {
    void* address = nullptr;
    bool variable = false;
    std::size_t bytes = 0;
    bool of_numbers = false;  // functions of numbers
};

// An address may be of no symbol in the library's table (that of a function which is chosen when it
// is loaded): then nothing but the address is known, and it is no variable.
library_symbol find_in_libraries(const std::string& name) {
    library_symbol found;
    found.address = dlsym(RTLD_DEFAULT, name.c_str());
    if (!found.address) return found;
    Dl_info info{};
    ElfW(Sym)* symbol = nullptr;
    if (!dladdr1(found.address, &info, reinterpret_cast<void**>(&symbol), RTLD_DL_SYMENT))
        return found;
    // The compiler calls libgcc for numbers that are wider than a register, and the like; what else
    // is there has names of several words.
    found.of_numbers = std::strstr(info.dli_fname, "/libm.so") != nullptr ||
                       (std::strstr(info.dli_fname, "/libgcc_s.so") != nullptr &&
                        name.starts_with("__") && name.find('_', 2) == name.npos);
    if (!symbol) return found;
    found.variable = ELF64_ST_TYPE(symbol->st_info) == STT_OBJECT;
    found.bytes = symbol->st_size;
    return found;
}

// Whether a variable can change. One that cannot is used where it is.
struct writable_query {
    const char* address;
    bool writable;
};

// The callback of dl_iterate_phdr(); 0 goes on to the next object. An address is in one object
// only, so others do not answer for it.
int look_for_writable(dl_phdr_info* info, std::size_t, void* data) {
    auto& query = *static_cast<writable_query*>(data);
    const auto at = reinterpret_cast<std::uintptr_t>(query.address) - info->dlpi_addr;
    bool writable = false;
    for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
        const auto& p = info->dlpi_phdr[i];
        const bool inside = at >= p.p_vaddr && at < p.p_vaddr + p.p_memsz;
        if (inside && p.p_type == PT_LOAD && (p.p_flags & PF_W)) writable = true;
        // Read-only since it was relocated.
        if (inside && p.p_type == PT_GNU_RELRO) return 0;
    }
    query.writable = query.writable || writable;
    return 0;
}

// Streams, which are objects with an inside of their own, and what identifies a type (virtual
// tables, type_infos and their names, by their prefixes in the Itanium C++ ABI) stay where they
// are: types are told apart by the addresses of these.
bool is_copied(const std::string& name, const library_symbol& s) {
    if (!s.variable || s.bytes == 0) return false;
    for (const std::string_view prefix : {"_ZTV", "_ZTI", "_ZTS", "_ZTT", "_ZTC"})
        if (name.starts_with(prefix)) return false;
    for (const std::string_view stream :
         {"_ZSt4cout", "_ZSt4cerr", "_ZSt4clog", "_ZSt3cin", "_ZSt5wcout", "_ZSt5wcerr"})
        if (name == stream) return false;
    writable_query query{static_cast<const char*>(s.address), false};
    dl_iterate_phdr(look_for_writable, &query);
    return query.writable;
}

// --- assembly ------------------------------------------------------------------------------------

// What std::call_once() hands to the function that pthread_once() calls: variables of each thread,
// and the function. libstdc++ has them in its shared library; the program gets its own, so that
// they are among its thread-local data. The padding around the call of __tls_get_addr() is the one
// that the ABI for thread-local storage prescribes, for the linker may put other code there.
constexpr std::string_view once_words = R"(
.section .tbss,"awT",@nobits
.balign 8
.globl ringsim_own_once_callable
.type ringsim_own_once_callable,@object
.size ringsim_own_once_callable,8
ringsim_own_once_callable: .zero 8
.globl ringsim_own_once_call
.type ringsim_own_once_call,@object
.size ringsim_own_once_call,8
ringsim_own_once_call: .zero 8
.text
.globl ringsim_own_once_proxy
.type ringsim_own_once_proxy,@function
ringsim_own_once_proxy:
.cfi_startproc
subq $8, %rsp
.cfi_def_cfa_offset 16
.byte 0x66
leaq ringsim_own_once_call@tlsgd(%rip), %rdi
.value 0x6666
rex64
call __tls_get_addr@PLT
call *(%rax)
addq $8, %rsp
.cfi_def_cfa_offset 8
ret
.cfi_endproc
)";

const std::map<std::string_view, std::string_view> of_once = {
    {"_ZSt15__once_callable", "ringsim_own_once_callable"},
    {"_ZSt11__once_call", "ringsim_own_once_call"},
    {"__once_proxy", "ringsim_own_once_proxy"},
};

// A function on a C++ stream, whose first argument is the stream: sim/check/streams.cpp says what
// the call does besides. The names are mangled ones: operators << and >>, members of
// basic_ostream<char> (So), basic_istream<char> (Si) and basic_iostream<char> (Sd), and so on.
bool is_of_streams(std::string_view name) {
    constexpr std::string_view prefixes[] = {
        "_ZStls", "_ZStrs", "_ZNSo", "_ZNSi", "_ZNKSo", "_ZNKSi", "_ZNSd", "_ZSt16__ostream_insert",
        "_ZSt4endl", "_ZSt5flush", "_ZSt4ends", "_ZSt7getline", "_ZNSt9basic_ios",
        "_ZNKSt9basic_ios", "_ZNSt8ios_base", "_ZNKSt8ios_base",
        "_ZNSt7__cxx1119basic_ostringstream", "_ZNSt7__cxx1119basic_istringstream",
        "_ZNSt7__cxx1118basic_stringstream", "_ZNSt7__cxx1115basic_stringbuf",
        "_ZNKSt7__cxx1119basic_ostringstream", "_ZNKSt7__cxx1119basic_istringstream",
        "_ZNKSt7__cxx1118basic_stringstream",
        // str() of an lvalue, and of an rvalue
        "_ZNKRSt7__cxx1119basic_ostringstream", "_ZNKRSt7__cxx1119basic_istringstream",
        "_ZNKRSt7__cxx1118basic_stringstream", "_ZNOSt7__cxx1119basic_ostringstream",
        "_ZNOSt7__cxx1119basic_istringstream", "_ZNOSt7__cxx1118basic_stringstream",
        "_ZNSt15basic_streambuf", "_ZNSt6locale", "_ZNKSt6locale"};
    return std::ranges::any_of(prefixes, [&](auto p) { return name.starts_with(p); });
}

// Keeps all arguments of a call while ringsim_stream_call() looks at it: %r10 is the library's
// function, %r11 its name. At 88(%rsp) is the address to which the program's call returns. If the
// answer is true the call returns its first argument, as functions on streams do, and the library's
// is not called.
constexpr std::string_view stream_thunk = R"(
.text
ringsim_stream_thunk:
.cfi_startproc
pushq %r10
.cfi_def_cfa_offset 16
subq $80, %rsp
.cfi_def_cfa_offset 96
movq %rdi, (%rsp)
movq %rsi, 8(%rsp)
movq %rdx, 16(%rsp)
movq %rcx, 24(%rsp)
movq %r8, 32(%rsp)
movq %r9, 40(%rsp)
movsd %xmm0, 48(%rsp)
movsd %xmm1, 56(%rsp)
movq %rsp, %rdi
movq %r11, %rsi
movq 88(%rsp), %rdx
call ringsim_stream_call@PLT
movq (%rsp), %rdi
movq 8(%rsp), %rsi
movq 16(%rsp), %rdx
movq 24(%rsp), %rcx
movq 32(%rsp), %r8
movq 40(%rsp), %r9
movsd 48(%rsp), %xmm0
movsd 56(%rsp), %xmm1
addq $80, %rsp
.cfi_def_cfa_offset 16
popq %r10
.cfi_def_cfa_offset 8
testb %al, %al
jne 1f
jmp *%r10
1: movq %rdi, %rax
ret
.cfi_endproc
)";

// Names are those of Rust's mangling v0, in which each part of a path has its length in front:
// "_3std", "10panic_hook".

bool is_of_rust(std::string_view name) {
    return name.starts_with("_R");
}
// Of Rust's standard library, and neither `core` nor `alloc`, which know nothing of threads.
bool is_of_rust_std(std::string_view name) {
    return is_of_rust(name) && name.find("_3std") != name.npos;
}
// Parts of its standard library that are called as they are, and those that have a model here; a
// name is one of them if it has the part in it.
constexpr std::string_view rust_harmless[] = {"9panicking", "10panic_hook", "12thread_local"};
constexpr std::pair<std::string_view, std::string_view> rust_models[] = {
    {"19lang_start_internal", "ringsim_rust_start"},
    // A name that begins with an underscore has one more in front.
    {"5stdio6__print", "ringsim_rust_print"},
    {"5stdio7__eprint", "ringsim_rust_eprint"},
    // What main() returns, if that is an error; the status is 1 then.
    {"5stdio23attempt_print_to_stderr", "ringsim_rust_print_error"},
    {"19hashmap_random_keys", "ringsim_rust_random_keys"},
};
// RawVec<T>::grow_one() of types for which the library has it already, in `std` too: see
// ringsim_rust_grow().
constexpr std::string_view rust_vector = "7raw_vec";
constexpr std::string_view rust_grow = "8grow_one";
// Thread-local variables, in code for which they are emulated: how many bytes, ...
constexpr std::string_view emulated_prefix = "__emutls_v.";
// Where each thread keeps what its hash maps begin with: two numbers, and whether they are there.
constexpr std::string_view rust_keys = "11RandomState3new4KEYS";
constexpr unsigned rust_keys_bytes = 24;
// What rustc makes when it links, by the name behind this one; its libraries ask for it as well.
// Its mangled name has the length of the word in front of it: "12__rust_alloc".
constexpr std::string_view rust_made = "_7___rustc";
constexpr std::string_view rust_nothing = "ringsim_rust_nothing";
constexpr std::pair<std::string_view, std::string_view> rust_allocation[] = {
    {"__rust_alloc", "ringsim_rust_alloc"},
    {"__rust_dealloc", "ringsim_rust_dealloc"},
    {"__rust_realloc", "ringsim_rust_realloc"},
    {"__rust_alloc_zeroed", "ringsim_rust_alloc_zeroed"},
    {"__rust_no_alloc_shim_is_unstable_v2", rust_nothing},
    {"__rust_alloc_error_handler", rust_nothing},
    {"__rust_alloc_error_handler_should_panic_v2", rust_nothing},
};

// One use: bind() goes through all names that are not defined, and gathers what objcopy and the
// assembler are given.
class binder {
  public:
    renaming bind(const symbols& s) {
        out_.names = fmt::format("main {}\n", program_main);
        for (const std::string& name : s.undefined) bind(name, s.weak.contains(name));
        out_.assembly = text_ + (uses_once_ ? std::string(once_words) : "") +
                        (uses_streams_ ? std::string(stream_thunk) : "") + copies() + undefined();
        if (!out_.assembly.empty()) out_.assembly = ".text\n" + out_.assembly;
        out_.assembly += ".section .note.GNU-stack,\"\",@progbits\n";
        return std::move(out_);
    }

  private:
    // `name` is one of those that rustc makes. All of them are defined at once, under the prefix
    // that this version of the compiler gives them, and jump to models.
    void define_allocation(const std::string& name) {
        if (std::exchange(allocation_defined_, true)) return;
        const std::string prefix = name.substr(0, name.find(rust_made) + rust_made.size());
        // Some rustc's standard library has the handlers of errors itself.
        for (const auto& [made, model] : rust_allocation)
            text_ += fmt::format(".{4} {0}{1}_{2}\n{0}{1}_{2}: jmp {3}@PLT\n", prefix, made.size(),
                                 made, model, model == rust_nothing ? "weak" : "globl");
    }
    // What is of Rust's standard library and has no model is refused when it is called.
    void bind_rust(const std::string& name) {
        for (const auto& [part, model] : rust_models)
            if (name.find(part) != name.npos) return call_it(name, std::string(model));
        for (const std::string_view part : rust_harmless)
            if (name.find(part) != name.npos) return;
        stub(name);
    }

    // Of Rust's library, which has it in another form. No bytes: see
    // ringsim___emutls_get_address().
    void define_emulated(const std::string& name) {
        text_ += fmt::format(
            ".pushsection .data\n.balign 8\n.globl {0}\n{0}: .quad {1}, 8, 0, 0\n.popsection\n",
            name, name.find(rust_keys) == name.npos ? 0 : rust_keys_bytes);
    }

    void bind(const std::string& name, bool weak) {
        if (name.starts_with(emulated_prefix)) return define_emulated(name);
        if (is_of_rust(name) && name.find(rust_made) != name.npos) return define_allocation(name);
        if (is_of_rust(name) && name.find(rust_vector) != name.npos &&
            name.find(rust_grow) != name.npos)
            return grow(name);
        if (is_of_rust(name)) return is_of_rust_std(name) ? bind_rust(name) : void();
        if (name.starts_with(modelled_prefix)) return;  // called by name
        if (const auto once = of_once.find(name); once != of_once.end()) {
            uses_once_ = true;
            return call_it(name, std::string(once->second));
        }
        // One of ringsim's own functions has that name: that is the whole registration of a model.
        const std::string model = std::string(modelled_prefix) + name;
        if (dlsym(RTLD_DEFAULT, model.c_str())) return call_it(name, model);
        // Newer compilers' names of memset() and its like.
        if (name == "__tsan_memset" || name == "__tsan_memcpy" || name == "__tsan_memmove")
            return call_it(name, std::string(modelled_prefix) + name.substr(7));
        // A kind of access that there is no entry point for.
        const bool access = name.starts_with("__tsan_");
        if (access && !dlsym(RTLD_DEFAULT, name.c_str())) return stub(name);
        if (is_harmless(name)) return;
        const library_symbol found = find_in_libraries(name);
        if (is_copied(name, found)) return copy(name, found);
        // What a variable that cannot change holds, or what is computed from its arguments, is
        // nobody's affair.
        if (found.variable || found.of_numbers) return;
        if (!found.address && weak) return;  // the program asks whether it is there
        stub(name, /*may_be_variable=*/!found.address);
    }
    // A line for objcopy --redefine-syms: the program's name and the one that it has from now on.
    void call_it(const std::string& name, const std::string& other) {
        out_.names += name + " " + other + "\n";
    }

    // The vector is the first argument, the library's function becomes the second one.
    void grow(const std::string& name) {
        const std::string label = "ringsim_stub_" + std::to_string(number_++);
        call_it(name, label);
        text_ += fmt::format(
            ".globl {0}\n{0}: movq {1}@GOTPCREL(%rip), %rsi\njmp ringsim_rust_grow@PLT\n", label,
            name);
    }

    // A stub's name is a new one, for a name may have characters that a label may not. It passes
    // its caller on: what is refused is told at the call.
    void stub(const std::string& name, bool may_be_variable = false) {
        const std::string label = "ringsim_stub_" + std::to_string(number_++);
        call_it(name, label);
        text_ += fmt::format(".globl {0}\n{0}: ", label);
        if (is_of_streams(name)) {
            uses_streams_ = true;
            text_ += fmt::format(
                "movq {0}@GOTPCREL(%rip), %r10\nleaq 1f(%rip), %r11\n"
                "jmp ringsim_stream_thunk\n1: .asciz \"{0}\"\n",
                name);
        } else {
            text_ += fmt::format(
                "leaq 1f(%rip), %rdi\nmovq (%rsp), %rsi\n"
                "jmp ringsim_not_modelled@PLT\n1: .asciz \"{}\"\n",
                name);
        }
        if (may_be_variable) keep_room(label, name);
    }

    // Whether it is a function or a variable the object does not say. What accesses the stub, or
    // the bytes behind it, takes it for a variable; so no other name has these bytes.
    void keep_room(const std::string& label, const std::string& name) {
        text_ += fmt::format(".zero {}\n", undefined_bytes);
        undefined_ +=
            fmt::format(".quad {}, 1f\n.pushsection .rodata\n1: .asciz \"{}\"\n.popsection\n",
                        label, readable(name.c_str()));
    }
    std::string undefined() const {
        if (undefined_.empty()) return "";
        return fmt::format(
            ".section .data.rel.ro,\"aw\",@progbits\n.balign 8\n.globl {0}\n{0}:\n{1}.quad 0, 0\n",
            undefined_names, undefined_);
    }

    // A variable of a library, as one of the program: followed like the others, and put back like
    // them.
    void copy(const std::string& name, const library_symbol& of) {
        const std::string label = "ringsim_copy_" + name;
        call_it(name, label);
        copied_ += fmt::format(
            ".globl {0}\n.type {0},@object\n.size {0},{1}\n.balign 16\n"
            "{0}: .zero {1}\n",
            label, of.bytes);
        table_ += fmt::format(".quad {}, {:#x}, {}\n", label,
                              reinterpret_cast<std::uintptr_t>(of.address), of.bytes);
    }

    // Filled before the constructors of the program's own objects run (.init_array.00000 comes
    // first), from where the library is in this process: the addresses stand in the assembly as
    // numbers. That is right for this process only; the program is loaded into no other one, or
    // into a copy of it.
    std::string copies() const {
        if (copied_.empty()) return "";
        return ".data\n" + copied_ +
               ".section .data.rel.ro,\"aw\",@progbits\n.balign 8\nringsim_copies:\n" + table_ +
               ".quad 0\n"
               ".section .init_array.00000,\"aw\",@init_array\n.balign 8\n"
               ".quad ringsim_fill_copies\n.text\nringsim_fill_copies:\n"
               "leaq ringsim_copies(%rip), %rdi\njmp ringsim_copy_variables@PLT\n";
    }

    renaming out_;
    // text_ is code, copied_ the space of variables, table_ three words for each of them;
    // undefined_ has two for each name that nobody has.
    std::string text_;
    std::string copied_;
    std::string table_;
    std::string undefined_;
    unsigned number_ = 0;
    bool uses_once_ = false;
    bool uses_streams_ = false;
    bool allocation_defined_ = false;
};

}  // namespace

// Of all objects together: what one of them defines is not undefined in another. A name that is of
// one object alone (a static function; nm has a small letter for it) defines nothing for the
// others: what they call by that name is the library's.
symbols symbols_of(const std::vector<std::string>& objects) {
    std::istringstream lines(symbols_by_nm(objects));
    symbols found;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        std::string type;
        if (!(words >> name >> type) || type.size() != 1) continue;
        const bool weak = type == "w" || type == "v";
        const bool local = std::string_view("abdgrst").find(type[0]) != std::string_view::npos;
        if (type == "U" || weak)
            found.undefined.insert(name);
        else if (!local)
            found.defined.insert(name);
        if (weak) found.weak.insert(name);
    }
    for (const std::string& name : found.defined) found.undefined.erase(name);
    return found;
}

// As the source calls it, without its arguments. Names of Rust are not known to __cxa_demangle().
std::string readable(const char* name) {
    int status = 0;
    if (std::string_view(name).starts_with("_R")) {
        std::string text = output_of({"c++filt", name}, &status);
        // Without the numbers of crates.
        for (auto at = text.find('['); at != text.npos; at = text.find('['))
            text.erase(at, text.find(']', at) - at + 1);
        return text.substr(0, text.find('\n'));
    }
    // A C function may be called as a type is, mangled: i, or g.
    if (!std::string_view(name).starts_with("_Z")) return name;
    char* const text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
    if (status != 0) return name;
    std::string whole(text);
    std::free(text);
    return whole.substr(0, whole.find('('));
}

// Not told of a format, nm tries all that it knows and loads the plugins of compilers for that:
// where LLVM's are, half of the time of a short `ringsim check` went into it. No object here needs
// one, for -flto is taken back.
std::string symbols_by_nm(const std::vector<std::string>& options_and_files) {
    std::vector<std::string> command{"nm", "-P", "--target=elf64-x86-64"};
    command.insert(command.end(), options_and_files.begin(), options_and_files.end());
    return output_of(command);
}

renaming bind_libraries(const symbols& s) {
    return binder().bind(s);
}

}  // namespace ringsim::sim::check

// NOLINTBEGIN: names that the assembly above uses
extern "C" {

struct ringsim_copied_variable {
    void* copy;
    const void* original;
    std::size_t bytes;
};

void ringsim_copy_variables(const ringsim_copied_variable* at) {
    for (; at->copy; ++at) std::memcpy(at->copy, at->original, at->bytes);
}

// glibc sets it while a process has one thread, and std::shared_ptr then counts without atomic
// operations. The program has threads, whatever the process that explores it has.
char ringsim___libc_single_threaded = 0;

}  // extern "C"
// NOLINTEND
