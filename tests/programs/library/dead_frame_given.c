// Library functions are given a variable of a function that has returned, by the thread itself.
//
// expect           rc11 1
// expect -DCOPIED  rc11 1/1 use_of_a_local_variable_of_a_function
// expect -DPRINTED rc11 1/1 use_of_a_local_variable_of_a_function
// expect -DFORMAT  rc11 1/1 use_of_a_local_variable_of_a_function
// expect -DSTRING  rc11 1/1 use_of_a_local_variable_of_a_function
// expect -DWRITTEN rc11 1/1 use_of_a_local_variable_of_a_function
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// Kept by the caller, or on the stack of a function that returns.
static char* name(char* kept, int n) {
    char own[16];
    char* volatile text = kept ? kept : own;
    snprintf(text, 16, "thread %d", n);
    return text;
}
static void* thread(void* argument) {
    char kept[16];
#if defined(COPIED) || defined(PRINTED) || defined(FORMAT) || defined(STRING) || defined(WRITTEN)
    char* const text = name(0, 1);
#else
    char* const text = name(kept, 1);
#endif
    char copy[16] = "";
#if defined(COPIED)
    memcpy(copy, text, sizeof copy);
#elif defined(PRINTED)
    puts(text);
#elif defined(FORMAT)
    printf("%s\n", text);
#elif defined(STRING)
    if (strlen(text) == 99) return kept;
#elif defined(WRITTEN)
    memset(text, 0, 4);
#else
    memcpy(copy, text, sizeof copy);
    puts(text);
    printf("%s\n", text);
    if (strcmp(text, "thread 1") != 0) return (void*)1;
    memset(text, 0, 4);
#endif
    return copy[0] == 99 ? kept : argument;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, thread, 0);
    void* failed;
    pthread_join(t, &failed);
    return failed != 0;
}
