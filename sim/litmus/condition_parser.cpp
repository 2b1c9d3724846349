// The condition of a test: `locations`, `filter` and the proposition. Places are collected as they
// come, and propositions hold their numbers; at the end the places are sorted as herd7 sorts them,
// and the numbers follow (sort()).
//
// The grammar, each line of which is a function below:
//
//   condition  = ["locations" "[" {place [type] ["*"] ";"} "]"] ["filter" any] [quantified] [";"]
//   quantified = ("forall" | "exists" | "final" | ("~" | "not") "exists") any
//   any        = all {"\/" all}
//   all        = implied {"/\" implied}
//   implied    = negated ["=>" implied]
//   negated    = {"~" | "not"} atom
//   atom       = "(" any ")" | "true" | "false" | place ("=" | "==" | "!=" | "<>") right
//   right      = number | ["&"] location | place, or of a whole array "{" right {"," right} "}"
#include <algorithm>
#include <array>

#include "sim/litmus/parser.hpp"
#include "sim/litmus/primitives.hpp"
#include "sim/litmus/registers.hpp"
#include "sim/litmus/thread_compiler.hpp"
#include "sim/litmus/types.hpp"

namespace ringsim::sim::litmus {
namespace {

// One object for one condition. The grammar is herd7's, in which a place is a register of a thread
// or a location; everything that begins like one and is something else is refused by name.
class condition_parser {
  public:
    condition_parser(text_part part, test& t, location_table& locations)
        : tokens_(part, language::state, "the condition"),
          test_(t),
          locations_(locations),
          asks_(t.asks) {}

    // Each of the three parts may be missing. They come in this order, and each once.
    void parse() {
        if (tokens_.accept("locations")) shown_locations();
        // What is named in a filter alone is hidden, hence the mark while it is read.
        if (tokens_.accept("filter")) {
            asks_.filtered = true;
            in_filter_ = true;
            asks_.filter = any_of();
            in_filter_ = false;
        }
        if (!tokens_.at_end()) quantified();
        // Some generators end the condition so.
        tokens_.accept(";");
        if (!tokens_.at_end()) tokens_.fail("the test should end");
        sort();
    }

  private:
    // locations [0:r0; x int; y*;]: to name a place is enough for it to be shown. Its type says how
    // herd7 would show it; here the declaration does.
    void shown_locations() {
        tokens_.expect("[");
        while (!tokens_.accept("]")) {
            (void)place();
            if (tokens_.peek().kind == token_kind::name) {  // its type
                if (!is_type_word(tokens_.peek().text)) tokens_.fail("expected ';'");
                tokens_.next();
            }
            tokens_.accept("*");
            if (!tokens_.is("]")) tokens_.expect(";");
        }
    }

    // The proposition, with the word in front of it that says what is asked of it.
    void quantified() {
        if (tokens_.accept("forall")) {
            asks_.how = quantifier::forall;
        } else if (tokens_.accept("exists") || tokens_.accept("final")) {
            // `final` is an older word for it.
            asks_.how = quantifier::exists;
        } else if (tokens_.accept("~") || tokens_.accept("not")) {
            tokens_.expect("exists");
            asks_.how = quantifier::not_exists;
        } else if (tokens_.is("observed") || tokens_.is("Observed")) {
            tokens_.fail("observed states are not supported");
        } else {
            tokens_.fail("expected 'exists', '~exists' or 'forall'");
        }
        asks_.what = any_of();
    }

    // Of the operators, \/ binds most weakly, then /\, then =>, then not: herd7's order, in which
    // an implication binds more strongly than a conjunction, unlike in logic. Each level makes a
    // node only if its operator is there, so that p alone is not a disjunction of one part, which
    // would be shown with other parentheses. Every bracket comes by here, so here nesting is
    // counted.
    proposition any_of() {
        if (++depth_ > nesting_max)
            throw source_error(tokens_.line(), "nested more than " + std::to_string(nesting_max) +
                                                   " deep (nesting_max)");
        proposition p = all_of();
        if (tokens_.is("\\/")) p = alone(proposition::kind_of::disjunction, std::move(p));
        while (tokens_.accept("\\/")) p.parts.push_back(all_of());
        --depth_;
        return p;
    }
    proposition all_of() {
        proposition p = implied();
        if (tokens_.is("/\\")) p = alone(proposition::kind_of::conjunction, std::move(p));
        while (tokens_.accept("/\\")) p.parts.push_back(implied());
        return p;
    }
    proposition implied() {
        proposition p = negated();
        if (!tokens_.accept("=>")) return p;
        // It binds to the right: a => b => c is a => (b => c).
        if (++depth_ > nesting_max) tokens_.fail("nested too deep");
        proposition all = alone(proposition::kind_of::implies, std::move(p));
        all.parts.push_back(implied());
        --depth_;
        return all;
    }
    proposition negated() {
        unsigned negations = 0;
        while (tokens_.accept("~") || tokens_.accept("not"))
            if (++negations > nesting_max) tokens_.fail("nested too deep");
        proposition p = atom();
        // In a loop, since a row of '~' would be a recursion without a bracket.
        for (; negations > 0; --negations) p = alone(proposition::kind_of::negation, std::move(p));
        return p;
    }
    // One equation, or anything in parentheses.
    proposition atom() {
        proposition p;
        if (tokens_.accept("(")) {
            p = any_of();
            tokens_.expect(")");
            return p;
        }
        // A conjunction of nothing.
        if (tokens_.accept("true")) return p;
        if (tokens_.accept("false")) {
            p.kind = proposition::kind_of::disjunction;
            return p;
        }
        p.left = place();
        bool equal = true;
        // x != 1 is "not (x = 1)", and shown so.
        if (tokens_.accept("!=") || tokens_.accept("<>"))
            equal = false;
        else if (!tokens_.accept("==") && !tokens_.accept("="))
            tokens_.fail("expected '='");
        // A whole array on the left, x={1,2}, or one place.
        if (asks_.observed[p.left].elements > 0)
            p = whole_array(p.left);
        else
            right_side(p);
        return equal ? p : alone(proposition::kind_of::negation, std::move(p));
    }

    // A proposition with one part, to which others may be added.
    static proposition alone(proposition::kind_of kind, proposition part) {
        proposition p;
        p.kind = kind;
        p.parts.push_back(std::move(part));
        return p;
    }

    // x={1,2}: what each element is. The elements follow one another in asks_.observed only after
    // sort(), so each is looked up. One part for each element, in their order; none may be left
    // out, and none may be too many.
    proposition whole_array(unsigned first) {
        const observable array = asks_.observed[first];
        proposition all;
        all.kind = proposition::kind_of::array;
        tokens_.expect("{");
        for (unsigned i = 0; i < array.elements; ++i) {
            if (i > 0) tokens_.expect(",");
            proposition p;
            p.left = element_of(array, i);
            right_side(p);
            all.parts.push_back(std::move(p));
        }
        tokens_.expect("}");
        return all;
    }
    // The same place, with another index: its number, as for any other.
    unsigned element_of(observable array, unsigned i) {
        array.element = i;
        array.index = locations_.element(array.name, i, array.line);
        return observed(array);
    }

    // A value, the address of a location, or another place.
    void right_side(proposition& p) {
        p.kind = proposition::kind_of::equals;
        if (tokens_.is("label") && tokens_.is(":", 1)) {
            p.value = label();
            p.value_text = test_.value_text(p.value, {});
            return;
        }
        refuse_what_is_no_place(tokens_);
        // "1:r0" begins like a number, and "[x]" and "*x" like nothing else; a bare name on the
        // right side is the address of a location, and not what it holds.
        const bool is_place = tokens_.is(":", 1) || tokens_.is("[") || tokens_.is("*");
        if (is_place) {
            p.kind = proposition::kind_of::same;
            p.right = place();
            return;
        }
        // An address: its number is compared, and its name shown.
        if (tokens_.accept("&") || tokens_.peek().kind == token_kind::name) {
            const token name = tokens_.expect_name("a location");
            graph::location_id l = 0;
            if (tokens_.accept("[")) {
                l = locations_.element(name.text, tokens_.expect_number("an index"), name.line);
                tokens_.expect("]");
            } else {
                l = known_location(name);
            }
            p.value = address_of(l);
            p.value_text = test_.value_text(p.value, {});
            return;
        }
        p.value = tokens_.expect_number("a value");
        p.value_text = std::to_string(p.value);
        // As its place holds it: -1 is 4294967295 without sign.
        p.value = fit(p.value, test_.shown_as(asks_.observed[p.left]));
    }

    // label:"P1:L0", an address of code.
    std::int64_t label() {
        tokens_.next();
        tokens_.next();
        const token name = tokens_.next();
        for (const test::code_label& l : test_.code_labels)
            if (const std::string place = std::to_string(l.thread) + ":" + l.name + "\"";
                name.text == "\"P" + place || name.text == "\"" + place)
                return code_address(l.thread, l.number);
        throw source_error(name.line, "there is no label " + std::string(name.text));
    }

    // 0:r0, P0:r0, x, *x, [x], a[1] Returns its number in asks_.observed.
    unsigned place() {
        const unsigned line = tokens_.line();
        if (tokens_.is("fault") || tokens_.is("Fault")) tokens_.fail("faults are not supported");
        if (tokens_.peek().kind == token_kind::number ||
            (tokens_.peek().text.starts_with('P') && tokens_.is(":", 1)))
            return variable(line);
        const bool bracketed = tokens_.accept("[");
        if (!bracketed) tokens_.accept("*");
        refuse_what_is_no_place(tokens_);
        const token name = tokens_.expect_name("a variable such as 0:r0 or a location");
        observable o;
        o.kind = observable::kind_of::location;
        o.name = name.text;
        o.line = line;
        if (bracketed) {
            tokens_.expect("]");
        } else if (tokens_.accept("[")) {
            o.kind = observable::kind_of::element;
            const std::int64_t i = tokens_.expect_number("an index");
            o.index = locations_.element(name.text, i, line);
            o.element = static_cast<unsigned>(i);
            tokens_.expect("]");
            return observed(o);
        }
        // A name alone may be one of a whole array, of which all elements are then shown.
        o.elements = locations_.array_size(name.text);
        // A whole array: each element is observed, the first one last, since its number is what is
        // returned.
        for (unsigned i = o.elements; i > 1; --i) (void)element_of(o, i - 1);
        if (o.elements > 0) return element_of(o, 0);
        o.index = known_location(name);
        return observed(o);
    }

    // A location that only the condition names is legal, and almost always a mistake in writing.
    // Not legal if it is the name of something else.
    graph::location_id known_location(const token& name) {
        if (!locations_.has(name.text) && test_.words_of_code.contains(name.text))
            throw source_error(name.line, quoted(name.text) + " is a label or an instruction of " +
                                              "the code, and not a location");
        if (!locations_.has(name.text))
            test_.warnings.push_back(
                {name.line, "no thread has the location " + std::string(name.text) + ": it stays 0",
                 true});
        return locations_.find_or_add(name.text, name.line);
    }

    // 0:r0 or P0:r0. The thread has to be there; a variable need not.
    unsigned variable(unsigned line) {
        observable o;
        o.line = line;
        if (tokens_.peek().kind == token_kind::name) {
            const token p = tokens_.next();
            for (std::size_t t = 0; t < test_.threads.size(); ++t)
                if (p.text == "P" + std::to_string(t)) o.thread = static_cast<unsigned>(t) + 1;
            // Counted from 1 until here, so that 0 says that none was found.
            if (o.thread == 0) throw source_error(line, "there is no thread " + quoted(p.text));
            --o.thread;
        } else {
            const std::int64_t n = tokens_.expect_number("the number of a thread");
            if (n < 0 || n >= static_cast<std::int64_t>(test_.threads.size()))
                throw source_error(line, "there is no thread " + std::to_string(n));
            o.thread = static_cast<unsigned>(n);
        }
        tokens_.expect(":");
        if (is_assembly(test_.language)) {
            register_of(o);
        } else {
            o.name = tokens_.expect_name("the name of a variable").text;
        }
        // The condition comes after the threads, so the variables are all there.
        const auto& variables = test_.threads[o.thread].variables;
        const auto found = std::ranges::find(variables, o.name);
        o.missing = found == variables.end();
        if (!o.missing) o.index = static_cast<unsigned>(found - variables.begin());
        warn_of_a_constant(o);
        return observed(o);
    }

    // A variable that nothing gives a value is 0 in every execution, as in herd7. That is legal,
    // and almost always a mistake in writing, which makes of any condition a wrong Never.
    void warn_of_a_constant(const observable& o) {
        const thread_code& code = test_.threads[o.thread];
        const auto where = static_cast<reg>(o.index);
        const bool has_value =
            !o.missing && (code.given.contains(where) ||
                           std::ranges::any_of(code.instructions, [&](const instruction& i) {
                               return writes(i, where);
                           }));
        const bool is_new = std::ranges::find(asks_.observed, o) == asks_.observed.end();
        if (has_value || !is_new || is_zero_) return;
        const std::string thread = "P" + std::to_string(o.thread);
        if (o.missing && !is_assembly(test_.language))
            test_.warnings.push_back(
                {o.line, thread + " has no variable " + o.name + ": it counts as 0", true});
        else
            test_.warnings.push_back(
                {o.line, thread + " never writes " + o.name + ": it stays 0", true});
    }

    // By the name that herd7 shows: W1 is X1. The value is then that of the whole register; what a
    // half of it holds has to be asked for by the test itself, by an instruction.
    void register_of(observable& o) {
        const std::string symbolic = tokens_.accept("%") ? "%" : "";
        const token name = tokens_.expect_name("a register");
        const auto found = find_register(test_.language, symbolic + std::string(name.text));
        if (!found)
            throw source_error(name.line, quoted(name.text) + " is not a register of " +
                                              std::string(litmus::name(test_.language)));
        is_zero_ = found->is_zero;
        o.name = found->name;
        o.rank = found->rank;
    }

    // One number for each place, however often it is named. What anybody but the filter names is
    // shown.
    unsigned observed(observable o) {
        o.hidden = in_filter_;
        const auto known = std::ranges::find(asks_.observed, o);
        if (known != asks_.observed.end()) {
            // Once shown, always shown.
            known->hidden = known->hidden && o.hidden;
            return static_cast<unsigned>(known - asks_.observed.begin());
        }
        if (asks_.observed.size() == observables_max)
            throw source_error(o.line, "a condition names at most " +
                                           std::to_string(observables_max) +
                                           " places (observables_max)");
        asks_.observed.push_back(o);
        return static_cast<unsigned>(asks_.observed.size() - 1);
    }

    // Renumbers the propositions after sorting. Hidden places come last by operator<, so the first
    // `shown` are the state.
    void sort() {
        const std::vector<observable> before = asks_.observed;
        std::ranges::sort(asks_.observed, [](const auto& a, const auto& b) { return a < b; });
        std::vector<unsigned> now(before.size());
        // before[i] is the one with the old number i.
        for (std::size_t i = 0; i < before.size(); ++i)
            now[i] = static_cast<unsigned>(std::ranges::find(asks_.observed, before[i]) -
                                           asks_.observed.begin());
        asks_.shown = static_cast<std::size_t>(
            std::ranges::count(asks_.observed, false, &observable::hidden));
        renumber(asks_.what, now);
        renumber(asks_.filter, now);
    }
    // An array needs nothing of its own: its parts are propositions.
    static void renumber(proposition& p, const std::vector<unsigned>& now) {
        using kind = proposition::kind_of;
        if (p.kind == kind::equals || p.kind == kind::same) p.left = now[p.left];
        if (p.kind == kind::same) p.right = now[p.right];
        for (proposition& part : p.parts) renumber(part, now);
    }

    // asks_ is a part of test_, for what is asked most.
    token_stream tokens_;
    test& test_;
    location_table& locations_;
    condition& asks_;
    unsigned depth_ = 0;
    bool in_filter_ = false;
    bool is_zero_ = false;  // the register that was read last is 0 whatever is written to it
};

}  // namespace

void parse_condition(text_part part, test& t, location_table& locations) {
    condition_parser(part, t, locations).parse();
}

}  // namespace ringsim::sim::litmus
