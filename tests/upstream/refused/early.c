// What cannot be done is asked for before any thread begins.
#include <ringsim/test.h>

int elsewhere(void);
static int* nowhere;

__attribute__((constructor)) static void set_up(void) {
#ifdef CRASH
    *nowhere = 1;
#else
    elsewhere();
#endif
}

static void first(void) {}
static void second(void) {}

RINGSIM_TEST(.threads = {first, second});
