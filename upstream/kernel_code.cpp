#include "scenarios/commands/kernel_code.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "scenarios/program/user_error.hpp"
#include "scenarios/render/command_text.hpp"
#include "upstream/compiler.hpp"
#include "upstream/program.hpp"
#include "upstream/sources.hpp"

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

bool is_of_scheduler(const std::string& file) {
    return file.find("kernel/sched/") != std::string::npos;
}

// Whether the text has a line that begins the function: its name behind a type, which begins the
// line, and no semicolon at its end.
bool begins_function(const std::string& file, const std::string& call) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const std::size_t at = line.find(call);
        if (at == std::string::npos || at == 0) continue;
        if (std::isalpha(static_cast<unsigned char>(line[0])) && !line.ends_with(';') &&
            (line[at - 1] == ' ' || line[at - 1] == '*'))
            return true;
    }
    return false;
}

// Of the tree's own files some come with headers of the tree that the stand-ins stand in for
// otherwise, and with what of the rest of the kernel they cannot do without.
struct company {
    std::vector<std::string> flags;
    std::vector<std::string> files;
};
company company_of(const std::vector<std::string>& files) {
    const std::string glue = upstream_code::own_directory() + "/glue/";
    const auto any = [&](auto&& is) { return std::ranges::any_of(files, is); };
    company out;
    const auto is_irq_work = [](const std::string& f) { return f.ends_with("kernel/irq_work.c"); };
    if (any(is_irq_work)) {
        out.flags.emplace_back("-DRINGSIM_REAL_IRQ_WORK");
        // A test may say itself when the interrupt comes.
        const auto raises = [&](const std::string& f) {
            return !is_irq_work(f) && begins_function(f, "arch_irq_work_raise(");
        };
        if (!any(raises)) out.files.push_back(glue + "irq_work.c");
    }
    if (any([](const std::string& f) { return f.ends_with("fs/eventpoll.c"); }) ||
        any(is_of_scheduler)) {
        out.flags.emplace_back("-DRINGSIM_REAL_EVENTPOLL");
        out.files.push_back(glue + "eventpoll.c");
    }
    return out;
}

// A header that is not stood in may be the tree's. Empty if there is a tree, or if that is not what
// is missing.
std::string where_it_comes_from(const std::string& complaint, const std::string& linux) {
    constexpr std::string_view lacks = "the stand-in headers do not know ";
    if (!complaint.starts_with(lacks) || !linux.empty()) return "";
    const std::string rest = complaint.substr(lacks.size());
    const std::string name = rest.substr(0, rest.find(' '));
    const bool of_kernel = name.starts_with("linux/") || name.starts_with("net/");
    return of_kernel && name.ends_with(".h") ? "; with --linux DIR it is the tree's own" : "";
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
        const company also = company_of(files);
        request.files.insert(request.files.end(), also.files.begin(), also.files.end());
        request.allow_unseen = allow_unseen;
        std::vector<std::string> all = upstream_code::kernel_flags(compiler, linux);
        all.insert(all.begin(), {"-std=gnu11", "-fno-strict-aliasing"});
        all.insert(all.end(), also.flags.begin(), also.flags.end());
        all.insert(all.end(), flags.begin(), flags.end());
        for (const std::string& file : request.files) {
            if (!file.ends_with(".c")) throw user_error(file + ": is not C (.c): kernel code is");
            if (!std::filesystem::exists(file)) throw user_error(file + ": no such file");
            std::vector<std::string> own = all;
            if (is_of_scheduler(file))
                own.insert(own.end(), std::begin(upstream_code::part_of_scheduler),
                           std::end(upstream_code::part_of_scheduler));
            upstream_code::try_compiler(compiler, own, file);
            request.flags_of[file] = own;
            request.flags_of[file].emplace_back("-w");
        }
        return check::build(request, where);
    } catch (const check::build_error& e) {
        if (e.status == exit_impossible) throw machine_error(e.what());
        throw user_error(e.what() + where_it_comes_from(e.what(), linux));
    }
}

std::string file_with_function(const std::string& linux, const std::string& function) {
    for (const char* part : {"lib", "kernel", "kernel/sched", "kernel/locking", "fs"}) {
        std::error_code none;
        for (const auto& entry : std::filesystem::directory_iterator(linux + "/" + part, none))
            if (entry.path().extension() == ".c" &&
                begins_function(entry.path().string(), function + "("))
                return std::string(part) + "/" + entry.path().filename().string();
    }
    return "";
}

}  // namespace ringsim::scenarios::commands
