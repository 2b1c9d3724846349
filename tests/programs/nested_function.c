// gcc's functions within functions: the address of one that uses the variables around it is that of
// code which is made on the stack. clang has none.
//
// expect            rc11 2
// expect -DUNLOCKED rc11 2/2 data_race
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int sum;

static void each(int n, void (*f)(int)) {
    for (int i = 0; i < n; ++i) f(i);
}

static void *add(void *arg) {
    int local = 1;
#if defined __clang__
    for (int i = 0; i < 2; ++i) local += i;
#else
    void more(int i) { local += i; }
    each(2, more);
#endif
#if !defined UNLOCKED
    pthread_mutex_lock(&lock);
#endif
    sum += local;
#if !defined UNLOCKED
    pthread_mutex_unlock(&lock);
#endif
    return arg;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, add, 0);
    pthread_create(&b, 0, add, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return sum != 4;
}
