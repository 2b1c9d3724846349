#include "scenarios/commands/states_checkpoint.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "scenarios/program/user_error.hpp"

namespace ringsim::scenarios::commands {
namespace {

constexpr std::string_view states_title = "ringsim states checkpoint 1";
constexpr std::size_t checksum_bytes = 8;
// A large file takes long to write: no more than this part of the time.
constexpr double part_of_time = 0.1;

// The checksum of what goes by.
class states_checksum {
  public:
    states_checksum() : state_(XXH3_createState()) { XXH3_64bits_reset(state_.get()); }
    void add(std::string_view bytes) {
        XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
    }
    std::string bytes() const {
        const std::uint64_t hash = XXH3_64bits_digest(state_.get());
        std::string out(checksum_bytes, '\0');
        for (std::size_t i = 0; i < checksum_bytes; ++i)
            out[i] = static_cast<char>(hash >> (8 * i));
        return out;
    }

  private:
    struct freed {
        void operator()(XXH3_state_t* s) const { XXH3_freeState(s); }
    };
    std::unique_ptr<XXH3_state_t, freed> state_;
};

// The lines in front, in their order.
template <class Problem>
auto states_lines(Problem& p) {
    return std::array{std::pair{"program", &p.of.program},  std::pair{"scenario", &p.of.scenario},
                      std::pair{"orders", &p.of.orders},    std::pair{"trigger", &p.of.trigger},
                      std::pair{"model", &p.of.model},      std::pair{"records", &p.records},
                      std::pair{"producers", &p.producers}, std::pair{"symmetry", &p.symmetry}};
}

void check_states_file(const std::string& path) {
    std::error_code unknown;
    if (std::filesystem::is_directory(path, unknown))
        throw user_error(path + ": is a directory, and no file");
    std::ifstream in(path, std::ios::binary);
    const std::uint64_t size = std::filesystem::file_size(path, unknown);
    if (!in || unknown) throw user_error(path + ": cannot be read");
    states_checksum sum;
    std::string piece(1 << 20, '\0');
    std::uint64_t left = size < checksum_bytes ? 0 : size - checksum_bytes;
    while (left > 0) {
        const std::uint64_t n = std::min<std::uint64_t>(left, piece.size());
        in.read(piece.data(), static_cast<std::streamsize>(n));
        sum.add({piece.data(), n});
        left -= n;
    }
    std::string last(checksum_bytes, '\0');
    in.read(last.data(), checksum_bytes);
    if (!in || last != sum.bytes())
        throw user_error(path + ": is damaged: the checksum is not that of what is in front of it");
}

}  // namespace

bool is_states_checkpoint(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string line;
    return std::getline(in, line) && line == states_title;
}

states_checkpoint::states_checkpoint(const std::string& path, const states_problem& p,
                                     double seconds_between)
    : path_(path), problem_(p), between_(seconds_between) {
    if (std::filesystem::exists(path))
        throw user_error(path + ": is there already; --resume goes on with it");
}

states_checkpoint::states_checkpoint(const std::string& path, double seconds_between)
    : path_(path), between_(seconds_between) {
    check_states_file(path);
    in_.open(path, std::ios::binary);
    std::string line;
    std::getline(in_, line);
    for (const auto& [key, value] : states_lines(problem_)) {
        std::getline(in_, line);
        const std::string begin = std::string(key) + ": ";
        if (!line.starts_with(begin))
            throw user_error(path + ": has no line '" + key + "' where it should be");
        *value = line.substr(begin.size());
    }
    std::getline(in_, line);
}

bool states_checkpoint::is_due() {
    return std::chrono::steady_clock::now() - written_ >= between_;
}

void states_checkpoint::save(const std::function<void(const writer&)>& all) {
    const auto began = std::chrono::steady_clock::now();
    // Nobody else writes it at the same time, or if so, beside it.
    const std::string beside = path_ + "." + std::to_string(getpid());
    const auto failed = [&] {
        const std::string why = std::strerror(errno);
        std::remove(beside.c_str());
        throw output_error("cannot write " + path_ + ": " + why);
    };
    std::FILE* const file = std::fopen(beside.c_str(), "wbe");
    if (!file) failed();
    states_checksum sum;
    bool written = true;
    const auto write = [&](std::string_view bytes) {
        sum.add(bytes);
        written = written && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    };
    write(std::string(states_title) + "\n");
    for (const auto& [key, value] : states_lines(problem_))
        write(std::string(key) + ": " + *value + "\n");
    write("\n");
    all(write);
    write(sum.bytes());
    written = written && std::fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (std::fclose(file) != 0 || !written || std::rename(beside.c_str(), path_.c_str()) != 0)
        failed();
    written_ = std::chrono::steady_clock::now();
    const std::chrono::duration<double> took = written_ - began;
    between_ = std::max(between_, took / part_of_time);
}

}  // namespace ringsim::scenarios::commands
