// Threads that meet at a barrier twice. -DLAST: whoever is told to be the last says so; -DONE: only
// one of them looks. -DDATA: each leaves something for all others at the first meeting. -DMORE:
// there are more of them than the barrier has room for. -DLESS: there are fewer.
#include <pthread.h>

#ifndef N
#define N 3
#endif

static pthread_barrier_t barrier;
static int last[2];
static int data[N], sum[N];

#ifdef ONE
static void *silent(void *mine) {
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return mine;
}
#endif

static void *work(void *mine) {
    const int me = (int)(long)mine;
#ifdef DATA
    data[me] = 1;
#endif
    for (int round = 0; round < 2; ++round) {
#if defined LAST || defined ONE
        if (pthread_barrier_wait(&barrier) != 0) last[round] = me + 1;
#else
        pthread_barrier_wait(&barrier);
#endif
#ifdef DATA
        for (int i = 0; i < N && round == 0; ++i) sum[me] += data[i];
#endif
    }
    return 0;
}

int main(void) {
    pthread_t t[N];
    int n = N;
#ifdef LESS
    --n;
#endif
    pthread_barrier_init(&barrier, 0, N);
#ifdef ONE
    for (long i = 0; i < n; ++i) pthread_create(&t[i], 0, i == N - 1 ? work : silent, (void *)i);
#else
    for (long i = 0; i < n; ++i) pthread_create(&t[i], 0, work, (void *)i);
#endif
#ifdef MORE
    pthread_t more[N];
    for (long i = 0; i < N; ++i) pthread_create(&more[i], 0, work, (void *)i);
#endif
    for (int i = 0; i < n; ++i) pthread_join(t[i], 0);
#ifdef LAST
    return last[0] == 1 && last[1] == N;  // one of the N * N ways
#endif
#ifdef ONE
    return last[0] != 0 && last[1] != 0;
#endif
#ifdef DATA
    return sum[0] != N;
#endif
    return 0;
}
