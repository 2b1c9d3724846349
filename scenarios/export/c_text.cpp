#include "scenarios/export/c_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/program/user_error.hpp"
#include "scenarios/render/text.hpp"
#include "scenarios/study/variant.hpp"

namespace ringsim::scenarios::exporting {
namespace {

constexpr std::size_t comment_width = 76;

// "lost-wakeup+edge", of characters that names of tests may have.
std::string test_name(const core& c) {
    std::string text = fmt::format("{}+{}", c.of->name, c.code.orders_name);
    if (c.code.how == trigger::level) text += "+level";
    for (char& ch : text)
        if (ch == ' ')
            ch = '+';
        else if (ch == '=')
            ch = '-';
    return text;
}

// --- The head ------------------------------------------------------------------------------------

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& w : words) text += (text.empty() ? "" : ", ") + w;
    return text;
}

std::vector<std::string> head_lines(const core& c, export_form form) {
    std::vector<std::string> paragraphs;
    paragraphs.push_back(
        fmt::format("The core of ringsim's scenario {} with the orders \"{}\", trigger {}: {}.",
                    c.of->name, c.code.orders_name, study::name(c.code.how), c.of->claim));
    const bool own = c.from_orders == c.code.orders_name;
    const std::string which =
        c.kind == sim::violation::none
            ? "an execution"
            : fmt::format("{} violation ({})", c.given ? "a" : "the smallest", sim::name(c.kind));
    paragraphs.push_back(fmt::format(
        "One execution, in straight lines: {} of {} under {}. {} asks whether it is possible{}.",
        which, own ? "these orders" : "\"" + c.from_orders + "\"", sim::graph::name(c.from_model),
        form == export_form::genmc ? "The assertion" : "The condition",
        own ? "" : " with the orders above"));
    paragraphs.push_back(
        "Left out: branches (each went as in that execution; what was read is looked at only where "
        "a plain access would race otherwise), further turns of loops, other executions, waiting: "
        "where a thread sleeps it ends here." +
        std::string(c.ends_in_race
                        ? " The execution ends with its data race: what counts is whether "
                          "one is reported, and not the condition."
                        : ""));
    if (!c.dropped.empty())
        paragraphs.push_back(
            "Left out too, since one thread has it for itself: " + listed(c.dropped) + ".");
    paragraphs.push_back(
        "Each write to a word has its own number, so that a value tells the write:");
    std::vector<std::string> lines;
    for (const std::string& p : paragraphs)
        for (const std::string& line : render::wrapped(p, comment_width, 0)) lines.push_back(line);
    for (const core_location& l : c.locations) {
        std::string values;
        for (std::size_t i = 0; i < l.written.size(); ++i)
            values += fmt::format("{}{} {}", i == 0 ? "" : ", ", i, l.written[i]);
        for (const std::string& line :
             render::wrapped("  " + l.name + ": " + values, comment_width, 4))
            lines.push_back(line);
    }
    return lines;
}

std::string head_comment(const core& c, export_form form) {
    const bool program = form == export_form::genmc;
    std::string text = program ? "/*\n" : "(*\n";
    for (const std::string& line : head_lines(c, form)) text += " * " + line + "\n";
    return text + (program ? " */\n" : " *)\n");
}

// --- Accesses ------------------------------------------------------------------------------------

[[noreturn]] void refuse(const core& c, export_form form, const core_access& a) {
    throw user_error(
        fmt::format("export: {} with \"{}\": {} has no word for {}={}; the other forms "
                    "do",
                    c.of->name, c.code.orders_name,
                    export_form_names[static_cast<std::size_t>(form)], name(a.where), name(a.how)));
}

// An access in C: what it reads, or nothing, is assigned to `result`.
class access_text {
  public:
    access_text(const core& c, export_form form) : core_(c), form_(form) {}

    // Of more than one line, the further ones begin with `indent`.
    std::string statement(const core_access& a, const std::string& result,
                          const std::string& indent) const {
        if (a.kind == core_kind::fence)
            return form_ == export_form::lkmm ? kernel_fence(a)
                                              : fmt::format("atomic_thread_fence({});", cxx(a.how));
        const std::string value = form_ == export_form::lkmm ? kernel(a) : c11(a);
        const bool full_in_c = a.how == order::full && form_ != export_form::lkmm;
        const std::string fence =
            full_in_c ? "atomic_thread_fence(memory_order_seq_cst);\n" + indent : "";
        const std::string after =
            full_in_c ? "\n" + indent + "atomic_thread_fence(memory_order_seq_cst);" : "";
        return fence + (a.kind == core_kind::store ? value : result + " = " + value) + ";" + after;
    }

  private:
    // The word itself, and a pointer to it: parameters of a litmus test are pointers.
    std::string word(const core_access& a) const {
        const core_location& l = core_.locations[a.location];
        if (form_ != export_form::genmc) return "*" + l.name;
        // A plain access of an atomic object would be seq_cst in C.
        return l.atomic && a.how == order::plain ? "*(int *)&" + l.name : l.name;
    }
    std::string pointer(const core_access& a) const {
        const core_location& l = core_.locations[a.location];
        return (form_ == export_form::genmc ? "&" : "") + l.name;
    }

    static std::string cxx(order how) {
        return how == order::full ? "memory_order_seq_cst"
                                  : "memory_order_" + std::string(name(how));
    }

    std::string c11(const core_access& a) const {
        if (a.how == order::plain)
            return a.kind == core_kind::load ? word(a) : fmt::format("{} = {}", word(a), a.writes);
        const std::string how = cxx(a.how);
        if (a.kind == core_kind::load)
            return fmt::format("atomic_load_explicit({}, {})", pointer(a), how);
        return fmt::format("atomic_{}_explicit({}, {}, {})",
                           a.kind == core_kind::store ? "store" : "exchange", pointer(a), a.writes,
                           how);
    }

    std::string kernel(const core_access& a) const {
        switch (a.kind) {
            case core_kind::load:
                if (a.how == order::plain) return word(a);
                if (a.how == order::relaxed) return fmt::format("READ_ONCE({})", word(a));
                if (a.how == order::acquire) return fmt::format("smp_load_acquire({})", pointer(a));
                break;
            case core_kind::store:
                if (a.how == order::plain) return fmt::format("{} = {}", word(a), a.writes);
                if (a.how == order::relaxed)
                    return fmt::format("WRITE_ONCE({}, {})", word(a), a.writes);
                if (a.how == order::release)
                    return fmt::format("smp_store_release({}, {})", pointer(a), a.writes);
                break;
            case core_kind::rmw:
                for (const auto& [how, function] : kernel_exchanges)
                    if (how == a.how)
                        return fmt::format("{}({}, {})", function, pointer(a), a.writes);
                break;
            default:
                break;
        }
        refuse(core_, form_, a);
    }
    // As the model lkmm has it.
    std::string kernel_fence(const core_access& a) const {
        namespace graph = sim::graph;
        const auto& row = row_of(graph::model_id::lkmm, default_mapping(graph::model_id::lkmm),
                                 language_of(a.where), access::fence, a.how);
        if (row.text.empty() || row.text.starts_with('!')) refuse(core_, form_, a);
        return std::string(row.text) + ";";
    }

    struct kernel_exchange {
        order how;
        std::string_view function;
    };
    static constexpr kernel_exchange kernel_exchanges[] = {{order::relaxed, "xchg_relaxed"},
                                                           {order::acquire, "xchg_acquire"},
                                                           {order::release, "xchg_release"},
                                                           {order::full, "xchg"}};

    const core& core_;
    export_form form_;
};

// What a read sees: in which thread and variable, and which value it must be.
struct seen_value {
    unsigned thread;
    unsigned variable;
    unsigned value;
};

std::vector<seen_value> seen_values(const core& c) {
    std::vector<seen_value> seen;
    for (unsigned t = 0; t < c.threads.size(); ++t) {
        unsigned variable = 0;
        for (const core_access& a : c.threads[t].accesses) {
            if (a.kind != core_kind::load && a.kind != core_kind::rmw) continue;
            if (a.sees) seen.push_back({t, variable, *a.sees});
            ++variable;
        }
    }
    return seen;
}

unsigned variables_of(const core_thread& thread) {
    return static_cast<unsigned>(std::ranges::count_if(thread.accesses, [](const core_access& a) {
        return a.kind == core_kind::load || a.kind == core_kind::rmw;
    }));
}

bool uses(const core_thread& thread, unsigned location) {
    return std::ranges::any_of(thread.accesses, [&](const core_access& a) {
        return a.kind != core_kind::fence && a.location == location;
    });
}

// The body of a thread, each access behind a comment that says which it is. An access that the code
// makes only after it has read something, and that is in conflict with a plain one, must not be
// made otherwise: it would race in executions that the code does not have. So what was read by then
// is looked at first.
class thread_body_text {
  public:
    thread_body_text(const core& c, export_form form) : form_(form), access_(c, form) {}

    template <class Result>
    std::string text(const core_thread& thread, Result result) {
        unsigned variable = 0;
        for (const core_access& a : thread.accesses) {
            if (a.may_race) guard();
            const bool read = a.kind == core_kind::load || a.kind == core_kind::rmw;
            line(fmt::format("/* {} */", name(a.where)));
            line(access_.statement(a, read ? result(variable) : "", indent()));
            if (read && a.sees) read_.push_back(fmt::format("{} == {}", result(variable), *a.sees));
            variable += read;
        }
        while (depth_ > 0) {
            --depth_;
            line("}");
        }
        return text_;
    }

  private:
    std::string indent() const { return std::string(4 * (depth_ + 1), ' '); }
    void line(const std::string& code) { text_ += indent() + code + "\n"; }
    void guard() {
        for (const std::string& condition : read_) {
            if (form_ == export_form::genmc) {
                line(fmt::format("if (!({})) return 0;", condition));
            } else {
                line(fmt::format("if ({}) {{", condition));
                ++depth_;
            }
        }
        read_.clear();
    }

    export_form form_;
    access_text access_;
    std::string text_;
    std::vector<std::string> read_;  // not looked at yet
    std::size_t depth_ = 0;
};

// --- A litmus test -------------------------------------------------------------------------------

std::string litmus_thread(const core& c, export_form form, unsigned number) {
    const core_thread& thread = c.threads[number];
    std::string parameters;
    for (unsigned l = 0; l < c.locations.size(); ++l)
        if (uses(thread, l)) {
            const bool atomic = form == export_form::c11 && c.locations[l].atomic;
            parameters += fmt::format("{}{} *{}", parameters.empty() ? "" : ", ",
                                      atomic ? "atomic_int" : "int", c.locations[l].name);
        }
    std::string text = fmt::format("/* {} */\nP{}({})\n{{\n", thread.name, number, parameters);
    for (unsigned v = 0; v < variables_of(thread); ++v) text += fmt::format("    int r{};\n", v);
    const auto result = [](unsigned v) { return fmt::format("r{}", v); };
    return text + thread_body_text(c, form).text(thread, result) + "}\n\n";
}

std::string litmus_text(const core& c, export_form form) {
    std::string text = fmt::format("C {}\n\n{}\n{{}}\n\n", test_name(c), head_comment(c, form));
    for (unsigned t = 0; t < c.threads.size(); ++t) text += litmus_thread(c, form, t);
    std::string condition;
    const auto add = [&](const std::string& part) {
        condition += (condition.empty() ? "" : " /\\ ") + part;
    };
    for (const seen_value& v : seen_values(c))
        add(fmt::format("{}:r{}={}", v.thread, v.variable, v.value));
    for (const core_location& l : c.locations)
        if (l.last) add(fmt::format("[{}]={}", l.name, *l.last));
    return text + "exists (" + (condition.empty() ? "true" : condition) + ")\n";
}

// --- A program -----------------------------------------------------------------------------------

std::string program_text(const core& c) {
    std::string text = head_comment(c, export_form::genmc);
    text += "#include <assert.h>\n#include <pthread.h>\n#include <stdatomic.h>\n\n";
    for (const core_location& l : c.locations)
        text += fmt::format("static {} {};\n", l.atomic ? "atomic_int" : "int", l.name);
    text += "/* What each thread read. */\n";
    for (unsigned t = 0; t < c.threads.size(); ++t)
        for (unsigned v = 0; v < variables_of(c.threads[t]); ++v)
            text += fmt::format("static int P{}_r{};\n", t, v);
    for (unsigned t = 0; t < c.threads.size(); ++t) {
        const auto result = [&](unsigned v) { return fmt::format("P{}_r{}", t, v); };
        text += fmt::format("\n/* {} */\nstatic void *P{}(void *unused)\n{{\n    (void)unused;\n",
                            c.threads[t].name, t);
        text += thread_body_text(c, export_form::genmc).text(c.threads[t], result);
        text += "    return 0;\n}\n";
    }
    text += fmt::format("\nint main(void)\n{{\n    pthread_t t[{}];\n", c.threads.size());
    for (unsigned t = 0; t < c.threads.size(); ++t)
        text += fmt::format("    pthread_create(&t[{0}], 0, P{0}, 0);\n", t);
    for (unsigned t = 0; t < c.threads.size(); ++t)
        text += fmt::format("    pthread_join(t[{}], 0);\n", t);
    std::string condition;
    const auto add = [&](const std::string& part) {
        condition += (condition.empty() ? "" : " &&\n             ") + part;
    };
    for (const seen_value& v : seen_values(c))
        add(fmt::format("P{}_r{} == {}", v.thread, v.variable, v.value));
    for (const core_location& l : c.locations)
        if (l.last)
            add(l.atomic ? fmt::format("atomic_load_explicit(&{}, memory_order_relaxed) == {}",
                                       l.name, *l.last)
                         : fmt::format("{} == {}", l.name, *l.last));
    return text + "    assert(!(" + (condition.empty() ? "1" : condition) +
           "));\n    return 0;\n}\n";
}

}  // namespace

std::string export_file_name(const core& c, export_form form) {
    const std::string_view kind = export_form_names[static_cast<std::size_t>(form)];
    return fmt::format("{}.{}.{}", test_name(c), kind, form == export_form::genmc ? "c" : "litmus");
}

std::string export_text(const core& c, export_form form) {
    return form == export_form::genmc ? program_text(c) : litmus_text(c, form);
}

}  // namespace ringsim::scenarios::exporting
