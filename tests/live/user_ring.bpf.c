// Drains a user ring buffer of the running kernel, and notes what it was shown.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

char program_license[] SEC("license") = "Dual MIT/GPL";

struct {
    __uint(type, BPF_MAP_TYPE_USER_RINGBUF);
    __uint(max_entries, 4096);
} ring SEC(".maps");

struct drain_script {
    __u64 flags;
    __u64 stop_at; /* the sample whose callback stops the drain */
    __s64 result;
};

#define SAMPLES_NOTED 64

__u64 stop_at;
__u64 samples;                      // shown, in the last drain
__u64 first_words[SAMPLES_NOTED];   // the first eight bytes of each
__s64 read_results[SAMPLES_NOTED];  // what bpf_dynptr_read() of them returned

static long on_sample(struct bpf_dynptr* sample, void* context) {
    __u64 at = samples++;
    __u64 word = 0;
    __s64 result = bpf_dynptr_read(&word, sizeof word, sample, 0, 0);
    if (at < SAMPLES_NOTED) {
        first_words[at] = word;
        read_results[at] = result;
    }
    return at == stop_at;
}

SEC("syscall")
int run_drain(struct drain_script* s) {
    samples = 0;
    stop_at = s->stop_at;
    s->result = bpf_user_ringbuf_drain(&ring, on_sample, 0, s->flags);
    return 0;
}
