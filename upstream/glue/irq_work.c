/* The interrupt of irq_work: it comes as soon as it is raised, if a test has none of its own. */
#include <linux/irq_work.h>

void arch_irq_work_raise(void) {
    irq_work_run();
}
