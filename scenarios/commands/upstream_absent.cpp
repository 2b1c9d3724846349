// `ringsim upstream` and `ringsim kernel` in a build for another machine than x86-64: say so.
#include "scenarios/commands/upstream_commands.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

class absent_command final : public command {
  public:
    absent_command(std::string_view name, std::string_view summary)
        : name_(name), summary_(summary) {}
    std::string_view name() const override { return name_; }
    std::string_view summary() const override { return summary_; }
    std::string_view examples() const override { return ""; }
    void declare(option_set& options) override {
        options.operands("WORD", words_, 256, "scenarios or files");
    }
    bool takes_rest() const override { return true; }
    int run(const settings&) override {
        throw machine_error(std::string(name_) +
                            ": is written for x86-64, and this is another machine");
    }

  private:
    std::string_view name_;
    std::string_view summary_;
    std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<command> make_upstream() {
    return std::make_unique<absent_command>("upstream",
                                            "the kernel's and libbpf's own files, explored");
}
std::unique_ptr<command> make_kernel() {
    return std::make_unique<absent_command>("kernel", "explore kernel C with kernel primitives");
}

}  // namespace ringsim::scenarios::commands
