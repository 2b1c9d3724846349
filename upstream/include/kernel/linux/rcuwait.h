#include <ringsim/irq_work_real.h>
