/*
 * What kernel code takes for granted: types, small macros, and stand-ins for what has no part in
 * the memory model. Of our own writing, from what the names mean; it holds only what the files
 * under test use. A name that is missing here is reported by the compiler, and `ringsim upstream`
 * says so in one line.
 */
#ifndef RINGSIM_KERNEL_H
#define RINGSIM_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

typedef __INT8_TYPE__ int8_t;
typedef __INT16_TYPE__ int16_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s8 __s8;
typedef s16 __s16;
typedef s32 __s32;
typedef s64 __s64;
typedef __u16 __le16;
typedef __u32 __le32;
typedef __u64 __le64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef unsigned int gfp_t;
typedef u64 dma_addr_t;
typedef unsigned int __poll_t;
typedef int64_t ssize_t;
typedef int64_t loff_t;

/* linux/types.h: what the tree's linux/list.h is about. */
struct list_head {
    struct list_head *next, *prev;
};
struct hlist_head {
    struct hlist_node* first;
};
struct hlist_node {
    struct hlist_node *next, **pprev;
};
struct callback_head {
    struct callback_head* next;
    void (*func)(struct callback_head* head);
};
#define rcu_head callback_head

#include <ringsim/primitives.h>

typedef struct {
    atomic_t refcnt;
} rcuref_t;

/* --- words of the compiler --- */

#define inline __inline__ __attribute__((__unused__))
#define __always_inline inline __attribute__((__always_inline__))
#define noinline __attribute__((__noinline__))
#define __weak __attribute__((__weak__))
#define __PASTE_(a, b) a##b
#define __PASTE(a, b) __PASTE_(a, b)
#define __UNIQUE_ID(name) __PASTE(__unique_##name, __COUNTER__)
#define __cleanup(f) __attribute__((__cleanup__(f)))
#define __packed __attribute__((__packed__))
#define __aligned(x) __attribute__((__aligned__(x)))
#define __maybe_unused __attribute__((__unused__))
#define __always_unused __attribute__((__unused__))
#define __must_check
#define __signed_wrap
#define __sched
#define asmlinkage
#define __nonnull_args(...)
#define __user
#define __kernel
#define __percpu
#define __rcu
#define __force
#define __init
#define __exit
#define __read_mostly
#define __ro_after_init
#define __bpf_kfunc
#define __no_kcsan
#define __acquires(...)
#define __releases(...)
#define __acquires_shared(...)
#define __releases_shared(...)
#define __acquires_ret
#define __acquires_shared_ret
#define __cond_acquires(...)
#define __cond_acquires_shared(...)
#define __acquire(x) ((void)0)
#define __release(x) ((void)0)
#define __acquire_shared(x) ((void)0)
#define __release_shared(x) ((void)0)
#define __must_hold(...)
#define __must_hold_shared(...)
#define __must_not_hold(...)
#define __guarded_by(...)
#define __pt_guarded_by(...)
#define __no_context_analysis
#define __context_unsafe(x)
#define context_unsafe(...) __VA_ARGS__
#define context_lock_struct(name, ...) struct name
#define fallthrough __attribute__((__fallthrough__))
#define likely(x) (x)
#define unlikely(x) (x)
#define SMP_CACHE_BYTES 64
#define L1_CACHE_BYTES 64
#define ____cacheline_aligned __aligned(SMP_CACHE_BYTES)
#define ____cacheline_aligned_in_smp __aligned(SMP_CACHE_BYTES)
#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)
#define MODULE_LICENSE(text)
#define early_initcall(f)
#define IS_ENABLED(option) 0
#define CONFIG_64BIT 1
/* The one of irq_work.c is for works on another CPU, which nobody queues here. */
#ifndef RINGSIM_REAL_IRQ_WORK
#define CONFIG_SMP 1
#endif

/* --- numbers --- */

#define container_of(p, type, member) ((type*)((char*)(p)-offsetof(type, member)))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define round_up(x, n) ((((x)-1) | ((__typeof__(x))((n)-1))) + 1)
#define round_down(x, n) ((x) & ~((__typeof__(x))((n)-1)))
#define ALIGN(x, n) round_up(x, n)
#define DIV_ROUND_UP(x, n) (((x) + (n)-1) / (n))
#define is_power_of_2(n) ((n) != 0 && ((n) & ((n)-1)) == 0)
#define rounddown_pow_of_two(n) ((size_t)1 << (63 - __builtin_clzll(n)))
#define roundup_pow_of_two(n) ((n) <= 1 ? (size_t)1 : rounddown_pow_of_two((n)-1) << 1)
#define min(a, b)                \
    ({                           \
        __typeof__(a) __a = (a); \
        __typeof__(b) __b = (b); \
        __a < __b ? __a : __b;   \
    })
#define max(a, b)                \
    ({                           \
        __typeof__(a) __a = (a); \
        __typeof__(b) __b = (b); \
        __a > __b ? __a : __b;   \
    })
#define min3(a, b, c) min(min(a, b), c)
#define max3(a, b, c) max(max(a, b), c)
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define BIT(n) (1ul << (n))
#define BIT_ULL(n) (1ull << (n))
#define clamp(x, from, to) min(max(x, from), to)
#define clamp_t(type, x, from, to) min_t(type, max_t(type, x, from), to)
#define swap(a, b)                         \
    do {                                   \
        __typeof__(a) __sim_swapped = (a); \
        (a) = (b);                         \
        (b) = __sim_swapped;               \
    } while (0)
#define __ffs(word) ((size_t)__builtin_ctzll(word))
#define __fls(word) ((size_t)(63 - __builtin_clzll(word)))
#define ffz(word) __ffs(~(word))
#define ffs(x) __builtin_ffs(x)
#define fls(x) ((x) ? 32 - __builtin_clz(x) : 0)
#define fls64(x) ((x) ? 64 - __builtin_clzll(x) : 0)
#define hweight32(x) ((unsigned int)__builtin_popcount(x))
#define hweight64(x) ((size_t)__builtin_popcountll(x))
#define hweight_long(x) hweight64(x)
#define BITS_TO_LONGS(n) DIV_ROUND_UP(n, 64)
#define DECLARE_BITMAP(name, bits) size_t name[BITS_TO_LONGS(bits)]
#define BITS_PER_BYTE 8
#define BITS_PER_LONG 64
#define INT_MAX __INT_MAX__
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (INT_MAX * 2u + 1u)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-LONG_MAX - 1l)
#define ULONG_MAX (LONG_MAX * 2ul + 1ul)
#define U8_MAX __UINT8_MAX__
#define U16_MAX __UINT16_MAX__
#define U32_MAX __UINT32_MAX__
#define U64_MAX __UINT64_MAX__
#define S32_MAX __INT32_MAX__
#define S64_MAX __INT64_MAX__
#define SIZE_MAX __SIZE_MAX__

void* memcpy(void*, const void*, size_t);
void* memset(void*, int, size_t);
void* memmove(void*, const void*, size_t);
int memcmp(const void*, const void*, size_t);
size_t strlen(const char*);
int strcmp(const char*, const char*);
int strncmp(const char*, const char*, size_t);
static inline ssize_t strscpy(char* to, const char* from, size_t size) {
    size_t n = 0;

    while (n + 1 < size && from[n]) to[n] = from[n], n++;
    if (size) to[n] = 0;
    return from[n] ? -7 : (ssize_t)n;
}

/* --- errors --- */

#define EPERM 1
#define EINTR 4
#define EAGAIN 11
#define ENOMEM 12
#define EBUSY 16
#define EINVAL 22
#define ENOSPC 28
#define E2BIG 7
#define ENODATA 61
#define EOVERFLOW 75
#define EOPNOTSUPP 95
#define ETIMEDOUT 110
#define ENOTSUPP 524
#define MAX_ERRNO 4095
#define ERR_PTR(error) ((void*)(intptr_t)(error))
#define PTR_ERR(p) ((intptr_t)(p))
#define IS_ERR_VALUE(x) ((uintptr_t)(x) >= (uintptr_t)-MAX_ERRNO)
#define IS_ERR(p) IS_ERR_VALUE(p)
#define IS_ERR_OR_NULL(p) (!(p) || IS_ERR(p))

/* What must not happen is a failure of the program under test. */
void __VERIFIER_assert(int holds);
#define BUG_ON(x) __VERIFIER_assert(!(x))
#define BUG() __VERIFIER_assert(0)
#define WARN_ON(x)               \
    ({                           \
        int __w = !!(x);         \
        __VERIFIER_assert(!__w); \
        __w;                     \
    })
#define WARN_ON_ONCE(x) WARN_ON(x)
#define WARN(x, ...) WARN_ON(x)
#define WARN_ONCE(x, ...) WARN_ON(x)
#define BUILD_BUG_ON(x) _Static_assert(!(x), #x)
#define pr_warn(...) \
    do {             \
    } while (0)
#define pr_err(...) \
    do {            \
    } while (0)
#define pr_info(...) \
    do {             \
    } while (0)
#define pr_debug(...) \
    do {              \
    } while (0)
#define printk(...) \
    do {            \
    } while (0)

/* --- a CPU that belongs to one thread, which nothing interrupts --- */

#define preempt_disable() barrier()
#define preempt_enable() barrier()
#define preempt_disable_notrace() barrier()
#define preempt_enable_notrace() barrier()
#define migrate_disable() barrier()
#define migrate_enable() barrier()
#define get_cpu() (barrier(), __sim_cpu())
#define put_cpu() barrier()
#define local_irq_save(flags) ((void)((flags) = 0))
#define local_irq_restore(flags) ((void)(flags))
#define local_irq_disable() barrier()
#define local_irq_enable() barrier()
#define irqs_disabled() 1
#define preemptible() 0
#define in_nmi() 0
#define in_interrupt() 0
#define in_task() 1
#define might_sleep() barrier()
#define cond_resched() \
    ({                 \
        barrier();     \
        0;             \
    })
#define need_resched() 0
#define smp_processor_id() __sim_cpu()
#define raw_smp_processor_id() __sim_cpu()
#define cpu_is_offline(cpu) ((void)(cpu), 0)
#define NR_CPUS 16

/* --- what only checks or watches --- */

/* Plain accesses that the kernel's authors mean to race: as if they were READ_ONCE() and so on. */
#define kcsan_nestable_atomic_begin() __sim_mean_races(1)
#define kcsan_nestable_atomic_end() __sim_mean_races(-1)
#define kcsan_flat_atomic_begin() __sim_mean_races(1)
#define kcsan_flat_atomic_end() __sim_mean_races(-1)
#define kcsan_atomic_next(n) __sim_mean_races_next(n)
#define data_race(expression)                          \
    ({                                                 \
        __sim_mean_races(1);                           \
        __typeof__(expression) __sim_d = (expression); \
        __sim_mean_races(-1);                          \
        __sim_d;                                       \
    })
#define ASSERT_EXCLUSIVE_WRITER(x) ((void)0)
#define ASSERT_EXCLUSIVE_ACCESS(x) ((void)0)
#define seqcount_acquire(map, ...) ((void)0)
#define seqcount_acquire_read(map, ...) ((void)0)
#define seqcount_release(map, ...) ((void)0)
#define lockdep_init_map(map, ...) ((void)0)
#define _RET_IP_ 0ul

#define lockdep_assert_held(l) barrier()
#define lockdep_is_held(l) 1
#define lockdep_set_class_and_name(l, key, name) ((void)(key), (void)(name))
struct lock_class_key {
    int unused;
};
#define lockdep_assert_irqs_enabled() barrier()
#define lockdep_assert_RT_in_threaded_ctx() barrier()
#define lockdep_assert_preemption_disabled() barrier()
#define lockdep_irq_work_enter(flags) ((void)(flags))
#define lockdep_irq_work_exit(flags) ((void)(flags))
#define kmemleak_not_leak(p) ((void)(p))
#define kasan_record_aux_stack(p) ((void)(p))
#define kasan_record_aux_stack_noalloc(p) ((void)(p))

/* --- memory, in pages of a few bytes, so that a small ring has pages --- */

#ifndef RINGSIM_PAGE_SHIFT
#define RINGSIM_PAGE_SHIFT 12
#endif
#define PAGE_SHIFT RINGSIM_PAGE_SHIFT
#define PAGE_SIZE (1ul << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x) round_up(x, PAGE_SIZE)
#define PAGE_ALIGNED(x) (((x) & (PAGE_SIZE - 1)) == 0)
#define GFP_KERNEL 0u
#define GFP_ATOMIC 0u
#define GFP_KERNEL_ACCOUNT 0u
#define __GFP_RETRY_MAYFAIL 0u
#define __GFP_NOWARN 0u
#define __GFP_ZERO 0u
#define NUMA_NO_NODE (-1)
#define VM_MAP 1u
#define VM_USERMAP 2u
#define PAGE_KERNEL 0u
#define VM_WRITE 2ul
#define VM_MAYWRITE 0x20ul

struct rcuwait {
    int unused;
};

struct page {
    void* mapped; /* by the first vmap() */
};

#define KMALLOC_MAX_SIZE (1ul << 22)
#define alloc_hooks(call) (call)
#define kvmalloc_array_noprof(n, size, flags) kcalloc(n, size, flags)
#define kmalloc(size, flags) __sim_alloc(size, 16)
#define kzalloc(size, flags) __sim_alloc(size, 16)
#define kcalloc(n, size, flags) __sim_alloc((size_t)(n) * (size), 16)
#define kmalloc_array(n, size, flags) kcalloc(n, size, flags)
#define kmalloc_array_node(n, size, flags, node) kcalloc(n, size, flags)
#define kvmalloc_array(n, size, flags) kcalloc(n, size, flags)
#define kvmalloc(size, flags) kmalloc(size, flags)
#define kvzalloc(size, flags) kzalloc(size, flags)
#define kvcalloc(n, size, flags) kcalloc(n, size, flags)
#define kmalloc_node(size, flags, node) kmalloc(size, flags)
#define kzalloc_node(size, flags, node) kzalloc(size, flags)
#define kfree(p) __sim_free(p)
#define kvfree(p) __sim_free(p)
#define vfree(p) __sim_free(p)
#define alloc_pages_node(node, flags, order) ((struct page*)__sim_alloc(sizeof(struct page), 16))
#define __free_page(p) __sim_free(p)
#define bpf_map_area_alloc(size, node) __sim_alloc(size, SMP_CACHE_BYTES)
#define bpf_map_area_free(p) __sim_free(p)

/* The pages one behind the other. One that stands there again is the same memory. The room is
 * allocated in the caller's line, as all memory is: a trace calls it what it is called there. */
#define vmap(pages, count, flags, protection)                                                      \
    __sim_map_pages(                                                                               \
        __sim_alloc((count)*PAGE_SIZE, PAGE_SIZE < SMP_CACHE_BYTES ? SMP_CACHE_BYTES : PAGE_SIZE), \
        pages, count)
static inline void* __sim_map_pages(char* room, struct page** pages, unsigned int count) {
    unsigned int i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < i && pages[j] != pages[i]; j++)
            ;
        if (j < i)
            __sim_alias(room + i * PAGE_SIZE, room + j * PAGE_SIZE, PAGE_SIZE);
        else
            pages[i]->mapped = room + i * PAGE_SIZE;
    }
    return room;
}
#define vunmap(p) __sim_free(p)

struct vm_area_struct {
    uintptr_t vm_start;
    uintptr_t vm_end;
    size_t vm_pgoff;
    size_t vm_flags;
    void* mapped; /* what is seen at vm_start */
};
#define vm_flags_clear(vma, flags) ((void)((vma)->vm_flags &= ~(flags)))

static inline int remap_vmalloc_range(struct vm_area_struct* vma, void* block, size_t pages) {
    vma->mapped = (char*)block + pages * PAGE_SIZE;
    return 0;
}

#include <ringsim/percpu.h>
#include <ringsim/rcu.h>
#include <ringsim/tasks.h>

#endif
