#include <linux/poll.h>
#include <ringsim/eventpoll_real.h>
