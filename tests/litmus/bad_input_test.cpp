// What cannot be judged gets one clear line, whatever it is.
#include <doctest/doctest.h>

#include <random>

#include "tests/litmus/support.hpp"

namespace ringsim::tests {
namespace {

namespace litmus = sim::litmus;

struct complaint {
    std::string text;
    std::string expected;
};

std::string threads(unsigned n) {
    std::string text = "C many\n{}\n";
    for (unsigned t = 0; t < n; ++t)
        text += "P" + std::to_string(t) + "(int *x) { WRITE_ONCE(*x, 1); }\n";
    return text + "exists (x=1)\n";
}

std::string repeated(std::string_view what, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += what;
    return all;
}

std::vector<complaint> about_the_file() {
    return {
        {"", "1: no litmus test: it begins with an architecture and a name, 'C MP'"},
        {"\x7f"
         "ELF\x02\x01\x01",
         "1: no litmus test: it begins with an architecture and a name, 'C MP'"},
        {"int main(void) { return 0; }",
         "1: the architecture 'int' is not supported; C, AArch64, X86_64, X86, RISCV and PPC are"},
        {"MIPS MP\n{}\n",
         "1: the architecture 'MIPS' is not supported; C, AArch64, X86_64, X86, RISCV and PPC are"},
        {"C SB\nP0(int *x)\n", "1: the initial state '{ ... }' is missing"},
        {"C SB\n\n{ x=0;\n", "3: the initial state has no closing '}'"},
        {"C SB\n(* no end\n{}\n", "2: the comment has no end"},
        {"C SB\n{}\nP0(int *x) {\n  *x = 1;\n", "3: the '{' of this function has no closing '}'"},
        {"C SB\n{}\nP0(int *x) { }\n}\n", "4: a '}' too many"},
        {"C SB\n{}\n", "2: expected a thread, 'P0(...) {...}', at the end of the threads"},
        {std::string(litmus::file_bytes_max + 1, 'x'),
         "1: the file is larger than 1048576 bytes (file_bytes_max)"},
    };
}

std::vector<complaint> about_the_initial_state() {
    return {
        {"C a\n{ foo x = 1; }\n", "2: the type 'foo' is not supported"},
        {"AArch64 a\n{ unit64_t 0:X0=42; }\n", "2: the type 'unit64_t' is not supported"},
        {"C a\n{ x = ; }\n", "2: expected a value before ';'"},
        {"C a\n{ x = 1 y = 2; }\n", "2: expected ';' before 'y'"},
        {"C a\n{ int x = ATOMIC_INIT(ATOMIC_INIT(1)); }\n", "2: expected ')' before '('"},
        {"C a\n{ int x[0]; }\n", "2: an array has from 1 to 64 elements (array_size_max)"},
        {"C a\n{ int x[2] = {1}; }\n", "2: expected ',' before '}'"},
        {"C a\n{ struct foo x; }\n",
         "2: structures are not supported, but for struct srcu_struct, before 'struct'"},
        {"C a\n{ x = 99999999999999999999; }\n",
         "2: the number '99999999999999999999' is too large"},
        {"C a\n{ 3:r0 = 1; }\nP0(int *x) { int r0; }\n", "2: there is no thread 3"},
        {"C a\n{ x:red = 1; }\n", "2: memory tags are not supported: 'x:red'"},
        {"C a\n{ PTE(x) = 1; }\n",
         "2: page tables and physical addresses are not supported: 'PTE(...)'"},
        {"AArch64 a\n{ 0:X2=(oa:PA(x), valid:0); }\n",
         "2: page tables and physical addresses are not supported: '(oa:...)'"},
        {"AArch64 a\n{ 0:X1=P1:LC00; }\n", "2: there is no label 'LC00' in P1"},
        {"AArch64 a\n{ 0:X1=instr:\"NOP\"; }\n",
         "2: code as data is not supported: 'instr:\"NOP\"'"},
        {"RISCV a\n{}\nP0;\nla x1,L;\nL: nop;\n",
         "4: the address of code, 'L', is not supported: code as data"},
        {"AArch64 a\n{}\nP0;\nBL L;\n", "4: there is no label 'L'"},
        {"AArch64 a\n{}\nP0;\nNOP;\nexists (0:X1=label:\"P0:L\")\n",
         "5: there is no label \"P0:L\""},
        {"AArch64 a\n{}\nP0;\nB .+8;\n", "4: the jump goes to behind the thread"},
        {"AArch64 a\n{}\nP0;\nB .-4;\n",
         "4: in the instruction 'B .-4': the jump goes to before the thread"},
        {"AArch64 a\n{}\nP0;\nNOP;\nexists (0:Y7=1)\n", "5: 'Y7' is not a register of AArch64"},
        {"C a\n{ %x=1; }\nP0(int *x) { }\n",
         "2: '%x' is a symbolic register, as only assembly has"},
    };
}

std::vector<complaint> about_the_threads() {
    return {
        {threads(33), "35: a test has at most 32 threads (graph_threads_max)"},
        {threads(40), "35: a test has at most 32 threads (graph_threads_max)"},
        {"C a\n{}\nP1(int *x) { }\n",
         "3: expected 'P0', not 'P1': only threads are supported, in order"},
        {"C a\n{}\nP0(int x) { }\n", "3: the parameter 'x' must be a pointer: int *x"},
        {"C a\n{}\nP0(foo_t *x) { }\n", "3: the type 'foo_t' is not supported"},
        {"C a\n{}\nP0(int *x) { foo(x); }\n", "3: the function 'foo' is not supported"},
        {"C a\n{}\nP0(int *x) {\n\n call_rcu(x); }\n",
         "5: 'call_rcu' is not supported: the kernel's memory model does not define it"},
        {"C a\n{}\nP0(int *x) { __fence{mb}; }\n",
         "3: '__fence' is neither a parameter nor a variable of P0"},
        {"C a\n{}\nP0(int *x) { r0 = __load(x); }\n",
         "3: herd7's own '__load' is not supported; use the function that it stands for"},
        {"C a\n{}\nP0(int *x) { smp_mb();\n atomic_thread_fence(memory_order_seq_cst); }\n",
         "4: 'atomic_thread_fence' belongs to C11, but what stands before it to LKMM"},
        {"C a\n{}\nP0(int *x) { atomic_store_explicit(x, 1, memory_order_acquire); }\n",
         "3: 'memory_order_acquire' makes no sense for a store"},
        {"C a\n{}\nP0(int *x) { r0 = atomic_load_explicit(x, memory_order_release); }\n",
         "3: 'memory_order_release' makes no sense for a load"},
        {"C a\n{}\nP0(int *x) { r0 = atomic_load_explicit(x, memory_order_consume); }\n",
         "3: 'memory_order_consume' is not supported as a memory order"},
        {"C a\n{}\nP0(int *x) { WRITE_ONCE(x, 1); }\n",
         "3: 'WRITE_ONCE' needs a place in memory such as *x"},
        {"C a\n{}\nP0(int *x) { WRITE_ONCE(*x); }\n", "3: expected ',' before ')'"},
        {"C a\n{}\nP0(int *x) { smp_mb(1); }\n",
         "3: 'smp_mb' takes 0 arguments: expected ')' before '1'"},
        {"C a\n{}\nP0(int *x) { int r0 = smp_mb(); }\n", "3: this call returns nothing"},
        {"C a\n{}\nP0(int *x) { int r0 = y; }\n",
         "3: 'y' is neither a parameter nor a variable of P0"},
        {"C a\n{}\nP0(int *x) { int x; }\n", "3: 'x' is a parameter already"},
        {"C a\n{}\nP0(int *x) { goto out; }\n", "3: 'goto' is not supported"},
        {"C a\n{}\nP0(int *x) { break; }\n", "3: 'break' outside of a loop"},
        {"C a\n{}\nP0(int *x) { int r0 = x->next; }\n",
         "3: structures are not supported before '->'"},
        {"C a\n{}\nP0(int *x) { 1 = 2; }\n", "3: this cannot be assigned to"},
        {"C a\n{}\nP0(int *x) { int r0 = 1 +; }\n", "3: expected an expression before ';'"},
        {"C a\n{}\nP0(int *x) { int r0 = 08; }\n", "3: '08' is not a number"},
        {"C a\n{}\nP0(int *x) { int r0 = @; }\n", "3: the character '@' makes no sense here"},
        {"C a\n{}\nP0(int *x) { r0 = " + repeated("(", 200) + "1" + repeated(")", 200) + "; }\n",
         "3: nested more than 60 deep (nesting_max)"},
        {"C a\n{}\nP0(int *x) " + repeated("{", 200) + repeated("}", 200) + "\n",
         "3: nested more than 60 deep (nesting_max)"},
        {"C a\n{}\nP0(int *x) { r0 = " + repeated("-", 5000) + "1; }\n",
         "3: '--' inside an expression is not supported"},
        {"C a\n{}\nP0(int *x) { r0 = " + repeated("~", 5000) + "1; }\n",
         "3: nested more than 60 deep (nesting_max)"},
        {"C a\n{}\nP0(int *x) { r0 = 1" + repeated(" + 1", 500) + "; }\n",
         "3: too many values at once: at most 128 registers (registers_max)"},
        {"C a\n{}\nP0(int *x) {" + repeated(" smp_mb();", 20'000) + " }\n",
         "3: a thread has at most 10000 instructions (instructions_max)"},
        {"C a\n{}\nP0(int *x) {" + repeated(" while (0) ;", 20) + " }\n",
         "3: a thread has at most 16 loops (loops_max)"},
    };
}

std::vector<complaint> about_the_condition() {
    return {
        {"C a\n{}\nP0(int *x) { }\nexists (x=1", "4: expected ')' at the end of the condition"},
        {"C a\n{}\nP0(int *x) { }\nexists (x)", "4: expected '=' before ')'"},
        {"C a\n{}\nP0(int *x) { }\nexists (2:r0=1)", "4: there is no thread 2"},
        {"C a\n{}\nP0(int *x) { }\nexists (x=1) x", "4: the test should end before 'x'"},
        {"C a\n{}\nP0(int *x) { }\nlocations [x y]", "4: expected ';' before 'y'"},
        {"C a\n{ int b[2]; }\nP0(int *x) { }\nexists (b[2]=1)", "4: 'b' has only 2 elements"},
        {"C a\n{ int b[2]; }\nP0(int *x) { }\nexists (b={1})", "4: expected ',' before '}'"},
        {"C a\n{ int b[2]; }\nP0(int *x) { }\nexists (b=1)", "4: expected '{' before '1'"},
        {"AArch64 a\n{}\nP0;\nL: NOP;\nexists (L=1)",
         "5: 'L' is a label or an instruction of the code, and not a location"},
        {"AArch64 a\n{}\nP0;\nL: NOP;\nlocations [NOP;]",
         "5: 'NOP' is a label or an instruction of the code, and not a location"},
        {"C a\n{}\nP0(int *x) { }\nexists (" + repeated("not (", 200) + "x=1" + repeated(")", 201),
         "4: nested more than 60 deep (nesting_max)"},
        {"C a\n{}\nP0(int *x) { }\nobserved x=1;",
         "4: observed states are not supported before 'observed'"},
    };
}

std::vector<complaint> when_it_runs() {
    return {
        {"C a\n{}\nP0(int *x) {\n  int r1 = 0;\n  int r0 = *r1;\n}\n",
         "5: P0 accesses memory through a value that is not the address of a location"},
        {"C a\n{}\nP0(int *x) {\n  int r0 = 1 / *x;\n}\n", "4: P0 divides by 0"},
        {"C a\n{}\nP0(int *x) {\n  int r0 = 1 << 64;\n}\n",
         "4: P0 shifts by more bits than the integer has"},
    };
}

constexpr std::string_view whole = R"(C whole
(* All that there is. *)
{ int x = 1; int *p = &x; int a[2] = {1, 2}; 0:r1 = 3; }
P0(int *x, int **p, int *a)
{
    int r0; /* comment */
    int r1;
    r0 = xchg(x, 2); // another
    if (r0 == 1 && a[1] != 0) { WRITE_ONCE(*x, r0 + 1); } else r1 = 0;
    for (int i = 0; i < 2; i++) a[i] = i;
    while (READ_ONCE(**p)) { smp_mb(); break; }
}
P1(spinlock_t *s, int *x)
{
    int r2;
    r2 = spin_trylock(s);
    if (r2) spin_unlock(s);
}
locations [x; a[0]; 0:r1 int;]
filter (0:r0 != 7)
~exists (0:r0=2 /\ (x=1 \/ not (1:r2=0 => a[1]=1)))
)";

}  // namespace

TEST_CASE("litmus: bad input is named by line and reason") {
    for (const auto& group : {about_the_file(), about_the_initial_state(), about_the_threads(),
                              about_the_condition(), when_it_runs()})
        for (const complaint& c : group) {
            INFO(c.text.substr(0, 200));
            CHECK(complaint_of(c.text) == c.expected);
        }
}

TEST_CASE("litmus: a test may be cut off anywhere") {
    CHECK(complaint_of(whole) == "");
    std::size_t refused = 0;
    for (std::size_t n = 0; n < whole.size(); ++n)
        refused += complaint_of(whole.substr(0, n)) != "";
    CHECK(refused > whole.size() / 2);
}

TEST_CASE("litmus: any byte may be any other") {
    std::mt19937 random(1);
    for (unsigned i = 0; i < 3000; ++i) {
        std::string text(whole);
        for (unsigned changes = 1 + random() % 3; changes > 0; --changes)
            text[random() % text.size()] = static_cast<char>(random() % 256);
        litmus::run_options o;
        o.executions_max = 300;
        o.seconds_max = 1;
        o.unroll = 1;
        try {
            (void)litmus::run(litmus::parse(text), o);
        } catch (const litmus::source_error& e) {
            const std::string what = e.what();
            CHECK(e.line >= 1);
            CHECK(!what.empty());
            CHECK(what.size() < 200);
            CHECK(what.find('\n') == std::string::npos);
        }
    }
}

}  // namespace ringsim::tests
