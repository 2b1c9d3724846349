// Why restarting is a jump: a search runs a thread's body again and again from its start, and gives
// most runs up in the middle. Unwinding the stack each time, or making a new fiber, would cost more
// than the run itself. __builtin_setjmp keeps five words and no signal mask; the jump is made on
// the fiber's own stack, to its first frame, so nothing of the caller's is touched.
//
// Who is where: the explorer is the caller, on the stack of the process; each thread of the program
// has a fiber. Only one of them runs at any time, and they switch by resume() and suspend() alone.
// So there is no concurrency here, and no lock.
#include "sim/graph/fiber.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <boost/context/fiber.hpp>
#include <new>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define RINGSIM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RINGSIM_ASAN 1
#endif
#endif
#ifdef RINGSIM_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace ringsim::sim::graph {
namespace {

// Stacks of one size, each above so much that nobody may touch: a function whose frame is larger
// than the stack must not find another one there. Freed stacks are used again: to map a stack takes
// longer than many a run of a thread.
class stack_pool {
  public:
    // The first that is free: so the threads of one search have the stacks that those of the last
    // one had, and addresses of what is on them are the same in both.
    boost::context::stack_context allocate() {
        std::size_t i = 0;
        while (i < all_.size() && in_use_[i]) ++i;
        if (i == all_.size()) {
            all_.push_back(map_one());
            in_use_.push_back(false);
        }
        in_use_[i] = true;
        boost::context::stack_context context;
        context.size = fiber_stack_bytes;
        context.sp = all_[i] + guard_bytes + fiber_stack_bytes;
        return context;
    }
    // `bottom`: its lowest address.
    void release(char* bottom) {
        char* const base = bottom - guard_bytes;
        in_use_[static_cast<std::size_t>(std::ranges::find(all_, base) - all_.begin())] = false;
    }
    // The lowest address of the stack that has this address in it.
    char* around(const char* address) const {
        for (char* base : all_)
            if (address >= base + guard_bytes && address < base + guard_bytes + fiber_stack_bytes)
                return base + guard_bytes;
        return nullptr;
    }
    bool in_guard(const char* address) const {
        return std::ranges::any_of(all_, [&](const char* base) {
            return address >= base && address < base + guard_bytes;
        });
    }

  private:
    static constexpr std::size_t guard_bytes = std::size_t{8} << 20;  // a Linux thread's stack

    static char* map_one() {
        void* const room = mmap(nullptr, guard_bytes + fiber_stack_bytes, PROT_NONE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        if (room == MAP_FAILED) throw std::bad_alloc();
        char* const base = static_cast<char*>(room);
        if (mprotect(base + guard_bytes, fiber_stack_bytes, PROT_READ | PROT_WRITE) != 0)
            throw std::bad_alloc();
        return base;
    }

    // Never unmapped: at most as many as fibers have lived at one time.
    std::vector<char*> all_;
    std::vector<bool> in_use_;
};

stack_pool& stacks() {
    static stack_pool pool;
    return pool;
}

// What Boost asks for, by the names that it has for them.
struct pooled_stack {
    boost::context::stack_context allocate() { return stacks().allocate(); }
    void deallocate(boost::context::stack_context& context) {
        stacks().release(static_cast<char*>(context.sp) - context.size);
    }
};

}  // namespace

// What AddressSanitizer must be told at each switch of stacks. Empty in other builds.
struct switch_annotation {
#ifdef RINGSIM_ASAN
    void* fake_stack = nullptr;
    const void* other_bottom = nullptr;
    std::size_t other_size = 0;
    void leave(const void* bottom, std::size_t size) {
        __sanitizer_start_switch_fiber(&fake_stack, bottom, size);
    }
    void arrive() { __sanitizer_finish_switch_fiber(fake_stack, &other_bottom, &other_size); }
    static void forget_frames(void* bottom, std::size_t size) {
        __asan_unpoison_memory_region(bottom, size);
    }
#else
    void leave(const void*, std::size_t) {}
    void arrive() {}
    static void forget_frames(void*, std::size_t) {}
    static constexpr const void* other_bottom = nullptr;
    static constexpr std::size_t other_size = 0;
#endif
};

// A jump leaves in registers what was in them. The body's first frames save them on its stack, and
// are to be the same each time: the stacks of two runs may be compared.
inline void forget_registers() {
#if defined(__x86_64__)
    asm volatile(
        "xorl %%ebx, %%ebx\n\t"
        "xorl %%r12d, %%r12d\n\t"
        "xorl %%r13d, %%r13d\n\t"
        "xorl %%r14d, %%r14d\n\t"
        "xorl %%r15d, %%r15d"
        :
        :
        : "rbx", "r12", "r13", "r14", "r15", "cc");
#endif
}

// All of it is outside of the fiber's stack, which may be abandoned at any time.
struct fiber::state {
    fiber_body& body;
    boost::context::fiber self;    // the fiber, while the caller runs
    boost::context::fiber caller;  // the caller, while the fiber runs
    void* first_frame[5] = {};     // of __builtin_setjmp
    bool start_over = false;
    bool ended = false;
    std::exception_ptr error;  // what left the body; here, for the stack may be abandoned
    char* stack_bottom = nullptr;
    switch_annotation outside;
    switch_annotation inside;

    explicit state(fiber_body& b) : body(b) {}

    // From the fiber to its caller. The two change places in `caller`: whoever resumes the fiber
    // next is kept there, which may be another one than before.
    void switch_out() {
        inside.leave(inside.other_bottom, inside.other_size);
        caller = std::move(caller).resume();
        inside.arrive();
    }

    // The first frame of the fiber: runs the body again and again, as often as it is started over.
    // Kept apart from main_loop() so that nothing of it lives in registers across the jump.
    [[gnu::noinline]] void run_body() {
        __builtin_setjmp(first_frame);
        forget_registers();
        switch_annotation::forget_frames(stack_bottom, fiber_stack_bytes);
        start_over = false;
        ended = false;
        error = nullptr;
        try {
            body.run();
        } catch (const boost::context::detail::forced_unwind&) {
            throw;
        } catch (...) {
            error = std::current_exception();
        }
        // Outside the handler: started over from in there, the exception would stay caught for
        // good.
        if (error) body.failed(error);
        ended = true;
    }

    // The fiber's function. It comes back to its caller whenever the body has ended, and is resumed
    // if the body is to run once more; it never returns.
    boost::context::fiber main_loop(boost::context::fiber&& from) {
        caller = std::move(from);
        inside.arrive();
        for (;;) {
            run_body();
            switch_out();
        }
    }
};

fiber::fiber(fiber_body& body) : state_(std::make_unique<state>(body)) {
    state* s = state_.get();
    pooled_stack allocator;
    const boost::context::stack_context context = allocator.allocate();
    // Stacks grow downwards: the context names the upper end.
    s->stack_bottom = static_cast<char*>(context.sp) - context.size;
    s->self = boost::context::fiber(
        std::allocator_arg, boost::context::preallocated(context.sp, context.size, context),
        allocator, [s](boost::context::fiber&& from) { return s->main_loop(std::move(from)); });
}

// Its stack is given back as it is. Boost would resume the fiber to have it unwound, and what is on
// it may be no frames any more: a thread under check that wrote to another one's variables has
// written where that one's stack is now. Nothing is lost: destructors of what is on it do not run
// (see the head of fiber.hpp), and all that Boost has for a fiber is there, too.
fiber::~fiber() {
    std::construct_at(&state_->self);
    stacks().release(state_->stack_bottom);
}

// From the caller to the fiber, and back when that suspends or ends.
void fiber::resume() {
    state& s = *state_;
    s.outside.leave(s.stack_bottom, fiber_stack_bytes);
    s.self = std::move(s.self).resume();
    s.outside.arrive();
}

// Nothing moves yet: the jump is made from inside, by whoever resumes it.
void fiber::restart() {
    state_->start_over = true;
    state_->ended = false;
}

// It comes back here when it is resumed, or, to be started over, in run_body().
void fiber::suspend() {
    state_->switch_out();
    if (state_->start_over) __builtin_longjmp(state_->first_frame, 1);
}

// From inside: there is nobody to switch to, so the jump is made here.
void fiber::begin_again() {
    restart();
    __builtin_longjmp(state_->first_frame, 1);
}

// Of the present run: restart() makes it false again.
bool fiber::ended() const {
    return state_->ended;
}

std::string what_was_thrown(const std::exception_ptr& error) {
    std::string text = "the program threw an exception";
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        text += std::string(": ") + e.what();
    } catch (...) {
    }
    return text;
}

// For `ringsim check`, which has to know the stack that a thread runs on.
char* fiber_stack_around(const void* address) {
    return stacks().around(static_cast<const char*>(address));
}

bool is_fiber_stack_overflow(const void* address) {
    return stacks().in_guard(static_cast<const char*>(address));
}

}  // namespace ringsim::sim::graph
