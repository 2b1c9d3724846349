/*
 * Data of each CPU: one copy for each thread, at one distance. `name` is the copy of CPU 0, as the
 * compiler sees it.
 */
#ifndef RINGSIM_PERCPU_H
#define RINGSIM_PERCPU_H

#include <ringsim/primitives.h>

#define __sim_percpu_bytes 1024
#define __sim_percpu_room(type, name)  \
    union {                            \
        __typeof__(type) v;            \
        char room[__sim_percpu_bytes]; \
    } ringsim_percpu_##name[NR_CPUS] __attribute__((__used__, __aligned__(64)))
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name __asm__("ringsim_percpu_" #name)
#define DEFINE_PER_CPU(type, name)                                                    \
    __sim_percpu_room(type, name);                                                    \
    _Static_assert(sizeof(type) <= __sim_percpu_bytes, "as much as a CPU has of it"); \
    DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU(type, name)
#define DEFINE_PER_CPU_ALIGNED(type, name) DEFINE_PER_CPU(type, name)

#define alloc_percpu(type)                                                                \
    ({                                                                                    \
        _Static_assert(sizeof(type) <= __sim_percpu_bytes, "as much as a CPU has of it"); \
        (__typeof__(type)*)__sim_alloc(NR_CPUS* __sim_percpu_bytes, 64);                  \
    })
#define alloc_percpu_gfp(type, flags) alloc_percpu(type)
#define free_percpu(p) __sim_free(p)

/* The compiler is not told where the copies are. */
#define per_cpu_ptr(p, cpu)                                   \
    ({                                                        \
        uintptr_t __sim_at = (uintptr_t)(p);                  \
        __asm__("" : "+r"(__sim_at));                         \
        (__typeof__(p))(__sim_at + (cpu)*__sim_percpu_bytes); \
    })
#define this_cpu_ptr(p) per_cpu_ptr(p, __sim_cpu())
#define raw_cpu_ptr(p) this_cpu_ptr(p)
#define get_cpu_ptr(p) this_cpu_ptr(p)
#define put_cpu_ptr(p) ((void)(p))
#define per_cpu(name, cpu) (*per_cpu_ptr(&(name), cpu))
#define __sim_this_cpu(name) (*this_cpu_ptr(&(name)))
#define get_cpu_var(name) __sim_this_cpu(name)
#define put_cpu_var(name) ((void)&(name))

/* Others may look at it: two accesses, each of them marked. */
#define __this_cpu_read(name) __sim_this_cpu(name)
#define this_cpu_read(name) READ_ONCE(__sim_this_cpu(name))
#define this_cpu_write(name, v) WRITE_ONCE(__sim_this_cpu(name), v)
#define __sim_this_cpu_update(name, made)                  \
    ({                                                     \
        __typeof__(name)* __sim_p = this_cpu_ptr(&(name)); \
        __typeof__(name) __sim_was = READ_ONCE(*__sim_p);  \
        __typeof__(name) __sim_made = (made);              \
        WRITE_ONCE(*__sim_p, __sim_made);                  \
        __sim_made;                                        \
    })
#define this_cpu_add_return(name, v) __sim_this_cpu_update(name, __sim_was + (v))
#define this_cpu_add(name, v) ((void)this_cpu_add_return(name, v))
#define this_cpu_sub(name, v) this_cpu_add(name, -(v))
#define this_cpu_inc(name) this_cpu_add(name, 1)
#define this_cpu_dec(name) this_cpu_add(name, -1)
#define this_cpu_inc_return(name) this_cpu_add_return(name, 1)
#define this_cpu_dec_return(name) this_cpu_add_return(name, -1)
#define this_cpu_sub_return(name, v) this_cpu_add_return(name, -(v))
#define this_cpu_and(name, v) ((void)__sim_this_cpu_update(name, __sim_was & (v)))
#define this_cpu_or(name, v) ((void)__sim_this_cpu_update(name, __sim_was | (v)))
#define this_cpu_xchg(name, v)                             \
    ({                                                     \
        __typeof__(name)* __sim_p = this_cpu_ptr(&(name)); \
        __typeof__(name) __sim_was = READ_ONCE(*__sim_p);  \
        WRITE_ONCE(*__sim_p, v);                           \
        __sim_was;                                         \
    })
#define this_cpu_cmpxchg(name, o, n)                       \
    ({                                                     \
        __typeof__(name)* __sim_p = this_cpu_ptr(&(name)); \
        __typeof__(name) __sim_was = READ_ONCE(*__sim_p);  \
        if (__sim_was == (o)) WRITE_ONCE(*__sim_p, n);     \
        __sim_was;                                         \
    })
#define __this_cpu_write(name, v) this_cpu_write(name, v)
#define __this_cpu_add(name, v) this_cpu_add(name, v)
#define __this_cpu_sub(name, v) this_cpu_sub(name, v)
#define __this_cpu_inc(name) this_cpu_inc(name)
#define __this_cpu_dec(name) this_cpu_dec(name)
#define __this_cpu_inc_return(name) this_cpu_inc_return(name)
#define __this_cpu_dec_return(name) this_cpu_dec_return(name)
#define __this_cpu_xchg(name, v) this_cpu_xchg(name, v)
#define raw_cpu_read(name) this_cpu_read(name)
#define raw_cpu_write(name, v) this_cpu_write(name, v)
#define raw_cpu_add(name, v) this_cpu_add(name, v)
#define raw_cpu_inc(name) this_cpu_inc(name)
#define raw_cpu_dec(name) this_cpu_dec(name)

#define nr_cpu_ids NR_CPUS
#define num_possible_cpus() NR_CPUS
#define num_online_cpus() NR_CPUS
#define cpu_possible(cpu) ((cpu) < NR_CPUS)
#define cpu_online(cpu) ((cpu) < NR_CPUS)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < NR_CPUS; ++(cpu))
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)

#endif
