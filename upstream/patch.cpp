#include "upstream/patch.hpp"

#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/program/user_error.hpp"
#include "sim/check/compile.hpp"

namespace ringsim::upstream_code {
namespace {

namespace fs = std::filesystem;
using scenarios::user_error;

bool ends_in(const std::string& path, const std::string& name) {
    return path == name || path.ends_with("/" + name);
}

// The name in "+++ b/kernel/bpf/ringbuf.c\t2026-06-01".
std::string name_in(const std::string& line) {
    const std::string name = line.substr(4);
    return name.substr(0, name.find_first_of("\t\r"));
}

// ": Hunk #2 FAILED at 246", of what `patch` says.
std::string failed_in(const std::string& said) {
    std::istringstream lines(said);
    for (std::string line; std::getline(lines, line);)
        if (const auto at = line.find("FAILED at "); at != std::string::npos)
            return ": " + line.substr(0, line.find_first_not_of("0123456789", at + 10));
        else if (line.find("previously applied") != std::string::npos)
            return ": it is applied already";
    return "";
}

void apply(const std::string& part, const fs::path& file, const std::string& what,
           const std::string& patch) {
    const std::string text = file.string() + ".patch";
    std::ofstream(text) << part;
    int status = 0;
    const std::string said =
        sim::check::output_of({"env", "LC_ALL=C", "patch", "--batch", "--forward",
                               "--reject-file=-", "--no-backup-if-mismatch", file.string(), text},
                              &status);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        throw scenarios::machine_error("--patch: needs the program `patch`");
    if (status != 0)
        throw user_error("--patch " + patch + ": does not apply to " + what + failed_in(said));
}

}  // namespace

std::string part_about(const std::string& patch, const std::string& name) {
    std::istringstream lines(patch);
    std::string all;
    std::string section;
    bool wanted = false;
    const auto end_section = [&] {
        if (wanted) all += section;
        section.clear();
        wanted = false;
    };
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("diff ") || line.starts_with("-- ")) end_section();
        if (line.starts_with("--- ") && !section.starts_with("diff ")) end_section();
        if (line.starts_with("+++ ")) wanted = ends_in(name_in(line), name);
        section += line + "\n";
    }
    end_section();
    return all;
}

patched_sources::patched_sources(const sources& of, const std::string& patch) : after_(of) {
    if (!fs::exists(patch)) throw user_error("--patch " + patch + ": no such file");
    const std::string text = text_of(patch);
    bool changes = false;
    const auto copy = [&](std::string& file, std::string& shown, const std::string& name) {
        if (file.empty()) return;
        std::string part = part_about(text, name);
        if (part.empty() && name == "lib/bpf/ringbuf.c") part = part_about(text, "src/ringbuf.c");
        if (part.empty()) return;
        if (!directory_) directory_.emplace("patched");
        changes = true;
        shown = file + ", with " + patch;
        const fs::path to = fs::path(directory_->path_of(name));
        fs::create_directories(to.parent_path());
        fs::copy_file(file, to);
        apply(part, to, file, patch);
        file = to.string();
    };
    std::string unnamed;
    copy(after_.kernel_file, after_.kernel_name, "kernel/bpf/ringbuf.c");
    copy(after_.libbpf_file, after_.libbpf_name, "lib/bpf/ringbuf.c");
    copy(after_.irq_work_file, unnamed, "kernel/irq_work.c");
    copy(after_.llist_file, unnamed, "lib/llist.c");
    copy(after_.eventpoll_file, unnamed, "fs/eventpoll.c");
    copy(after_.wait_file, unnamed, "kernel/sched/wait.c");
    if (changes) return;
    const std::string more =
        after_.irq_work_file.empty() ? "" : ", nor another file that is explored";
    throw user_error("--patch " + patch +
                     ": changes neither kernel/bpf/ringbuf.c nor libbpf's ringbuf.c" + more);
}

}  // namespace ringsim::upstream_code
