// From assembly to final states: each instruction in a program of one thread or two, under sc and
// under the machine's own model.
#include <doctest/doctest.h>

#include "sim/litmus/registers.hpp"
#include "tests/litmus/support.hpp"

namespace ringsim::tests {
namespace {

namespace litmus = sim::litmus;
using litmus::dialect;
using sim::graph::model_id;

// A test of one thread; `code` has its instructions, each behind a ';'.
std::string one(std::string_view architecture, std::string_view init, std::string_view code,
                std::string_view shown) {
    return std::string(architecture) + " one\n{ " + std::string(init) + " }\n P0 ;\n" +
           std::string(code) + "\nlocations [" + std::string(shown) + "]\n";
}

// Its only final state.
std::string final_state(std::string_view architecture, std::string_view init, std::string_view code,
                        std::string_view shown) {
    const litmus::test t = litmus::parse(one(architecture, init, code, shown));
    const litmus::result r = litmus::run(t, {.model = model_id::sc});
    REQUIRE(r.states.size() == 1);
    return litmus::state_text(t, r.states.begin()->first);
}

std::string aarch64(std::string_view code, std::string_view shown = "0:X0;") {
    return final_state("AArch64", "x=5; 0:X1=x;", code, shown);
}
std::string riscv(std::string_view code, std::string_view shown = "0:x5;") {
    return final_state("RISCV", "x=5; 0:x6=x;", code, shown);
}
std::string ppc(std::string_view code, std::string_view shown = "0:r3;") {
    return final_state("PPC", "x=5; 0:r1=x;", code, shown);
}
std::string x86(std::string_view code, std::string_view shown = "0:rax;") {
    return final_state("X86_64", "x=5; 0:rdi=x;", code, shown);
}

}  // namespace

TEST_CASE("litmus: AArch64") {
    CHECK(aarch64("LDR W0,[X1];") == "0:X0=5;");
    CHECK(aarch64("LDAR W0,[X1]; ADD W0,W0,#2; STLR W0,[X1];", "0:X0; x;") == "0:X0=7; [x]=7;");
    CHECK(aarch64("LDAPR W2,[X1]; EOR W3,W2,W2; LDR W0,[X1,W3,SXTW];") == "0:X0=5;");
    CHECK(aarch64("MOV W2,#3; SWPAL W2,W0,[X1];", "0:X0; x;") == "0:X0=5; [x]=3;");
    CHECK(aarch64("MOV W2,#3; LDADDA W2,W0,[X1];", "0:X0; x;") == "0:X0=5; [x]=8;");
    CHECK(aarch64("MOV W2,#4; LDCLR W2,W0,[X1];", "0:X0; x;") == "0:X0=5; [x]=1;");
    CHECK(aarch64("MOV W2,#4; STADDL W2,[X1];", "x;") == "[x]=9;");
    CHECK(aarch64("MOV W0,#5; MOV W2,#9; CAS W0,W2,[X1];", "0:X0; x;") == "0:X0=5; [x]=9;");
    CHECK(aarch64("MOV W0,#4; MOV W2,#9; CASAL W0,W2,[X1];", "0:X0; x;") == "0:X0=5; [x]=5;");
    CHECK(aarch64("MOV W0,#1; CMP W0,#1; B.EQ L0; MOV W0,#7; L0: NOP;") == "0:X0=1;");
    CHECK(aarch64("MOV W0,#2; CMP W0,#1; B.EQ L0; MOV W0,#7; L0: NOP;") == "0:X0=7;");
    CHECK(aarch64("CBZ W0,L0; MOV W0,#7; L0: CSET W2,EQ;") == "0:X0=0;");
    CHECK(aarch64("SUBS W0,WZR,#1; B.LT L0; MOV W0,#7; L0:;") == "0:X0=-1;");
    CHECK(aarch64("DMB ISH; DMB LD; DMB ISHST; DSB SY; ISB; MOV W0,#1;") == "0:X0=1;");
    CHECK(aarch64("STR WZR,[X1]; LDR WZR,[X1];", "x;") == "[x]=0;");
}

TEST_CASE("litmus: RISC-V") {
    CHECK(riscv("lw x5,0(x6);") == "0:x5=5;");
    CHECK(riscv("lw.aq t0,(x6); addi t0,t0,-2; sw.rl t0,0(x6);", "0:t0; x;") == "0:x5=3; [x]=3;");
    CHECK(riscv("li x7,3; amoswap.w.aqrl x5,x7,(x6);", "0:x5; x;") == "0:x5=5; [x]=3;");
    CHECK(riscv("ori x7,x0,3; amoadd.d.aq x5,x7,(x6);", "0:x5; x;") == "0:x5=5; [x]=8;");
    CHECK(riscv("bne x5,x0,L0; ori x5,x0,2; L0:;") == "0:x5=2;");
    CHECK(riscv("bge x0,x5,L0; ori x5,x0,2; L0:;") == "0:x5=0;");
    CHECK(riscv("fence rw,w; fence.tso; fence iorw,iorw; fence; mv x5,x6; xor x5,x5,x5;") ==
          "0:x5=0;");
}

TEST_CASE("litmus: x86 in the words of herd7") {
    CHECK(x86("movl $1,%eax; cmpl $2,%eax; jlt L0; movl $7,%eax; L0:;") == "0:rax=1;");
    CHECK(x86("movl $1,%eax; cmpl $2,%eax; jgt L0; movl $7,%eax; L0:;") == "0:rax=7;");
    CHECK(x86("movl $3,%eax; retq; movl $7,%eax;") == "0:rax=3;");
    // The memory may stand first, as it does with xchg.
    CHECK(x86("movl $5,%eax; movl $9,%ebx; lock cmpxchgl (x),%ebx;", "0:rax; x;") ==
          "0:rax=5; [x]=9;");
}

TEST_CASE("litmus: the sign flag of x86 is the one of the difference") {
    CHECK(x86("movl $1,%eax; cmpl $2,%eax; js L0; movl $7,%eax; L0:;") == "0:rax=1;");
    CHECK(x86("movl $2,%eax; cmpl $2,%eax; jns L0; movl $7,%eax; L0:;") == "0:rax=2;");
    // In 32 bits -2147483648 - 1 has no sign, though it is less.
    CHECK(x86("movl $0x80000000,%ebx; movl $1,%eax; cmpl $1,%ebx; js L0; movl $7,%eax; L0:;") ==
          "0:rax=7;");
    CHECK(x86("movl $0x80000000,%ebx; movl $1,%eax; cmpl $1,%ebx; jl L0; movl $7,%eax; L0:;") ==
          "0:rax=1;");
}

TEST_CASE("litmus: Power") {
    CHECK(ppc("lwz r3,0(r1);") == "0:r3=5;");
    CHECK(ppc("li r2,7; stw r2,0(r1); lwzx r3,r0,r1;") == "0:r3=7;");
    CHECK(ppc("lwz r3,0(r1); xor r4,r3,r3; li r5,2; stwx r5,r4,r1;", "0:r3; x;") ==
          "0:r3=5; [x]=2;");
    CHECK(ppc("li r3,1; cmpwi r3,1; beq L0; li r3,9; L0: isync;") == "0:r3=1;");
    CHECK(ppc("sync; lwsync; eieio; hwsync; mr r3,r4; addi r3,r3,4;") == "0:r3=4;");
}

TEST_CASE("litmus: x86") {
    CHECK(x86("movl (x),%eax;") == "0:rax=5;");
    CHECK(x86("movl (%rdi),%eax; addl $2,%eax; movl %eax,(x);", "0:rax; x;") == "0:rax=7; [x]=7;");
    CHECK(x86("movl $2,%eax; xchgl %eax,(x);", "0:rax; x;") == "0:rax=5; [x]=2;");
    CHECK(x86("movl $2,%eax; lock xaddl %eax,(x);", "0:rax; x;") == "0:rax=5; [x]=7;");
    CHECK(x86("movl $5,%eax; movl $8,%ebx; lock cmpxchgl %ebx,(x);", "0:rax; x;") ==
          "0:rax=5; [x]=8;");
    CHECK(x86("movl $4,%eax; movl $8,%ebx; lock cmpxchgl %ebx,(x); jne L0; movl $1,%eax; L0:;",
              "0:rax; x;") == "0:rax=5; [x]=5;");
    CHECK(x86("lock incl (x); incl (x); mfence; cmpl $7,(x); je L0; movl $1,%eax; L0:;") ==
          "0:rax=0;");
    CHECK(final_state("X86", "x=5;", "MOV EAX,[x]; MOV [x],$2; XCHG [x],EAX;", "0:EAX; x;") ==
          "0:EAX=2; [x]=5;");
}

TEST_CASE("litmus: a pair of load-exclusive and store-exclusive succeeds or fails") {
    const auto states = [](std::string_view architecture, std::string_view init,
                           std::string_view code, std::string_view shown) {
        const litmus::test t = litmus::parse(one(architecture, init, code, shown));
        const litmus::result r = litmus::run(t, {.model = model_id::sc});
        CHECK(r.reach == litmus::reach_of::everything);
        std::string all;
        for (const auto& [values, count] : r.states) all += litmus::state_text(t, values) + "\n";
        return all;
    };
    CHECK(states("AArch64", "0:X1=x;", "LDXR W0,[X1]; ADD W0,W0,#1; STXR W2,W0,[X1];",
                 "0:X2; x;") == "0:X2=0; [x]=1;\n0:X2=1; [x]=0;\n");
    CHECK(states("AArch64", "0:X1=x;", "L: LDAXR W0,[X1]; MOV W3,#7; STLXR W2,W3,[X1]; CBNZ W2,L;",
                 "0:X2; x;") == "0:X2=0; [x]=7;\n");
    CHECK(states("RISCV", "0:x6=x;",
                 "L: lr.w.aq x5,(x6); addi x7,x5,2; sc.w.rl x8,x7,(x6); "
                 "bnez x8,L;",
                 "x;") == "[x]=2;\n");
    CHECK(states("PPC", "0:r1=x;", "li r3,4; L: lwarx r2,r0,r1; stwcx. r3,r0,r1; bne L;", "x;") ==
          "[x]=4;\n");
}

TEST_CASE("litmus: the names of registers") {
    const auto name = [](dialect d, std::string_view n) {
        const auto r = litmus::find_register(d, n);
        return r ? r->name : "";
    };
    CHECK(name(dialect::aarch64, "W30") == "X30");
    CHECK(name(dialect::aarch64, "x31") == "");
    CHECK(name(dialect::aarch64, "%x") == "%x");
    CHECK(name(dialect::x86_64, "%EAX") == "rax");
    CHECK(name(dialect::x86_64, "r10d") == "r10");
    CHECK(name(dialect::x86, "ebx") == "EBX");
    CHECK(name(dialect::x86, "rbx") == "");
    CHECK(name(dialect::riscv, "a0") == "x10");
    CHECK(name(dialect::riscv, "x32") == "");
    CHECK(name(dialect::ppc, "r31") == "r31");
    CHECK(name(dialect::ppc, "x1") == "");
}

TEST_CASE("litmus: what is wrong with assembly is named by its line") {
    const auto complaint = [](std::string_view architecture, std::string_view code) {
        return complaint_of(one(architecture, "", code, "x;"));
    };
    CHECK(complaint("AArch64", "MOV W0,#1;\nFROB W0,W1;") ==
          "5: the instruction 'FROB W0,W1' is not supported");
    CHECK(complaint("AArch64", "LDR W0,[X1,#4];") ==
          "4: P0 accesses memory through a value that is not the address of a location");
    CHECK(complaint("AArch64", "LDR W0;") ==
          "4: in the instruction 'LDR W0': expected ',' at its end");
    CHECK(complaint("AArch64", "LDR W0,[X1] X;") ==
          "4: in the instruction 'LDR W0,[X1] X': 'X' is too much");
    CHECK(complaint("AArch64", "CBZ W0,out;") == "4: there is no label 'out'");
    CHECK(complaint("AArch64", "L:;\nL:;") == "5: the label 'L' is there twice");
    CHECK(complaint("AArch64", "DMB FOO;") ==
          "4: in the instruction 'DMB FOO': there is no option 'FOO'");
    CHECK(complaint("AArch64", "LDR W0,[X1];") ==
          "4: P0 accesses memory through a value that is not the address of a location");
    CHECK(
        complaint_of(one("RISCV", "x=y; 0:x10=x;", "ori x5,x0,2;\namoadd.d x1,x5,(x10);", "x;")) ==
        "5: P0 computes with an address in memory, which is not supported");
    CHECK(complaint("RISCV", "lw x5,0(y6);") ==
          "4: in the instruction 'lw x5,0(y6)': 'y6' is not a register");
    CHECK(complaint("AArch64", "LDR S0,[X1];") ==
          "4: in the instruction 'LDR S0,[X1]': vector registers are not supported: 'S0'");
    CHECK(complaint("AArch64", "STR WZR,[C1];") ==
          "4: in the instruction 'STR WZR,[C1]': capabilities are not supported: 'C1'");
    CHECK(complaint("AArch64", "MOV Z0.S,#1;") ==
          "4: in the instruction 'MOV Z0.S,#1': vector registers are not supported: 'Z0.S'");
    const std::string calls =
        " is not supported: calls, and jumps to what a register holds, are not";
    CHECK(complaint("RISCV", "jal ra,f;") == "4: the instruction 'jal ra,f'" + calls);
    CHECK(complaint("PPC", "bl f;") == "4: the instruction 'bl f'" + calls);
    CHECK(complaint("X86_64", "call f;") == "4: the instruction 'call f'" + calls);
    CHECK(complaint_of("AArch64 a\n{}\n P0 | P0.F ;\n NOP | ERET ;\n") ==
          "3: fault handlers are not supported: 'P0.F'");
    CHECK(complaint("PPC", "frob;") == "4: the instruction 'frob' is not supported");
    CHECK(complaint("X86_64", "movl (x),(y);") ==
          "4: in the instruction 'movl (x),(y)': both operands are memory");
    CHECK(complaint("X86_64", "NOP; | NOP;") ==
          "4: this row has more columns than there are threads");
    CHECK(complaint_of("PPC a\n{}\n P1 | P2 ;\n") == "3: expected 'P0' before 'P1'");
    CHECK(complaint_of("PPC a\n{ 1:r1=x; }\n P0 ;\n nop ;\n") == "2: there is no thread 1");
    CHECK(complaint_of("PPC a\n{ 0:x1=x; }\n P0 ;\n nop ;\n") == "2: 'x1' is not a register");
    CHECK(complaint_of("X86_64 a\n{}\n P0 ;\n movb (x),%ah ;\n") ==
          "4: in the instruction 'movb (x),%ah': '%ah' is not a register that is supported");
    CHECK(complaint_of("X86_64 a\n{}\n P0 ;\n movl (x),%eay ;\n") ==
          "4: in the instruction 'movl (x),%eay': '%eay' is not a register");
    CHECK(complaint_of("X86_64 a\n{ }\n P0 ;\n movq %rip,%rax ;\n") ==
          "4: in the instruction 'movq %rip,%rax': '%rip' is not a register");
}

}  // namespace ringsim::tests
