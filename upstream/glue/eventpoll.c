/* Of the tree's own fs/eventpoll.c: open files, and what their kernel has once. */
#include <linux/poll.h>

struct user_struct ringsim_user;

/* The map and the epoll set, at the numbers that glue/user.c knows. */
static struct file* files[8];
static int unused = 4;

int ringsim_unused_fd(void) {
    return unused++;
}
int ringsim_publish(struct file* file, int fd) {
    files[fd] = file;
    return fd;
}
struct file* ringsim_file_of(int fd) {
    return fd >= 0 && fd < (int)ARRAY_SIZE(files) ? files[fd] : NULL;
}
struct file* ringsim_new_file(const struct file_operations* operations, void* data) {
    struct file* file = __sim_alloc(sizeof(*file), 64);

    file->f_op = operations;
    file->private_data = data;
    ringsim_open_file(file);
    return file;
}

struct kmem_cache* ringsim_new_cache(size_t size) {
    struct kmem_cache* cache = __sim_alloc(sizeof(*cache), 16);

    cache->size = size;
    return cache;
}

int poll_select_set_timeout(struct timespec64* to, time64_t sec, long nsec) {
    return 0;
}
u64 select_estimate_accuracy(struct timespec64* to) {
    return 0;
}
int default_wake_function(wait_queue_entry_t* entry, unsigned int mode, int flags, void* key) {
    return ringsim_wake(entry->private, mode);
}
#if __has_include(<linux/file_ref.h>)
bool __file_ref_put(file_ref_t* reference, unsigned long count) {
    return false; /* nobody closes a file */
}
#endif
