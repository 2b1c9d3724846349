#include "consumer/live/ring_mapping.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "consumer/live/refusal.hpp"
#include "kernel_model/site_table.hpp"

namespace ringsim::consumer::live {

ring_mapping::ring_mapping(int map_fd, std::uint32_t ring_bytes, mapping_use use) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    // The kernel lets userspace write this one page and no other.
    const int protection = use == mapping_use::consume ? PROT_READ | PROT_WRITE : PROT_READ;
    consumer_page_ = mmap(nullptr, page, protection, MAP_SHARED, map_fd, 0);
    if (consumer_page_ == MAP_FAILED)
        throw refusal(status_not_possible,
                      "mmap of the ring's consumer page failed: " + describe_errno(errno));

    producer_bytes_ = page + 2 * std::size_t{ring_bytes};
    producer_pages_ =
        mmap(nullptr, producer_bytes_, PROT_READ, MAP_SHARED, map_fd, static_cast<off_t>(page));
    if (producer_pages_ == MAP_FAILED) {
        const int error = errno;
        munmap(consumer_page_, page);
        throw refusal(status_not_possible,
                      "mmap of the ring's data pages failed: " + describe_errno(error));
    }

    pages_.consumer_pos = static_cast<unsigned long*>(consumer_page_);
    pages_.producer_pos = static_cast<const unsigned long*>(producer_pages_);
    pages_.data = static_cast<const std::byte*>(producer_pages_) + page;
    pages_.mask = ring_bytes - 1;
}

ring_mapping::~ring_mapping() {
    munmap(consumer_page_, static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
    munmap(producer_pages_, producer_bytes_);
}

ring_snapshot look_at(const ring_pages& pages) {
    // An onlooker's orders; what a consumer uses is not its business.
    const mapped_ring<upstream_orders> ring(pages);
    ring_snapshot seen;
    // Pairs with smp_store_release(consumer_pos) of the consumer.
    seen.consumer_pos = ring.load_consumer_pos(site::consumer_load_consumer_pos);
    // Pairs with smp_store_release(&rb->producer_pos) in __bpf_ringbuf_reserve().
    seen.producer_pos = ring.load_producer_pos(site::consumer_load_producer_pos);
    // Its owner may write anything to consumer_pos; only a multiple of eight can be a record.
    if (seen.consumer_pos != seen.producer_pos && seen.consumer_pos % 8 == 0) {
        // Pairs with xchg(&hdr->len) in bpf_ringbuf_commit().
        seen.header = ring.load_header(site::consumer_load_header, seen.consumer_pos);
        seen.committed = (seen.header & BPF_RINGBUF_BUSY_BIT) == 0;
    }
    return seen;
}

}  // namespace ringsim::consumer::live
