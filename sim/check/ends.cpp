// How threads and programs under check end: what is called then, exceptions that nobody catches,
// and the stack that is gone. The order of the steps is run_thread()'s (threads.cpp).
#include <cxxabi.h>

#include <boost/context/detail/exception.hpp>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>

#include "sim/check/runtime.hpp"

namespace ringsim::sim::check {
namespace {

char program_name[] = "program";
char* program_arguments[] = {program_name, nullptr};

// As the source has it; the name itself if it cannot be read.
std::string demangled(const char* name) {
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> text(
        abi::__cxa_demangle(name, nullptr, nullptr, &status), std::free);
    return status == 0 ? text.get() : name;
}

// "std::terminate() is called: an exception of type T leaves the thread", as far as it is known.
std::string why_terminated() {
    std::string why = "std::terminate() is called";
    if (const std::type_info* type = abi::__cxa_current_exception_type())
        why += ": nobody catches an exception of type " + demangled(type->name());
    return why;
}

}  // namespace

void check_key(unsigned key) {
    if (!active->at_end.is_key(key)) fail("what is no key of a thread's values is used");
    active->waiting.use(key_object(key), "key");
}

// A constructor of a static object may ask for its destructor before there is a runtime: as long as
// the process lives.
std::vector<ending>& early_endings() {
    static std::vector<ending> endings;
    return endings;
}

// At the place where the exception was thrown, if one was: the stack has been unwound since.
void runtime::terminate() {
    const thread_state& me = threads_[thread()];
    const entry at(me.thrown_at ? me.thrown_at : image_.base);
    fail(why_terminated());
}

// An exception that leaves the thread's function is std::terminate(), C++ says. One of the library
// of fibers must go on: it takes down a thread that was left in the middle.
void runtime::run_program(unsigned thread) {
    thread_state& me = threads_[thread];
    try {
        if (thread == 0)
            end_main(image_.main(1, program_arguments));
        else
            me.result = me.work.f(me.work.argument);
    } catch (const boost::context::detail::forced_unwind&) {
        throw;  // the fiber is being taken down
    } catch (const abi::__forced_unwind&) {
        throw;  // pthread_exit(), on its way out: leaving.cpp
    } catch (...) {
        terminate();
    }
}

// What others may still look at is written over, as by free(). Only granules that others have ever
// looked at: of these the graph has locations.
void runtime::end_stack(unsigned thread) {
    region& stack = stacks_[thread];
    threads_[thread].ended.clear();
    for (const std::uint32_t offset : shared_on_stack_[thread])
        free_granule(stack, stack.base() + offset);
}

}  // namespace ringsim::sim::check
