/* The tree's own. Where it reads a pointer to what is looked at next, it means rcu_dereference().
 */
#include_next <linux/rculist.h>
#include <ringsim/kernel.h>
#undef list_entry_rcu
#define list_entry_rcu(p, type, member) container_of(rcu_dereference(p), type, member)
