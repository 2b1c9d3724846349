// ringsim doctor: what this machine and this build offer, and what that means.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "consumer/live/machine.hpp"
#include "consumer/live/refusal.hpp"
#include "kernel_model/version.hpp"
#include "scenarios/commands/build_info.hpp"
#include "scenarios/commands/live_options.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/program/version.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/worlds/exploration.hpp"

namespace ringsim::scenarios::commands {
namespace {

namespace live = consumer::live;

struct examined {
    std::string_view what;
    bool there;
    std::string found;
    std::string meaning;  // if it is not there: what cannot be done, and what would help
};

examined running_kernel() {
    const live::kernel_release kernel = live::running_kernel();
    const bool enough = std::pair(kernel.major, kernel.minor) >=
                        std::pair(live::kernel_major_min, live::kernel_minor_min);
    return {"kernel", enough, "Linux " + kernel.text + " " + kernel.arch,
            "no live mode: it needs Linux 5.17 or newer"};
}

examined privileges() {
    const bool has = live::has_cap_bpf();
    return {"privileges", has, has ? "CAP_BPF" : "no CAP_BPF",
            "no live mode: run it as root or with CAP_BPF"};
}

examined cpus() {
    const auto allowed = live::allowed_cpus();
    return {"CPUs", allowed.size() >= 2, std::to_string(allowed.size()) + " for this process",
            "no live mode: it pins producer and consumer to one CPU each"};
}

examined ring_map() {
    const int error = live::try_ring_map();
    return {"ring buffer map", error == 0,
            error == 0 ? "bpf() creates one" : "bpf(): " + live::describe_errno(error),
            "no live mode: " + live::why_bpf_failed(error)};
}

examined bpf_program() {
    const live_probe probe = probe_live();
    return {"BPF program", probe.built && probe.trouble.empty(),
            !probe.built            ? "not built"
            : probe.trouble.empty() ? "loads: syscall program, bpf_loop()"
                                    : "does not load",
            (probe.built ? "no live mode: " : "") + probe.trouble};
}

examined edge_epoll() {
    const int error = live::try_edge_epoll();
    return {"epoll", error == 0,
            error == 0 ? "level- and edge-triggered" : live::describe_errno(error),
            "no live mode: it waits with epoll"};
}

examined toml() {
    const bool has = gate_available();
    return {"TOML", has, has ? "built in" : "not built",
            "no gates (ringsim gate): install libtomlplusplus-dev and build again"};
}

examined relacy() {
    const bool has = worlds::relacy_available();
    return {"Relacy", has, has ? "built in" : "not built",
            "no exploration with Relacy: install relacy-dev and build again"};
}

examined live_mode() {
    const bool built = probe_live().built;
    return {"live mode", built, built ? "built in" : "not built",
            "no live mode: install libbpf-dev, clang and bpftool and build again"};
}

class doctor_command final : public command {
  public:
    std::string_view name() const override { return "doctor"; }
    std::string_view summary() const override {
        return "what this machine and this build can do, and what is missing";
    }
    std::string_view examples() const override {
        return "Looks at the kernel, the privileges, the CPUs, bpf(), and what ringsim was built\n"
               "with. Exit status 0, whatever is missing: the answer is in the text.";
    }
    void declare(option_set&) override {}

    int run(const settings& global) override {
        const std::vector<examined> all{running_kernel(), privileges(),  cpus(),
                                        ring_map(),       bpf_program(), edge_epoll(),
                                        relacy(),         toml(),        live_mode()};
        if (global.json)
            print_json(all);
        else
            print_text(global, all);
        return exit_expected;
    }

  private:
    static void print_json(const std::vector<examined>& all) {
        nlohmann::ordered_json j{{"schema", "ringsim/doctor"},
                                 {"version", 1},
                                 {"ringsim", program_version},
                                 {"modelled_kernel", kernel::described_version.name},
                                 {"compiler", compiler()}};
        for (const examined& e : all) {
            nlohmann::ordered_json entry{{"what", e.what}, {"there", e.there}, {"found", e.found}};
            if (!e.there) entry["meaning"] = e.meaning;
            j["examined"].push_back(std::move(entry));
        }
        fmt::print("{}\n", j.dump(2));
    }

    static void print_text(const settings& global, const std::vector<examined>& all) {
        const auto missing = std::ranges::count(all, false, &examined::there);
        render::text_page page(global);
        if (missing == 0)
            page.line("{}   exploration and live mode work here", page.green("ALL THERE"));
        else
            page.line("{}   {} of {}", page.yellow("MISSING"), missing, all.size());
        page.line("");
        page.line("  ringsim {}, built with {}; models Linux {}", program_version, compiler(),
                  kernel::described_version.name);
        for (const examined& e : all) {
            page.line("  {:<16} {:<8} {}", e.what, e.there ? "ok" : page.yellow("missing "),
                      e.found);
            if (!e.there) page.add_wrapped(fmt::format("{:27}{}", "", e.meaning), 27);
        }
        page.print();
    }
};

}  // namespace

std::unique_ptr<command> make_doctor() {
    return std::make_unique<doctor_command>();
}

}  // namespace ringsim::scenarios::commands
