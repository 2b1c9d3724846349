// One thread alone with an object of the heap: where it goes beyond, and behind its end.
// expect rc11 1/1 heap_overflow:_an_access_outside_every_allocation
// expect -DFREED rc11 1/1 use_after_free
#include <stdlib.h>

int main(void) {
    int *p = malloc(2 * sizeof *p);
    p[0] = 1;
#ifdef FREED
    free(p);
    p[1] = 2;
#else
    p[10] = 2;
#endif
    return 0;
}
