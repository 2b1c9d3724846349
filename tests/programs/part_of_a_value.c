// A structure is given by value to a function that looks at one member of it; another thread writes
// another member. The call reads all of it, however much of that a compiler finds to be needed.
//
// expect -O1        rc11 2/2 data_race
// expect -O2        rc11 2/2 data_race
// expect -O3        rc11 2/2 data_race
// expect -O3 -DOWN  rc11 1
#include <pthread.h>

struct six {
    int of[6];
};

static struct six values;

static __attribute__((noinline)) int first_of(struct six s) {
    return s.of[0];
}

static void *reader(void *arg) {
    return first_of(values) == 0 ? arg : &values;
}

static void *writer(void *arg) {
#if !defined OWN
    values.of[5] = 1;
#endif
    return arg;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, reader, 0);
    pthread_create(&b, 0, writer, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
