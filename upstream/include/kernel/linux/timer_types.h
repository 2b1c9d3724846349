#include <ringsim/later.h>
