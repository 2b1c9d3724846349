#include <ringsim/kernel.h>
