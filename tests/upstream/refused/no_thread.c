// Nothing runs beside main().
#include <ringsim/test.h>

int main(void) {
    return 0;
}
