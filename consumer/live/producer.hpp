// The producer of live mode: loads the BPF program and its ring, and runs batches.
#pragma once

#include <cstdint>

struct producer_bpf;

namespace ringsim::consumer::live {

inline constexpr std::uint32_t record_size_min = 8;
inline constexpr std::uint32_t record_size_max = 2048;

struct producer_job {
    std::uint64_t flags = 0;  // of bpf_ringbuf_submit()
    std::uint32_t batch = 64;
    std::uint32_t record_size = 8;
};

class producer {
  public:
    // Loads the program with a ring of `ring_bytes` bytes. Throws refusal, with the reason.
    explicit producer(std::uint32_t ring_bytes);
    ~producer();
    producer(const producer&) = delete;
    producer& operator=(const producer&) = delete;

    int ring_fd() const;
    std::uint32_t ring_bytes() const;  // libbpf rounds up to a power of two of pages

    // Runs the program once, on the calling thread's CPU. Returns 0, or an errno value.
    int run(const producer_job& job);

    std::uint64_t submitted() const { return submitted_; }
    std::uint64_t dropped() const { return dropped_; }

  private:
    producer_bpf* skeleton_;
    std::uint64_t submitted_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace ringsim::consumer::live
