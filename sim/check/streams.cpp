// C++ streams of a program under check. What goes to the console is of no interest, and repeated in
// every execution; what is printed is read. Other streams are objects of one thread, on which the
// library's own code runs.
//
// A stream is large, and its code lies in the library and makes no reports. So a stream that is not
// the console's may have one thread only, ever; two of them would race in memory that nobody sees,
// and such a program is refused. What a call reads and writes besides the stream, in the program's
// memory, is told here in front of the call, as far as its mangled name tells what the arguments
// are: the call goes through a stub, which hands on the registers (library_symbols.cpp).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <new>
#include <string>
#include <string_view>

#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

namespace {

// The arguments of the call, as the registers have them: rdi, rsi, rdx, rcx, r8, r9 (System V ABI
// of x86-64).
struct arguments {
    std::uintptr_t of[6];
};

bool is_console(const void* stream) {
    return stream == &std::cout || stream == &std::cerr || stream == &std::clog ||
           stream == &std::wcout || stream == &std::wcerr || stream == &std::wclog;
}

void reads_at(std::uintptr_t at, std::size_t bytes) {
    if (bytes != 0) active->plain_load(reinterpret_cast<char*>(at), bytes);
}

// The library makes it, and no instruction of the program.
void writes_at(std::uintptr_t at, std::size_t bytes) {
    active->library_store(reinterpret_cast<char*>(at), bytes);
}

void reads_string_at(std::uintptr_t at) {
    for (;; ++at) {
        reads_at(at, 1);
        if (*reinterpret_cast<const char*>(at) == 0) return;
    }
}

// A std::string: its pointer and its length, then the text.
void reads_text(std::uintptr_t at) {
    reads_at(at, 2 * sizeof(std::uint64_t));
    std::uint64_t words[2];
    std::memcpy(words, reinterpret_cast<const void*>(at), sizeof words);
    reads_at(words[0], words[1]);
}

// Letters for types in the Itanium C++ ABI; those that are not here have eight bytes.
std::size_t size_by(char mangled) {
    constexpr std::string_view one = "bcah";
    constexpr std::string_view two = "st";
    constexpr std::string_view four = "ijf";
    if (one.find(mangled) != std::string_view::npos) return 1;
    if (two.find(mangled) != std::string_view::npos) return 2;
    return four.find(mangled) != std::string_view::npos ? 4 : 8;
}

// operator<< of a C string; what operator<< of a std::string calls; write(); operator>> of a
// number, and what it calls.
constexpr std::string_view inserted_string =
    "_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PK";
constexpr std::string_view inserted_range = "_ZSt16__ostream_insert";
constexpr std::string_view written_range = "_ZNSo5write";
constexpr std::string_view extracted = "_ZNSirsER";
constexpr std::string_view extracted_by = "_ZNSi10_M_extractI";
constexpr std::string_view into_string = "__cxx1112basic_string";

// str(), which gcc puts in line: where the result goes is the first argument of such a function,
// and the stream the second.
bool gives_string(std::string_view name) {
    return (name.starts_with("_ZNKRSt7") || name.starts_with("_ZNOSt7")) &&
           name.ends_with("3strEv");
}

// What the call reads and writes besides the stream. A std::string that is read into is written as
// an object; what the library allocates for it is memory of the program's heap that no other thread
// knows yet.
void sees(std::string_view name, const arguments& a) {
    if (name.starts_with(inserted_string)) reads_string_at(a.of[1]);
    if (name.starts_with(inserted_range) || name.starts_with(written_range))
        reads_at(a.of[1], a.of[2]);
    if (name.starts_with(extracted)) writes_at(a.of[1], size_by(name[extracted.size()]));
    if (name.starts_with(extracted_by)) writes_at(a.of[1], size_by(name[extracted_by.size()]));
    const bool reads_it = name.starts_with("_ZStls") || name.find("C1ERK") != name.npos;
    if (name.find(into_string) == name.npos || name.find("Rb_tree") != name.npos) return;
    if (reads_it) reads_text(a.of[1]);
    if (name.starts_with("_ZStrs") || name.starts_with("_ZSt7getline"))
        writes_at(a.of[1], sizeof(std::string));
}

}  // namespace

// NOLINTBEGIN: names that the assembly of library_symbols.cpp uses
extern "C" {

// True if the call gives back the stream at once; otherwise the library's function is called. A
// constructor is one of the calls: the stream's memory becomes the thread's by it.
bool ringsim_stream_call(const arguments* a, const char* name, const void* pc) {
    const entry at(pc);
    if (!running()) return false;
    sees(name, *a);
    const bool gives = gives_string(name);
    if (gives) writes_at(a->of[0], sizeof(std::string));
    auto* const stream = reinterpret_cast<char*>(a->of[gives ? 1 : 0]);
    if (is_console(stream)) return true;
    if (stream == reinterpret_cast<char*>(&std::cin) ||
        stream == reinterpret_cast<char*>(&std::wcin))
        active->refuse(2,
                       "std::cin is read: what stands there is no part of the program; use values");
    // Its first word is read in each call, and no other thread may have touched it.
    if (!active->is_own(stream))
        active->refuse(2,
                       "a C++ stream is used by several threads, other than the console's; give "
                       "each thread a stream of its own");
    // The next thread that looks at it finds memory that somebody has written.
    active->written_by_library(stream);
    return false;
}

}  // extern "C"
// NOLINTEND

// A stream that keeps a string of the program's, whose memory is of the program's heap, gives it
// back by this: the library calls the operator of the process, which is ours. The heap of the
// program takes nothing back from the library; all else goes to free(). With AddressSanitizer the
// operator is its own.
#if !defined(__SANITIZE_ADDRESS__)
void operator delete(void* address) noexcept {
    if (!is_of_heap(address)) std::free(address);
}
void operator delete(void* address, std::size_t) noexcept {
    if (!is_of_heap(address)) std::free(address);
}
#endif
