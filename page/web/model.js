// @ts-check
// What an execution looks like at one of its steps: the memory, the ring, the histories of the
// words, who has not seen what. Pure functions over the JSON of an execution; nothing here knows
// the document, so that it runs without one too.
'use strict';

/**
 * @typedef {{store: number, readable: boolean, why: string}} Candidate
 * @typedef {{part: string, pos: number, value: number, ring?: number}} RingChange
 * @typedef {{thread: number, kind: string, text: string, order: string, function: string,
 *   place: string, source: string, site: string, remark: string, word: number, read: string,
 *   written: string, reads: boolean, writes: boolean, reads_from: number, coherence: number,
 *   missed: number, told: boolean, candidates: Candidate[], ring: RingChange | null,
 *   depends?: {on: number, kind: string}[]}} Step
 * @typedef {{bytes: number, bits: number, positions: {name: string, value: number}[],
 *   headers: {pos: number, value: number, name: string}[]}} Ring
 * @typedef {{from: number, to: number, leaves_by: string, ordered_by: string}} CycleEdge
 * @typedef {{front_end: string, title: string, claim: string, verdict: string, what: string,
 *   model: string, facts: string[], command: string, threads: {name: string, calls: string}[],
 *   setup: string[], start: string, words: {name: string, initial: string}[], steps: Step[],
 *   at_step: number, races_with: number, why: string, cycle: CycleEdge[],
 *   fixes: {change: string, verdict: string}[], ring: Ring | null, more_rings?: Ring[],
 *   candidates_by: string}} Execution
 * @typedef {{step: number, coherence: number, value: string, thread: number,
 *   state: 'read' | 'readable' | 'hidden' | 'past' | 'newest' | 'later', why: string}} StoreShown
 * @typedef {{pos: number, name: string, from: number, size: number, len: number,
 *   state: 'BUSY' | 'DISCARD' | 'committed', live: boolean, payload: string}} RecordShown
 * @typedef {{step: number, drains: boolean}} Action
 */

const BUSY = 0x80000000;
const DISCARD = 0x40000000;
const HEADER_BYTES = 8;

const model = {
  /**
   * The words of memory behind step `at`, as the newest store of each has left them.
   * @param {Execution} x
   * @param {number} at
   */
  memory(x, at) {
    /** @type {Map<number, {coherence: number, step: number, value: string}>} */
    const newest = new Map();
    for (let i = 0; i < at; ++i) {
      const s = x.steps[i];
      if (!s.writes) continue;
      const known = newest.get(s.word);
      if (known && known.coherence > s.coherence) continue;
      newest.set(s.word, { coherence: s.coherence, step: i + 1, value: s.written });
    }
    return newest;
  },

  /**
   * The rings behind step `at`.
   * @param {Execution} x
   * @param {number} at
   */
  rings(x, at) {
    const all = x.ring ? [x.ring, ...(x.more_rings ?? [])] : [];
    const memory = all.length > 0 ? model.memory(x, at) : new Map();
    return all.map((ring, which) => model.ring(x, ring, which, memory));
  },

  /**
   * @param {Execution} x
   * @param {Ring} ring
   * @param {number} which
   * @param {Map<number, {coherence: number, step: number, value: string}>} memory
   */
  ring(x, ring, which, memory) {
    /** @type {Map<string, number>} */
    const positions = new Map(ring.positions.map((p) => [p.name, p.value]));
    /** @type {Map<number, number>} */
    const headers = new Map();
    /** @type {Map<number, string>} */
    const names = new Map();
    for (const h of ring.headers) {
      names.set(h.pos, h.name);
      if (h.value !== 0) headers.set(h.pos, h.value);
    }
    /** @type {Map<number, string>} */
    const payloads = new Map();
    for (const { step, value } of memory.values()) {
      const change = x.steps[step - 1].ring;
      if (!change || (change.ring ?? 0) !== which) continue;
      if (change.part === 'header') headers.set(change.pos, change.value);
      else if (change.part === 'payload') payloads.set(change.pos, [payloads.get(change.pos) ?? '', value].join(' ').trim());
      else positions.set(change.part, change.value);
    }
    const consumer = positions.get('consumer_pos') ?? 0;
    /** @type {RecordShown[]} */
    const records = [];
    for (const [pos, header] of [...headers].sort((a, b) => a[0] - b[0])) {
      const len = header % DISCARD;
      const state = header >= BUSY ? 'BUSY' : header >= DISCARD ? 'DISCARD' : 'committed';
      records.push({
        pos,
        name: names.get(pos) ?? String(pos),
        from: pos % ring.bytes,
        size: Math.min(ring.bytes, Math.ceil((len + HEADER_BYTES) / 8) * 8),
        len,
        state,
        live: pos >= consumer,
        payload: payloads.get(pos) ?? '',
      });
    }
    return { bytes: ring.bytes, positions, records };
  },

  /**
   * The stores of a word as step `at` finds them: by coherence, the initial value first.
   * @param {Execution} x
   * @param {number} word
   * @param {number} at
   * @returns {StoreShown[]}
   */
  history(x, word, at) {
    const step = at > 0 ? x.steps[at - 1] : null;
    const asked = step && step.reads && step.word === word ? step : null;
    /** @type {StoreShown[]} */
    const stores = [
      { step: 0, coherence: 0, value: x.words[word - 1].initial, thread: -1, state: 'past', why: '' },
    ];
    x.steps.forEach((s, i) => {
      if (!s.writes || s.word !== word) return;
      const state = i < at ? 'past' : 'later';
      stores.push({ step: i + 1, coherence: s.coherence, value: s.written, thread: s.thread, state, why: '' });
    });
    stores.sort((a, b) => a.coherence - b.coherence);
    const made = stores.filter((s) => s.state === 'past');
    if (made.length > 0) made[made.length - 1].state = 'newest';
    if (!asked) return stores;
    for (const s of stores) {
      const c = asked.candidates.find((one) => one.store === s.step);
      if (s.step === asked.reads_from) s.state = 'read';
      else if (c) s.state = c.readable ? 'readable' : 'hidden';
      if (c) s.why = c.why;
    }
    return stores;
  },

  /**
   * The stores before step `at` that a thread has still to see: its read at this step, or a later
   * one, misses them. For each thread a list of steps.
   * @param {Execution} x
   * @param {number} at
   */
  unseen(x, at) {
    /** @type {Set<number>[]} */
    const found = x.threads.map(() => new Set());
    for (let i = 0; i < at; ++i) {
      const s = x.steps[i];
      if (!s.writes) continue;
      for (let j = Math.max(at - 1, i + 1); j < x.steps.length; ++j) {
        const r = x.steps[j];
        if (!r.reads || r.word !== s.word || r.thread === s.thread) continue;
        const from = r.reads_from === 0 ? 0 : x.steps[r.reads_from - 1].coherence;
        if (from < s.coherence) found[r.thread].add(i + 1);
      }
    }
    return found.map((steps) => [...steps]);
  },

  /**
   * The execution as a machine with store buffers performs it, x86-tso: each step when its thread
   * makes it, and each store once more when it leaves the buffer and reaches memory. A load reads
   * its own buffer, or memory as it is then. Null if there are too many orders to look at.
   * @param {Execution} x
   * @returns {Action[] | null}
   */
  machine(x) {
    const mine = x.threads.map((_, t) => x.steps.map((s, i) => (s.thread === t ? i : -1)).filter((i) => i >= 0));
    const stores = mine.map((list) => list.filter((i) => model.buffered(x.steps[i])));
    /** Behind `made` steps of each thread and `drained` stores: the newest store of each word.
     * @param {number[]} made @param {number[]} drained */
    const memory = (made, drained) => {
      /** @type {Map<number, number>} */
      const newest = new Map();
      const put = (/** @type {number} */ i) => {
        const s = x.steps[i];
        const known = newest.get(s.word);
        if (known === undefined || x.steps[known].coherence < s.coherence) newest.set(s.word, i);
      };
      mine.forEach((list, t) => {
        for (const i of list.slice(0, made[t])) if (x.steps[i].writes && !model.buffered(x.steps[i])) put(i);
        for (const i of stores[t].slice(0, drained[t])) put(i);
      });
      return newest;
    };
    let budget = 20000;
    /** @type {Set<string>} */
    const hopeless = new Set();
    /** @type {Action[]} */
    const order = [];
    /** @param {number[]} made @param {number[]} drained @returns {boolean} */
    const go = (made, drained) => {
      if (mine.every((list, t) => made[t] === list.length && drained[t] === stores[t].length)) return true;
      const key = `${made}/${drained}`;
      if (hopeless.has(key) || --budget < 0) return false;
      const now = memory(made, drained);
      const step = (/** @type {number} */ i) => (i < 0 ? 0 : x.steps[i].coherence);
      /** @type {{action: Action, thread: number}[]} */
      const ways = [];
      mine.forEach((list, t) => {
        if (made[t] === list.length) return;
        const i = list[made[t]];
        const s = x.steps[i];
        const waiting = stores[t].slice(drained[t]).filter((j) => list.indexOf(j) < made[t]);
        if (model.drainsFirst(s) && waiting.length > 0) return;
        const own = waiting.filter((j) => x.steps[j].word === s.word).pop();
        if (s.reads && s.reads_from - 1 !== (own ?? now.get(s.word) ?? -1)) return;
        if (s.writes && !model.buffered(s) && s.coherence < step(now.get(s.word) ?? -1)) return;
        ways.push({ action: { step: i + 1, drains: false }, thread: t });
      });
      // As it is told, where that is possible.
      ways.sort((a, b) => a.action.step - b.action.step);
      stores.forEach((list, t) => {
        const j = list[drained[t]];
        if (j === undefined || mine[t].indexOf(j) >= made[t]) return;
        if (x.steps[j].coherence < step(now.get(x.steps[j].word) ?? -1)) return;
        ways.push({ action: { step: j + 1, drains: true }, thread: t });
      });
      for (const { action, thread } of ways) {
        const more = (/** @type {number[]} */ list) => list.map((n, t) => n + (t === thread ? 1 : 0));
        order.push(action);
        if (action.drains ? go(made, more(drained)) : go(more(made), drained)) return true;
        order.pop();
      }
      hopeless.add(key);
      return false;
    };
    const none = x.threads.map(() => 0);
    return go(none, none) ? order : null;
  },

  /** Whether a store waits in the buffer of its thread: a locked instruction does not.
   * @param {Step} s */
  buffered(s) {
    return s.writes && !s.reads && !['set', 'take', 'lock'].includes(s.kind) && model.order(s) !== 'seq_cst';
  },

  /** Whether the buffer is empty before the step: at a fence, and at a locked instruction.
   * @param {Step} s */
  drainsFirst(s) {
    if (s.kind === 'fence') return model.order(s) === 'seq_cst';
    return s.writes && !model.buffered(s);
  },

  /** The order of a step by C++'s name; a full barrier is a seq_cst one.
   * @param {Step} s */
  order(s) {
    const names = { rlx: 'relaxed', acq: 'acquire', rel: 'release', sc: 'seq_cst', full: 'seq_cst' };
    return names[/** @type {'rlx'} */ (s.order)] ?? s.order;
  },

  /**
   * Happens-before between threads, by the orders in the source: a release and the acquire that
   * reads from it, with fences; what a thread does, and its creator before and who joins it.
   * @param {Execution} x
   * @returns {{from: number, to: number, kind: string}[]}
   */
  happensBefore(x) {
    /** @param {Step} s @param {string[]} names */
    const has = (s, names) => names.includes(model.order(s)) || ['lock', 'unlock', 'set', 'take'].includes(s.kind);
    const releases = ['release', 'acq_rel', 'seq_cst'];
    const acquires = ['acquire', 'acq_rel', 'seq_cst'];
    /** The step itself, or a fence before or behind it. @param {number} i @param {number} way @param {string[]} names */
    const side = (i, way, names) => {
      if (has(x.steps[i], names)) return i;
      if (model.order(x.steps[i]) === 'plain') return -1;
      for (let j = i + way; j >= 0 && j < x.steps.length; j += way)
        if (x.steps[j].thread === x.steps[i].thread && x.steps[j].kind === 'fence' && has(x.steps[j], names)) return j;
      return -1;
    };
    /** @type {{from: number, to: number, kind: string}[]} */
    const edges = [];
    x.steps.forEach((s, i) => {
      if (s.reads && s.reads_from > 0 && x.steps[s.reads_from - 1].thread !== s.thread) {
        const from = side(s.reads_from - 1, -1, releases);
        const to = side(i, 1, acquires);
        if (from >= 0 && to >= 0) edges.push({ from: from + 1, to: to + 1, kind: 'hb' });
      }
      const other = x.threads.findIndex((t) => s.text === `starts ${t.name}` || s.text === `joins ${t.name}`);
      if (other < 0) return;
      const theirs = x.steps.map((o, n) => (o.thread === other ? n : -1)).filter((n) => n >= 0);
      if (theirs.length === 0) return;
      if (s.text.startsWith('starts')) edges.push({ from: i + 1, to: theirs[0] + 1, kind: 'hb' });
      else edges.push({ from: theirs[theirs.length - 1] + 1, to: i + 1, kind: 'hb' });
    });
    return edges;
  },

  /**
   * The edges of rf, co, fr, hb and dependencies between steps, and the cycle.
   * @param {Execution} x
   * @returns {{from: number, to: number, kind: string}[]}
   */
  edges(x) {
    /** @type {{from: number, to: number, kind: string}[]} */
    const edges = [];
    /** @param {number} word @param {number} co */
    const next = (word, co) => {
      let best = 0;
      x.steps.forEach((s, i) => {
        if (s.writes && s.word === word && s.coherence > co)
          if (best === 0 || s.coherence < x.steps[best - 1].coherence) best = i + 1;
      });
      return best;
    };
    x.steps.forEach((s, i) => {
      if (s.reads) {
        if (s.reads_from > 0) edges.push({ from: s.reads_from, to: i + 1, kind: 'rf' });
        const co = s.reads_from === 0 ? 0 : x.steps[s.reads_from - 1].coherence;
        const newer = next(s.word, co);
        if (newer !== 0 && newer !== i + 1) edges.push({ from: i + 1, to: newer, kind: 'fr' });
      }
      if (s.writes) {
        const newer = next(s.word, s.coherence);
        if (newer !== 0) edges.push({ from: i + 1, to: newer, kind: 'co' });
      }
      for (const d of s.depends ?? []) edges.push({ from: d.on, to: i + 1, kind: 'dep ' + d.kind });
    });
    edges.push(...model.happensBefore(x));
    x.cycle.forEach((e, i) => {
      if (e.from !== e.to) edges.push({ from: e.from, to: e.to, kind: 'cycle po' });
      const to = x.cycle[(i + 1) % x.cycle.length].from;
      edges.push({ from: e.to, to, kind: 'cycle ' + e.leaves_by });
    });
    return edges;
  },

  /**
   * The first step at which two executions differ, from 1; 0 if they are the same.
   * @param {Execution} a
   * @param {Execution} b
   */
  firstDifference(a, b) {
    const both = Math.min(a.steps.length, b.steps.length);
    for (let i = 0; i < both; ++i)
      if (a.steps[i].text !== b.steps[i].text || a.steps[i].thread !== b.steps[i].thread) return i + 1;
    return a.steps.length === b.steps.length ? 0 : both + 1;
  },
};
