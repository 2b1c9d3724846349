// Where the frame of a function begins, at each line of a compiler's assembly: what its
// call frame information says, which is there for unwinding.
//
// The canonical frame address of DWARF is the first byte above the return address, and stays the
// same from a function's first instruction to its last. Variables in debug information are counted
// from it, so the hook in front of a call must be told where it is (runtime::scope_reached()). It
// is followed in the order of the lines, as the assembler does it: .cfi_remember_state and
// .cfi_restore_state are what a compiler writes around a return in the middle of a function.
#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace ringsim::sim::check {

class frame_address {
  public:
    // A directive, and what follows it.
    void directive(std::string_view name, std::string_view rest) {
        const auto comma = rest.find(',');
        if (name == ".cfi_startproc") {
            now_ = {"%rsp", 8};
            remembered_.clear();
        } else if (name == ".cfi_endproc") {
            now_ = {};
        } else if (name == ".cfi_def_cfa_offset") {
            now_.bytes = number(rest);
        } else if (name == ".cfi_adjust_cfa_offset") {
            now_.bytes += number(rest);
        } else if (name == ".cfi_def_cfa_register") {
            now_.from = register_named(rest);
        } else if (name == ".cfi_def_cfa" && comma != std::string_view::npos) {
            now_ = {register_named(rest.substr(0, comma)), number(rest.substr(comma + 1))};
        } else if (name == ".cfi_remember_state") {
            remembered_.push_back(now_);
        } else if (name == ".cfi_restore_state" && !remembered_.empty()) {
            now_ = remembered_.back();
            remembered_.pop_back();
        } else if (name == ".cfi_escape" && begins_expression(rest)) {
            now_.from = {};
        }
    }
    // As an operand of AT&T's syntax, "16(%rsp)", which is right in front of the next instruction
    // only. Empty where it is not known: outside of a function, in code without directives, and in
    // a function that aligns its stack in a way of its own. Nothing is asked there, and no end of a
    // block is noticed.
    std::string operand() const {
        if (now_.from.empty()) return {};
        return std::to_string(now_.bytes) + "(" + std::string(now_.from) + ")";
    }

  private:
    struct state {
        std::string_view from;
        long bytes = 0;
    };

    static std::string_view without_blanks(std::string_view text) {
        const auto begin = text.find_first_not_of(" \t");
        if (begin == std::string_view::npos) return {};
        return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
    }
    static long number(std::string_view text) {
        text = without_blanks(text);
        long n = 0;
        std::from_chars(text.data(), text.data() + text.size(), n);
        return n;
    }
    // Only these two hold a frame where functions are not aligned in ways of their own.
    static std::string_view register_named(std::string_view text) {
        text = without_blanks(text);
        if (text == "7" || text == "%rsp" || text == "rsp") return "%rsp";
        if (text == "6" || text == "%rbp" || text == "rbp") return "%rbp";
        return {};
    }
    // DW_CFA_def_cfa_expression.
    static bool begins_expression(std::string_view text) {
        text = without_blanks(text.substr(0, text.find(',')));
        return text == "0xf" || text == "0x0f" || text == "15";
    }

    state now_;
    std::vector<state> remembered_;
};

}  // namespace ringsim::sim::check
