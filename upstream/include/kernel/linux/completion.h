#ifdef RINGSIM_REAL_EVENTPOLL
#include_next <linux/completion.h>
#else
#include <ringsim/completion.h>
#endif
