// ringsim serve over sockets: what it refuses.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "sim/graph/random.hpp"
#include "sim/temporary_directory.hpp"
#include "tests/cli/golden.hpp"
#include "tests/skip.hpp"

namespace ringsim::tests {
namespace {

// The program at a free port, until the end of the scope.
class server {
  public:
    explicit server(const std::string& file = "") {
        int out[2];
        REQUIRE(pipe(out) == 0);
        child_ = fork();
        if (child_ == 0) {
            dup2(out[1], STDOUT_FILENO);
            close(out[0]);
            close(out[1]);
            const char* program = std::getenv("RINGSIM_PROGRAM");
            const char* last = file.empty() ? nullptr : file.c_str();
            execl(program, program, "serve", "--port", "0", "--quiet", last, nullptr);
            _exit(127);
        }
        close(out[1]);
        std::string line;
        for (char c = 0; read(out[0], &c, 1) == 1 && c != '\n';) line += c;
        close(out[0]);
        const auto colon = line.rfind(':');
        if (line.starts_with("http://127.0.0.1:")) port = std::atoi(line.substr(colon + 1).c_str());
    }
    server(const server&) = delete;
    ~server() { (void)end(); }

    int end() {
        if (child_ <= 0) return status_;
        kill(child_, SIGINT);
        waitpid(child_, &status_, 0);
        child_ = 0;
        return status_ = WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
    }

    // The whole answer to these bytes; to what is no request nobody waits for one.
    std::string answer(const std::string& request, bool wait = true) const {
        const int s = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(port));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        std::string out;
        if (connect(s, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
            send(s, request.data(), request.size(), MSG_NOSIGNAL) >= 0) {
            char buffer[4096];
            for (ssize_t n; wait && (n = read(s, buffer, sizeof buffer)) > 0;)
                out.append(buffer, static_cast<std::size_t>(n));
        }
        close(s);
        return out;
    }
    std::string host() const { return "127.0.0.1:" + std::to_string(port); }
    std::string post(const std::string& body, const std::string& headers = "",
                     const std::string& what = "verdicts") const {
        return "POST /api/v1/" + what + " HTTP/1.1\r\nHost: " + host() +
               "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
               (headers.empty() ? "Content-Type: application/json\r\n" : headers) + "\r\n" + body;
    }

    int port = 0;

  private:
    pid_t child_ = -1;
    int status_ = -1;
};

int status_of(const std::string& answer) {
    return answer.starts_with("HTTP/1.1 ") ? std::atoi(answer.c_str() + 9) : 0;
}

}  // namespace

TEST_CASE("serve: answers its own page, and nobody else") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    if (run_ringsim("serve --port 1x").err.find("whole number") == std::string::npos)
        FAIL("serve does not read --port");
    server s;
    if (s.port == 0) SKIP("this build has no HTTP server");
    const auto get = [&](const std::string& path, const std::string& host,
                         const std::string& more = "") {
        return s.answer("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" +
                        more + "\r\n");
    };
    const std::string page = get("/", s.host());
    CHECK(status_of(page) == 200);
    CHECK(page.find("Content-Security-Policy") != std::string::npos);
    CHECK(status_of(get("/", "localhost:" + std::to_string(s.port))) == 200);
    CHECK(status_of(get("/api/v1/catalogue", s.host())) == 200);
    CHECK(status_of(get("/", "evil.example")) == 403);
    CHECK(status_of(get("/", "")) == 403);
    CHECK(status_of(get("/", s.host(), "Origin: http://evil.example\r\n")) == 403);
    CHECK(status_of(get("/", s.host(), "Sec-Fetch-Site: cross-site\r\n")) == 403);
    CHECK(status_of(get("/../../etc/passwd", s.host())) == 404);
    CHECK(status_of(get("/etc/passwd", s.host())) == 404);
    CHECK(status_of(s.answer(s.post("{}"))) == 200);
    CHECK(status_of(s.answer(s.post("{}", "Content-Type: text/plain\r\n"))) == 403);
    CHECK(status_of(s.answer(s.post("{"))) == 400);
    const std::string large = s.answer(s.post(std::string(100'000, ' ')));
    CHECK(status_of(large) == 413);
    CHECK(large.find("larger than 64 KiB") != std::string::npos);
    for (const std::string method : {"PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"})
        CHECK(status_of(s.answer(method + " / HTTP/1.1\r\nHost: " + s.host() +
                                 "\r\nConnection: close\r\n\r\n")) == 405);
    for (const std::string garbage :
         {"", "\r\n\r\n", "GET", "\x01\x02\x03\r\n\r\n", "GET / X\r\n\r\n"})
        (void)s.answer(garbage, false);
    CHECK(status_of(get("/", s.host())) == 200);  // it is still there
    const auto second = run_ringsim("serve --port " + std::to_string(s.port));
    check_refused(second, "is in use");
    CHECK(s.end() == 0);
}

// In a terminal of somebody who has a screen, with a browser that writes down what it is to open.
TEST_CASE("serve: in a terminal of a desktop the page opens in the browser") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    if (server().port == 0) SKIP("this build has no HTTP server");
    for (const bool opens : {true, false}) {
        const sim::temporary_directory where("serve");
        const std::string browser = where.path() + "/browser", opened = where.path() + "/opened";
        std::ofstream(browser) << "#!/bin/sh\necho \"$1\" >" << opened << ".new && mv " << opened
                               << ".new " << opened << "\n";
        REQUIRE(chmod(browser.c_str(), 0755) == 0);
        int terminal = -1;
        const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
        if (child == 0) {
            setenv("DISPLAY", ":0", 1);
            setenv("BROWSER", browser.c_str(), 1);
            const char* program = std::getenv("RINGSIM_PROGRAM");
            execl(program, program, "serve", "--port", "0", opens ? nullptr : "--no-open", nullptr);
            _exit(127);
        }
        std::string shown;  // the first line: the address
        for (char c = 0; read(terminal, &c, 1) == 1 && c != '\r';) shown += c;
        std::string asked;
        for (int i = 0; i < (opens ? 600 : 5) && asked.empty(); ++i) {
            poll(nullptr, 0, 50);
            std::getline(std::ifstream(opened), asked);
        }
        CHECK(asked == (opens ? shown : ""));
        kill(child, SIGINT);
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(WEXITSTATUS(status) == 0);
        close(terminal);
    }
}

TEST_CASE("serve: whatever bytes come, it goes on answering") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    server s;
    if (s.port == 0) SKIP("this build has no HTTP server");
    sim::graph::random_numbers random(1);
    for (unsigned round = 0; round < 200; ++round) {
        std::string bytes = s.post("{\"scenario\": \"nothing\"}");
        for (unsigned n = 1 + random.below(6); n > 0; --n) {
            const std::size_t at = random.below(static_cast<unsigned>(bytes.size()));
            if (random.below(2) == 0)
                bytes[at] = static_cast<char>(random.below(256));
            else
                bytes.erase(at, 1 + random.below(20));
        }
        // A request that is cut short is one for whose rest the server waits.
        (void)s.answer(bytes, false);
    }
    CHECK(status_of(s.answer(s.post("{}"))) == 200);
    CHECK(s.end() == 0);
}

// The program runs in a process of its own, which is kept from step to step.
TEST_CASE("serve: a program of one's own is stepped through") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    if (std::system("cc --version > /dev/null 2>&1") != 0) SKIP("no C compiler");
    const std::string root = std::getenv("RINGSIM_SOURCE_ROOT");
    const std::string file = root + "/tests/programs/message.c";
    server s(file);
    if (s.port == 0) SKIP("this build has no HTTP server");
    const auto step = [&](const std::string& more) {
        return s.answer(s.post("{\"file\": \"" + file + "\"" + more + "}", "", "step"));
    };
    const std::string first = step("");
    CHECK(status_of(first) == 200);
    CHECK(first.find("\"goal\":\"a violation\"") != std::string::npos);
    CHECK(first.find("\"turn\":[0") != std::string::npos);
    const std::string hinted = step(", \"hint\": true, \"turns\": [[0]]");
    CHECK(status_of(hinted) == 200);
    CHECK(hinted.find("\"hint\":") != std::string::npos);
    CHECK(status_of(step(", \"turns\": [[30]]")) == 400);
    CHECK(status_of(step(", \"model\": \"lkmm\"")) == 400);
    CHECK(status_of(step(", \"model\": \"sc\"")) == 200);
    CHECK(status_of(s.answer(s.post("{}"))) == 200);
    CHECK(s.end() == 0);
}

TEST_CASE("serve: a program that does not compile, or ends its process, is told of in the answer") {
    if (!has_program()) SKIP("RINGSIM_PROGRAM does not name the program; meson test sets it");
    if (std::system("cc --version > /dev/null 2>&1") != 0) SKIP("no C compiler");
    const sim::temporary_directory where;
    const std::string file = where.path_of("a.c");
    const auto write = [&](const std::string& text) { std::ofstream(file) << text; };
    write("int main( {");
    server s(file);
    if (s.port == 0) SKIP("this build has no HTTP server");
    const auto step = [&] { return s.answer(s.post("{\"file\": \"" + file + "\"}", "", "step")); };
    const std::string none = step();
    CHECK(status_of(none) == 400);
    CHECK(none.find("a.c") != std::string::npos);
    write(
        "#include <pthread.h>\n"
        "static int deep(volatile int n) { volatile int a[256] = {n}; return a[0] + deep(n + 1); "
        "}\n"
        "static void *f(void *p) { deep(0); return p; }\n"
        "int main(void) { pthread_t t; pthread_create(&t, 0, f, 0); pthread_join(t, 0); }\n");
    const std::string deep = step();
    CHECK(status_of(deep) == 400);
    CHECK(deep.find("overflowed its stack") != std::string::npos);
    CHECK(status_of(s.answer(s.post("{}"))) == 200);
    CHECK(s.end() == 0);
}

}  // namespace ringsim::tests
