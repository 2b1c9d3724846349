/* The ring of `ringsim verify lost-wakeup --engine states --records unbounded`, for Spin: under
 * sequential consistency, which is the only memory model that Spin has. Positions count records and
 * wrap at 16; the ring has four places, of which three are ever used at once.
 *
 *   spin -a -DPRODUCERS=1 endless_ring.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan -m1000000
 *
 * -DEARLY: the commit looks at consumer_pos before it commits; then a wakeup is lost.
 */
#ifndef PRODUCERS
#define PRODUCERS 1
#endif

#define PLACES 4
#define NEXT(pos) ((pos + 1) % 16)
#define AHEAD(a, b) ((a + 16 - b) % 16)

#define BUSY 1
#define COMMITTED 2

byte consumer_pos, producer_pos, pending_pos;
bit lock, edge;
byte header[PLACES], pg_off[PLACES], payload[PLACES];
bit asleep;

proctype producer() {
    byte cons, prod, pend, off;
    do
    :: break /* it may stop behind any record */
    :: /* __bpf_ringbuf_reserve() */
       cons = consumer_pos;
       atomic { lock == 0 -> lock = 1 };
       pend = pending_pos;
       prod = producer_pos;
       do
       :: pend == prod -> break
       :: else ->
          if
          :: header[pend % PLACES] == BUSY -> break
          :: else -> pend = NEXT(pend)
          fi
       od;
       pending_pos = pend;
       if
       :: AHEAD(NEXT(prod), pend) >= PLACES || AHEAD(NEXT(prod), cons) >= PLACES -> lock = 0
       :: else ->
          header[prod % PLACES] = BUSY;
          pg_off[prod % PLACES] = 3;
          producer_pos = NEXT(prod);
          lock = 0;
          payload[prod % PLACES] = prod + 1;
          /* bpf_ringbuf_commit() */
          off = pg_off[prod % PLACES];
          off = header[prod % PLACES];
#ifdef EARLY
          cons = consumer_pos;
          header[prod % PLACES] = COMMITTED;
#else
          header[prod % PLACES] = COMMITTED;
          cons = consumer_pos;
#endif
          if
          :: cons % PLACES == prod % PLACES -> edge = 1
          :: else
          fi
       fi;
       cons = 0; prod = 0; pend = 0; off = 0 /* dead, and not to count */
    od
}

proctype consumer() {
    byte cons, prod, taken;
    bit again;
    goto look;
sleep:
    asleep = 1;
end_asleep:
    atomic { edge == 1 -> edge = 0; asleep = 0 };
look: /* ringbuf_process_ring() */
    cons = consumer_pos;
pass:
    again = 0;
    prod = producer_pos;
    do
    :: cons == prod -> break
    :: else ->
       if
       :: header[cons % PLACES] == BUSY -> again = 0; break
       :: else
       fi;
       again = 1;
       taken = payload[cons % PLACES];
       assert(taken == cons + 1);
       cons = NEXT(cons);
       consumer_pos = cons
    od;
    if
    :: again -> goto pass
    :: else -> goto sleep
    fi
}

/* Where nobody can go on, the consumer does not sleep over a committed record. */
active proctype monitor() {
end_monitor:
    timeout -> assert(!asleep || edge || consumer_pos == producer_pos ||
                      header[consumer_pos % PLACES] == BUSY)
}

init {
    byte p;
    atomic {
        run consumer();
        for (p : 1 .. PRODUCERS) { run producer() }
    }
}
