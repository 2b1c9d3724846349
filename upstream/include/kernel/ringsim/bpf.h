/* What a map of BPF is made of, as far as a ring buffer is one. */
#ifndef RINGSIM_BPF_H
#define RINGSIM_BPF_H

#include <ringsim/kernel.h>

enum bpf_map_type {
    BPF_MAP_TYPE_RINGBUF = 27,
    BPF_MAP_TYPE_USER_RINGBUF = 31,
};

enum {
    BPF_F_NUMA_NODE = 1u << 2,
    BPF_F_RB_OVERWRITE = 1u << 19,

    BPF_RB_NO_WAKEUP = 1u << 0,
    BPF_RB_FORCE_WAKEUP = 1u << 1,

    BPF_RB_AVAIL_DATA = 0,
    BPF_RB_RING_SIZE = 1,
    BPF_RB_CONS_POS = 2,
    BPF_RB_PROD_POS = 3,
    BPF_RB_OVERWRITE_POS = 4,

    BPF_RINGBUF_BUSY_BIT = 1u << 31,
    BPF_RINGBUF_DISCARD_BIT = 1u << 30,
    BPF_RINGBUF_HDR_SZ = 8,
};
#define BPF_MAX_USER_RINGBUF_SAMPLES (128 * 1024)

union bpf_attr {
    struct {
        u32 map_type;
        u32 key_size;
        u32 value_size;
        u32 max_entries;
        u32 map_flags;
        u64 map_extra;
    };
};

struct file;
struct poll_table_struct;
struct bpf_map_ops;
struct bpf_map {
    const struct bpf_map_ops* ops;
    u32 map_type;
    u32 max_entries;
    u32 map_flags;
    int numa_node;
};

struct bpf_map_ops {
    bool (*map_meta_equal)(const struct bpf_map* a, const struct bpf_map* b);
    int (*map_alloc_check)(union bpf_attr* attr);
    struct bpf_map* (*map_alloc)(union bpf_attr* attr);
    void (*map_free)(struct bpf_map* map);
    int (*map_mmap)(struct bpf_map* map, struct vm_area_struct* vma);
    __poll_t (*map_poll)(struct bpf_map* map, struct file* file, struct poll_table_struct* table);
    void* map_lookup_elem; /* not called */
    void* map_update_elem;
    void* map_delete_elem;
    void* map_get_next_key;
    u64 (*map_mem_usage)(const struct bpf_map* map);
    u32* map_btf_id;
};

static inline bool bpf_map_meta_equal(const struct bpf_map* a, const struct bpf_map* b) {
    return a == b;
}
static inline void bpf_map_init_from_attr(struct bpf_map* map, union bpf_attr* attr) {
    map->map_type = attr->map_type;
    map->max_entries = attr->max_entries;
    map->map_flags = attr->map_flags;
    map->numa_node = NUMA_NO_NODE;
}

struct bpf_dynptr_kern {
    void* data;
    u32 size;
    u32 offset;
};
enum bpf_dynptr_type { BPF_DYNPTR_TYPE_LOCAL = 1, BPF_DYNPTR_TYPE_RINGBUF };
#define DYNPTR_MAX_SIZE ((1u << 24) - 1)
#define bpf_dynptr_check_size(n) ((n) > DYNPTR_MAX_SIZE ? -E2BIG : 0)
#define bpf_dynptr_set_null(p) ((void)((p)->data = NULL))
#define bpf_dynptr_init(p, d, type, off, n) \
    ((void)((p)->data = (d), (p)->offset = (off), (p)->size = (n)))

/* A helper is an ordinary function here, called with the types that it names. */
typedef u64 (*bpf_callback_t)(u64, u64, u64, u64, u64);
#define BPF_CALL_1(name, t1, a1) u64 name(t1 a1)
#define BPF_CALL_2(name, t1, a1, t2, a2) u64 name(t1 a1, t2 a2)
#define BPF_CALL_3(name, t1, a1, t2, a2, t3, a3) u64 name(t1 a1, t2 a2, t3 a3)
#define BPF_CALL_4(name, t1, a1, t2, a2, t3, a3, t4, a4) u64 name(t1 a1, t2 a2, t3 a3, t4 a4)
#define BPF_CALL_5(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5) \
    u64 name(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5)

/* What the verifier is told of a helper; nobody reads it here. */
enum bpf_return_type {
    RET_INTEGER,
    RET_VOID,
    RET_PTR_TO_RINGBUF_MEM_OR_NULL,
    RET_PTR_TO_ALLOC_MEM_OR_NULL,
};
enum bpf_arg_type {
    ARG_DONTCARE,
    ARG_CONST_MAP_PTR,
    ARG_CONST_ALLOC_SIZE_OR_ZERO,
    ARG_CONST_SIZE_OR_ZERO,
    ARG_ANYTHING,
    ARG_PTR_TO_MEM,
    ARG_PTR_TO_ALLOC_MEM,
    ARG_PTR_TO_RINGBUF_MEM,
    ARG_PTR_TO_DYNPTR,
    ARG_PTR_TO_FUNC,
    ARG_PTR_TO_STACK_OR_NULL,
    OBJ_RELEASE = 1 << 8,
    MEM_RDONLY = 1 << 9,
    MEM_UNINIT = 1 << 10,
    MEM_WRITE = 1 << 11,
    DYNPTR_TYPE_RINGBUF = 1 << 12,
    DYNPTR_TYPE_LOCAL = 1 << 13,
};
struct bpf_func_proto {
    void* func;
    bool gpl_only;
    enum bpf_return_type ret_type;
    int arg1_type;
    int arg2_type;
    int arg3_type;
    int arg4_type;
    int arg5_type;
};
#define BTF_ID_LIST_SINGLE(name, prefix, type) static u32 name[1];
#define BTF_ID_LIST_GLOBAL_SINGLE(name, prefix, type) u32 name[1];

#endif
