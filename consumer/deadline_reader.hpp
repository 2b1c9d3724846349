// cilium/ebpf's Reader.Read() with a deadline (ringbuf/reader.go): waits, then reads.
#pragma once

#include "consumer/cached_reader.hpp"

namespace ringsim::consumer {

// What a reader does when its deadline passes.
enum class at_deadline : std::uint8_t {
    gives_up,  // before version 0.12: a record that wakes nobody is never seen
    looks,     // once more at the ring
};

// One call: true if there was a record. `wait()` is false if the deadline passed first. A record
// that nobody was woken for (BPF_RB_NO_WAKEUP) is found by the look alone.
template <ring_memory M, class Wait, class F>
bool read_until_deadline(M& r, reader_state& mine, at_deadline then, Wait&& wait, F&& sample_cb) {
    for (;;) {
        bool in_time = true;
        if (!mine.have_data) {
            in_time = wait();
            if (!in_time && then == at_deadline::gives_up) return false;
            mine.have_data = true;
        }
        if (read_record(r, mine, /*commits=*/true, sample_cb)) return true;
        mine.have_data = false;
        if (!in_time) return false;
    }
}

}  // namespace ringsim::consumer
