// One execution, ready to be looked at: what the page shows and what every other view is made from,
// whichever front end it comes from. All that a viewer prints is text here already, in the words of
// the front end. Saved as JSON, schema "ringsim/execution", version 1 (docs/execution.schema.json).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringsim::page {

inline constexpr std::string_view execution_schema = "ringsim/execution";
inline constexpr int execution_version = 1;

// A store of the word that a read reads, and whether the read could have read it at that moment.
struct candidate {
    std::uint32_t store = 0;  // a step; 0: the initial value
    bool readable = true;
    std::string why;  // of one that is not readable: what hides it
};

// What a step did to the ring's own bytes.
struct ring_change {
    std::string part;         // "header", "payload", or the name of a position
    std::uint64_t pos = 0;    // of a header or payload: its record's position
    std::uint64_t value = 0;  // as the bytes have it
    std::uint32_t ring = 0;   // which one, from 0
};

// What a step is computed from: a read before it.
struct shown_dependency {
    std::uint32_t on = 0;
    std::string kind;  // addr, data, ctrl
};

struct shown_step {
    unsigned thread = 0;
    std::string kind;      // load, store, rmw, fence, lock, unlock, set, take, asleep, stuck
    std::string text;      // "store consumer_pos rel := B"
    std::string order;     // of the access, in the words of its source; may be empty
    std::string function;  // whose code makes the access, upstream
    std::string place;     // the file, or file:line
    std::string source;    // the line of the source, if it is at hand
    std::string site;
    std::string remark;      // what a reader should notice
    std::uint32_t word = 0;  // of execution::words, from 1; 0: none
    std::string read;        // values as text; empty if it does not read or write
    std::string written;
    bool reads = false;
    bool writes = false;
    std::uint32_t reads_from = 0;       // a step; 0: the initial value
    std::uint32_t coherence = 0;        // of a write: its place among the word's writes, from 1
    std::uint32_t missed = 0;           // of a stale read: the newest store that was there
    bool told = true;                   // false: it only leads to what matters
    std::vector<candidate> candidates;  // of a read, if they are known; newest first
    std::optional<ring_change> ring;
    std::vector<shown_dependency> depends{};  // if the model knows of them
};

struct shown_word {
    std::string name;
    std::string initial;
};

struct shown_thread {
    std::string name;
    std::string calls;
};

struct ring_position {
    std::string name;
    std::uint64_t value = 0;
};
struct ring_header {
    std::uint64_t pos = 0;
    std::uint64_t value = 0;
    std::string name;  // of the record: A, B, ...
};

// A ring before the first step.
struct ring_picture {
    std::uint32_t bytes = 0;
    unsigned bits = 64;  // width of the positions
    std::vector<ring_position> positions;
    std::vector<ring_header> headers;  // of the records that setup left, and the names of all
};

// The program-order edges of the cycle that makes the execution weak, with the communication that
// leads from each to the next.
struct shown_edge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::string leaves_by;   // rf, co, fr
    std::string ordered_by;  // what keeps `from` before `to`; "nothing"; empty: not told
};

struct shown_fix {
    std::string change;
    std::string verdict;
};

struct execution {
    std::string front_end;  // scenario, litmus, check, kernel, upstream
    std::string title;
    std::string claim;    // one clause
    std::string verdict;  // VIOLATED, or what the front end says
    std::string what;     // what is wrong, or how it ended
    std::string model;
    std::vector<std::string> facts;  // "orders libbpf", "trigger edge"
    std::string command;             // that shows this execution again
    std::vector<shown_thread> threads;
    std::vector<std::string> setup;  // one line each
    std::string start;               // what setup left
    std::vector<shown_word> words;
    std::vector<shown_step> steps;
    std::uint32_t at_step = 0;     // where it was found; 0: at the end
    std::uint32_t races_with = 0;  // of a data race: the other step
    std::string why;
    std::vector<shown_edge> cycle;
    std::vector<shown_fix> fixes;
    std::optional<ring_picture> ring;
    std::vector<ring_picture> more_rings;  // behind the first: ring1, ring2, ...
    std::string candidates_by;  // the model by which readable stores are told; empty: not told
    // Of a run of the stepper: whom each choice let go on, and the picks behind it.
    std::vector<std::vector<unsigned>> turns;
};

std::string to_json(const execution& e);

// Reads what to_json() wrote. Throws user_error, one line that names `where`.
execution execution_from_json(const std::string& text, const std::string& where);

}  // namespace ringsim::page
