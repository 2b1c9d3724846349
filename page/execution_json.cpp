// The JSON form of an execution. Each field is named once, for writing and for reading; reading is
// strict, so that everything behind can rely on it.
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "page/execution.hpp"
#include "scenarios/program/user_error.hpp"

namespace ringsim::page {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t items_max = 100'000;    // of one list
constexpr std::size_t text_bytes_max = 4096;  // of one text

template <class A>
void fields(A& a, candidate& c) {
    a("store", c.store);
    a("readable", c.readable);
    a("why", c.why);
}
template <class A>
void fields(A& a, ring_change& c) {
    a("part", c.part);
    a("pos", c.pos);
    a("value", c.value);
    a.if_any("ring", c.ring);
}
template <class A>
void fields(A& a, shown_dependency& d) {
    a("on", d.on);
    a("kind", d.kind);
}
template <class A>
void fields(A& a, shown_step& s) {
    a("thread", s.thread);
    a("kind", s.kind);
    a("text", s.text);
    a("order", s.order);
    a("function", s.function);
    a("place", s.place);
    a("source", s.source);
    a("site", s.site);
    a("remark", s.remark);
    a("word", s.word);
    a("read", s.read);
    a("written", s.written);
    a("reads", s.reads);
    a("writes", s.writes);
    a("reads_from", s.reads_from);
    a("coherence", s.coherence);
    a("missed", s.missed);
    a("told", s.told);
    a("candidates", s.candidates);
    a("ring", s.ring);
    a.if_any("depends", s.depends);
}
template <class A>
void fields(A& a, shown_word& w) {
    a("name", w.name);
    a("initial", w.initial);
}
template <class A>
void fields(A& a, shown_thread& t) {
    a("name", t.name);
    a("calls", t.calls);
}
template <class A>
void fields(A& a, ring_position& p) {
    a("name", p.name);
    a("value", p.value);
}
template <class A>
void fields(A& a, ring_header& h) {
    a("pos", h.pos);
    a("value", h.value);
    a("name", h.name);
}
template <class A>
void fields(A& a, ring_picture& r) {
    a("bytes", r.bytes);
    a("bits", r.bits);
    a("positions", r.positions);
    a("headers", r.headers);
}
template <class A>
void fields(A& a, shown_edge& e) {
    a("from", e.from);
    a("to", e.to);
    a("leaves_by", e.leaves_by);
    a("ordered_by", e.ordered_by);
}
template <class A>
void fields(A& a, shown_fix& f) {
    a("change", f.change);
    a("verdict", f.verdict);
}
template <class A>
void fields(A& a, execution& e) {
    a("front_end", e.front_end);
    a("title", e.title);
    a("claim", e.claim);
    a("verdict", e.verdict);
    a("what", e.what);
    a("model", e.model);
    a("facts", e.facts);
    a("command", e.command);
    a("threads", e.threads);
    a("setup", e.setup);
    a("start", e.start);
    a("words", e.words);
    a("steps", e.steps);
    a("at_step", e.at_step);
    a("races_with", e.races_with);
    a("why", e.why);
    a("cycle", e.cycle);
    a("fixes", e.fixes);
    a("ring", e.ring);
    a.if_any("more_rings", e.more_rings);
    a("candidates_by", e.candidates_by);
    a.if_any("turns", e.turns);
}

class writer {
  public:
    ordered_json out = ordered_json::object();

    template <class T>
    void operator()(const char* key, T& value) {
        out[key] = of(value);
    }
    // Left out if it is empty.
    template <class T>
    void if_any(const char* key, std::vector<T>& all) {
        if (!all.empty()) out[key] = of(all);
    }
    void if_any(const char* key, std::uint32_t n) {
        if (n != 0) out[key] = n;
    }

  private:
    static ordered_json of(std::string& s) { return s; }
    template <class T>
        requires std::is_arithmetic_v<T>
    static ordered_json of(const T& n) {
        return n;
    }
    template <class T>
    static ordered_json of(std::vector<T>& all) {
        ordered_json list = ordered_json::array();
        for (T& one : all) list.push_back(of(one));
        return list;
    }
    template <class T>
    static ordered_json of(std::optional<T>& one) {
        return one ? of(*one) : ordered_json();
    }
    template <class T>
        requires std::is_class_v<T>
    static ordered_json of(T& one) {
        writer w;
        fields(w, one);
        return w.out;
    }
};

// What is wrong with a file; the caller adds which file.
struct malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[noreturn]] void wrong(const char* key, const std::string& what) {
    throw malformed("\"" + std::string(key) + "\" " + what);
}

class reader {
  public:
    explicit reader(const ordered_json& from) : from_(from) {}

    template <class T>
    void operator()(const char* key, T& value) {
        if (!from_.is_object() || !from_.contains(key))
            throw malformed("lacks \"" + std::string(key) + "\"");
        read(key, from_.at(key), value);
    }
    template <class T>
    void if_any(const char* key, std::vector<T>& all) {
        if (from_.contains(key)) read(key, from_.at(key), all);
    }
    void if_any(const char* key, std::uint32_t& n) {
        if (from_.contains(key)) read(key, from_.at(key), n);
    }

  private:
    static void read(const char* key, const ordered_json& j, std::string& s) {
        if (!j.is_string()) wrong(key, "is not a string");
        s = j.get<std::string>();
        if (s.size() > text_bytes_max) wrong(key, "is longer than 4096 bytes");
        // It is printed: nothing in it may steer a terminal.
        if (std::ranges::any_of(
                s, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
            wrong(key, "has a control character");
    }
    static void read(const char* key, const ordered_json& j, bool& b) {
        if (!j.is_boolean()) wrong(key, "is neither true nor false");
        b = j.get<bool>();
    }
    template <class T>
        requires std::is_unsigned_v<T>
    static void read(const char* key, const ordered_json& j, T& n) {
        if (!j.is_number_unsigned() || j.get<std::uint64_t>() > std::numeric_limits<T>::max())
            wrong(key,
                  "is not a number from 0 to " + std::to_string(std::numeric_limits<T>::max()));
        n = j.get<T>();
    }
    template <class T>
    static void read(const char* key, const ordered_json& j, std::vector<T>& all) {
        if (!j.is_array() || j.size() > items_max) wrong(key, "is not a list, or is too long");
        for (const ordered_json& one : j) read(key, one, all.emplace_back());
    }
    template <class T>
    static void read(const char* key, const ordered_json& j, std::optional<T>& one) {
        if (!j.is_null()) read(key, j, one.emplace());
    }
    template <class T>
        requires std::is_class_v<T>
    static void read(const char* key, const ordered_json& j, T& one) {
        if (!j.is_object()) wrong(key, "is not an object");
        reader r(j);
        fields(r, one);
    }

    const ordered_json& from_;
};

void check_step_number(const execution& e, std::uint32_t step, const char* key) {
    if (step > e.steps.size()) wrong(key, "names a step that is not there");
}

// What one part says of another.
void check_references(const execution& e) {
    if (e.threads.empty()) wrong("threads", "is empty");
    for (const shown_step& s : e.steps) {
        if (s.thread >= e.threads.size()) wrong("thread", "names a thread that is not there");
        if (s.word > e.words.size()) wrong("word", "names a word that is not there");
        if ((s.reads || s.writes) && s.word == 0) wrong("word", "is 0 of an access");
        if (s.coherence > e.steps.size()) wrong("coherence", "is larger than there are steps");
        check_step_number(e, s.reads_from, "reads_from");
        check_step_number(e, s.missed, "missed");
        if (s.ring && s.ring->ring > (e.ring ? e.more_rings.size() : 0))
            wrong("ring", "names a ring that is not there");
        for (const candidate& c : s.candidates) check_step_number(e, c.store, "store");
        for (const shown_dependency& d : s.depends) {
            if (d.on == 0) wrong("depends", "names no step");
            check_step_number(e, d.on, "depends");
            if (d.kind != "addr" && d.kind != "data" && d.kind != "ctrl")
                wrong("kind", "of a dependency is none of addr, data and ctrl");
        }
    }
    for (const shown_edge& edge : e.cycle)
        for (const std::uint32_t step : {edge.from, edge.to}) {
            if (step == 0) wrong("cycle", "names no step");
            check_step_number(e, step, "cycle");
        }
    check_step_number(e, e.at_step, "at_step");
    check_step_number(e, e.races_with, "races_with");
    std::vector<ring_picture> rings = e.more_rings;
    if (e.ring) rings.push_back(*e.ring);
    for (const ring_picture& r : rings)
        if (r.bytes == 0 || r.bytes > 4096 || r.bytes % 8 != 0)
            wrong("bytes", "is no size of a ring that can be drawn: 8 to 4096, a multiple of 8");
}

execution read(const ordered_json& j) {
    std::string schema;
    std::uint32_t version = 0;
    reader r(j);
    r("schema", schema);
    if (schema != execution_schema)
        throw malformed("has the schema " + scenarios::in_quotes(schema) + ", not '" +
                        std::string(execution_schema) + "'");
    r("version", version);
    if (version != execution_version)
        throw malformed("has version " + std::to_string(version) +
                        " of the schema; this program reads version " +
                        std::to_string(execution_version));
    execution e;
    fields(r, e);
    check_references(e);
    return e;
}

}  // namespace

std::string to_json(const execution& e) {
    execution copy = e;
    writer w;
    w.out["schema"] = execution_schema;
    w.out["version"] = execution_version;
    fields(w, copy);
    // One line a step, so that a person can read it and a diff shows which step changed.
    ordered_json steps = std::move(w.out["steps"]);
    w.out.erase("steps");
    std::string text = w.out.dump(1, ' ', false, ordered_json::error_handler_t::replace);
    text.resize(text.rfind('\n'));
    text += ",\n \"steps\": [";
    for (std::size_t i = 0; i < steps.size(); ++i)
        text += (i == 0 ? "\n  " : ",\n  ") +
                steps[i].dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    return text + (steps.empty() ? "]\n}\n" : "\n ]\n}\n");
}

execution execution_from_json(const std::string& text, const std::string& where) {
    const ordered_json j = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (j.is_discarded()) throw scenarios::user_error(where + ": is not JSON, or was cut short");
    try {
        return read(j);
    } catch (const malformed& e) {
        throw scenarios::user_error(where + ": is no execution of ringsim: " + e.what());
    }
}

}  // namespace ringsim::page
