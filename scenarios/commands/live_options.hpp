// The options of `ringsim live` as the user gave them, and what a build with or without live mode
// says about itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/commands/command.hpp"

namespace ringsim::scenarios::commands {

struct live_options {
    std::string orders = "libbpf";
    std::string trigger = "edge";
    std::string duration = "10s";
    std::string ring_size = "64K";
    std::uint64_t batch = 64;
    std::string record_size = "8";
    std::string flags = "none";
    std::string pause = "2us";
    std::string cpus;    // "PRODUCER,CONSUMER"; empty for the first two
    std::string pin;     // watch the ring that is pinned here
    std::string map_id;  // watch the ring with this id
    bool beside_libbpf = false;

    void declare(option_set& options);
};

// The command without what it does; one class for builds with and without live mode.
class live_command_base : public command {
  public:
    std::string_view name() const override;
    std::string_view summary() const override;
    std::string_view examples() const override;
    void declare(option_set& options) override { given_.declare(options); }

  protected:
    live_options given_;
};

// Defined by live.cpp, or by live_absent.cpp in a build without libbpf, clang or bpftool.
struct live_probe {
    bool built = false;
    std::string trouble;  // one line: why the BPF program does not load; empty if it does
};
live_probe probe_live();

}  // namespace ringsim::scenarios::commands
