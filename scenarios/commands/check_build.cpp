#include "scenarios/commands/check_build.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "scenarios/commands/kernel_code.hpp"
#include "scenarios/program/user_error.hpp"
#include "sim/check/symbols.hpp"

namespace ringsim::scenarios::commands {
namespace check = sim::check;

std::string environment_or(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value && *value ? value : otherwise;
}

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

check::built_program build_for_kernel(const std::vector<std::string>& files,
                                      const std::vector<std::string>& flags, bool allow_unseen,
                                      const check::work_directory& where) {
    try {
        return build_kernel_code(files, flags, "", allow_unseen, where);
    } catch (const user_error& e) {
        if (is_kernel_code(files)) throw;
        throw user_error(fmt::format(
            "{}; lkmm is the model of kernel C (ringsim kernel), and rc11 that of C11", e.what()));
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

std::string refusal_text(const check::runtime& runtime, const std::string& image,
                         const std::string& file) {
    const check::refusal& why = runtime.refused();
    if (!why.pc) return file + ": " + why.what;
    check::symbols_of_program symbols(image);
    const std::uint64_t at = runtime.offset_of(why.pc);
    const std::uint64_t other = why.other ? runtime.offset_of(why.other) : at;
    symbols.look_up({at, other});
    std::string text = symbols.place(at).line == 0
                           ? file + ": "
                           : fmt::format("{}:{}: ", symbols.place(at).file, symbols.place(at).line);
    text += why.what;
    if (other != at && symbols.place(other).line != 0)
        text += fmt::format(" (the other one is at {}:{})", symbols.place(other).file,
                            symbols.place(other).line);
    return text;
}

}  // namespace ringsim::scenarios::commands
