// What of the rows that a model keeps, one for each event, may change when later events are added.
#pragma once

namespace ringsim::sim::graph {

// What Rows says of it, if anything: Rows::open. A graph keeps this part apart from the rest,
// because it is to be copied with each copy of the graph, and the rest only where it differs.
template <class Rows>
struct open_part {
    struct type {};
};
template <class Rows>
    requires requires { typename Rows::open; }
struct open_part<Rows> {
    using type = typename Rows::open;
};

}  // namespace ringsim::sim::graph
