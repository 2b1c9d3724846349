// A process that goes through parts of a search for another one.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/graph/helper_process.hpp"
#include "sim/graph/jobs.hpp"
#include "sim/graph/part.hpp"

namespace ringsim::sim::graph {

// What came of a part. `learned`: the bytes of gathered, for the part alone.
struct part_result {
    exploration_report report;
    std::vector<recorded_execution> violations;  // the first ones
    std::string learned;
    std::vector<promise_point> points;  // of it, in its order
    // The end of the part, which the worker cannot do: it is no part of the report. The worker is
    // gone then.
    std::optional<part> left;
};

// What a worker says: that it leaves this part to somebody else, or has nothing to leave; or what
// came of its part, which it is done with.
struct worker_message {
    std::optional<part> given;
    std::optional<part_result> result;
};

// Called in the new process, for a search of its program.
using search_maker = std::function<std::unique_ptr<part_search>(observer&)>;

// One process, which works on one part at a time. Of the order of calls: begin(), then any number
// of ask_for_some(), ask_for_rest() and stop(), until listen() has brought the result; then begin()
// again.
class worker {
  public:
    // Begins a process. Throws std::system_error.
    worker(const search_maker& make, gathered& learned);
    // Ends the process, in the middle of its part if need be.
    ~worker();
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    // To poll() for something to read.
    int descriptor() const { return process_.talk().descriptor(); }
    // `violations_here`: it leaves what is from the first violation on.
    void begin(const part& which, std::uint64_t violations_wanted, bool violations_here);
    // While it works on a part: asks it to leave some of it to somebody else, or all that it has
    // not done, or to stop.
    void ask_for_some();
    void ask_for_rest();
    void stop();
    // Executions of its part so far, roughly.
    std::uint64_t executions() const;
    // What it said, as far as there is something to read; false: the process is gone.
    bool listen(std::vector<worker_message>& said);

  private:
    // In memory that both processes see. Each word has one writer at a time but for `wished`, where
    // the last wish wins: of a wish for some and one to stop, the latter comes later.
    struct shared_words {
        std::atomic<std::uint32_t> wished{0};  // nothing
        std::atomic<std::uint64_t> executions{0};
    };
    static void serve(channel& to, shared_words& words, const search_maker& make,
                      gathered& learned);

    shared_page<shared_words> words_;  // first: the process begins with it
    helper_process process_;
};

}  // namespace ringsim::sim::graph
