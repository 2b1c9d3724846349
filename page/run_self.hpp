// Another command of this program, in a process of its own.
#pragma once

#include <string>
#include <vector>

namespace ringsim::page {

// Its exit status. `silent`: nothing of its standard output is seen. Throws machine_error.
int run_self(const std::vector<std::string>& words, bool silent);

// A directory of its own, which is gone in the end.
class own_directory {
  public:
    own_directory();
    ~own_directory();
    own_directory(const own_directory&) = delete;
    own_directory& operator=(const own_directory&) = delete;
    std::string path_of(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

// Such a command was refused, and has said why: there is nothing to add.
struct refused_already {
    int status = 0;
};

}  // namespace ringsim::page
