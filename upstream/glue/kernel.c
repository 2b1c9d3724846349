/*
 * The kernel's ring buffer as a program under check: the user's own file, and functions by which
 * the simulator calls what is in it. RINGSIM_KERNEL_FILE is its path.
 */
#include <linux/bpf.h>
#include <linux/irq_work.h>
#include <linux/poll.h>

#ifdef RINGSIM_NARROW
#define long int
#endif
#include RINGSIM_KERNEL_FILE
#undef long

/* Libbpf, and with it the simulator's own part of the program, maps the two one behind the other.
 */
_Static_assert(offsetof(struct bpf_ringbuf, producer_pos) ==
                       offsetof(struct bpf_ringbuf, consumer_pos) + PAGE_SIZE &&
                   offsetof(struct bpf_ringbuf, data) ==
                       offsetof(struct bpf_ringbuf, producer_pos) + PAGE_SIZE,
               "a page of positions is larger than a page");

static struct bpf_ringbuf* ring_of(struct bpf_map* map) {
    return container_of(map, struct bpf_ringbuf_map, map)->rb;
}

struct bpf_map* ringsim_glue_create(u32 bytes, int user_ring, u32 flags) {
    const struct bpf_map_ops* ops = user_ring ? &user_ringbuf_map_ops : &ringbuf_map_ops;
    union bpf_attr attr = {};
    struct bpf_map* map;

    attr.map_type = user_ring ? BPF_MAP_TYPE_USER_RINGBUF : BPF_MAP_TYPE_RINGBUF;
    attr.max_entries = bytes;
    attr.map_flags = flags;
    map = ops->map_alloc(&attr);
    if (IS_ERR(map)) return NULL;
    map->ops = ops;
    return map;
}

/* Where the words of the ring are; the numbers are those of `enum ring_word` in
 * upstream/program.hpp. */
void* ringsim_glue_word(struct bpf_map* map, int which) {
    struct bpf_ringbuf* rb = ring_of(map);

    switch (which) {
        case 0:
            return &rb->consumer_pos;
        case 1:
            return &rb->producer_pos;
        case 2:
            return rb->data;
#ifndef RINGSIM_REAL_EVENTPOLL
        case 3:
            return &rb->waitq;
#endif
        case 4:
            return &rb->spinlock;
#ifdef RINGSIM_HAS_PENDING_POS
        case 5:
            return &rb->pending_pos;
#endif
#ifdef RINGSIM_HAS_OVERWRITE_POS
        case 6:
            return &rb->overwrite_pos;
#endif
        case 7:
            return &rb->mask;
        case 8:
            return &rb->work;
        case 9:
            return &rb->busy;
    }
    return NULL;
}

/* Before anything is in the ring. */
void ringsim_glue_start_at(struct bpf_map* map, u64 position) {
    struct bpf_ringbuf* rb = ring_of(map);

    rb->consumer_pos = position;
    rb->producer_pos = position;
#ifdef RINGSIM_HAS_PENDING_POS
    rb->pending_pos = position;
#endif
#ifdef RINGSIM_HAS_OVERWRITE_POS
    rb->overwrite_pos = position;
#endif
}

void* ringsim_glue_reserve(struct bpf_map* map, u64 size) {
    return (void*)(uintptr_t)bpf_ringbuf_reserve(map, size, 0);
}
void ringsim_glue_write(u64* sample, u32 words, u64 value) {
    u32 i;

    for (i = 0; i < words; i++) sample[i] = value;
}
void ringsim_glue_submit(void* sample, u64 flags) {
    bpf_ringbuf_submit(sample, flags);
}
void ringsim_glue_discard(void* sample, u64 flags) {
    bpf_ringbuf_discard(sample, flags);
}
u64 ringsim_glue_query(struct bpf_map* map, u64 flags) {
    return bpf_ringbuf_query(map, flags);
}

#ifdef RINGSIM_HAS_DRAIN
/* Reads the sample as a program would, word by word. */
static u64 take_sample(u64 dynptr, u64 context, u64 a, u64 b, u64 c) {
    struct bpf_dynptr_kern* sample = (struct bpf_dynptr_kern*)(uintptr_t)dynptr;
    const u64* words = sample->data;
    u64 first = words[0];
    int uniform = 1;
    u32 i;

    for (i = 1; i < (sample->size + 7) / 8; i++) uniform &= words[i] == first;
    return __sim_sample((void*)(uintptr_t)context, words, sample->size, first, uniform);
}
s64 ringsim_glue_drain(struct bpf_map* map, void* context, u64 flags) {
    return bpf_user_ringbuf_drain(map, (void*)take_sample, context, flags);
}
#endif

/* --- what the user's side asks of the kernel --- */

/* The address at which userspace sees these pages, or NULL. */
void* ringsim_glue_mmap(struct bpf_map* map, size_t length, int writable, size_t pages) {
    struct vm_area_struct vma = {};

    vma.vm_end = length;
    vma.vm_pgoff = pages;
    vma.vm_flags = writable ? VM_WRITE | VM_MAYWRITE : 0;
    return map->ops->map_mmap(map, &vma) == 0 ? vma.mapped : NULL;
}
#ifdef RINGSIM_REAL_EVENTPOLL
static __poll_t poll_map(struct file* file, poll_table* table) {
    struct bpf_map* map = file->private_data;

    return map->ops->map_poll(map, file, table);
}
static const struct file_operations map_operations = {.poll = poll_map};

void ringsim_glue_publish(struct bpf_map* map, int fd) {
    ringsim_publish(ringsim_new_file(&map_operations, map), fd);
}
void ringsim_glue_wake(struct bpf_map* map) {
    wake_up_all(&ring_of(map)->waitq);
}
#else
void* ringsim_glue_register(struct bpf_map* map) {
    poll_table table = {};

    map->ops->map_poll(map, NULL, &table);
    return table.waits_at;
}
u32 ringsim_glue_poll(struct bpf_map* map) {
    return map->ops->map_poll(map, NULL, NULL);
}
#endif

int main(void) {
    return 0;
}
