// Calls whose result nobody uses read what they are given as any other: of a library's functions,
// of one that its writer calls pure, and of one that the compiler finds to be so.
//
// expect                    rc11 1
// expect -DBROKEN -DCALL=1  rc11 2/2 data_race
// expect -DBROKEN -DCALL=2  rc11 2/2 data_race
// expect -DBROKEN -DCALL=3  rc11 2/2 data_race
// expect -DBROKEN -DCALL=4  rc11 2/2 data_race
// expect -DBROKEN -DCALL=5  rc11 2/2 data_race
// expect -DBROKEN -DCALL=6  rc11 2/2 data_race
// expect -DBROKEN -DCALL=7  rc11 2/2 data_race
// expect -DBROKEN -DCALL=8  rc11 2/2 data_race
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#ifndef CALL
#define CALL 1
#endif

static char text[8] = "abc";
static int number;

__attribute__((pure, noinline)) int said_to_be_pure(void) {
    return number;
}
static __attribute__((noinline)) int found_to_be_pure(void) {
    return number;
}
static __attribute__((noinline)) int calls_it(void) {
    return found_to_be_pure() + 1;
}

static void look(void) {
#if CALL == 1
    (void)strlen(text);
#elif CALL == 2
    (void)strcmp(text, "b");
#elif CALL == 3
    (void)memchr(text, 1, 3);
#elif CALL == 4
    (void)strstr(text, "zz");
#elif CALL == 5
    (void)strncasecmp(text, "b", 1);
#elif CALL == 6
    (void)said_to_be_pure();
#elif CALL == 7
    (void)calls_it();
#else
    free(strdup(text));
#endif
}

static void* writes(void* unused) {
    (void)unused;
    text[0] = 'x';
    number = 1;
    return 0;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, writes, 0);
#ifdef BROKEN
    look();
#endif
    pthread_join(t, 0);
    look();
    return 0;
}
