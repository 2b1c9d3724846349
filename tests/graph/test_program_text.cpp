// The text form of test programs.
#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "tests/graph/test_program.hpp"

namespace ringsim::tests {
namespace {

struct order_word {
    order how;
    std::string_view word;
};
constexpr order_word order_words[] = {
    {order::plain, "pln"},   {order::relaxed, "rlx"}, {order::acquire, "acq"},
    {order::release, "rel"}, {order::acq_rel, "ar"},  {order::seq_cst, "sc"},
    {order::full, "full"},
};

std::string word_of(order how) {
    for (const order_word& o : order_words)
        if (o.how == how) return std::string(o.word);
    throw std::invalid_argument("an order that test programs do not use");
}

// Instructions are separated by "; " in mappings, and by " + " here.
std::string with(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
        text.replace(at, from.size(), to);
    return text;
}
std::string shown(const std::string& code) {
    return with(code, "; ", " + ");
}

std::string to_text(const instruction& i) {
    const auto number = [](std::uint64_t v) { return std::to_string(v); };
    std::string at(location_names[i.location]);
    if (i.address_register >= 0) at += "@r" + number(static_cast<unsigned>(i.address_register));
    if (i.one_with_last) at += "&";
    const std::string how = " " + (i.code.empty() ? word_of(i.how) : "[" + shown(i.code) + "]");
    const std::string target = i.no_return ? "_=" : "r" + number(i.target) + "=";
    std::string text;
    if (i.guard_register >= 0)
        text = "if r" + number(static_cast<unsigned>(i.guard_register)) +
               "==" + number(i.guard_value) + ": ";
    switch (i.what) {
        case opcode::load:
            return text + target + at + how;
        case opcode::store:
            if (i.from_register >= 0)
                return text + at + "=r" + number(static_cast<unsigned>(i.from_register)) + how;
            return text + at + "=" + number(i.value) + how;
        case opcode::load_exclusive:
            return text + target + "ldx(" + at + ")" + how;
        case opcode::store_exclusive:
            return text + "stx(" + at + "," +
                   (i.from_register >= 0 ? "r" + number(static_cast<unsigned>(i.from_register))
                                         : number(i.value)) +
                   ")" + how;
        case opcode::exchange:
            return text + target + "xchg(" + at + "," + number(i.value) + ")" + how;
        case opcode::add:
            return text + target + "add(" + at + "," + number(i.value) + ")" + how;
        case opcode::compare_exchange:
            return text + target + "cas(" + at + "," + number(i.expected) + "," + number(i.value) +
                   ")" + how;
        case opcode::fence:
            return text + (i.location == 0 ? "fence" : "fence(" + at + ")") + how;
        case opcode::await:
            return text + "await(" + at + "," + number(i.value) + ")" + how;
        case opcode::lock:
            return text + "lock(" + at + ")";
        case opcode::unlock:
            return text + "unlock(" + at + ")";
        case opcode::spin:
            return text + "spin(" + at + "," + number(i.value) + "," +
                   std::string(location_names[i.other_location]) + "," + number(i.other_value) +
                   ")" + how;
        default:
            return text + "fail";
    }
}

// Reads one instruction from left to right.
class reader {
  public:
    explicit reader(std::string_view text) : whole_(text), rest_(text) {}

    instruction read() {
        instruction i;
        if (take("if r")) {
            i.guard_register = static_cast<int>(number());
            expect("==");
            i.guard_value = number();
            expect(":");
        }
        body(i);
        if (!rest_.empty()) wrong();
        return i;
    }

  private:
    void body(instruction& i) {
        if (take("fail")) {
            i.what = opcode::fail;
        } else if (take("fence")) {
            i.what = opcode::fence;
            if (take("(")) {
                i.location = location();
                expect(")");
            }
            set_how(i);
        } else if (take("await(")) {
            i.what = opcode::await;
            i.location = location();
            i.value = argument();
            expect(")");
            i.how = how();
        } else if (take("lock(")) {
            i.what = opcode::lock;
            i.how = order::acquire;
            i.location = location();
            expect(")");
        } else if (take("unlock(")) {
            i.what = opcode::unlock;
            i.how = order::release;
            i.location = location();
            expect(")");
        } else if (take("spin(")) {
            i.what = opcode::spin;
            i.location = location();
            i.value = argument();
            expect(",");
            i.other_location = location();
            i.other_value = argument();
            expect(")");
            i.how = how();
        } else if (take("stx(")) {
            i.what = opcode::store_exclusive;
            set_location(i);
            expect(",");
            if (take("r"))
                i.from_register = static_cast<int>(number());
            else
                i.value = number();
            expect(")");
            set_how(i);
        } else if (take("_=")) {
            i.no_return = true;
            reading(i);
        } else if (take("r")) {
            i.target = static_cast<unsigned>(number());
            expect("=");
            reading(i);
        } else {
            i.what = opcode::store;
            set_location(i);
            expect("=");
            if (take("r"))
                i.from_register = static_cast<int>(number());
            else
                i.value = number();
            set_how(i);
        }
    }

    void reading(instruction& i) {
        i.what = opcode::load;
        if (take("xchg("))
            i.what = opcode::exchange;
        else if (take("add("))
            i.what = opcode::add;
        else if (take("cas("))
            i.what = opcode::compare_exchange;
        else if (take("ldx("))
            i.what = opcode::load_exclusive;
        set_location(i);
        if (i.what == opcode::compare_exchange) i.expected = argument();
        if (i.what != opcode::load && i.what != opcode::load_exclusive) i.value = argument();
        if (i.what != opcode::load) expect(")");
        set_how(i);
    }

    void set_location(instruction& i) {
        i.location = location();
        if (take("@r")) i.address_register = static_cast<int>(number());
        i.one_with_last = take("&");
    }
    void set_how(instruction& i) {
        if (!take("[")) {
            i.how = how();
            return;
        }
        const std::size_t end = rest_.find(']');
        if (end == std::string_view::npos) wrong();
        i.code = with(std::string(rest_.substr(0, end)), " + ", "; ");
        rest_.remove_prefix(end + 1);
        blanks();
    }

    std::uint64_t argument() {
        expect(",");
        return number();
    }

    void blanks() {
        while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())))
            rest_.remove_prefix(1);
    }
    bool take(std::string_view word) {
        blanks();
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        blanks();
        return true;
    }
    void expect(std::string_view word) {
        if (!take(word)) wrong();
    }
    std::uint64_t number() {
        blanks();
        if (rest_.empty() || !std::isdigit(static_cast<unsigned char>(rest_.front()))) wrong();
        std::uint64_t value = 0;
        for (; !rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_.front()));
             rest_.remove_prefix(1))
            value = value * 10 + static_cast<std::uint64_t>(rest_.front() - '0');
        blanks();
        return value;
    }
    graph::location_id location() {
        for (std::size_t l = 0; l < std::size(location_names); ++l)
            if (take(location_names[l])) return static_cast<graph::location_id>(l);
        wrong();
    }
    order how() {
        for (const order_word& o : order_words)
            if (take(o.word)) return o.how;
        wrong();
    }
    [[noreturn]] void wrong() const {
        throw std::invalid_argument("test program: cannot read \"" + std::string(whole_) +
                                    "\" from \"" + std::string(rest_) + "\" on");
    }

    std::string_view whole_;
    std::string_view rest_;
};

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

void set_initial(test_program& p, graph::location_id l, std::uint64_t value) {
    if (p.initial.size() <= l) p.initial.resize(l + 1u, 0);
    p.initial[l] = value;
}

// Every location that is named gets a place.
void make_room(test_program& p) {
    for (const auto& thread : p.threads)
        for (const instruction& i : thread) {
            const auto last = std::max<std::size_t>(i.location, i.other_location);
            if (p.initial.size() <= last) p.initial.resize(last + 1, 0);
        }
}

}  // namespace

std::string to_text(const test_program& p) {
    std::string text = p.states_dependencies ? "{deps} " : "";
    for (std::size_t l = 0; l < p.initial.size(); ++l)
        if (p.initial[l] != 0)
            text +=
                "{" + std::string(location_names[l]) + "=" + std::to_string(p.initial[l]) + "} ";
    for (std::size_t t = 0; t < p.threads.size(); ++t) {
        if (t > 0) text += " | ";
        for (std::size_t i = 0; i < p.threads[t].size(); ++i)
            text += (i > 0 ? "; " : "") + to_text(p.threads[t][i]);
    }
    return text;
}

test_program parse_program(std::string_view text) {
    test_program p;
    while (text.find('{') != std::string_view::npos) {
        const std::size_t open = text.find('{');
        const std::size_t close = text.find('}');
        if (close == std::string_view::npos) throw std::invalid_argument("test program: no '}'");
        std::string setting(text.substr(open + 1, close - open - 1));
        if (setting == "deps") {
            p.states_dependencies = true;
        } else {
            const instruction i = reader(setting + " pln").read();
            set_initial(p, i.location, i.value);
        }
        text.remove_prefix(close + 1);
    }
    for (std::string_view thread : split(text, '|')) {
        p.threads.emplace_back();
        for (std::string_view one : split(thread, ';'))
            if (one.find_first_not_of(" \n") != std::string_view::npos)
                p.threads.back().push_back(reader(one).read());
    }
    make_room(p);
    return p;
}

}  // namespace ringsim::tests
