// `ringsim live` in a build without live mode: says so.
#include "scenarios/commands/live_options.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

constexpr const char* reason =
    "this build has no live mode (install libbpf-dev, clang and bpftool and build again)";

class live_command final : public live_command_base {
  public:
    int run(const settings&) override { throw machine_error(std::string("live: ") + reason); }
};

}  // namespace

std::unique_ptr<command> make_live() {
    return std::make_unique<live_command>();
}

live_probe probe_live() {
    return {false, reason};
}

}  // namespace ringsim::scenarios::commands
