// Which locations of a test are locks. The kernel's model gives a spinlock and a srcu_struct to
// their own functions alone: it says nothing of a READ_ONCE() of one (mixed-lock-accesses in its
// lock.cat), and means no value that one has at the end (lock-final).
#pragma once

#include <cstddef>
#include <vector>

#include "sim/litmus/code.hpp"

namespace ringsim::sim::litmus {

class lock_uses {
  public:
    explicit lock_uses(std::size_t locations) : of_(locations) {}

    // Notes an access, and says whether it agrees with those before. The notes stay over all
    // executions: whether a test is refused must not depend on the order of the search.
    bool agree(graph::location_id l, const instruction& i) {
        use& u = of_[l];
        (belongs_to_lock(i) ? u.as_lock : u.as_memory) = true;
        return !(u.as_lock && u.as_memory);
    }
    bool is_lock(graph::location_id l) const { return of_[l].as_lock; }

  private:
    struct use {
        bool as_lock = false;
        bool as_memory = false;
    };

    static bool belongs_to_lock(const instruction& i) {
        switch (i.what) {
            case opcode::lock:
            case opcode::try_lock:
            case opcode::unlock:
                return true;
            default:
                return i.asks_lock || i.fence == fence_kind::srcu_read_lock ||
                       i.fence == fence_kind::srcu_read_unlock ||
                       i.fence == fence_kind::synchronize_srcu;
        }
    }

    std::vector<use> of_;  // by location
};

}  // namespace ringsim::sim::litmus
