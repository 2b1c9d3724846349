// By the name of the function a place is in: what is generic is compiled with the program, so the
// address alone says nothing. In Rust the library's own functions lie elsewhere (image::own_begin).
#include "sim/check/library_callers.hpp"

#include <unwind.h>

#include <algorithm>
#include <iterator>

namespace ringsim::sim::check {
namespace {

constexpr unsigned unwound_max = 100'000;  // a fraction of a second
constexpr std::uint32_t several = UINT32_MAX;

// Functions and members of std and __gnu_cxx, by the Itanium C++ ABI. A lambda of the program in
// one of them is a function of the program.
constexpr std::string_view library_names[] = {"_ZNSt",  "_ZNKSt",        "_ZSt",
                                              "_ZNOSt", "_ZN9__gnu_cxx", "_ZNK9__gnu_cxx"};

struct search {
    const image& in;
    bool (*is_library)(void* all, const void* pc);
    void* all;
    const void* found;
};

_Unwind_Reason_Code look(_Unwind_Context* frame, void* data) {
    auto& s = *static_cast<search*>(data);
    const auto* const pc = reinterpret_cast<const char*>(_Unwind_GetIP(frame));
    if (pc < s.in.code_begin || pc >= s.in.code_end || s.is_library(s.all, pc))
        return _URC_NO_REASON;
    s.found = pc;
    return _URC_NORMAL_STOP;
}

}  // namespace

bool is_name_of_library(std::string_view symbol, bool local) {
    const auto begins = [&](std::string_view n) { return symbol.starts_with(n); };
    if (std::ranges::none_of(library_names, begins)) return false;
    return !local || symbol.find("6threadC") != symbol.npos ||
           symbol.find("7jthread") != symbol.npos;
}

// Both are return addresses: one byte less is inside of the call.
bool library_callers::is_library(const void* pc) const {
    const char* const at = static_cast<const char*>(pc) - 1;
    if (image_.own_begin) return at < image_.own_begin || at >= image_.own_end;
    const auto offset = static_cast<std::uint64_t>(at - image_.base);
    const auto after = image_.library_functions.upper_bound(offset);
    return after != image_.library_functions.begin() && offset < std::prev(after)->second;
}

const void* library_callers::own_caller(const void* pc) {
    if (!pc || !image_.code_begin || !is_library(pc)) return nullptr;
    search s{image_,
             [](void* all, const void* at) {
                 return static_cast<library_callers*>(all)->is_library(at);
             },
             this, nullptr};
    _Unwind_Backtrace(look, &s);
    return s.found;
}

void library_callers::note(unsigned thread, std::uint32_t offset, const void* pc) {
    const void*& own = own_[reinterpret_cast<std::uintptr_t>(pc) % own_.size()];
    if (unwound_ >= unwound_max || !pc || own == pc) return;
    if (!is_library(pc)) {
        own = pc;
        return;
    }
    ++unwound_;
    const void* const caller = own_caller(pc);
    if (!caller) return;
    const auto at = static_cast<std::uint32_t>(static_cast<const char*>(caller) - image_.base);
    const auto [known, fresh] = callers_.try_emplace({thread, offset}, at);
    if (!fresh && known->second != at) known->second = several;
}

std::uint32_t library_callers::of(unsigned thread, std::uint32_t offset) const {
    const auto found = callers_.find({thread, offset});
    return found == callers_.end() || found->second == several ? 0 : found->second;
}

}  // namespace ringsim::sim::check
