// The options of `ringsim live` as the user gave them, and what a build with or without live mode
// says about itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/commands/command.hpp"

namespace ringsim::scenarios::commands {

struct live_options {
    // Those of the experiment are empty, and 0, if they were not given.
    std::string orders;
    std::string trigger;
    std::string ring_size;
    std::uint64_t batch = 0;
    std::string record_size;
    std::string flags;
    std::string pause;
    std::string cpus;  // "PRODUCER,CONSUMER"; as usual: the first two
    std::string duration = "10s";
    std::string pin;     // watch the ring that is pinned here
    std::string map_id;  // watch the ring with this id
    bool beside_libbpf = false;

    void declare(option_set& options);
    // The first option of the experiment that was given, as "--size"; empty if there is none.
    std::string_view given_of_experiment() const;
    // Behind that: options that were not given are as usual.
    void fill_in();
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
