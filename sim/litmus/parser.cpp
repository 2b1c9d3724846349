// The initial state and the functions of C. A location comes into being where it is first named, in
// the initial state, as a parameter or in the condition; the first declaration gives it its type.
#include "sim/litmus/parser.hpp"

#include <algorithm>
#include <optional>

#include "sim/litmus/assembly.hpp"
#include "sim/litmus/thread_compiler.hpp"
#include "sim/litmus/types.hpp"

namespace ringsim::sim::litmus {
namespace {

// A limit for readers more than for memory: a condition may name a whole array.
constexpr unsigned array_size_max = 64;

// The words before a name that is declared. `given`: whether there was any, even a star alone.
struct declared_type {
    c_type type;
    bool given = false;
};

// Every word counts, in any order; add_word() knows what it says. A word that is no type is refused
// here, since its place says that it was meant as one.
void take_word(declared_type& type, const token& word) {
    if (!is_type_word(word.text))
        throw source_error(word.line, "the type " + quoted(word.text) + " is not supported");
    type.given = true;
    add_word(type.type, word.text);
}

// The initial state is read before the parameters, so its types win. The mark `atomic` may come
// from either.
void declare(location& l, const declared_type& type) {
    if (type.type.is_atomic) l.is_atomic = true;
    if (!type.given || l.is_declared) return;
    l.is_declared = true;
    l.shown_as = type.type.shape;
    l.stars = type.type.stars;
}

// A word that is no type but stands before a name, a star or a thread's register must be meant as
// one, and is refused; a name that stands alone is what is declared.
declared_type take_type(token_stream& tokens) {
    declared_type type;
    for (;;) {
        if (tokens.accept("*")) {
            ++type.type.stars;
            type.given = true;
        } else if (take_structure(tokens)) {
            type.given = true;
        } else if (tokens.peek().kind == token_kind::name &&
                   (is_type_word(tokens.peek().text) || tokens.peek(1).kind == token_kind::name ||
                    tokens.is("*", 1) || tokens.is(":", 2))) {
            take_word(type, tokens.next());
        } else {
            return type;
        }
    }
}

// --- The initial state ---------------------------------------------------------------------------

// Items that end with ';', each a location, an array, or a variable of a thread:
//
//   state    = {[item] ";"} [item]
//   item     = [type] (location | array | thread ":" variable | "%" variable)
//   location = (name | "[" name "]") ["=" value]
//   array    = name "[" number "]" ["=" "{" value {"," value} "}"]
//   variable = ["%"] name ["=" value]
//   value    = number | ["&"] name ["[" number "]"], or one of these in ATOMIC_INIT()
//
// One object for one initial state. It makes locations as they are named, so the numbers of
// locations are the order of the text, and two runs of one text give the same.
class init_parser {
  public:
    init_parser(text_part part, test& t, location_table& locations)
        : tokens_(part, language::state, "the initial state"), test_(t), locations_(locations) {}

    std::vector<initial_variable> parse() {
        declare_arrays();
        while (!tokens_.at_end()) {
            if (tokens_.accept(";")) continue;
            item();
            // The last item may stand without one.
            if (!tokens_.at_end()) tokens_.expect(";");
        }
        return std::move(variables_);
    }

  private:
    // Addresses of elements may stand before their arrays, whose places are given out first: a run
    // over all items that looks for nothing but "name[number]", and then back to the start.
    void declare_arrays() {
        const token_stream from_the_start = tokens_;
        unsigned depth = 0;
        for (bool at_item = true; !tokens_.at_end(); tokens_.next()) {
            if (at_item && depth == 0) {
                // Only to find the name behind it; item() takes it again.
                const declared_type type = take_type(tokens_);
                if (tokens_.peek().kind == token_kind::name && tokens_.is("[", 1) &&
                    tokens_.peek(2).kind == token_kind::number && tokens_.is("]", 3))
                    new_array(type);
            }
            if (tokens_.is("{")) ++depth;
            if (tokens_.is("}") && depth > 0) --depth;
            at_item = tokens_.is(";");
        }
        tokens_ = from_the_start;
    }

    // Each element is declared as the array is. The tokens are looked at and not taken: item()
    // comes by later.
    void new_array(const declared_type& type) {
        const token name = tokens_.peek();
        const std::int64_t size = tokens_.peek(2).number;
        if (size < 1 || size > array_size_max)
            throw source_error(name.line, "an array has from 1 to " +
                                              std::to_string(array_size_max) +
                                              " elements (array_size_max)");
        const auto n = static_cast<unsigned>(size);
        const graph::location_id first = locations_.add_array(name.text, n, name.line);
        for (unsigned i = 0; i < n; ++i) declare(test_.locations[first + i], type);
    }

    // "int x = 1", "0:r1 = x", "%y = x", "[x] = 1", "int a[2] = {1, 2}".
    void item() {
        declared_type type = take_type(tokens_);
        // "0:r1" begins with a number, which no location does.
        if (tokens_.peek().kind == token_kind::number || is_thread_name()) return variable(type);
        if (tokens_.is("%")) return register_of(every_thread, type);
        // [x] is x, as in assembly; x[1] is an element.
        const bool bracketed = tokens_.accept("[");
        refuse_what_is_no_place(tokens_);
        const token name = tokens_.expect_name("the name of a location");
        if (bracketed) tokens_.expect("]");
        if (!bracketed && tokens_.accept("[")) return array(name);
        const graph::location_id l = locations_.find_or_add(name.text, name.line);
        declare(test_.locations[l], type);
        if (tokens_.accept("=")) {
            const std::int64_t v = value();
            test_.locations[l].initial = v;
        }
    }

    // P0:r1 is 0:r1. A location may be called P0 as well, so the colon counts.
    bool is_thread_name() const {
        return tokens_.peek().text.starts_with('P') && tokens_.is(":", 1);
    }

    void variable(const declared_type& type) {
        const unsigned thread = thread_number(tokens_);
        tokens_.expect(":");
        register_of(thread, type);
    }

    // The value first: it may name a location, which comes into being then.
    void register_of(unsigned thread, const declared_type& type) {
        const unsigned line = tokens_.line();
        const std::string symbolic = tokens_.accept("%") ? "%" : "";
        const token name = tokens_.expect_name("the name of a variable");
        std::int64_t v = 0;
        if (tokens_.accept("=")) v = value();
        // Nothing declared is not the same as int: registers of assembly have other defaults.
        std::optional<width> declared;
        if (type.given) declared = type.type.held_as();
        variables_.push_back({thread, symbolic + std::string(name.text), v, declared, line});
    }

    // The array exists since declare_arrays(); here its values are read.
    void array(const token& name) {
        (void)tokens_.expect_number("the size of an array");
        tokens_.expect("]");
        const unsigned n = locations_.array_size(name.text);
        // Throws for an array whose declaration declare_arrays() has not seen, such as one with a
        // size that is no number.
        const graph::location_id first = locations_.element(name.text, 0, name.line);
        // Without values all elements are 0.
        if (!tokens_.accept("=")) return;
        tokens_.expect("{");
        for (unsigned i = 0; i < n; ++i) {
            if (i > 0) tokens_.expect(",");
            const std::int64_t v = value();
            test_.locations[first + i].initial = v;
        }
        tokens_.expect("}");
    }

    // A number, or the address of a location: bare or with '&' (herd7 has both), an element too,
    // and all that in ATOMIC_INIT().
    std::int64_t value() {
        // One only: it takes a number, and a text of many of them would take the stack.
        if (tokens_.accept("ATOMIC_INIT")) {
            tokens_.expect("(");
            const std::int64_t v = bare_value();
            tokens_.expect(")");
            return v;
        }
        return bare_value();
    }
    // A number, or the address of a location or of an element of an array, with & or without, or
    // P1:L0, a label of the code.
    std::int64_t bare_value() {
        const bool pointer = tokens_.accept("&");
        refuse_what_is_no_place(tokens_);
        const bool numbered = tokens_.peek().kind == token_kind::number && tokens_.is(":", 1);
        if (is_thread_name() || numbered) return label();
        if (pointer || tokens_.peek().kind == token_kind::name) {
            const token name = tokens_.expect_name("a location");
            if (!tokens_.accept("["))
                return address_of(locations_.find_or_add(name.text, name.line));
            const std::int64_t i = tokens_.expect_number("an index");
            tokens_.expect("]");
            return address_of(locations_.element(name.text, i, name.line));
        }
        return tokens_.expect_number("a value");
    }

    std::int64_t label() {
        const unsigned line = tokens_.line();
        const unsigned thread = thread_number(tokens_);
        tokens_.expect(":");
        const token name = tokens_.expect_name("a label");
        const auto address = test_.label_in(thread, name.text);
        if (!address)
            throw source_error(
                line, "there is no label " + quoted(name.text) + " in P" + std::to_string(thread));
        return *address;
    }

  public:
    // 0 or P0. Whether there is such a thread is asked later; a number of more digits than any test
    // has would overflow here.
    static unsigned thread_number(token_stream& tokens) {
        if (tokens.peek().kind == token_kind::name) {
            const token name = tokens.next();
            unsigned n = 0;
            for (const char c : name.text.substr(1)) {
                if (c < '0' || c > '9' || n > 1000)
                    throw source_error(name.line, quoted(name.text) + " is no thread");
                n = n * 10 + static_cast<unsigned>(c - '0');
            }
            return n;
        }
        const unsigned line = tokens.line();
        const std::int64_t n = tokens.expect_number("the number of a thread");
        if (n < 0 || n > 1000) throw source_error(line, "there is no thread " + std::to_string(n));
        return static_cast<unsigned>(n);
    }

  private:
    token_stream tokens_;
    test& test_;
    location_table& locations_;
    std::vector<initial_variable> variables_;
};

// --- The threads ---------------------------------------------------------------------------------

// Whose words stand in the header: "LKMM", "C11". In either case, and anywhere: headers are prose.
std::optional<dialect> dialect_of_header(std::string_view header) {
    std::string low(header);
    for (char& c : low)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    for (const std::string_view word : {"lkmm", "linux-kernel"})
        if (low.find(word) != std::string::npos) return dialect::lkmm;
    for (const std::string_view word : {"c11", "c++11", "c++20"})
        if (low.find(word) != std::string::npos) return dialect::c11;
    return std::nullopt;
}

// Whose types the initial state declares. atomic_t is the kernel's, _Atomic C11's; int tells
// nothing.
std::optional<dialect> dialect_of_init(text_part part) {
    for (const token& t : tokens_of(part, language::state))
        if (const auto d = dialect_of_type(t.text)) return d;
    return std::nullopt;
}

// Whose primitives the program uses, if it uses any. Throws source_error if it uses both, for no
// model has both. What both dialects know under one name tells nothing.
std::optional<dialect> dialect_of(text_part part) {
    std::optional<dialect> found;
    for (const token& t : tokens_of(part, language::c)) {
        if (t.kind != token_kind::name) continue;
        std::optional<dialect> d = dialect_of_type(t.text);
        // A memory order is enough: a test may have fences alone.
        if (t.text.starts_with("memory_order_")) d = dialect::c11;
        const bool lkmm = find_primitive(t.text, dialect::lkmm).has_value();
        const bool c11 = find_primitive(t.text, dialect::c11).has_value();
        // A name that both have (atomic_fetch_add) leaves what the type said.
        if (lkmm != c11) d = lkmm ? dialect::lkmm : dialect::c11;
        if (!d) continue;
        if (found && *found != *d)
            throw source_error(t.line, quoted(t.text) + " belongs to " + std::string(name(*d)) +
                                           ", but what stands before it to " +
                                           std::string(name(*found)));
        found = d;
    }
    return found;
}

// The functions of the threads, P0 and so on in order. Parameters are pointers to locations of the
// same name, as in herd7: there are no other globals, and a location that no parameter names is
// reached only through an address that is a value somewhere. What a thread does is compiled as it
// is read.
class program_parser {
  public:
    program_parser(text_part part, test& t, location_table& locations,
                   const std::vector<initial_variable>& initial)
        : tokens_(part, language::c, "the threads"),
          test_(t),
          locations_(locations),
          initial_(initial) {}

    void parse() {
        while (!tokens_.at_end()) {
            if (test_.threads.size() == graph_threads_max) refuse_more_threads();
            test_.threads.push_back(thread());
        }
        if (test_.threads.empty()) tokens_.fail("expected a thread, 'P0(...) {...}',");
    }

  private:
    [[noreturn]] void refuse_more_threads() {
        throw source_error(tokens_.line(), "a test has at most " +
                                               std::to_string(graph_threads_max) +
                                               " threads (graph_threads_max)");
    }

    // Threads have to stand in order, so that their numbers are their places.
    thread_code thread() {
        // The type of the function, which returns nothing that anybody takes.
        while (tokens_.is("static") || tokens_.is("void") || tokens_.is("*")) tokens_.next();
        const unsigned number = static_cast<unsigned>(test_.threads.size());
        const std::string expected = "P" + std::to_string(number);
        if (tokens_.peek().kind != token_kind::name) tokens_.fail("expected " + quoted(expected));
        if (!tokens_.accept(expected))
            throw source_error(tokens_.line(), "expected " + quoted(expected) + ", not " +
                                                   quoted(tokens_.peek().text) +
                                                   ": only threads are supported, in order");
        // By name: the thread's own view of the locations. It may use no other.
        std::map<std::string, graph::location_id, std::less<>> parameters;
        tokens_.expect("(");
        while (!tokens_.accept(")")) {
            if (!parameters.empty()) tokens_.expect(",");
            // P0(void)
            if (tokens_.is("void") && tokens_.is(")", 1)) {
                tokens_.next();
                continue;
            }
            parameter(parameters);
        }
        // It takes the tokens of the body, from its first brace to its last.
        thread_compiler compiler(tokens_, test_, parameters);
        for (const initial_variable& v : initial_)
            if (v.thread == number) compiler.begin_with(v);
        return compiler.compile();
    }

    // A location is made if the initial state has none of that name: then it begins with 0.
    void parameter(std::map<std::string, graph::location_id, std::less<>>& parameters) {
        declared_type type = take_type(tokens_);
        const token name = tokens_.expect_name("a parameter");
        const bool array = tokens_.accept("[");
        if (array) {
            if (tokens_.peek().kind == token_kind::number) tokens_.next();
            tokens_.expect("]");
        }
        // A value as a parameter would have nobody who gives it.
        if (!type.given || (type.type.stars == 0 && !array))
            throw source_error(name.line, "the parameter " + quoted(name.text) +
                                              " must be a pointer: int *" + std::string(name.text));
        if (parameters.contains(name.text))
            throw source_error(name.line, quoted(name.text) + " is a parameter already");
        const graph::location_id l = locations_.find_or_add(name.text, name.line);
        // `int *x` declares a location x that holds an int; so does `int x[]`.
        if (!array) --type.type.stars;
        declare(test_.locations[l], type);
        parameters.emplace(name.text, l);
    }

    token_stream tokens_;
    test& test_;
    location_table& locations_;
    const std::vector<initial_variable>& initial_;
};

}  // namespace

// --- Locations -----------------------------------------------------------------------------------

// The limit is that of the engine, whose sets of locations have a fixed size.
graph::location_id location_table::add(const location& l, unsigned line) {
    if (test_.locations.size() == graph::locations_max)
        throw source_error(line, "a test has at most " + std::to_string(graph::locations_max) +
                                     " locations (locations_max)");
    test_.locations.push_back(l);
    return static_cast<graph::location_id>(test_.locations.size() - 1);
}

graph::location_id location_table::find_or_add(std::string_view name, unsigned line) {
    if (const auto known = by_name_.find(name); known != by_name_.end()) return known->second;
    location l;
    l.name = name;
    const graph::location_id id = add(l, line);
    by_name_.emplace(name, id);
    return id;
}

// All elements at once, so that they follow one another.
graph::location_id location_table::add_array(std::string_view name, unsigned size, unsigned line) {
    if (has(name)) throw source_error(line, quoted(name) + " is declared already");
    graph::location_id first = 0;
    for (unsigned i = 0; i < size; ++i) {
        location l;
        // The name of an element is for output; by_name_ has only the array's.
        l.name = std::string(name) + "[" + std::to_string(i) + "]";
        l.array = name;
        l.element = i;
        const graph::location_id id = add(l, line);
        if (i == 0) first = id;
    }
    by_name_.emplace(name, first);
    arrays_.emplace(name, size);
    return first;
}

// An array's size is asked for by its name only: what is no array has no elements.
unsigned location_table::array_size(std::string_view name) const {
    const auto found = arrays_.find(name);
    return found == arrays_.end() ? 0 : found->second;
}

graph::location_id location_table::element(std::string_view name, std::int64_t index,
                                           unsigned line) {
    const unsigned size = array_size(name);
    if (index < 0 || index >= size)
        throw source_error(
            line, quoted(name) + (size == 0 ? " is no array"
                                            : " has only " + std::to_string(size) + " elements"));
    return static_cast<graph::location_id>(by_name_.find(name)->second + index);
}

// --- The whole -----------------------------------------------------------------------------------

// These throw source_error, with the line.
std::vector<initial_variable> parse_init(text_part part, test& t, location_table& locations) {
    return init_parser(part, t, locations).parse();
}

// The dialect is what the program itself uses (primitives of the kernel or of C11); where it uses
// none, what the initial state or the header hints at; else what the caller says. It has to be
// known before the first thread is compiled.
void parse_program(const sections& s, test& t, location_table& locations, dialect otherwise,
                   const std::vector<initial_variable>& initial) {
    std::optional<dialect> d = dialect_of(s.program);
    if (!d) d = dialect_of_init(s.init);
    if (!d) d = dialect_of_header(s.header);
    t.language = d.value_or(otherwise);
    program_parser(s.program, t, locations, initial).parse();
    for (const initial_variable& v : initial)
        if (v.thread == every_thread)
            throw source_error(v.line, quoted(v.name) +
                                           " is a symbolic register, as only "
                                           "assembly has");
        else if (v.thread >= t.threads.size())
            throw source_error(v.line, "there is no thread " + std::to_string(v.thread));
}

// The one way through a test: sections, initial state, threads, condition, in that order
// (parser.hpp).
test parse(std::string_view text, dialect otherwise) {
    // Before anything is made of it: what follows takes time in proportion to the text.
    if (text.size() > file_bytes_max)
        throw source_error(1, "the file is larger than " + std::to_string(file_bytes_max) +
                                  " bytes (file_bytes_max)");
    const sections s = split(text);
    test t;
    t.name = s.name;
    location_table locations(t);
    if (assembly_dialect(s.architecture)) find_code_labels(s.program, t);
    const std::vector<initial_variable> variables = parse_init(s.init, t, locations);
    if (const auto assembly = assembly_dialect(s.architecture)) {
        t.language = *assembly;
        parse_assembly(s.program, t, locations, variables);
        parse_condition(s.condition, t, locations);
        return t;
    }
    parse_program(s, t, locations, otherwise, variables);
    parse_condition(s.condition, t, locations);
    return t;
}

}  // namespace ringsim::sim::litmus
