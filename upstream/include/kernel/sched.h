/* Of files of kernel/sched: what theirs includes and declares, as far as they use it. */
#include <linux/completion.h>
#include <linux/poll.h>
#include <linux/swait.h>
#include <ringsim/eventpoll_real.h>

void swake_up_all_locked(struct swait_queue_head* q);
void __prepare_to_swait(struct swait_queue_head* q, struct swait_queue* wait);
