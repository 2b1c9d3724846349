// Relacy's headers, contained. Only the translation units that run on Relacy include this file, and
// it must be the first include there (Relacy switches _FORTIFY_SOURCE off before <setjmp.h>).
//
// What <relacy/relacy.hpp> does to whoever includes it, and what is done about it here:
// - It defines `new`, `delete`, `malloc`, `free`, `assert`, `errno`, `memory_order_*` and `VAR` as
//   macros. Its parts do not, so the parts are included, and the macro `$` is removed after them.
// - relacy/context.hpp defines the global operator new and delete, inline, that is, for the whole
//   program: every allocation while Relacy runs would be Relacy's. The text of those four
//   definitions ends in RL_THROW_SPEC(...) and throw(); both are macros here, which turn each
//   definition into a declaration and an unused static function. The program keeps its allocator.
// - It never frees the stacks of its fibers nor the memory of a test object: both come from memory
//   of ours, which the next run uses again.
#pragma once
#pragma GCC system_header

#include <relacy/pch.hpp>
// The headers above come first: the macros below must not reach the standard library.
#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

// Memory that Relacy asks for and never gives back. Stacks get a page without access below them, so
// that an overflow faults. Everything is free again once the run is over.
class ringsim_relacy_memory {
  public:
    static void* allocate(std::size_t size) {
        if (size <= small_max) return small_;
        if (in_use_ < stacks_.size()) return stacks_[in_use_++];
        constexpr std::size_t guard = 4096;
        void* p = mmap(nullptr, size + guard, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (p == MAP_FAILED || mprotect(p, guard, PROT_NONE) != 0) throw std::bad_alloc();
        stacks_.push_back(static_cast<char*>(p) + guard);
        ++in_use_;
        return stacks_.back();
    }
    static void run_is_over() { in_use_ = 0; }

  private:
    static constexpr std::size_t small_max = 256;  // a test object; stacks are 64 KiB, all alike
    alignas(16) inline static char small_[small_max];
    inline static std::vector<void*> stacks_;
    inline static std::size_t in_use_ = 0;
};

inline void* ringsim_relacy_allocate(std::size_t size) {
    return ringsim_relacy_memory::allocate(size);
}

#define malloc ringsim_relacy_allocate
#include <relacy/platform.hpp>
#undef malloc
#include <relacy/base.hpp>
// Everything that relacy/context.hpp includes, and then its own text under the macros.
#include <relacy/atomic_events.hpp>
#include <relacy/foreach.hpp>
#include <relacy/history.hpp>
#include <relacy/memory.hpp>
#include <relacy/random.hpp>
#include <relacy/slab_allocator.hpp>
#include <relacy/test_params.hpp>
#include <relacy/test_result.hpp>
#include <relacy/thread_local_ctx.hpp>
// Relacy wants these before its context.
#include <relacy/context_base.hpp>
#include <relacy/context_bound_scheduler.hpp>
#include <relacy/full_search_scheduler.hpp>
#include <relacy/random_scheduler.hpp>
#include <relacy/thread.hpp>

#define RINGSIM_JOIN2(a, b) a##b
#define RINGSIM_JOIN(a, b) RINGSIM_JOIN2(a, b)
#pragma push_macro("RL_THROW_SPEC")
#undef RL_THROW_SPEC
#define RL_THROW_SPEC(exception) \
    ;                            \
    [[maybe_unused]] static inline void* RINGSIM_JOIN(relacy_new_, __COUNTER__)(size_t size)
#define throw() \
    noexcept;   \
    [[maybe_unused]] static inline void RINGSIM_JOIN(relacy_delete_, __COUNTER__)(void* p)
#define malloc ringsim_relacy_allocate
#ifdef __clang__  // the four declarations say `inline`
#pragma clang diagnostic ignored "-Wundefined-inline"
#endif
#include <relacy/context.hpp>
#undef malloc
#undef throw
#pragma pop_macro("RL_THROW_SPEC")

#include <relacy/atomic.hpp>
#include <relacy/atomic_fence.hpp>
#include <relacy/context_base_impl.hpp>
#include <relacy/stdlib/condition_variable.hpp>
#include <relacy/stdlib/event.hpp>
#include <relacy/stdlib/mutex.hpp>
#include <relacy/stdlib/semaphore.hpp>
#include <relacy/var.hpp>

#undef $
