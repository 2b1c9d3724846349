// Output and functions of strings read what they are given; a variable that is only written is
// written all the same.
//
// expect -DUSE='printf("%s",s)'         rc11 2/2 data_race
// expect -DUSE='printf("%.*s",2,s)'     rc11 2/2 data_race
// expect -DUSE='puts(s)'                rc11 2/2 data_race
// expect -DUSE='fputs(s,stderr)'        rc11 2/2 data_race
// expect -DUSE='fwrite(s,1,4,stdout)'   rc11 2/2 data_race
// expect -DUSE='snprintf(s,8,"%d",7)'   rc11 2/2 data_race
// expect -DUSE='s[14]=memcmp(s,"abc",3)' rc11 2/2 data_race
// expect -DUSE='s[14]=strlen(s)'        rc11 2/2 data_race
// expect -DUSE='strncat(s,"defg",3)'    rc11 2/2 data_race
// expect -DUSE='printf("%ls",(void*)s)' rc11 2/2 data_race
// expect -DUSE='printf("%m%s",s)'       rc11 2/2 data_race
// expect -DUSE='printf("%hhn",(void*)(s+1))' rc11 1
// expect -DUSE='printf("%hn",(void*)s)' rc11 2/2 data_race
// expect -DUSE='warnx("%s",s)'          rc11 2/2 data_race
// expect -DUSE='s[14]=strcoll(s,"abc")' rc11 2/2 data_race
// expect -DUSE='printf("%d",5)'         rc11 1
// expect -DUSE='printf("%.2s",s+8)'     rc11 1
// expect -DONLY_WRITTEN                 rc11 2/2 data_race
// expect -DFREED                        rc11 2/2 use_after_free
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char s[16] = "abc";

#if defined ONLY_WRITTEN
static int written;
static void first(void) { written = 1; }
static void second(void) { written = 2; }
#elif defined FREED
static char *heap;
static void first(void) { puts(heap); }
static void second(void) { free(heap); }
#else
static void first(void) { s[0] = 'z'; }
static void second(void) { USE; }
#endif

static void *run_first(void *unused) {
    first();
    return unused;
}
static void *run_second(void *unused) {
    second();
    return unused;
}

int main(void) {
#ifdef FREED
    heap = strdup("text");
#endif
    pthread_t a, b;
    pthread_create(&a, 0, run_first, 0);
    pthread_create(&b, 0, run_second, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return s[15];
}
