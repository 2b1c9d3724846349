#include "tests/programs/generated.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

namespace ringsim::tests {
namespace {

constexpr unsigned variables_max = 3;
constexpr unsigned threads_max = 3;
constexpr unsigned the_lock = variables_max;  // a place of its own, behind the variables
constexpr unsigned places_max = variables_max + 1;

bool reads(step_does d) {
    return d != step_does::store && d != step_does::unlock && d != step_does::fence;
}
bool acquires(const generated_step& s) {
    return s.what == step_does::lock ||
           (reads(s.what) && s.how == said_as::atomic &&
            (s.order == step_order::acquire || s.order >= step_order::acq_rel));
}
bool releases(const generated_step& s) {
    return s.what == step_does::unlock || (s.what != step_does::load && s.how == said_as::atomic &&
                                           s.order >= step_order::release);
}
// Assembly is made as a whole, as a relaxed access is; it races with plain ones.
bool is_plain(const generated_step& s) {
    return s.how != said_as::atomic && s.how != said_as::by_assembly;
}

// --- generation ----------------------------------------------------------------------------------

class generator {
  public:
    explicit generator(std::uint64_t seed) : random_(seed) {}

    generated_program program() {
        generated_program p;
        p.variables = 1 + one_of(variables_max);
        for (unsigned v = 0; v < p.variables; ++v) plain_.push_back(one_of(4) == 0);
        const unsigned threads = 2 + (one_of(4) == 0);
        for (unsigned t = 0; t < threads; ++t) p.threads.push_back(thread(p, threads));
        p.asserted_thread = one_of(threads);
        const auto& steps = p.threads[p.asserted_thread];
        for (const generated_step& s : steps)
            if (s.result >= 0) p.asserted_register = s.result;
        p.asserted_value = static_cast<int>(one_of(4));
        p.asserted_variable = one_of(p.variables);
        p.asserted_end = static_cast<int>(one_of(4));
        return p;
    }

  private:
    unsigned one_of(unsigned ways) { return static_cast<unsigned>(random_() % ways); }

    std::vector<generated_step> thread(const generated_program& p, unsigned threads) {
        std::vector<generated_step> steps;
        registers_ = 0;
        const unsigned length = 2 + one_of(threads == 2 ? 4 : 2);
        const bool locked = one_of(3) == 0;
        const unsigned begin = one_of(length);
        for (unsigned i = 0; i < length; ++i) {
            if (locked && i == begin) steps.push_back(on_lock(step_does::lock));
            if (one_of(4) == 0) steps.push_back(fence());
            steps.push_back(step(p));
            if (locked && i == std::min(begin + 1, length - 1))
                steps.push_back(on_lock(step_does::unlock));
        }
        return steps;
    }

    generated_step fence() {
        generated_step s;
        s.what = step_does::fence;
        s.order = static_cast<step_order>(1 + one_of(4));
        s.variable = the_lock;
        return s;
    }

    static generated_step on_lock(step_does d) {
        generated_step s;
        s.what = d;
        s.variable = the_lock;
        return s;
    }

    generated_step step(const generated_program& p) {
        generated_step s;
        s.variable = one_of(p.variables);
        s.value = static_cast<int>(1 + one_of(3));
        s.expected = static_cast<int>(one_of(3));
        constexpr step_does kinds[] = {
            step_does::load, step_does::load,     step_does::store,           step_does::store,
            step_does::add,  step_does::exchange, step_does::compare_exchange};
        s.what = kinds[one_of(7)];
        s.order = order_for(s.what);
        if (plain_[s.variable]) {
            s.what = one_of(2) ? step_does::load : step_does::store;
            s.how = static_cast<said_as>(1 + one_of(3));
        } else if (s.what <= step_does::store && one_of(6) == 0) {
            s.how = said_as::by_assembly;
        }
        if (registers_ > 0 && one_of(4) == 0) {
            s.if_register = static_cast<int>(one_of(static_cast<unsigned>(registers_)));
            s.if_value = static_cast<int>(one_of(3));
        }
        if (reads(s.what)) s.result = registers_++;
        return s;
    }

    step_order order_for(step_does d) {
        constexpr step_order of_load[] = {step_order::relaxed, step_order::acquire,
                                          step_order::seq_cst};
        constexpr step_order of_store[] = {step_order::relaxed, step_order::release,
                                           step_order::seq_cst};
        if (d == step_does::load) return of_load[one_of(3)];
        if (d == step_does::store) return of_store[one_of(3)];
        return static_cast<step_order>(one_of(5));
    }

    std::mt19937_64 random_;
    std::vector<bool> plain_;
    int registers_ = 0;
};

// --- the source ----------------------------------------------------------------------------------

const char* name(step_order o) {
    constexpr const char* names[] = {"memory_order_relaxed", "memory_order_acquire",
                                     "memory_order_release", "memory_order_acq_rel",
                                     "memory_order_seq_cst"};
    return names[static_cast<unsigned>(o)];
}
// Of a compare-exchange that fails.
const char* failing(step_order o) {
    if (o == step_order::acq_rel || o == step_order::acquire) return "memory_order_acquire";
    return o == step_order::seq_cst ? "memory_order_seq_cst" : "memory_order_relaxed";
}

std::string plain_statement(const generated_step& s, const std::string& v, const std::string& r) {
    const std::string value = std::to_string(s.value);
    if (s.what == step_does::load) {
        if (s.how == said_as::by_memcpy) return "memcpy(&" + r + ", &" + v + ", sizeof(int));";
        if (s.how == said_as::by_structure)
            return "{ struct one copy = " + v + "; " + r + " = copy.i; }";
        return r + " = " + v + ".i;";
    }
    if (s.how == said_as::by_memcpy)
        return "{ int now = " + value + "; memcpy(&" + v + ", &now, sizeof now); }";
    if (s.how == said_as::by_structure) return v + " = (struct one){" + value + "};";
    return v + ".i = " + value + ";";
}

std::string statement(const generated_step& s, unsigned thread) {
    const std::string v = "v" + std::to_string(s.variable);
    const std::string r = "r[" + std::to_string(thread) + "][" + std::to_string(s.result) + "]";
    const std::string value = std::to_string(s.value);
    const std::string o = std::string(", ") + name(s.order);
    if (s.what == step_does::lock) return "pthread_mutex_lock(&lock);";
    if (s.what == step_does::unlock) return "pthread_mutex_unlock(&lock);";
    if (s.what == step_does::fence)
        return std::string("atomic_thread_fence(") + name(s.order) + ");";
    if (is_plain(s)) return plain_statement(s, v, r);
    if (s.how == said_as::by_assembly && s.what == step_does::load)
        return "{ int got; asm volatile(\"movl %1, %0\" : \"=r\"(got) : \"m\"(" + v +
               ") : \"memory\"); " + r + " = got; }";
    if (s.how == said_as::by_assembly)
        return "asm volatile(\"movl %1, %0\" : \"=m\"(" + v + ") : \"r\"(" + value +
               ") : \"memory\");";
    switch (s.what) {
        case step_does::load:
            return r + " = atomic_load_explicit(&" + v + o + ");";
        case step_does::store:
            return "atomic_store_explicit(&" + v + ", " + value + o + ");";
        case step_does::add:
            return r + " = atomic_fetch_add_explicit(&" + v + ", " + value + o + ");";
        case step_does::exchange:
            return r + " = atomic_exchange_explicit(&" + v + ", " + value + o + ");";
        default:
            return "{ int was = " + std::to_string(s.expected) +
                   "; atomic_compare_exchange_strong_explicit(&" + v + ", &was, " + value + o +
                   ", " + failing(s.order) + "); " + r + " = was; }";
    }
}

bool variable_is_plain(const generated_program& p, unsigned v) {
    for (const auto& steps : p.threads)
        for (const generated_step& s : steps)
            if (s.variable == v && !is_plain(s)) return false;
    return true;
}

// --- every order of the steps --------------------------------------------------------------------

using clock = std::array<unsigned, threads_max>;

void join(clock& a, const clock& b) {
    for (unsigned t = 0; t < threads_max; ++t) a[t] = std::max(a[t], b[t]);
}

struct event_name {
    int thread = -1;
    int step = -1;
    auto operator<=>(const event_name&) const = default;
};

struct place_state {
    int value = 0;
    event_name writer;
    std::vector<event_name> order;  // of the writes
    clock released{};               // what an acquiring read of the newest write learns
    std::array<unsigned, threads_max> read_plainly{};  // the thread's clock at its last one
    std::array<unsigned, threads_max> wrote_plainly{};
    std::array<unsigned, threads_max> read_at_all{};
    std::array<unsigned, threads_max> wrote_at_all{};
};

struct state {
    std::array<unsigned, threads_max> next{};
    std::array<clock, threads_max> knows{};
    std::array<clock, threads_max> may_know{};  // behind an acquire fence
    std::array<clock, threads_max> fenced{};    // what its last release fence hands on
    std::array<place_state, places_max> places;
    std::array<std::array<int, 16>, threads_max> registers{};
    std::map<event_name, event_name> read_from;
};

class every_order {
  public:
    explicit every_order(const generated_program& p) : p_(p) {}

    expected_result run() {
        state s;
        for (unsigned t = 0; t < threads_max; ++t) s.knows[t][t] = 1;
        from(s);
        out_.executions = found_.size();
        return out_;
    }

  private:
    // An execution is what each read read, and the order of the writes of each place.
    using execution = std::pair<std::map<event_name, event_name>,
                                std::array<std::vector<event_name>, places_max>>;

    void from(const state& s) {
        bool done = true;
        for (unsigned t = 0; t < p_.threads.size(); ++t) {
            if (s.next[t] == p_.threads[t].size()) continue;
            done = false;
            const generated_step& step = p_.threads[t][s.next[t]];
            if (step.what == step_does::lock && s.places[the_lock].value != 0) continue;
            state after = s;
            make(after, t, step);
            from(after);
        }
        if (done) finished(s);
    }

    void make(state& s, unsigned t, const generated_step& step) {
        const event_name me{static_cast<int>(t), static_cast<int>(s.next[t])};
        ++s.next[t];
        ++s.knows[t][t];
        if (step.if_register >= 0 &&
            s.registers[t][static_cast<unsigned>(step.if_register)] != step.if_value)
            return;
        if (step.what == step_does::fence) return pass_fence(s, t, step.order);
        place_state& at = s.places[step.variable];
        const int old = at.value;
        if (reads(step.what)) {
            s.read_from[me] = at.writer;
            if (!is_plain(step)) join(s.may_know[t], at.released);
            if (acquires(step)) join(s.knows[t], at.released);
            if (step.result >= 0) s.registers[t][static_cast<unsigned>(step.result)] = old;
            look_for_race(s, t, step, at, false);
        }
        const bool failed = step.what == step_does::compare_exchange && old != step.expected;
        if (step.what != step_does::load && !failed) {
            look_for_race(s, t, step, at, true);
            write(s, t, step, at, me, old);
        }
    }

    static void write(state& s, unsigned t, const generated_step& step, place_state& at,
                      event_name me, int old) {
        at.value = step.what == step_does::add      ? old + step.value
                   : step.what == step_does::lock   ? 1
                   : step.what == step_does::unlock ? 0
                                                    : step.value;
        at.writer = me;
        at.order.push_back(me);
        // A read-modify-write hands on what the write before it released.
        const bool hands_on = reads(step.what);
        if (!hands_on) at.released = {};
        if (!is_plain(step)) join(at.released, releases(step) ? s.knows[t] : s.fenced[t]);
    }

    static void pass_fence(state& s, unsigned t, step_order o) {
        if (o != step_order::release) join(s.knows[t], s.may_know[t]);
        if (o != step_order::acquire) s.fenced[t] = s.knows[t];
    }

    void look_for_race(state& s, unsigned t, const generated_step& step, place_state& at,
                       bool write) {
        if (step.variable == the_lock) return;
        const bool plain = is_plain(step);
        for (unsigned o = 0; o < threads_max; ++o) {
            if (o == t) continue;
            const unsigned known = s.knows[t][o];
            out_.races = out_.races || (plain && at.wrote_at_all[o] > known) ||
                         at.wrote_plainly[o] > known ||
                         (write && plain && at.read_at_all[o] > known) ||
                         (write && at.read_plainly[o] > known);
        }
        const unsigned now = s.knows[t][t];
        (write ? at.wrote_at_all : at.read_at_all)[t] = now;
        if (plain) (write ? at.wrote_plainly : at.read_plainly)[t] = now;
    }

    void finished(const state& s) {
        execution e{s.read_from, {}};
        for (unsigned v = 0; v < places_max; ++v) e.second[v] = s.places[v].order;
        if (!found_.insert(std::move(e)).second) return;
        if (p_.asserted_register >= 0 &&
            s.registers[p_.asserted_thread][static_cast<unsigned>(p_.asserted_register)] ==
                p_.asserted_value &&
            s.places[p_.asserted_variable].value == p_.asserted_end)
            ++out_.violating;
    }

    const generated_program& p_;
    expected_result out_;
    std::set<execution> found_;
};

}  // namespace

generated_program generate(std::uint64_t seed) {
    return generator(seed).program();
}

expected_result expected_of(const generated_program& p) {
    return every_order(p).run();
}

std::string source_of(const generated_program& p) {
    std::string text =
        "#include <assert.h>\n#include <pthread.h>\n#include <stdatomic.h>\n#include <string.h>\n"
        "struct one { int i; };\nstatic int r[3][16];\n"
        "static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n";
    for (unsigned v = 0; v < p.variables; ++v)
        text += (variable_is_plain(p, v) ? "static struct one v" : "static atomic_int v") +
                std::to_string(v) + ";\n";
    for (unsigned t = 0; t < p.threads.size(); ++t) {
        text += "static void* thread" + std::to_string(t) + "(void* a) {\n";
        for (const generated_step& s : p.threads[t]) {
            text += "    ";
            if (s.if_register >= 0)
                text += "if (r[" + std::to_string(t) + "][" + std::to_string(s.if_register) +
                        "] == " + std::to_string(s.if_value) + ") ";
            text += statement(s, t) + "\n";
        }
        text += "    return a;\n}\n";
    }
    const std::string n = std::to_string(p.threads.size());
    text += "int main(void) {\n    pthread_t t[" + n + "];\n";
    for (unsigned t = 0; t < p.threads.size(); ++t)
        text += "    pthread_create(&t[" + std::to_string(t) + "], 0, thread" + std::to_string(t) +
                ", 0);\n";
    text += "    for (int i = 0; i < " + n + "; ++i) pthread_join(t[i], 0);\n";
    if (p.asserted_register >= 0)
        text += "    assert(!(r[" + std::to_string(p.asserted_thread) + "][" +
                std::to_string(p.asserted_register) + "] == " + std::to_string(p.asserted_value) +
                " && v" + std::to_string(p.asserted_variable) +
                (variable_is_plain(p, p.asserted_variable) ? ".i" : "") +
                " == " + std::to_string(p.asserted_end) + "));\n";
    return text + "    return 0;\n}\n";
}

}  // namespace ringsim::tests
