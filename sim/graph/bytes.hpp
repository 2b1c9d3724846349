// Values as bytes, from one process to another of the same program.
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ringsim::sim::graph {

class byte_writer {
  public:
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

class byte_reader {
  public:
    explicit byte_reader(std::string_view bytes) : rest_(bytes) {}

    template <class T>
    T get() {
        T value;
        std::memcpy(&value, next(sizeof value).data(), sizeof value);
        return value;
    }
    std::string get_text() { return std::string(next(get<std::size_t>())); }
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
