// Of all that copies only memmove() may be given memory that overlaps.
//
// expect -DUSE='memmove(s+1,s,n)'               rc11 1
// expect -DUSE='memcpy(s+4,s,n)'                rc11 1
// expect -DUSE='memcpy(s,s,n)'                  rc11 1
// expect -DUSE='stpncpy(s+8,s,n)'               rc11 1
// expect -DUSE='memcpy(s+1,s,n)'                rc11 1/1 memory_is_copied_to_where_it_overlaps
// expect -DUSE='mempcpy(s,s+3,n)'               rc11 1/1 memory_is_copied_to_where_it_overlaps
// expect -DUSE='strcpy(s,s+2)'                  rc11 1/1 memory_is_copied_to_where_it_overlaps
// expect -DUSE='strncpy(s+1,s,n)'               rc11 1/1 memory_is_copied_to_where_it_overlaps
// expect -DUSE='strcat(s,s)'                    rc11 1/1 memory_is_copied_to_where_it_overlaps
// expect -DUSE='snprintf(s,16,"%d%s",n,s+1)'    rc11 1/1 memory_is_copied_to_where_it_overlaps
// expect -DUSE='snprintf(s,16,"%d%s",n,s+8)'    rc11 1
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static char s[32] = "abcdef";
static volatile int n = 4;

static void *copy(void *arg) {
    USE;
    return arg;
}

int main(void) {
    pthread_t a;
    pthread_create(&a, 0, copy, 0);
    pthread_join(a, 0);
    return 0;
}
