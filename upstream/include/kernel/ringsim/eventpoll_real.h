/*
 * What the tree's own fs/eventpoll.c and kernel/sched/wait.c take from the rest of the kernel:
 * files, tasks that sleep, memory of the user, and much that has no part in a wakeup. The headers
 * of lists, wait queues, poll tables, red-black trees and sequence counts are the tree's own.
 */
#ifndef RINGSIM_EVENTPOLL_REAL_H
#define RINGSIM_EVENTPOLL_REAL_H

#include <ringsim/counters.h>
#include <ringsim/guards.h>

#define kthread_should_stop_or_park() 0
#define ERESTARTSYS 512

/* --- time: nobody here has a timeout that ends --- */

typedef s64 ktime_t;
typedef s64 time64_t;
struct timespec64 {
    time64_t tv_sec;
    s64 tv_nsec;
};
struct __kernel_timespec {
    s64 tv_sec;
    s64 tv_nsec;
};
struct __kernel_old_timespec;
#define MSEC_PER_SEC 1000
#define NSEC_PER_MSEC 1000000
#define HRTIMER_MODE_ABS 0
#define ktime_get() ((ktime_t)0)
#define ktime_get_ts64(t) ((void)((t)->tv_sec = 0, (t)->tv_nsec = 0))
#define timespec64_add_safe(a, b) (b)
#define timespec64_to_ktime(t) ((ktime_t)((t).tv_sec * 1000000000 + (t).tv_nsec))
#define ktime_after(a, b) ((a) > (b))
#define get_timespec64(to, from) ((to)->tv_sec = (from)->tv_sec, (to)->tv_nsec = (from)->tv_nsec, 0)
static inline int ringsim_schedule_hrtimeout(ktime_t* until) {
    if (until) BUG();
    schedule();
    return -EINTR;
}
#define schedule_hrtimeout_range(until, slack, mode) ringsim_schedule_hrtimeout(until)

#define ENOIOCTLCMD 515

/* --- files: what is open stays open --- */

struct inode {
    u64 i_ino;
    struct super_block* i_sb;
};
struct super_block {
    u32 s_dev;
};
struct file;
struct seq_file;
struct poll_table_struct;
struct vm_area_struct;
struct dentry;
struct path {
    struct dentry* dentry;
};
/* Who polls a file holds a reference, by the tree's own file_ref_get(), or by the count that was
 * there before it: fully ordered operations, both of them. */
#if __has_include(<linux/file_ref.h>)
#include <linux/file_ref.h>
#define fput(f) ((void)file_ref_put(&(f)->f_ref))
#define ringsim_open_file(f) file_ref_init(&(f)->f_ref, 1)
#else
typedef atomic_long_t file_ref_t;
#define f_count f_ref
#define fput(f) ((void)atomic_long_dec_and_test(&(f)->f_count))
#define ringsim_open_file(f) atomic_long_set(&(f)->f_count, 1)
#endif
struct hlist_head;
struct file_operations {
    void (*show_fdinfo)(struct seq_file* m, struct file* f);
    int (*release)(struct inode* inode, struct file* file);
    __poll_t (*poll)(struct file* file, struct poll_table_struct* table);
    loff_t (*llseek)(struct file* file, loff_t offset, int whence);
    long (*unlocked_ioctl)(struct file* file, unsigned int command, unsigned long argument);
    long (*compat_ioctl)(struct file* file, unsigned int command, unsigned long argument);
};
struct file {
    spinlock_t f_lock;
    const struct file_operations* f_op;
    void* private_data;
    struct hlist_head* f_ep;
    file_ref_t f_ref;
    struct path f_path;
    loff_t f_pos;
    unsigned int f_flags;
};
struct fd {
    struct file* file;
};
struct file* ringsim_file_of(int fd);
int ringsim_unused_fd(void);
int ringsim_publish(struct file* file, int fd);
struct file* ringsim_new_file(const struct file_operations* operations, void* data);
#define fdget(number) ((struct fd){ringsim_file_of(number)})
#define fdput(f) ((void)(f))
#define fd_file(f) ((f).file)
#define fd_empty(f) (!(f).file)
#define fget(number) ringsim_file_of(number)
#define get_file(f) (f)
#define file_inode(f) ((struct inode*)NULL)
static inline loff_t noop_llseek(struct file* file, loff_t offset, int whence) {
    return 0;
}
static inline long compat_ptr_ioctl(struct file* file, unsigned int command, unsigned long v) {
    return -ENOIOCTLCMD;
}
#define O_RDWR 02
#define O_CLOEXEC 02000000
#define O_NONBLOCK 04000
struct fd_prepare {
    int err;
    struct file* file;
};
#define FD_PREPARE(name, flags, made) struct fd_prepare name = {0, made}
#define fd_prepare_file(prepared) ((prepared).file)
#define fd_publish(prepared) ringsim_publish((prepared).file, ringsim_unused_fd())
#define get_unused_fd_flags(flags) ringsim_unused_fd()
#define put_unused_fd(fd) ((void)(fd))
#define fd_install(fd, f) ((void)ringsim_publish(f, fd))
DEFINE_FREE(fput, struct file*, if (!IS_ERR_OR_NULL(_T)) fput(_T))
DEFINE_CLASS(fd, struct fd, fdput(_T), fdget(fd), int fd)
#define anon_inode_getfile(name, operations, data, flags) ringsim_new_file(operations, data)
#define seq_printf(m, ...) ((void)(m))
#define seq_has_overflowed(m) 0

/* --- memory of the user, which is all one here --- */

#define access_ok(p, n) 1
#define copy_from_user(to, from, n) (memcpy(to, from, n), 0)
#define copy_to_user(to, from, n) (memcpy(to, from, n), 0)
#define __put_user(v, p) ((void)(*(p) = (v)), 0)
#define put_user(v, p) __put_user(v, p)
#define scoped_user_write_access_size(p, size, failed) \
    if (0)                                             \
        goto failed;                                   \
    else
#define unsafe_put_user(v, p, failed) ((void)(*(p) = (v)))
#define EFAULT 14
#define EBADF 9
#define EEXIST 17
#define ENOENT 2
#define ELOOP 40
typedef struct {
    u64 bits;
} sigset_t;
#define set_user_sigmask(mask, size) 0
#define restore_saved_sigmask_unless(condition) ((void)(condition))

#define SYSCALL_DEFINE1(name, t1, a1) s64 ringsim_sys_##name(t1 a1)
#define SYSCALL_DEFINE4(name, t1, a1, t2, a2, t3, a3, t4, a4) \
    s64 ringsim_sys_##name(t1 a1, t2 a2, t3 a3, t4 a4)
#define SYSCALL_DEFINE6(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5, t6, a6) \
    s64 ringsim_sys_##name(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5, t6 a6)

/* --- what is there for other reasons than a wakeup --- */

struct kmem_cache {
    size_t size;
};
#define kmem_cache_create(name, size, ...) ringsim_new_cache(size)
struct kmem_cache* ringsim_new_cache(size_t size);
#define kmem_cache_alloc(cache, flags) __sim_alloc((cache)->size, 16)
#define kmem_cache_zalloc(cache, flags) __sim_alloc((cache)->size, 16)
#define kmem_cache_free(cache, p) __sim_free(p)
#define kzalloc_obj(object, ...) __sim_alloc(sizeof(object), 16)
#define SLAB_HWCACHE_ALIGN 0
#define SLAB_PANIC 0
#define SLAB_ACCOUNT 0

struct percpu_counter {
    s64 count;
};
struct user_struct {
    struct percpu_counter epoll_watches;
};
extern struct user_struct ringsim_user;
#define get_current_user() (&ringsim_user)
#define free_uid(user) ((void)(user))
#define percpu_counter_compare(counter, to) (-1)
#define percpu_counter_inc(counter) ((void)(counter))
#define percpu_counter_dec(counter) ((void)(counter))
struct wakeup_source {
    bool active;
};
#define wakeup_source_register(device, name) ((void)(name), (struct wakeup_source*)NULL)
#define wakeup_source_unregister(source) ((void)(source))
#define __pm_stay_awake(source) ((void)(source))
#define pm_stay_awake(source) ((void)(source))
#define __pm_relax(source) ((void)(source))
struct qstr {
    const unsigned char* name;
};
struct name_snapshot {
    struct qstr name;
};
#define take_dentry_name_snapshot(snapshot, dentry) ((void)((snapshot)->name.name = NULL))
#define release_dentry_name_snapshot(snapshot) ((void)(snapshot))
#define capable(what) 1
struct sysinfo {
    u64 totalram, totalhigh;
};
#define si_meminfo(info) ((void)((info)->totalram = 1 << 20, (info)->totalhigh = 0))
#define fs_initcall(f)                                            \
    __attribute__((__constructor__)) static void init_##f(void) { \
        (void)f();                                                \
    }
#define _IOW(type, number, what) (1u << 30 | sizeof(what) << 16 | (type) << 8 | (number))
#define _IOR(type, number, what) (2u << 30 | sizeof(what) << 16 | (type) << 8 | (number))
#define CONFIG_EPOLL 1

/* The numbers of poll(2), for what linux/poll.h makes of them. */
enum {
    POLLIN = 0x0001,
    POLLPRI = 0x0002,
    POLLOUT = 0x0004,
    POLLERR = 0x0008,
    POLLHUP = 0x0010,
    POLLNVAL = 0x0020,
    POLLRDNORM = 0x0040,
    POLLRDBAND = 0x0080,
    POLLWRNORM = 0x0100,
    POLLWRBAND = 0x0200,
    POLLMSG = 0x0400,
    POLLRDHUP = 0x2000,
};
#define POLLFREE ((__poll_t)0x4000)
#define POLL_BUSY_LOOP ((__poll_t)0x8000)
typedef struct fd_set fd_set;

#endif
