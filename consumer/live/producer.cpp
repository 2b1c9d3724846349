#include "consumer/live/producer.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>
#include <cstdarg>

#include "consumer/live/machine.hpp"
#include "consumer/live/producer_args.h"
#include "consumer/live/refusal.hpp"
#include "producer.skel.h"

namespace ringsim::consumer::live {

producer::producer(std::uint32_t ring_bytes) : skeleton_(nullptr) {
    // One line of ours says it better than libbpf's ten.
    libbpf_set_print(nullptr);
    skeleton_ = producer_bpf__open();
    if (!skeleton_)
        throw refusal(status_not_possible,
                      "the BPF object does not open: " + describe_errno(errno));
    int error = bpf_map__set_max_entries(skeleton_->maps.ring, ring_bytes);
    if (error == 0) error = producer_bpf__load(skeleton_);
    if (error != 0) {
        producer_bpf__destroy(skeleton_);
        throw refusal(status_not_possible, why_bpf_failed(-error));
    }
}

producer::~producer() {
    producer_bpf__destroy(skeleton_);
}

int producer::ring_fd() const {
    return bpf_map__fd(skeleton_->maps.ring);
}

std::uint32_t producer::ring_bytes() const {
    return bpf_map__max_entries(skeleton_->maps.ring);
}

int producer::run(const producer_job& job) {
    producer_args args{};
    args.flags = job.flags;
    args.next_sequence = submitted_;
    args.batch = job.batch;
    args.record_size = job.record_size;

    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.ctx_in = &args;
    options.ctx_size_in = sizeof args;
    const int error = bpf_prog_test_run_opts(bpf_program__fd(skeleton_->progs.produce), &options);
    if (error != 0) return -error;
    submitted_ = args.next_sequence;
    dropped_ += args.dropped;
    return 0;
}

}  // namespace ringsim::consumer::live
