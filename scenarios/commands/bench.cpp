// ringsim bench: how fast the search is, beside GenMC on the same programs in the same run.
//
// Processor time, not time on the clock: other work on the machine makes it slower, but less so.
// Of GenMC, which tells neither, it is the time of the process without that of the same program for
// one thread, which is compiling and starting.
#include "scenarios/commands/bench.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "scenarios/commands/bench_programs.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/render/text.hpp"
#include "sim/temporary_directory.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

struct measured {
    std::uint64_t executions = 0;
    double seconds = 0;  // of processor time
    double mebibytes = 0;
};

// What a command prints, and what it cost.
struct finished {
    int status = -1;
    std::string text;
    measured cost;
};

finished run_and_wait(const std::vector<std::string>& words, const fs::path& in) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw machine_error("cannot make a pipe");
    const pid_t child = fork();
    if (child < 0) throw machine_error("cannot start a process");
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        if (chdir(in.c_str()) != 0) _exit(126);
        std::vector<char*> argv;
        for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        execv(argv[0], argv.data());
        _exit(127);
    }
    close(ends[1]);
    finished f;
    char part[4096];
    for (ssize_t n; (n = read(ends[0], part, sizeof part)) > 0 || (n < 0 && errno == EINTR);)
        if (n > 0) f.text.append(part, static_cast<std::size_t>(n));
    close(ends[0]);
    int ended = 0;
    rusage used{};
    while (wait4(child, &ended, 0, &used) < 0 && errno == EINTR) {
    }
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    f.status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
    f.cost.seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
    f.cost.mebibytes = static_cast<double>(used.ru_maxrss) / 1024;
    return f;
}

// The first line of what a program says, for a message.
std::string first_line(const std::string& text) {
    return in_quotes(text.substr(0, text.find('\n')));
}

// Not symmetry: of threads that do the same hardly an execution would be left to measure, and GenMC
// has it only for a program that is written for it.
constexpr const char* reductions = "barriers,locks,retries";

measured by_ringsim(const bench_program& p, unsigned size, const fs::path& in) {
    const finished f =
        run_and_wait({"/proc/self/exe", "check", std::string(p.name) + ".c", "--json", "--measure",
                      "--jobs", "1", "--reduce", reductions, "--", fmt::format("-DN={}", size)},
                     in);
    const auto j = nlohmann::json::parse(f.text, nullptr, false);
    if (f.status != exit_expected || j.is_discarded() || !j.contains("seconds"))
        throw machine_error(fmt::format("bench: {}: {}", p.name, first_line(f.text)));
    return {j["executions"], j["seconds"], j["mebibytes"]};
}

class genmc {
  public:
    // `named`: where it is; empty: in PATH.
    explicit genmc(const std::string& named) {
        if (!named.empty()) {
            if (access(named.c_str(), X_OK) != 0)
                throw user_error(fmt::format("--genmc: {} is no program", in_quotes(named)));
            path_ = fs::absolute(named).string();
            return;
        }
        std::istringstream directories(std::getenv("PATH") ? std::getenv("PATH") : "");
        for (std::string in; std::getline(directories, in, ':');)
            if (const fs::path there = fs::path(in) / "genmc";
                !in.empty() && access(there.c_str(), X_OK) == 0) {
                path_ = there.string();
                return;
            }
        why_not_ = "there is no genmc in PATH";
    }
    bool is_there() const { return !path_.empty(); }
    const std::string& why_not() const { return why_not_; }

    // Nothing: it says why in why_not(), and is not asked again.
    std::optional<measured> run(const bench_program& p, unsigned size, const fs::path& in) {
        const auto whole = once(p, size, in);
        const auto start = whole ? once(p, 1, in) : std::nullopt;
        if (!start) return std::nullopt;
        measured m = *whole;
        m.seconds = std::max(0.0, whole->seconds - start->seconds);
        return m;
    }

  private:
    std::optional<measured> once(const bench_program& p, unsigned size, const fs::path& in) {
        const finished f = run_and_wait(
            {path_, "--rc11", "--", fmt::format("-DN={}", size), std::string(p.name) + ".c"}, in);
        constexpr std::string_view before = "complete executions explored:";
        const auto at = f.text.find(before);
        if (at == std::string::npos) {
            why_not_ =
                fmt::format("{}: {}: status {}, {}", path_, p.name, f.status, first_line(f.text));
            path_.clear();
            return std::nullopt;
        }
        measured m = f.cost;
        m.executions = std::strtoull(f.text.c_str() + at + before.size(), nullptr, 10);
        return m;
    }

    std::string path_;
    std::string why_not_;
};

struct bench_row {
    const bench_program* program;
    unsigned size;
    measured ours;
    std::optional<measured> theirs;
};

// What is shorter than the clock's ticks has no rate.
constexpr double seconds_least = 0.02;

std::string rate(const measured& m) {
    if (m.seconds < seconds_least) return "-";
    return fmt::format("{:.0f}", static_cast<double>(m.executions) / m.seconds);
}

std::string times(const bench_row& r) {
    if (!r.theirs || r.ours.seconds < seconds_least || r.theirs->seconds < seconds_least)
        return "-";
    const double ours = static_cast<double>(r.ours.executions) / r.ours.seconds;
    const double theirs = static_cast<double>(r.theirs->executions) / r.theirs->seconds;
    return fmt::format("{:.1f}", ours / theirs);
}

ordered_json to_json(const measured& m) {
    return {{"executions", m.executions}, {"seconds", m.seconds}, {"mebibytes", m.mebibytes}};
}

void print_json(const std::vector<bench_row>& rows, const genmc& other) {
    ordered_json j;
    j["model"] = "rc11";
    j["rows"] = ordered_json::array();
    for (const bench_row& r : rows) {
        ordered_json row{{"program", r.program->name}, {"n", r.size}, {"ringsim", to_json(r.ours)}};
        if (r.theirs) row["genmc"] = to_json(*r.theirs);
        j["rows"].push_back(std::move(row));
    }
    if (!other.is_there()) j["genmc"] = other.why_not();
    fmt::print("{}\n", j.dump());
}

void print_table(const std::vector<bench_row>& rows, const genmc& other, const settings& global) {
    render::text_page page(global);
    const bool both = other.is_there();
    page.line("model rc11, processor time, one process");
    page.line("");
    page.line("{:<9}{:>2} {:>11}{:>8}{:>10}{:>6}{}", "program", "N", "executions", "s", "1/s",
              "MiB", both ? "   genmc executions       s       1/s   MiB   times" : "");
    for (const bench_row& r : rows) {
        std::string theirs;
        if (both && r.theirs)
            theirs = fmt::format("   {:>16}{:>8.2f}{:>10}{:>6.0f}{:>8}", r.theirs->executions,
                                 r.theirs->seconds, rate(*r.theirs), r.theirs->mebibytes, times(r));
        page.line("{:<9}{:>2} {:>11}{:>8.2f}{:>10}{:>6.0f}{}", r.program->name, r.size,
                  r.ours.executions, r.ours.seconds, rate(r.ours), r.ours.mebibytes, theirs);
    }
    page.line("");
    for (const bench_row& r : rows) page.line("{:<9} {}", r.program->name, r.program->what);
    if (!both) page.add_wrapped(fmt::format("genmc is left out: {}", other.why_not()), 9);
    page.print();
}

class bench_command final : public command {
  public:
    std::string_view name() const override { return "bench"; }
    std::string_view summary() const override {
        return "how fast the search is, beside GenMC if it is there";
    }
    std::string_view examples() const override {
        return "Runs small C programs under `check`, and under the genmc in PATH, in one run.\n\n"
               "Examples:\n"
               "  ringsim bench                         the table\n"
               "  ringsim bench --quick                 smaller programs, some seconds\n"
               "  ringsim bench --genmc ~/genmc/genmc   that one";
    }
    void declare(option_set& options) override {
        options.flag("--quick", quick_, "smaller programs");
        options.text("--genmc", genmc_, "PROGRAM", "the genmc to run; without: the one in PATH");
    }

    int run(const settings& global) override {
        genmc other(genmc_);
        const sim::temporary_directory in("bench");
        std::vector<bench_row> rows;
        for (const bench_program& p : bench_programs()) {
            std::ofstream(in.path_of(std::string(p.name) + ".c")) << p.source;
            bench_row r{&p, quick_ ? p.quick_size : p.size, {}, std::nullopt};
            r.ours = by_ringsim(p, r.size, in.path());
            if (other.is_there()) r.theirs = other.run(p, r.size, in.path());
            rows.push_back(r);
        }
        if (global.json)
            print_json(rows, other);
        else
            print_table(rows, other, global);
        return exit_expected;
    }

  private:
    bool quick_ = false;
    std::string genmc_;
};

}  // namespace

std::unique_ptr<command> make_bench() {
    return std::make_unique<bench_command>();
}

}  // namespace ringsim::scenarios::commands
