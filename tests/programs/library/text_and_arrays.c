// What is read from text, and sorting and searching.
//
// expect          rc11 1
// expect -DBROKEN rc11 2/2 data_race
#include <assert.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int numbers[4] = {3, 1, 2, 1};
static char line[] = "7 eleven 2.5";
static struct {
    int n;
    char word[8];
    double d;
} parsed;

static int by_value(const void* a, const void* b) {
    return *(const int*)a - *(const int*)b;
}

static void* worker(void* argument) {
    static _Thread_local jmp_buf back;
    volatile int times = 0;
    if (setjmp(back) == 0) {
        ++times;
        longjmp(back, 1);
    }
    assert(times == 1);
    qsort(numbers, 4, sizeof numbers[0], by_value);
    assert(sscanf(line, "%d %7s %*c%lf", &parsed.n, parsed.word, &parsed.d) == 3);
    return argument;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, worker, 0);
#ifdef BROKEN
    line[0] = '8';
#endif
    pthread_join(t, 0);
    assert(numbers[0] == 1 && numbers[1] == 1 && numbers[3] == 3);
    const int key = 2;
    const int* found = bsearch(&key, numbers, 4, sizeof numbers[0], by_value);
    assert(found == &numbers[2]);
    assert(parsed.n == 7 && strcmp(parsed.word, "eleven") == 0 && parsed.d == 0.5);
    char* rest = 0;
    assert(strcmp(strtok_r(line, " ", &rest), "7") == 0);
    assert(strcmp(strtok_r(0, " ", &rest), "eleven") == 0);
    assert(strtod(strtok_r(0, " ", &rest), 0) == 2.5);
    return strtok_r(0, " ", &rest) != 0;
}
