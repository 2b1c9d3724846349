// The text of a generated test, in C and in assembly.
#include "tests/litmus/generator/dialects.hpp"

namespace ringsim::tests {
namespace {

using kind_of = link_way::kind_of;

std::string condition_of(const shape& s, const auto& register_name) {
    std::string text;
    for (const shape_outcome& o : s.outcome) {
        if (!text.empty()) text += " /\\ ";
        if (o.thread < 0)
            text += std::string(1, o.location);
        else
            text += std::to_string(o.thread) + ":" + register_name(o.reg);
        text += "=" + std::to_string(o.value);
    }
    return "exists (" + text + ")\n";
}

// --- C -------------------------------------------------------------------------------------------

// An access, and its dependency on r0 of the access before it.
std::string c_access(const access_way& way, const shape_access& a, const link_way& link,
                     unsigned unused) {
    const std::string location(1, a.location);
    const std::string reg = "r" + std::to_string(a.writes ? unused : a.reg);
    std::string value = std::to_string(a.value);
    if (link.kind == kind_of::data) value = "(r0 ^ r0) + " + value;
    std::string at = location;
    if (link.kind == kind_of::addr) at = "(" + location + " + (r0 ^ r0))";
    const std::string code = filled(way.code, at, reg, value);
    return link.kind == kind_of::ctrl ? "if (r0 >= 0) { " + code + " }" : code;
}

// --- Assembly ------------------------------------------------------------------------------------

// The registers that an architecture's tests use. Each access has one for its address and one for
// its value; a write by an exchange reads into a third.
struct naming {
    std::string_view value;    // with a number
    std::string_view address;  // with a number
    std::string_view shown;    // of a value, in conditions
    bool is_x86;
};

naming naming_of(std::string_view architecture) {
    if (architecture == "AArch64") return {"W", "X", "X", false};
    if (architecture == "RISCV") return {"x", "x", "x", false};
    if (architecture == "PPC") return {"r", "r", "r", false};
    return {"", "", "", true};
}

class column {
  public:
    // herd7 wants each label once in a test.
    column(const generated_dialect& d, unsigned thread)
        : d_(d),
          n_(naming_of(d.architecture)),
          prefix_(" " + std::to_string(thread) + ":"),
          label_("L" + std::to_string(thread)) {}

    // Of value register `reg` of the thread; numbers below are free for addresses.
    std::string value_name(unsigned reg) const {
        if (n_.is_x86) return reg == 0 ? "%eax" : "%ebx";
        return std::string(n_.value) + std::to_string(10 + reg);
    }
    std::string shown_name(unsigned reg) const {
        if (n_.is_x86) return reg == 0 ? "rax" : "rbx";
        return std::string(n_.shown) + std::to_string(10 + reg);
    }

    void access(const access_way& way, const shape_access& a, const link_way& link,
                unsigned place) {
        const std::string location(1, a.location);
        if (n_.is_x86) return access_on_x86(way, a, location);
        const std::string at = std::string(n_.address) + std::to_string(5 + place);
        init += prefix_ + at + "=" + location + ";";
        const std::string result = value_name(a.writes ? 4 + place : a.reg);
        const std::string value = std::string(n_.value) + std::to_string(20 + place);
        const std::string zero = std::string(n_.value) + std::to_string(24);
        const std::string first = value_name(0);
        if (link.kind == kind_of::addr || link.kind == kind_of::data) clear(zero, first);
        if (link.kind == kind_of::ctrl || link.kind == kind_of::ctrl_fence) branch(first);
        if (link.kind == kind_of::ctrl_fence) rows.emplace_back(link.code);
        if (a.writes) constant(value, a.value);
        if (link.kind == kind_of::data) add(value, zero);
        std::string address = at;
        if (link.kind == kind_of::addr) {
            address = std::string(n_.address) + std::to_string(9);
            sum(address, at, std::string(n_.address) + "24");
        }
        rows.push_back(filled(way.code, address, result, value));
    }

    std::vector<std::string> rows;
    std::string init;

  private:
    bool is(std::string_view architecture) const { return d_.architecture == architecture; }

    void access_on_x86(const access_way& way, const shape_access& a, const std::string& location) {
        std::string value = "$" + std::to_string(a.value);
        if (way.code.starts_with("xchg")) {
            rows.push_back("movl " + value + ",%ecx");
            value = "%ecx";
        }
        rows.push_back(filled(way.code, location, value_name(a.reg), value));
    }
    void clear(const std::string& to, const std::string& from) {
        rows.push_back((is("AArch64") ? "EOR " : "xor ") + to + "," + from + "," + from);
    }
    void constant(const std::string& to, int value) {
        const std::string number = std::to_string(value);
        rows.push_back(is("AArch64") ? "MOV " + to + ",#" + number : "li " + to + "," + number);
    }
    void add(const std::string& to, const std::string& what) {
        rows.push_back((is("AArch64") ? "ADD " : "add ") + to + "," + to + "," + what);
    }
    void sum(const std::string& to, const std::string& a, const std::string& b) {
        rows.push_back((is("AArch64") ? "ADD " : "add ") + to + "," + a + "," + b);
    }
    void branch(const std::string& on) {
        if (is("AArch64")) {
            rows.push_back("CBNZ " + on + "," + label_);
        } else if (is("RISCV")) {
            rows.push_back("bne " + on + ",x0," + label_);
        } else {
            rows.push_back("cmpw " + on + "," + on);
            rows.push_back("beq " + label_);
        }
        rows.push_back(label_ + ":");
    }

    const generated_dialect& d_;
    naming n_;
    std::string prefix_;
    std::string label_;
};

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

}  // namespace

std::string text_in_c(const generated_dialect& d, const shape& s,
                      const std::vector<thread_way>& ways, const std::string& name) {
    const bool kernel = d.name == "lkmm";
    std::string text = "C " + name + "\n\n{}\n";
    for (std::size_t t = 0; t < s.threads.size(); ++t) {
        const auto& thread = s.threads[t];
        text += "\nP" + std::to_string(t) + "(";
        const std::string locations = s.locations();
        for (std::size_t i = 0; i < locations.size(); ++i)
            text += std::string(i == 0 ? "" : ", ") + (kernel ? "int *" : "atomic_int *") +
                    locations[i];
        text += ")\n{\n    int r0 = 0;\n    int r1 = 0;\n    int r2 = 0;\n    int r3 = 0;\n";
        text += "    " + c_access(ways[t].first, thread[0], {}, 2) + "\n";
        if (thread.size() == 2) {
            if (!ways[t].link.code.empty()) text += "    " + std::string(ways[t].link.code) + "\n";
            text += "    " + c_access(ways[t].second, thread[1], ways[t].link, 3) + "\n";
        }
        text += "}\n";
    }
    return text + "\n" + condition_of(s, [](unsigned r) { return "r" + std::to_string(r); });
}

std::string text_in_assembly(const generated_dialect& d, const shape& s,
                             const std::vector<thread_way>& ways, const std::string& name) {
    std::vector<column> columns;
    std::string init;
    std::size_t rows = 0;
    for (std::size_t t = 0; t < s.threads.size(); ++t) {
        const auto& thread = s.threads[t];
        column c(d, static_cast<unsigned>(t));
        c.access(ways[t].first, thread[0], {}, 0);
        if (thread.size() == 2) {
            if (ways[t].link.kind == kind_of::fence) c.rows.emplace_back(ways[t].link.code);
            c.access(ways[t].second, thread[1], ways[t].link, 1);
        }
        init += c.init + "\n";
        rows = std::max(rows, c.rows.size());
        columns.push_back(std::move(c));
    }
    std::string text = std::string(d.architecture) + " " + name + "\n{\n" + init + "}\n";
    for (std::size_t r = 0; r <= rows; ++r) {
        for (std::size_t t = 0; t < columns.size(); ++t) {
            const auto& c = columns[t].rows;
            const std::string cell = r == 0          ? "P" + std::to_string(t)
                                     : r <= c.size() ? c[r - 1]
                                                     : "";
            text += (t == 0 ? " " : " | ") + padded(cell, 20);
        }
        text += " ;\n";
    }
    return text + condition_of(s, [&](unsigned r) { return columns[0].shown_name(r); });
}

}  // namespace ringsim::tests
