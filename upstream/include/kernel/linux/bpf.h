#include <ringsim/bpf.h>
