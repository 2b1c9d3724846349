#ifdef RINGSIM_REAL_EVENTPOLL
#include_next <linux/wait.h>
#include <ringsim/eventpoll_real.h>
#else
#include <ringsim/kernel.h>
#endif
