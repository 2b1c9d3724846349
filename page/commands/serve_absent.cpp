// ringsim serve in a build without an HTTP library.
#include "scenarios/commands/page_commands.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

class serve_command final : public command {
  public:
    std::string_view name() const override { return "serve"; }
    std::string_view summary() const override {
        return "a page in the browser: change an order, see what each model says";
    }
    std::string_view examples() const override {
        return "Not in this build: libcpp-httplib-dev was not there.";
    }
    void declare(option_set& options) override {
        options.number("--port", port_, 0, 65535, "the port (8737)");
        options.flag("--no-open", no_open_, "open no browser");
    }
    int run(const settings&) override {
        throw machine_error(
            "serve: this build has no HTTP server; install libcpp-httplib-dev and build again");
    }

  private:
    std::uint64_t port_ = 8737;
    bool no_open_ = false;
};

}  // namespace

std::unique_ptr<command> make_serve() {
    return std::make_unique<serve_command>();
}

}  // namespace ringsim::scenarios::commands
