#include "scenarios/commands/bench_programs.hpp"

namespace ringsim::scenarios::commands {
namespace {

constexpr bench_program all[] = {
    {"counter", 7, 5, "N threads add one, each at once", R"(#include <pthread.h>
#include <stdatomic.h>
static atomic_int counter;
static void *add(void *p) { atomic_fetch_add(&counter, 1); return p; }
int main(void) {
    pthread_t t[N];
    for (int i = 0; i < N; ++i) pthread_create(&t[i], 0, add, 0);
    for (int i = 0; i < N; ++i) pthread_join(t[i], 0);
    return 0;
}
)"},
    {"retries", 5, 3, "N threads add one by a loop that tries again", R"(#include <pthread.h>
#include <stdatomic.h>
static atomic_int counter;
static void *add(void *p) {
    int old;
    do
        old = atomic_load(&counter);
    while (!atomic_compare_exchange_strong(&counter, &old, old + 1));
    return p;
}
int main(void) {
    pthread_t t[N];
    for (int i = 0; i < N; ++i) pthread_create(&t[i], 0, add, 0);
    for (int i = 0; i < N; ++i) pthread_join(t[i], 0);
    return 0;
}
)"},
    {"lock", 7, 4, "N threads add one under a lock", R"(#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counter;
static void *add(void *p) {
    pthread_mutex_lock(&lock);
    ++counter;
    pthread_mutex_unlock(&lock);
    return p;
}
int main(void) {
    pthread_t t[N];
    for (int i = 0; i < N; ++i) pthread_create(&t[i], 0, add, 0);
    for (int i = 0; i < N; ++i) pthread_join(t[i], 0);
    return 0;
}
)"},
    {"barrier", 5, 3, "N threads meet twice", R"(#include <pthread.h>
static pthread_barrier_t barrier;
static void *work(void *p) {
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return p;
}
int main(void) {
    pthread_t t[N];
    pthread_barrier_init(&barrier, 0, N);
    for (int i = 0; i < N; ++i) pthread_create(&t[i], 0, work, 0);
    for (int i = 0; i < N; ++i) pthread_join(t[i], 0);
    return 0;
}
)"},
    {"stores", 6, 4, "a reader, and N writes by two threads", R"(#include <pthread.h>
#include <stdatomic.h>
static atomic_int x;
static void *write_some(void *p) {
    for (int i = 0; i < N / 2; ++i) atomic_store_explicit(&x, i + 1, memory_order_relaxed);
    return p;
}
static void *read_some(void *p) {
    for (int i = 0; i < N / 2; ++i) (void)atomic_load_explicit(&x, memory_order_relaxed);
    return p;
}
int main(void) {
    pthread_t a, b, c;
    pthread_create(&a, 0, write_some, 0);
    pthread_create(&b, 0, write_some, 0);
    pthread_create(&c, 0, read_some, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    pthread_join(c, 0);
    return 0;
}
)"},
    {"sums", 5, 3, "two threads add each other's variable N times", R"(#include <pthread.h>
#include <stdatomic.h>
static atomic_int x = 1, y = 1;
static void *first(void *p) {
    for (int i = 0; i < N; ++i) {
        const int sum = atomic_load(&x) + atomic_load(&y);
        atomic_store(&x, sum);
    }
    return p;
}
static void *second(void *p) {
    for (int i = 0; i < N; ++i) {
        const int sum = atomic_load(&y) + atomic_load(&x);
        atomic_store(&y, sum);
    }
    return p;
}
int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, first, 0);
    pthread_create(&b, 0, second, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
)"},
    {"ring", 3, 2, "N messages through a ring, two senders", R"(#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
static atomic_int busy[2 * N + 1], next_free, sent[2 * N + 1];
static void *send(void *p) {
    for (int i = 0; i < N; ++i) {
        const int at = atomic_fetch_add_explicit(&next_free, 1, memory_order_relaxed);
        atomic_store_explicit(&sent[at], 1, memory_order_relaxed);
        atomic_store_explicit(&busy[at], 1, memory_order_release);
    }
    return p;
}
static void *receive(void *p) {
    int at = 0;
    while (at < 2 * N && atomic_load_explicit(&busy[at], memory_order_acquire)) {
        assert(atomic_load_explicit(&sent[at], memory_order_relaxed) == 1);
        ++at;
    }
    return p;
}
int main(void) {
    pthread_t a, b, c;
    pthread_create(&a, 0, send, 0);
    pthread_create(&b, 0, send, 0);
    pthread_create(&c, 0, receive, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    pthread_join(c, 0);
    return 0;
}
)"},
};

}  // namespace

std::span<const bench_program> bench_programs() {
    return all;
}

}  // namespace ringsim::scenarios::commands
