#include <ringsim/eventpoll_real.h>
