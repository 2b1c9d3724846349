// @ts-check
// What an execution looks like at one of its steps: the memory, the ring, the histories of the
// words, who has not seen what. Pure functions over the JSON of an execution; nothing here knows
// the document, so that it runs without one too.
'use strict';

/**
 * @typedef {{store: number, readable: boolean, why: string}} Candidate
 * @typedef {{part: string, pos: number, value: number}} RingChange
 * @typedef {{thread: number, kind: string, text: string, order: string, function: string,
 *   place: string, source: string, site: string, remark: string, word: number, read: string,
 *   written: string, reads: boolean, writes: boolean, reads_from: number, coherence: number,
 *   missed: number, told: boolean, candidates: Candidate[], ring: RingChange | null}} Step
 * @typedef {{bytes: number, bits: number, positions: {name: string, value: number}[],
 *   headers: {pos: number, value: number, name: string}[]}} Ring
 * @typedef {{from: number, to: number, leaves_by: string, ordered_by: string}} CycleEdge
 * @typedef {{front_end: string, title: string, claim: string, verdict: string, what: string,
 *   model: string, facts: string[], command: string, threads: {name: string, calls: string}[],
 *   setup: string[], start: string, words: {name: string, initial: string}[], steps: Step[],
 *   at_step: number, races_with: number, why: string, cycle: CycleEdge[],
 *   fixes: {change: string, verdict: string}[], ring: Ring | null,
 *   candidates_by: string}} Execution
 * @typedef {{step: number, coherence: number, value: string, thread: number,
 *   state: 'read' | 'readable' | 'hidden' | 'past' | 'newest' | 'later', why: string}} StoreShown
 * @typedef {{pos: number, name: string, from: number, size: number, len: number,
 *   state: 'BUSY' | 'DISCARD' | 'committed', live: boolean, written: boolean}} RecordShown
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
   * The ring behind step `at`.
   * @param {Execution} x
   * @param {number} at
   */
  ring(x, at) {
    const ring = x.ring;
    if (!ring) return null;
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
    /** @type {Set<number>} */
    const payloads = new Set();
    for (const { step } of model.memory(x, at).values()) {
      const change = x.steps[step - 1].ring;
      if (!change) continue;
      if (change.part === 'header') headers.set(change.pos, change.value);
      else if (change.part === 'payload') payloads.add(change.pos);
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
        written: payloads.has(pos),
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
   * The stores before step `at` that some thread has still to see: its read at this step, or a later
   * one, misses them.
   * @param {Execution} x
   * @param {number} at
   */
  unseen(x, at) {
    /** @type {{step: number, by: number[]}[]} */
    const found = [];
    for (let i = 0; i < at; ++i) {
      const s = x.steps[i];
      if (!s.writes) continue;
      /** @type {Set<number>} */
      const by = new Set();
      for (let j = Math.max(at - 1, i + 1); j < x.steps.length; ++j) {
        const r = x.steps[j];
        if (!r.reads || r.word !== s.word || r.thread === s.thread) continue;
        const from = r.reads_from === 0 ? 0 : x.steps[r.reads_from - 1].coherence;
        if (from < s.coherence) by.add(r.thread);
      }
      if (by.size > 0) found.push({ step: i + 1, by: [...by].sort() });
    }
    return found;
  },

  /**
   * The edges of rf, co and fr between steps, and the cycle.
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
    });
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
