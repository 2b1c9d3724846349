#include "page/open_browser.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace ringsim::page {
namespace {

bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value && *value != '\0';
}

// In a process of its own, which leaves the browser to whoever reaps orphans. It has none of our
// files: a browser that stays would keep the server's port.
[[noreturn]] void start(const char* browser, const char* url) {
    const int nowhere = open("/dev/null", O_RDWR);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, fd);
    closefrom(STDERR_FILENO + 1);
    // To find out here whether there is such a program at all, the shell looks for it first.
    execl("/bin/sh", "sh", "-c", R"(command -v "$0" || exit 1; "$0" "$1" &)", browser, url,
          nullptr);
    _exit(1);
}

}  // namespace

bool has_screen() {
    return isatty(STDOUT_FILENO) == 1 && (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"));
}

bool open_in_browser(const std::string& url) {
    const char* browser = is_set("BROWSER") ? std::getenv("BROWSER") : "xdg-open";
    const pid_t child = fork();
    if (child < 0) return false;
    if (child == 0) start(browser, url.c_str());
    int ended = 0;
    while (waitpid(child, &ended, 0) < 0) {
    }
    return WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
}

}  // namespace ringsim::page
