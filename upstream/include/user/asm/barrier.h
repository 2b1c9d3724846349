/*
 * The barriers of tools/include, as libbpf means them: C11's. On x86 the tree's own are nothing but
 * a hint to the compiler, and no other machine's can be told from them.
 */
#ifndef RINGSIM_USER_BARRIER_H
#define RINGSIM_USER_BARRIER_H

#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define mb() smp_mb()
#define rmb() smp_rmb()
#define wmb() smp_wmb()

#endif
