/* A test without a tree has what is stood in. */
#if __has_include(<linux/cleanup.h>)
#include <ringsim/eventpoll_real.h>
#else
#include <ringsim/kernel.h>
#endif
