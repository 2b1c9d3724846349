#include <ringsim/counters.h>
