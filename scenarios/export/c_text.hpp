// A core as a C file that other tools read.
#pragma once

#include <string>
#include <string_view>

#include "scenarios/export/core.hpp"

namespace ringsim::scenarios::exporting {

enum class export_form : std::uint8_t {
    lkmm,   // a litmus test with the kernel's primitives
    c11,    // a litmus test with C11's
    genmc,  // a program: C11, POSIX threads, assert()
    count_,
};
inline constexpr std::string_view export_form_names[] = {"lkmm", "c11", "genmc"};

// "lost-wakeup+edge.c11.litmus"
std::string export_file_name(const core& c, export_form form);

// Throws user_error if the form has no word for an order.
std::string export_text(const core& c, export_form form);

}  // namespace ringsim::scenarios::exporting
