// `ringsim check` in a build for another machine than x86-64: says so.
#include "scenarios/commands/check_shards.hpp"
#include "scenarios/commands/command.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

class check_command final : public command {
  public:
    std::string_view name() const override { return "check"; }
    std::string_view summary() const override { return "explore a C or C++ program with threads"; }
    std::string_view examples() const override { return ""; }
    void declare(option_set& options) override {
        options.operands("FILE", files_, 256, "C and C++ files");
    }
    bool takes_rest() const override { return true; }
    int run(const settings&) override {
        throw machine_error("check: is written for x86-64, and this is another machine");
    }

  private:
    std::vector<std::string> files_;
};

[[noreturn]] void not_here() {
    throw machine_error("programs are checked on x86-64, and this is another machine");
}

}  // namespace

void refuse_uncuttable(const check_options&) {
    not_here();
}
int split_program(const check_options&, std::uint64_t, const std::string&, const settings&) {
    not_here();
}
int run_program_shard(const shard_run&, const settings&) {
    not_here();
}
int merge_program(const study::shard_result&, const std::string&, const settings&) {
    not_here();
}

std::unique_ptr<command> make_check() {
    return std::make_unique<check_command>();
}

}  // namespace ringsim::scenarios::commands
