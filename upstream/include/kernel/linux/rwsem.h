#include <ringsim/guards.h>
