#include "scenarios/commands/check_build.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "scenarios/program/user_error.hpp"
#include "sim/check/symbols.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace check = sim::check;

std::string environment_or(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value && *value ? value : otherwise;
}

}  // namespace

check::built_program build_program(const std::vector<std::string>& files,
                                   const std::vector<std::string>& flags, bool allow_unseen,
                                   const check::work_directory& where) {
    check::build_request request;
    request.c_compiler = environment_or("CC", "cc");
    request.cxx_compiler = environment_or("CXX", "c++");
    request.rust_compiler = environment_or("RUSTC", "rustc");
    request.files = files;
    request.flags = flags;
    request.allow_unseen = allow_unseen;
    try {
        return check::build(request, where);
    } catch (const check::build_error& e) {
        if (e.status == exit_impossible) throw machine_error(e.what());
        throw user_error(e.what());
    }
}

check::check_limits usual_limits(sim::graph::model_id m, const check::built_program& program) {
    check::check_limits limits;
    limits.unwritten_counts = true;
    limits.bit_fields_are_read = program.reads_bit_fields;
    // To the language they are accesses like any other; on machines, what kernels and libraries
    // mean by them.
    limits.volatile_is_relaxed = m != sim::graph::model_id::rc11;
    return limits;
}

std::string place_refused(const check::runtime& runtime, const std::string& image,
                          const std::string& file) {
    const void* pc = runtime.refused().pc;
    if (!pc) return file + ": ";
    check::symbols_of_program symbols(image);
    symbols.look_up({runtime.offset_of(pc)});
    const auto& at = symbols.place(runtime.offset_of(pc));
    return at.line == 0 ? file + ": " : fmt::format("{}:{}: ", at.file, at.line);
}

}  // namespace ringsim::scenarios::commands
