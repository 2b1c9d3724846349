// @ts-check
// One execution, or two beside each other, on the page.
'use strict';

/**
 * @param {string} tag
 * @param {Record<string, string | number | boolean | ((e: any) => void)>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
function html(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') e.addEventListener(key, value);
    else if (value === true) e.setAttribute(key, '');
    else if (value !== false) e.setAttribute(key, String(value));
  }
  e.append(...children);
  return e;
}

let panels = 0;

/** Long names may be broken where a reader would.
 * @param {string} text @returns {(Node | string)[]} */
function breakable(text) {
  return text.split(/(?<=[_(,/])/).flatMap((part, i) => (i === 0 ? [part] : [document.createElement('wbr'), part]));
}

/**
 * @typedef {{item: HTMLElement, now: string}} StoreItem
 * @typedef {{box: HTMLElement, items: StoreItem[], more: {before: HTMLElement, behind: HTMLElement}}} WordBox
 */

/** What the arrows mean. */
const MEANINGS = {
  cycle: 'steps in a circle, each of them before the next one: no interleaving has that',
  po: 'program order: from a step to a later one of the same thread',
  rf: 'from a store to a load that reads it',
  co: 'from a store to the next store of the same word',
  fr: 'from a load to the store that replaced what it read',
  hb: 'between threads: from a release to the acquire that reads from it; a thread is started, or joined',
  dep: 'from a load to what is computed from it: an address, a value, or a branch before a store',
};

/** Of a long history: how many stores are shown on each side of the newest one. */
const STORES_NEAR = 12;

class Panel {
  /**
   * @param {Execution} x
   * @param {(step: number) => void} select
   * @param {number} differs the first step that another execution has not; 0: there is none
   * @param {string} which of two: 'first' or 'second'
   */
  constructor(x, select, differs = 0, which = '') {
    this.x = x;
    this.which = which;
    this.select = select;
    this.differs = differs;
    this.id = `p${panels++}`;
    this.at = 0;
    this.edges = model.edges(x);
    this.machine = x.model === 'x86-tso' ? model.machine(x) : null;
    /** @type {HTMLElement[]} */
    this.rows = [];
    this.wordsBox = html('div', { class: 'words' });
    this.unseenBox = html('div', { class: 'unseen' });
    this.buffersBox = html('div', { class: 'unseen' });
    this.detailBox = html('div', { class: 'detail', 'aria-live': 'polite' });
    this.arrows = svg('svg', { class: 'arrows', 'aria-hidden': 'true' });
    /** The stores of each word, by coherence. @type {WordBox[]} */
    this.wordBoxes = this.makeWords();
    this.asked = 0;
    /** What is drawn of each ring, so that it is drawn anew only when it is another one.
     * @type {string[]} */
    this.drawn = [];
    /** @type {HTMLElement[]} */
    this.ringBoxes = [];
    /** The entries of the machine's order, by their places. @type {HTMLElement[]} */
    this.actions = [];
    this.action = -1;
    this.waiting = '';
    this.root = html('article', { class: 'panel', 'aria-label': x.title }, ...this.parts());
  }

  parts() {
    const x = this.x;
    const bad = x.verdict === 'VIOLATED';
    const heading = html('header', {},
      html('h2', {}, x.title),
      html('p', { class: 'verdict' },
        html('strong', { class: bad ? 'bad' : 'plain' }, `${bad ? '✗ ' : ''}${x.verdict}`), ' ', x.what),
      html('p', { class: 'claim' }, x.claim),
      html('ul', { class: 'facts' }, ...[`model ${x.model}`, ...x.facts].map((f) => html('li', {}, f))));
    const steps = html('section', { class: 'steps', 'aria-label': this.label('Steps') }, html('h3', {}, 'Steps'),
      html('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': this.label('All steps') }, this.table(), this.arrows),
      html('details', { class: 'meanings' }, html('summary', {}, 'What the arrows mean'),
        html('dl', {}, ...Object.entries(MEANINGS).flatMap(([k, text]) => [html('dt', {}, k), html('dd', {}, text)]))));
    const side = html('div', { class: 'side' });
    side.append(html('section', { class: 'now', 'aria-label': this.label('This step') }, html('h3', {}, 'This step'), this.detailBox));
    if (x.ring) side.append(this.ringSection());
    side.append(html('section', { 'aria-label': this.label('Words') }, html('h3', {}, 'Words and their stores'), this.wordsBox));
    const title = this.machine ? 'Store buffers' : 'Not yet seen';
    side.append(html('section', { 'aria-label': this.label(title) }, html('h3', {}, title), this.unseenBox));
    return [heading, this.whyBox(), steps, side];
  }

  /** The name of a part; of two executions it says of which. @param {string} part */
  label(part) {
    return this.which ? `${part}, ${this.which} execution` : part;
  }

  whyBox() {
    const x = this.x;
    const box = html('section', { class: 'why', 'aria-label': this.label('Why') });
    if (x.why) box.append(html('h3', {}, 'Why'), html('p', {}, ...this.withSteps(x.why)));
    if (x.fixes.length > 0)
      box.append(html('table', { class: 'fixes' }, html('caption', {}, 'What would repair it, tried'),
        html('tbody', {}, ...x.fixes.map((f) => html('tr', {}, html('th', { scope: 'row' }, f.change),
          html('td', {}, f.verdict))))));
    if (x.command) box.append(html('p', { class: 'command' }, html('code', {}, x.command)));
    return box;
  }

  /** Numbers of steps in a sentence become buttons. @param {string} text */
  withSteps(text) {
    return text.split(/(\b\d+(?= -)|(?<=-> )\d+\b|(?<=step )\d+\b|(?<= (?:in|of|what) )\d+(?= |,|\.)|(?<=\. )\d+(?= reads))/).map((part) => {
      const n = Number(part);
      if (!/^\d+$/.test(part) || n < 1 || n > this.x.steps.length) return part;
      return html('button', { class: 'step-link', type: 'button', 'aria-label': `go to step ${n}`, click: () => this.select(n) }, part);
    });
  }

  table() {
    const x = this.x;
    const heads = x.threads.map((t) => html('th', { scope: 'col' }, t.name, html('span', { class: 'calls' }, t.calls)));
    const body = html('tbody', {});
    const start = html('tr', { class: 'start', click: () => this.select(0) }, html('th', { scope: 'row' }, '0'),
      html('td', { colspan: x.threads.length }, `at the start: ${x.start || 'initial values'}`), html('td', { class: 'code' }));
    body.append(start);
    this.rows.push(start);
    x.steps.forEach((s, i) => {
      const row = html('tr', { class: this.rowClass(s, i), click: () => this.select(i + 1) },
        html('th', { scope: 'row' }, String(i + 1)),
        ...x.threads.map((t, n) => (n === s.thread ? this.cell(s, t.name) : html('td', { class: 'empty' }))),
        this.code(s));
      body.append(row);
      this.rows.push(row);
    });
    return html('table', { class: x.steps.some((s) => s.source) ? 'trace with-source' : 'trace', style: `--threads: ${x.threads.length}` },
      html('caption', {}, 'Each thread has a column; time runs downwards. Arrow keys go from step to step.'),
      html('thead', {}, html('tr', {}, html('th', { scope: 'col' }, '#'), ...heads, html('th', { scope: 'col', class: 'code' }, 'code'))),
      body);
  }

  /** @param {Step} s @param {number} i */
  rowClass(s, i) {
    const inCycle = this.x.cycle.some((e) => e.from === i + 1 || e.to === i + 1);
    return [s.told ? 'told' : 'aside', inCycle ? 'in-cycle' : '', s.missed ? 'stale' : '',
      this.differs === i + 1 ? 'differs' : '', this.x.at_step === i + 1 ? 'found' : ''].filter(Boolean).join(' ');
  }

  /** @param {Step} s @param {string} thread */
  cell(s, thread) {
    // An arrow is not broken, as a hyphen would be.
    const text = s.text.split(/(->)/).map((part) => (part === '->' ? html('span', { class: 'arrow' }, part) : part));
    const cell = html('td', { class: 'does', 'data-thread': thread }, html('span', { class: 'text' }, ...text));
    if (s.remark) cell.append(html('span', { class: 'remark' }, s.remark));
    return cell;
  }

  /** @param {Step} s */
  code(s) {
    const cell = html('td', { class: 'code' });
    if (s.source) cell.append(html('code', { class: 'source' }, ...breakable(s.source.trim())));
    if (s.function) cell.append(html('code', {}, ...breakable(s.function + (s.function.includes(' ') ? '' : '()'))));
    if (s.place) cell.append(html('small', {}, ...breakable(s.place)));
    return cell;
  }

  /** One ring, or each of several with its name. */
  ringSection() {
    const several = (this.x.more_rings ?? []).length > 0;
    const title = several ? 'The rings' : 'The ring';
    const section = html('section', { class: 'ring', 'aria-label': this.label(title) }, html('h3', {}, title));
    [this.x.ring, ...(this.x.more_rings ?? [])].forEach((_, i) => {
      const box = html('div', { class: 'pictures', tabindex: 0, role: 'group', 'aria-label': this.label(several ? `ring${i}, drawn` : 'The ring, drawn') });
      if (several) section.append(html('h4', {}, `ring${i}`));
      section.append(box);
      this.ringBoxes.push(box);
    });
    section.append(this.legend());
    return section;
  }

  legend() {
    return html('ul', { class: 'legend' },
      html('li', { class: 'busy' }, 'BUSY: reserved, not committed'),
      html('li', { class: 'committed' }, 'committed'),
      html('li', { class: 'discard' }, 'DISCARD: to be skipped'),
      html('li', { class: 'old' }, 'consumed: before consumer_pos'));
  }

  /** Shows step `at`. @param {number} at */
  show(at) {
    this.rows[this.at].classList.remove('current');
    this.rows[this.at].removeAttribute('aria-current');
    this.at = Math.max(0, Math.min(at, this.x.steps.length));
    const row = this.rows[this.at];
    row.classList.add('current');
    row.setAttribute('aria-current', 'step');
    this.detail();
    this.words();
    this.unseen();
    this.rings();
    this.scroll();  // last, because it asks where the row is by now
  }

  /** Brings the row of this step into sight. */
  scroll() {
    const row = this.rows[this.at];
    const box = /** @type {HTMLElement} */ (row.closest('.scroll'));
    const top = row.offsetTop - box.scrollTop;
    if (top < 40 || top + row.offsetHeight > box.clientHeight) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  }

  /** Has the table watched. @param {ResizeObserver} by */
  watch(by) {
    by.observe(/** @type {HTMLElement} */ (this.arrows.parentElement));
    by.observe(/** @type {HTMLElement} */ (this.arrows.previousElementSibling));
  }

  rings() {
    if (this.ringBoxes.length === 0) return;
    model.rings(this.x, this.at).forEach((ring, i) => {
      const now = JSON.stringify([...ring.positions, ring.records]);
      if (this.drawn[i] === now) return;
      this.drawn[i] = now;
      const id = `${this.id}r${i}`;
      this.ringBoxes[i].replaceChildren(drawing.strip(id + 's', ring), drawing.circle(id + 'c', ring));
    });
  }

  detail() {
    const s = this.at === 0 ? null : this.x.steps[this.at - 1];
    if (!s) {
      const lines = this.x.setup.length > 0 ? [html('details', {}, html('summary', {}, 'What setup did'),
        html('ol', {}, ...this.x.setup.map((l) => html('li', {}, l))))] : [];
      this.detailBox.replaceChildren(html('p', {}, `At the start: ${this.x.start || 'every word has its initial value'}.`), ...lines);
      return;
    }
    const facts = html('dl', {});
    /** @param {string} name @param {string} value */
    const fact = (name, value) => { if (value) facts.append(html('dt', {}, name), html('dd', {}, value)); };
    fact('function', s.function);
    fact('where', s.place);
    fact('line', s.source.trim());
    fact('site', s.site);
    fact('order', s.order);
    if (s.reads) fact('reads from', s.reads_from === 0 ? 'the initial value' : `step ${s.reads_from}`);
    this.detailBox.replaceChildren(
      html('p', { class: 'doing' }, html('b', {}, `${this.at}  ${this.x.threads[s.thread].name}: `), s.text),
      ...(s.remark ? [html('p', { class: 'remark' }, s.remark)] : []), facts);
  }

  /** Each store of each word, once; a step changes their states only. */
  makeWords() {
    const boxes = this.x.words.map((w, i) => {
      const items = model.history(this.x, i + 1, 0).map((s) => {
        const who = s.thread < 0 ? 'initial' : `step ${s.step}, ${this.x.threads[s.thread].name}`;
        const item = html('li', { class: 'store' }, html('b', {}, s.value), html('span', { class: 'who' }, who));
        return { item, now: '' };
      });
      const more = { before: html('li', { class: 'note' }), behind: html('li', { class: 'note' }) };
      const box = html('div', { class: 'word', role: 'group', 'aria-label': w.name }, html('h4', {}, w.name),
        html('ol', { class: 'stores' }, more.before, ...items.map((s) => s.item), more.behind));
      return { box, items, more };
    });
    const note = this.x.candidates_by === '' ? [] :
      [html('p', { class: 'note' }, `What a load may read is told by the model ${this.x.candidates_by}.`)];
    this.wordsBox.replaceChildren(...boxes.map((b) => b.box), ...note);
    return boxes;
  }

  words() {
    const marks = { read: '◉ read', readable: '○ readable', hidden: '✕ hidden', past: '', newest: '● newest', later: '' };
    this.wordBoxes.forEach(({ items, more }, i) => {
      const stores = model.history(this.x, i + 1, this.at);
      const newest = stores.map((s) => s.state !== 'later').lastIndexOf(true);
      let before = 0;
      let behind = 0;
      stores.forEach((s, n) => {
        // Of a long history, what is near, and all that this step may read.
        const far = stores.length > 3 * STORES_NEAR && Math.abs(n - newest) > STORES_NEAR && s.state !== 'read' && s.state !== 'readable';
        if (far && n < newest) ++before;
        else if (far) ++behind;
        const now = `${far} ${s.state} ${s.why}`;
        if (items[n].now === now) return;
        items[n].now = now;
        const { item } = items[n];
        item.className = `store ${s.state}${far ? ' far' : ''}`;
        while (item.childElementCount > 2) item.lastElementChild?.remove();
        if (marks[s.state]) item.append(html('span', { class: 'mark' }, marks[s.state]));
        if (s.why) item.append(html('span', { class: 'reason' }, s.why));
      });
      more.before.textContent = before > 0 ? `${before} more ...` : '';
      more.behind.textContent = behind > 0 ? `... ${behind} more` : '';
    });
    const asked = this.at === 0 ? 0 : this.x.steps[this.at - 1].word;
    if (asked === this.asked) return;
    // The word of this step stands first: on a narrow screen the others are far down.
    const before = this.wordBoxes[this.asked - 1];
    if (before) {
      before.box.classList.remove('asked');
      this.wordsBox.insertBefore(before.box, this.wordBoxes[this.asked]?.box ?? this.wordsBox.querySelector(':scope > .note'));
    }
    const now = this.wordBoxes[asked - 1];
    if (now) {
      now.box.classList.add('asked');
      this.wordsBox.prepend(now.box);
    }
    this.asked = asked;
  }

  unseen() {
    if (this.machine) return this.buffers(this.machine);
    const found = model.unseen(this.x, this.at);
    const now = JSON.stringify(found);
    if (now === this.waiting) return;
    this.waiting = now;
    const boxes = this.x.threads.map((t, n) => {
      const list = html('ol', { class: 'stores' }, ...found[n].map((step) => html('li', { class: 'store waiting' }, ...this.storeParts(step))));
      const nothing = html('p', { class: 'note' }, 'nothing: its next loads miss no store');
      return html('div', { class: 'word', role: 'group', 'aria-label': t.name },
        html('h4', {}, `by ${t.name}`), found[n].length > 0 ? list : nothing);
    });
    this.unseenBox.replaceChildren(html('p', { class: 'note' }, 'Stores that are made by now, and that a later load of the thread does not see.'), ...boxes);
  }

  /** @param {number} step */
  storeParts(step) {
    const s = this.x.steps[step - 1];
    return [html('b', {}, `${this.x.words[s.word - 1].name} := ${s.written}`), html('span', { class: 'who' }, `step ${step}, ${this.x.threads[s.thread].name}`)];
  }

  /** The buffers when this step has been made, and the order in which a machine does all of it.
   * @param {Action[]} order */
  buffers(order) {
    const now = order.findIndex((a) => !a.drains && a.step === this.at);
    /** @type {number[][]} */
    const waiting = this.x.threads.map(() => []);
    order.slice(0, now + 1).forEach((a) => {
      const s = this.x.steps[a.step - 1];
      if (a.drains) waiting[s.thread].shift();
      else if (model.buffered(s)) waiting[s.thread].push(a.step);
    });
    this.showAction(order, now);
    const key = JSON.stringify(waiting);
    if (key === this.waiting) return;
    this.waiting = key;
    this.buffersBox.replaceChildren(...this.x.threads.map((t, n) => html('div', { class: 'word', role: 'group', hidden: !this.x.steps.some((s) => s.thread === n && model.buffered(s)), 'aria-label': `buffer of ${t.name}` },
      html('h4', {}, `of ${t.name}`),
      waiting[n].length > 0 ? html('ol', { class: 'stores' }, ...waiting[n].map((step) => html('li', { class: 'store waiting' }, ...this.storeParts(step))))
        : html('p', { class: 'note' }, 'empty'))));
  }

  /** The machine's order, written once; a step moves the mark in it.
   * @param {Action[]} order @param {number} now */
  showAction(order, now) {
    if (this.actions.length === 0) {
      this.actions = order.map((a) => {
        const s = this.x.steps[a.step - 1];
        const text = a.drains ? `↓ ${this.x.words[s.word - 1].name} := ${s.written} of step ${a.step} reaches memory` : `${a.step} ${this.x.threads[s.thread].name}: ${s.text}`;
        return html('li', { class: a.drains ? 'drains' : '' },
          a.drains ? text : html('button', { type: 'button', class: 'plain', click: () => this.select(a.step) }, text));
      });
      this.unseenBox.replaceChildren(
        html('p', { class: 'note' }, 'A store waits in the buffer of its thread, and only that thread sees it there, until it reaches memory (↓).'),
        this.buffersBox,
        html('details', { class: 'machine', open: true },
          html('summary', {}, 'All steps, in the order of a machine with such buffers'), html('ol', {}, ...this.actions)));
    }
    this.actions[this.action]?.classList.remove('current');
    this.action = now;
    this.actions[now]?.classList.add('current');
  }

  /** Whether there is an edge of the kind. @param {string} kind */
  has(kind) {
    return this.edges.some((e) => e.kind === kind || e.kind.startsWith(kind + ' '));
  }

  /** Draws the relations of these kinds beside the steps. @param {string[]} kinds */
  relations(kinds) {
    this.shown = kinds;
    const box = /** @type {HTMLElement} */ (this.arrows.parentElement);
    const table = /** @type {HTMLElement} */ (box.querySelector('table'));
    const place = (/** @type {number} */ n) => {
      const cell = /** @type {HTMLElement} */ (this.rows[n].querySelector('.does') ?? this.rows[n]);
      return { x: cell.offsetLeft + 6, y: this.rows[n].offsetTop + this.rows[n].offsetHeight / 2 };
    };
    this.arrows.setAttribute('width', String(table.offsetWidth));
    this.arrows.setAttribute('height', String(table.offsetHeight));
    const marker = (/** @type {string} */ kind) => svg('marker', { id: `${this.id}-${kind}`, viewBox: '0 0 8 8', refX: 7, refY: 4, markerUnits: 'userSpaceOnUse', markerWidth: 9, markerHeight: 9, orient: 'auto-start-reverse' },
      svg('path', { d: 'M0 0 L8 4 L0 8 Z', class: `edge-${kind}-tip` }));
    const drawn = this.edges.filter((e) => kinds.some((k) => e.kind === k || e.kind.startsWith(k + ' '))).map((e, n) => {
      const a = place(e.from);
      const b = place(e.to);
      const kind = e.kind.split(' ').pop() ?? '';
      // In a thread's own column, dependencies stand outside of the cycle's edges.
      const out = e.kind.startsWith('dep') ? 18 : 0;
      const bend = a.x === b.x ? a.x - 26 - out - Math.min(30, Math.abs(b.y - a.y) / 8) : (a.x + b.x) / 2 + ((n % 3) - 1) * 24;
      const thick = e.kind.startsWith('cycle');
      // Edges between columns may cross in their middles: their names stand on either side of it.
      const t = n % 2 === 0 ? 0.3 : 0.7;
      const along = (/** @type {number} */ p, /** @type {number} */ q, /** @type {number} */ r, /** @type {number} */ s) =>
        (1 - t) ** 3 * p + 3 * (1 - t) ** 2 * t * q + 3 * (1 - t) * t ** 2 * r + t ** 3 * s;
      const name = a.x === b.x ? { x: a.x - 24 - out / 2, y: (a.y + b.y) / 2 + out }
        : { x: along(a.x, bend, bend, b.x) - 5, y: along(a.y, a.y, b.y, b.y) };
      return svg('g', { class: `edge edge-${kind}${thick ? ' thick' : ''}` },
        svg('path', { d: `M${a.x} ${a.y} C${bend} ${a.y} ${bend} ${b.y} ${b.x} ${b.y}`, 'marker-end': `url(#${this.id}-${kind})` }),
        svg('text', { x: name.x, y: name.y + 4 }, kind));
    });
    this.arrows.replaceChildren(svg('defs', {}, ...['rf', 'co', 'fr', 'hb', 'po', 'addr', 'data', 'ctrl'].map(marker)), ...drawn);
  }
}

/**
 * The page for one execution, or for two that are compared step by step.
 * @param {HTMLElement} root
 * @param {Execution[]} executions
 * @param {boolean} [alone] whether they are the whole page
 */
function showExecutions(root, executions, alone = false) {
  const last = Math.max(...executions.map((x) => x.steps.length));
  const differs = executions.length === 2 ? model.firstDifference(executions[0], executions[1]) : 0;
  let at = 0;
  /** @param {number} step */
  const go = (step) => {
    at = Math.max(0, Math.min(step, last));
    slider.value = String(at);
    const first = executions[0].steps[at - 1];
    slider.setAttribute('aria-valuetext', first ? `step ${at}: ${executions[0].threads[first.thread].name}, ${first.text}` : `step ${at}`);
    number.textContent = `${at} / ${last}`;
    for (const p of shown) p.show(at);
  };
  const shown = executions.map((x, i) => new Panel(x, go, differs, executions.length > 1 ? ['first', 'second'][i] : ''));
  const slider = /** @type {HTMLInputElement} */ (html('input', { type: 'range', min: 0, max: last, value: 0, 'aria-label': 'Step', input: () => go(Number(slider.value)) }));
  const number = html('output', { class: 'number' });
  /** @param {string} label @param {string} text @param {() => void} act */
  const button = (label, text, act) => html('button', { type: 'button', 'aria-label': label, title: label, click: act }, text);
  const kinds = Object.keys(MEANINGS).filter((k) => k !== 'po');
  /** @type {string[]} */
  const wanted = executions.some((x) => x.cycle.length > 0) ? ['cycle'] : [];
  const boxes = kinds.map((k) => html('label', { class: 'kind', title: MEANINGS[/** @type {'rf'} */ (k)] }, html('input', {
    type: 'checkbox', checked: wanted.includes(k), disabled: !shown.some((p) => p.has(k)), change: (/** @type {any} */ e) => {
      if (e.target.checked) wanted.push(k); else wanted.splice(wanted.indexOf(k), 1);
      for (const p of shown) p.relations(wanted);
    },
  }), ` ${k}`));
  const fold = html('label', {}, html('input', {
    type: 'checkbox', change: (/** @type {any} */ e) => {
      root.classList.toggle('fold', e.target.checked);
      for (const p of shown) p.relations(wanted);
    },
  }), ' only what matters');
  const controls = html('nav', { class: 'controls', 'aria-label': 'Steps' },
    button('first step', '|◀', () => go(0)), button('step back', '◀', () => go(at - 1)), slider,
    button('step on', '▶', () => go(at + 1)), button('last step', '▶|', () => go(last)), number,
    ...(differs > 0 ? [button(`first difference: step ${differs}`, '≠', () => go(differs))] : []),
    html('fieldset', { class: 'kinds' }, html('legend', {}, 'relations'), ...boxes, fold), themeButton());
  root.replaceChildren(controls, html(alone ? 'main' : 'div', { class: `panels ${executions.length > 1 ? 'two' : 'one'}` }, ...(alone ? [html('h1', { class: 'visually-hidden' }, document.title)] : []), ...shown.map((p) => p.root)));
  /** @param {KeyboardEvent} e */
  const keys = (e) => {
    const target = /** @type {HTMLElement} */ (e.target);
    if (e.altKey || e.ctrlKey || e.metaKey || target.closest('select, textarea, input[type=text], input[type=number]')) return;
    const own = target instanceof HTMLInputElement && target.type === 'range';
    const moves = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (e.key in moves) go(at + moves[/** @type {'ArrowUp'} */ (e.key)]);
    else if (e.key === 'Home') go(0);
    else if (e.key === 'End') go(last);
    else return;
    if (own || !target.closest('button')) e.preventDefault();
  };
  document.addEventListener('keydown', keys);
  go(0);
  for (const p of shown) p.relations(wanted);
  // The arrows lead from row to row: they are drawn anew when the table has another size.
  const redraw = () => shown.forEach((p) => { p.relations(wanted); p.scroll(); });
  const watcher = new ResizeObserver(redraw);
  for (const p of shown) p.watch(watcher);
  return { go, leave: () => { document.removeEventListener('keydown', keys); watcher.disconnect(); } };
}

function themeButton() {
  const themes = ['auto', 'light', 'dark'];
  const button = html('button', { type: 'button', class: 'theme' });
  let now = 0;
  const set = () => {
    const theme = themes[now];
    if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.setAttribute('data-theme', theme);
    button.textContent = `theme: ${theme}`;
  };
  button.addEventListener('click', () => { now = (now + 1) % themes.length; set(); });
  set();
  return button;
}
