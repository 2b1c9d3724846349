#include "scenarios/commands/named_program.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <set>

#include "scenarios/commands/check_build.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace check = sim::check;
namespace fs = std::filesystem;

std::string hash_of_sources(const std::vector<std::string>& files) {
    std::string all;
    for (const std::string& file : files) all += study::hash_of(study::contents(file));
    return study::hash_of(all);
}

// Of those that the files ask for, what they say of themselves.
std::string compilers_of(const std::vector<std::string>& files) {
    std::set<std::string> commands;
    for (const std::string& file : files) {
        const std::string kind = fs::path(file).extension().string();
        commands.insert(kind == ".c"    ? environment_or("CC", "cc")
                        : kind == ".rs" ? environment_or("RUSTC", "rustc")
                                        : environment_or("CXX", "c++"));
    }
    std::string all;
    for (const std::string& command : commands) {
        std::vector<std::string> words = check::compiler_words(command);
        words.emplace_back("--version");
        int status = 0;
        std::string said = check::output_of(words, &status);
        said.resize(std::min(said.find('\n'), said.size()));
        all += (all.empty() ? "" : "; ") + said;
    }
    return all;
}

}  // namespace

// Not the names of files in what is for debuggers. A note holds a hash of the whole file.
std::string hash_of_image(const std::string& path) {
    const std::string file = study::contents(path);
    Elf64_Ehdr header{};
    if (file.size() < sizeof header) return study::hash_of(file);
    std::memcpy(&header, file.data(), sizeof header);
    std::string loaded = file;
    std::vector<bool> counts(file.size(), false);
    const auto mark = [&](std::uint32_t type, bool how) {
        for (unsigned i = 0; i < header.e_phnum; ++i) {
            Elf64_Phdr p{};
            const std::size_t at = header.e_phoff + i * sizeof p;
            if (at + sizeof p > file.size()) return;
            std::memcpy(&p, file.data() + at, sizeof p);
            if (p.p_type != type || p.p_offset + p.p_filesz > file.size()) continue;
            std::fill_n(counts.begin() + static_cast<std::ptrdiff_t>(p.p_offset), p.p_filesz, how);
        }
    };
    mark(PT_LOAD, true);
    mark(PT_NOTE, false);
    // Where the tables are that nobody loads.
    for (std::size_t i = 0; i < file.size(); ++i)
        if (!counts[i] || i < sizeof header) loaded[i] = 0;
    return study::hash_of(loaded.substr(
        0,
        static_cast<std::size_t>(counts.rend() - std::find(counts.rbegin(), counts.rend(), true))));
}

study::shared_problem problem_of(const check_options& what) {
    study::shared_problem of;
    of.program = study::hash_of_program();
    of.model = what.model;
    of.mapping = what.mapping;
    of.checked.emplace();
    of.checked->files = what.files;
    of.checked->flags = what.flags;
    of.checked->directory = fs::current_path().string();
    of.checked->options = what.to_text();
    of.checked->sources = hash_of_sources(what.files);
    of.checked->compiler = compilers_of(what.files);
    return of;
}

named_program::named_program(const study::shared_problem& of, std::string path)
    : of_(*of.checked), path_(std::move(path)) {
    options_.files = of_.files;
    options_.flags = of_.flags;
    try {
        options_.take_text(of_.options);
    } catch (const std::exception&) {
        throw user_error(path_ + ": '" + of_.options + "' are no options of check");
    }
    if (of.program != study::hash_of_program())
        throw user_error(path_ +
                         ": is of another build of ringsim, which goes through a search in "
                         "another order; begin again with this one");
    std::error_code error;
    fs::current_path(of_.directory, error);
    if (error)
        throw user_error(path_ + ": is of the directory " + of_.directory + ", which is not here");
    if (hash_of_sources(of_.files) != of_.sources)
        throw user_error(path_ + ": " + of_.files.front() +
                         (of_.files.size() > 1 ? ", or a file beside it," : "") +
                         " is another one than when the search began");
    if (const std::string now = compilers_of(of_.files); now != of_.compiler)
        throw user_error(
            fmt::format("{}: was compiled by '{}', and here by '{}'", path_, of_.compiler, now));
}

void named_program::refuse_another(const check::built_program& program) const {
    if (hash_of_image(program.path) != of_.built)
        throw user_error(path_ + ": " + of_.files.front() +
                         " becomes another program than when the search began: is a header or a "
                         "library another one?");
}

}  // namespace ringsim::scenarios::commands
