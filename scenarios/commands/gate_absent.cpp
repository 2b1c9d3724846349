// `ringsim gate` in a build without toml++: says so.
#include "scenarios/commands/command.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

class gate_command final : public command {
  public:
    std::string_view name() const override { return "gate"; }
    std::string_view summary() const override {
        return "check the order tables of a repository, as a file says";
    }
    std::string_view examples() const override { return ""; }
    void declare(option_set& options) override {
        options.operands("FILE", files_, 1, "the gate");
        options.text("--junit", junit_, "FILE", "write a report there, as JUnit XML");
    }
    int run(const settings&) override {
        throw machine_error(
            "gate: this build cannot read TOML (install libtomlplusplus-dev and build again)");
    }

  private:
    std::vector<std::string> files_;
    std::string junit_;
};

}  // namespace

std::unique_ptr<command> make_gate() {
    return std::make_unique<gate_command>();
}
bool gate_available() {
    return false;
}

}  // namespace ringsim::scenarios::commands
