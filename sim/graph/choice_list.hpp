// The ways to add an event.
#pragma once

#include <algorithm>

#include "sim/graph/event.hpp"

namespace ringsim::sim::graph {

// The writes that a read may read from, or behind which a write may be
// placed in co. Newest first, so that the first way is the one in which nothing is stale. The
// array is large for a fiber's stack and mostly unused: the copy constructor copies what is used.
class choice_list {
  public:
    choice_list() = default;
    choice_list(const choice_list& o) : size_(o.size_) { std::copy_n(o.items_, size_, items_); }
    choice_list& operator=(const choice_list&) = delete;

    void push(event_id e) { items_[size_++] = e; }
    void clear() { size_ = 0; }
    unsigned size() const { return size_; }
    bool empty() const { return size_ == 0; }
    event_id operator[](unsigned i) const { return items_[i]; }

  private:
    unsigned size_ = 0;
    event_id items_[events_max + 1];  // every write of one location, and the initial one
};

}  // namespace ringsim::sim::graph
