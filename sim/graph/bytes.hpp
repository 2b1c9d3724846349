// Values as bytes, from one process to another of the same program.
//
// No format and no version: both ends are the same program in the same run (one is a fork of the
// other, or the bytes were written by this build), so a value is its memory. Texts and lists are
// their length, and then their elements.
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ringsim::sim::graph {

// In the order of the calls, without anything in between.
class byte_writer {
  public:
    // Padding is copied too, which nobody looks at.
    template <class T>
        requires std::is_trivially_copyable_v<T>
    void put(const T& value) {
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void put(std::string_view text) {
        put(text.size());
        bytes_ += text;
    }
    template <class T>
        requires std::is_trivially_copyable_v<T>
    void put_all(const std::vector<T>& values) {
        put(values.size());
        bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    }
    std::string take() { return std::move(bytes_); }

  private:
    std::string bytes_;
};

// Takes values in the order in which they were put, by the same types: nothing in the bytes says
// what they are. Throws std::length_error if they end too soon; `bytes` has to live as long as the
// reader.
class byte_reader {
  public:
    explicit byte_reader(std::string_view bytes) : rest_(bytes) {}
    bool at_end() const { return rest_.empty(); }

    template <class T>
    T get() {
        T value;
        std::memcpy(&value, next(sizeof value).data(), sizeof value);
        return value;
    }
    std::string get_text() { return std::string(next(get<std::size_t>())); }
    // The length is believed: it comes from this program, and next() refuses what is longer than
    // the message.
    template <class T>
    std::vector<T> get_all() {
        std::vector<T> values(get<std::size_t>());
        const std::size_t size = values.size() * sizeof(T);
        if (size != 0) std::memcpy(values.data(), next(size).data(), size);
        return values;
    }

  private:
    std::string_view next(std::size_t size) {
        if (size > rest_.size()) throw std::length_error("a message of another process is short");
        const std::string_view head = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return head;
    }

    std::string_view rest_;
};

}  // namespace ringsim::sim::graph
