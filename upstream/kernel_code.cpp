#include "scenarios/commands/kernel_code.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "scenarios/program/user_error.hpp"
#include "upstream/compiler.hpp"
#include "upstream/program.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace check = sim::check;

bool includes_stand_ins(const std::string& file) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        std::erase_if(line, [](char c) { return c == ' ' || c == '\t'; });
        if (line.starts_with("#include<ringsim/") || line.starts_with("#include\"ringsim/"))
            return true;
    }
    return false;
}

}  // namespace

bool is_kernel_code(const std::vector<std::string>& files) {
    return std::ranges::any_of(files, includes_stand_ins);
}

check::built_program build_kernel_code(const std::vector<std::string>& files,
                                       const std::vector<std::string>& flags,
                                       const std::string& linux, bool allow_unseen,
                                       const check::work_directory& where) {
    const char* named = std::getenv("CC");
    const std::string compiler = named && *named ? named : "cc";
    try {
        check::build_request request;
        request.c_compiler = compiler;
        request.files = files;
        request.allow_unseen = allow_unseen;
        std::vector<std::string> all = upstream_code::kernel_flags(compiler, linux);
        all.insert(all.begin(), {"-std=gnu11", "-fno-strict-aliasing"});
        all.insert(all.end(), flags.begin(), flags.end());
        for (const std::string& file : files) {
            if (!file.ends_with(".c")) throw user_error(file + ": is not C (.c): kernel code is");
            if (!std::filesystem::exists(file)) throw user_error(file + ": no such file");
            upstream_code::try_compiler(compiler, all, file);
            request.flags_of[file] = all;
            request.flags_of[file].emplace_back("-w");
        }
        return check::build(request, where);
    } catch (const check::build_error& e) {
        if (e.status == exit_impossible) throw machine_error(e.what());
        throw user_error(e.what());
    }
}

}  // namespace ringsim::scenarios::commands
