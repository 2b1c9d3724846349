#ifdef RINGSIM_REAL_EVENTPOLL
#include_next <linux/poll.h>
#include <ringsim/eventpoll_real.h>
#else
#include <ringsim/kernel.h>
#endif
