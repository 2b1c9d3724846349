// A trace as a table: steps down, threads across, watched words on the right.
#pragma once

#include "scenarios/render/ring_words.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/study/story.hpp"

namespace ringsim::scenarios::render {

struct table_options {
    std::size_t lines_max = 16;   // fold more if the table is longer; 0: as long as it gets
    std::uint32_t last_step = 0;  // stop there; 0: at the end
    bool with_setup = false;      // one line a step of setup()
};

// Adds the table to the page. The columns fit the page's width; where they cannot, the threads
// share one column and each step names its thread.
void add_trace_table(text_page& page, const sim::trace& t, const study::story& s,
                     const ring_words& words, const worlds::variant& code,
                     const table_options& options);

// What setup() left: "A committed, B BUSY; a wakeup is pending".
std::string state_after_setup(const sim::trace& t, const ring_words& words);

}  // namespace ringsim::scenarios::render
