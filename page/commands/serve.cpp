// ringsim serve: the page, with the engine behind it. HTTP is here and nowhere else; what is asked
// and answered is page/api.hpp.
#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

#include "page/api.hpp"
#include "page/game.hpp"
#include "page/html.hpp"
#include "page/open.hpp"
#include "page/open_browser.hpp"
#include "scenarios/commands/long_work.hpp"
#include "scenarios/commands/page_commands.hpp"
#include "scenarios/program/user_error.hpp"
#include "scenarios/worlds/exploration.hpp"

#include <sys/socket.h>

namespace ringsim::scenarios::commands {
namespace {

constexpr int port_default = 8737;
constexpr const char* loopback = "127.0.0.1";

// Only this address, and only if nobody else has it: httplib would share the port.
void own_the_port(socket_t s) {
    const int yes = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

// Why a request is not answered: a page of another origin could have the browser send it.
std::string refused(const httplib::Request& r, int port) {
    const std::vector<std::string> own{fmt::format("127.0.0.1:{}", port),
                                       fmt::format("localhost:{}", port)};
    const std::string host = r.get_header_value("Host");
    if (std::ranges::find(own, host) == own.end()) return "the Host is not this server's";
    if (r.has_header("Origin") && r.get_header_value("Origin") != "http://" + host)
        return "the Origin is another one";
    if (r.has_header("Sec-Fetch-Site")) {
        const std::string site = r.get_header_value("Sec-Fetch-Site");
        if (site != "same-origin" && site != "none") return "it comes from another site";
    }
    if (r.method == "POST" && r.get_header_value("Content-Type") != "application/json")
        return "the Content-Type is not application/json";
    return "";
}

std::string error_text(std::string_view what) {
    return fmt::format("{{\"schema\":\"ringsim/api\",\"version\":{},\"error\":\"{}\"}}\n",
                       page::api_version, what);
}

class serve_command final : public commands::command {
  public:
    std::string_view name() const override { return "serve"; }
    std::string_view summary() const override {
        return "a page in the browser: change an order, see what each model says";
    }
    std::string_view examples() const override {
        return "Answers this machine only (127.0.0.1). Ctrl-C ends it. In a terminal of a desktop\n"
               "the page opens in the browser: in what $BROWSER names, or by xdg-open.\n\n"
               "Examples:\n"
               "  ringsim serve                the page at http://127.0.0.1:8737/\n"
               "  ringsim serve --port 9000    at another port; 0 takes any that is free\n"
               "  ringsim serve SB.litmus      with a litmus test to be the scheduler of\n"
               "  ringsim serve lock.c -- -DWRONG   with a program, compiled as by `check`";
    }
    void declare(commands::option_set& options) override {
        options.operands("FILE", files_, 64, "litmus tests and programs to be the scheduler of");
        options.number("--port", port_, 0, 65535, "the port (8737)");
        options.flag("--no-open", no_open_, "open no browser");
    }

    bool takes_rest() const override { return true; }
    void take_rest(std::vector<std::string> words) override { flags_ = std::move(words); }

    int run(const settings& global) override {
        if (global.json) throw user_error("serve: there is no JSON of it; what it answers is JSON");
        offer_files();
        httplib::Server server;
        server.set_socket_options(own_the_port);
        server.set_payload_max_length(page::request_bytes_max);
        server.set_read_timeout(5);
        server.set_write_timeout(5);
        server.set_keep_alive_timeout(5);
        server.new_task_queue = [] { return new httplib::ThreadPool(4); };
        const int port = port_ == 0 ? server.bind_to_any_port(loopback)
                         : server.bind_to_port(loopback, static_cast<int>(port_))
                             ? static_cast<int>(port_)
                             : -1;
        if (port < 0)
            throw user_error(fmt::format(
                "--port: {} is in use, or may not be used; 0 takes any that is free", port_));
        set_routes(server, port);
        const commands::interruptible guard;
        std::atomic<bool> over{false};
        // Again and again: a server that has not begun to listen is not stopped by stop().
        std::thread waiter([&] {
            for (; !over; std::this_thread::sleep_for(std::chrono::milliseconds(50)))
                if (worlds::interrupted) server.stop();
        });
        fmt::print("http://{}:{}/\n", loopback, port);
        if (!global.quiet) fmt::print("for this machine only; Ctrl-C ends it\n");
        std::fflush(stdout);
        // The port is bound: a browser that is faster than we are waits for its answer.
        if (!no_open_ && page::has_screen())
            page::open_in_browser(fmt::format("http://{}:{}/", loopback, port));
        const bool served = server.listen_after_bind();
        over = true;
        waiter.join();
        page::offer({});
        return served || worlds::interrupted ? exit_expected : exit_bug;
    }

  private:
    void offer_files() const {
        std::vector<page::offered_file> files;
        bool programs = false;
        for (const std::string& name : files_) {
            programs = programs || page::is_program(name);
            files.push_back({name, page::read_text(name), flags_});
        }
        if (!programs && !flags_.empty())
            throw user_error("serve: what stands behind -- is for the compiler of a program");
        page::offer(std::move(files));
    }

    void set_routes(httplib::Server& server, int port) {
        server.set_pre_routing_handler([port](const auto& request, auto& response) {
            response.set_header("Cache-Control", "no-store");
            response.set_header("X-Content-Type-Options", "nosniff");
            response.set_header("X-Frame-Options", "DENY");
            response.set_header("Referrer-Policy", "no-referrer");
            if (request.method != "GET" && request.method != "POST") {
                response.status = 405;
                response.set_header("Allow", "GET, POST");
            } else if (const std::string why = refused(request, port); !why.empty()) {
                response.status = 403;
                response.set_content(error_text(why), "application/json");
            } else {
                return httplib::Server::HandlerResponse::Unhandled;
            }
            return httplib::Server::HandlerResponse::Handled;
        });
        server.Get("/", [](const auto&, auto& response) {
            response.set_content(page::html_of_server(), "text/html; charset=utf-8");
        });
        server.Get("/api/v1/catalogue",
                   [this](const auto&, auto& response) { answer("catalogue", "", response); });
        server.Post("/api/v1/([a-z]+)", [this](const auto& request, auto& response) {
            answer(request.matches[1].str(), request.body, response);
        });
        server.set_error_handler([](const auto&, auto& response) {
            const char* const what = response.status == 413   ? "the request is larger than 64 KiB"
                                     : response.status == 405 ? "only GET and POST are answered"
                                     : response.status == 400 ? "the request is none of HTTP"
                                                              : "there is no such page";
            if (response.body.empty()) response.set_content(error_text(what), "application/json");
        });
        server.set_exception_handler([](const auto&, auto& response, const std::exception_ptr&) {
            response.status = 500;
            response.set_content(error_text("a bug of ringsim"), "application/json");
        });
    }

    void answer(const std::string& what, const std::string& body, httplib::Response& response) {
        const std::lock_guard one_at_a_time(engine_);
        const page::answer a = page::answer_to(what, body);
        response.status = a.status;
        response.set_content(a.body, "application/json");
    }

    std::vector<std::string> files_;
    std::vector<std::string> flags_;
    std::uint64_t port_ = port_default;
    bool no_open_ = false;
    std::mutex engine_;
};

}  // namespace

std::unique_ptr<command> make_serve() {
    return std::make_unique<serve_command>();
}

}  // namespace ringsim::scenarios::commands
