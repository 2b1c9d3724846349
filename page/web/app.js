// @ts-check
// The page that `ringsim serve` opens: what to explore on the left, the verdicts of all models, and
// below them a counterexample, or the run of whoever is the scheduler.
'use strict';

/**
 * @typedef {{name: string, function: string, access: string, pairs_with: string, order: string,
 *   orders: string[]}} Site
 * @typedef {{model: string, verdict: string, what: string, executions?: number}} Verdict
 * @typedef {{thread: number, text: string, allowed: boolean, why: string,
 *   turn: number[] | null}} Choice
 * @typedef {{heading: string, goal: string, threads: string[], over: boolean, solved: boolean,
 *   ending: string, waiting: string[], choices: Choice[], execution: Execution,
 *   hint?: number | null}} Position
 */

/** @param {string} what @param {unknown} [body] */
async function ask(what, body) {
  const answer = body === undefined ? await fetch(`/api/v1/${what}`)
    : await fetch(`/api/v1/${what}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const j = await answer.json();
  if (j.error) throw new Error(j.error);
  return j;
}

class App {
  /** @param {HTMLElement} root @param {any} catalogue */
  constructor(root, catalogue) {
    this.catalogue = catalogue;
    /** @type {Record<string, string>} */
    this.changes = {};
    /** @type {number[][]} */
    this.turns = [];
    this.model = 'x86-tso';
    this.challenge = '';
    this.file = '';
    /** @type {{leave: () => void} | null} */
    this.view = null;
    this.asked = 0;
    /** @param {string} label @param {string[]} values @param {string} [now] */
    const select = (label, values, now) => {
      const box = /** @type {HTMLSelectElement} */ (html('select', { id: `choose-${label}`, change: () => this.changed(label) },
        ...values.map((v) => html('option', { value: v, selected: v === now }, v || 'as usual'))));
      return { box, row: html('p', { class: 'choose' }, html('label', { for: box.id }, label), box) };
    };
    this.scenario = select('scenario', catalogue.scenarios.map((/** @type {any} */ s) => s.name), 'lost-wakeup');
    this.table = select('orders', catalogue.tables.map((/** @type {any} */ t) => t.name), 'libbpf');
    this.trigger = select('trigger', ['edge', 'level']);
    this.consumer = select('consumer', ['', ...catalogue.consumers]);
    this.kernel = select('kernel', ['', ...catalogue.kernels]);
    this.claim = html('p', { class: 'note' });
    this.sites = html('div', { class: 'sites' });
    this.verdicts = html('div', { class: 'verdicts', role: 'group', 'aria-label': 'Verdicts by model', 'aria-live': 'polite' });
    this.below = html('div', { class: 'below' });
    this.status = html('p', { class: 'note status', role: 'status' });
    const tasks = html('ul', { class: 'tasks' }, ...catalogue.challenges.map((/** @type {any} */ c) =>
      html('li', {}, html('button', { type: 'button', click: () => this.begin(c.name, c.model) }, c.name), ' ', c.task)));
    const files = catalogue.files.map((/** @type {any} */ f) => this.fileRow(f));
    root.replaceChildren(
      html('header', { class: 'top' }, html('h1', {}, 'ringsim'), html('span', { class: 'note' }, 'the BPF ring buffer protocol, under eight memory models'), themeButton()),
      html('div', { class: 'app' },
        html('aside', { 'aria-label': 'What to explore' },
          this.scenario.row, this.claim, this.table.row, this.trigger.row, this.consumer.row, this.kernel.row,
          html('details', { class: 'orders', open: matchMedia('(min-width: 56rem)').matches },
            html('summary', {}, html('h2', {}, 'Orders at the sites')), this.sites)),
        html('main', { class: 'results' },
          html('section', { 'aria-label': 'Verdicts' }, html('h2', {}, 'What the models say'), this.verdicts, this.status),
          html('p', {}, html('button', { type: 'button', class: 'schedule', click: () => this.begin('', this.model) }, 'be the scheduler'), ' under ', this.modelSelect()),
          ...(files.length ? [html('section', { class: 'files', 'aria-label': 'Your files' }, html('h2', {}, 'Your files'), html('ul', { class: 'tasks' }, ...files))] : []),
          html('details', { class: 'tasks-box' }, html('summary', {}, 'Challenges'), tasks),
          this.below)));
  }

  /** @param {{name: string, models: string[]}} f */
  fileRow(f) {
    const box = /** @type {HTMLSelectElement} */ (html('select', { 'aria-label': `model for ${f.name}` },
      ...f.models.map((m) => html('option', { value: m }, m))));
    return html('li', {}, html('button', { type: 'button', click: () => this.begin('', box.value, f.name) }, f.name), ' under ', box);
  }

  modelSelect() {
    const box = /** @type {HTMLSelectElement} */ (html('select', { 'aria-label': 'model to step through', change: () => { this.model = box.value; } },
      ...this.catalogue.models.map((/** @type {string} */ m) => html('option', { value: m, selected: m === this.model }, m))));
    return box;
  }

  /** @param {string} label */
  changed(label) {
    if (label === 'scenario' || label === 'orders') this.changes = {};
    void this.judge();
  }

  request() {
    return {
      scenario: this.scenario.box.value, table: this.table.box.value, trigger: this.trigger.box.value,
      consumer: this.consumer.box.value, kernel: this.kernel.box.value, changes: this.changes,
    };
  }

  /** Runs what was asked for last; an answer that comes too late is dropped.
   * @param {() => Promise<void>} work @param {string} [what] */
  async busy(work, what = 'asking the engine ...') {
    this.status.textContent = what;
    this.status.classList.remove('bad');
    try {
      await work();
      this.status.textContent = '';
    } catch (e) {
      this.status.textContent = String(/** @type {Error} */ (e).message);
      this.status.classList.add('bad');
    }
  }

  judge() {
    const mine = ++this.asked;
    return this.busy(async () => {
      const scenario = this.catalogue.scenarios.find((/** @type {any} */ s) => s.name === this.scenario.box.value);
      this.claim.textContent = scenario.claim;
      const answer = await ask('verdicts', this.request());
      if (mine !== this.asked) return;
      this.showSites(answer.sites);
      const words = { HOLDS: 'good', VIOLATED: 'bad' };
      this.verdicts.replaceChildren(...answer.verdicts.map((/** @type {Verdict} */ v) => {
        const text = [html('b', {}, v.model), html('span', { class: 'word-of' }, `${v.verdict === 'HOLDS' ? '✓ ' : v.verdict === 'VIOLATED' ? '✗ ' : ''}${v.verdict}`),
          html('small', {}, v.verdict === 'HOLDS' ? `${v.executions} executions` : v.what)];
        const kind = words[/** @type {'HOLDS'} */ (v.verdict)] ?? 'unknown';
        return html('button', { type: 'button', class: `verdict-of ${kind}`, 'data-model': v.model, disabled: v.verdict !== 'VIOLATED', click: () => this.explain(v.model) }, ...text);
      }));
      const first = answer.verdicts.find((/** @type {Verdict} */ v) => v.verdict === 'VIOLATED');
      if (first) await this.explain(first.model, mine);
      else this.showBelow(html('p', { class: 'note' }, 'No model has an execution that violates the claim.'));
    });
  }

  /** @param {Site[]} sites */
  showSites(sites) {
    const focused = document.activeElement?.id ?? '';
    /** @type {HTMLElement[]} */
    const parts = [];
    let last = '';
    for (const s of sites) {
      if (s.function !== last) parts.push(html('h3', {}, s.function));
      last = s.function;
      const id = `site-${s.name}`;
      const box = /** @type {HTMLSelectElement} */ (html('select', { id, change: () => { this.changes[s.name] = box.value; void this.judge(); } },
        ...s.orders.map((o) => html('option', { value: o, selected: o === s.order }, o))));
      const short = s.name.split('.').slice(1).join('.');
      parts.push(html('p', { class: `choose${s.name in this.changes ? ' changed' : ''}`, title: `pairs with ${s.pairs_with}` }, html('label', { for: id }, short), box));
    }
    this.sites.replaceChildren(...parts);
    if (focused) document.getElementById(focused)?.focus();
  }

  /** @param {...Node} parts */
  showBelow(...parts) {
    this.view?.leave();
    this.view = null;
    this.below.replaceChildren(...parts);
  }

  /** @param {string} model @param {number} [mine] */
  async explain(model, mine) {
    const answer = await ask('counterexample', { ...this.request(), model });
    if (mine !== undefined && mine !== this.asked) return;
    for (const b of this.verdicts.querySelectorAll('button')) b.setAttribute('aria-pressed', String(b.dataset.model === model));
    if (!answer.execution) return;
    const box = html('div', { class: 'embedded' });
    this.showBelow(html('h2', {}, `A counterexample under ${model}`), box);
    this.view = showExecutions(box, [answer.execution]);
  }

  /** @param {string} challenge @param {string} model @param {string} [file] */
  begin(challenge, model, file = '') {
    this.challenge = challenge;
    this.file = file;
    this.playing = model;
    this.turns = [];
    return this.play(false);
  }

  /** @param {boolean} hint */
  play(hint) {
    const mine = ++this.asked;
    return this.busy(async () => {
      const what = this.file ? { file: this.file } : this.challenge ? { challenge: this.challenge } : this.request();
      /** @type {Position} */
      const p = await ask('step', { ...what, model: this.playing, turns: this.turns, hint });
      if (mine === this.asked) this.showPosition(p, hint);
    }, this.file && this.turns.length === 0 ? 'asking the engine; a program is compiled and explored first ...' : undefined);
  }

  /** @param {Position} p @param {boolean} hinted */
  showPosition(p, hinted) {
    const columns = p.threads.map((name, t) => html('section', { class: 'thread', 'aria-label': name }, html('h3', {}, name),
      ...p.choices.filter((c) => c.thread === t).map((c) => this.choice(p, c)),
      ...p.waiting.filter((w) => w.startsWith(`${name} waits`)).map((w) => html('p', { class: 'note' }, w))));
    const undo = html('button', { type: 'button', disabled: this.turns.length === 0, click: () => { this.turns.pop(); void this.play(false); } }, 'undo');
    const hint = html('button', { type: 'button', disabled: p.over || p.goal === '', click: () => void this.play(true) }, 'hint');
    const save = html('button', { type: 'button', click: () => this.save(p.execution) }, 'save');
    const end = p.over ? [html('p', { class: `ending ${p.solved ? 'solved' : ''}`, role: 'status' }, p.solved ? `✓ SOLVED: ${p.ending}` : `over: ${p.ending}`)] : [];
    const none = hinted && p.hint === null ? [html('p', { class: 'note', role: 'status' }, 'No way from here to the goal was found: undo.')] : [];
    const box = html('div', { class: 'embedded' });
    this.showBelow(html('section', { class: 'play', 'aria-label': 'Be the scheduler' },
      html('h2', {}, 'Be the scheduler'), html('p', { class: 'note' }, p.heading),
      ...(p.goal ? [html('p', {}, html('b', {}, 'goal: '), p.goal)] : []),
      html('p', {}, undo, ' ', hint, ' ', save), ...none, ...end,
      ...(p.over ? [] : [html('div', { class: 'columns' }, ...columns)])), box);
    const view = showExecutions(box, [p.execution]);
    view.go(p.execution.steps.length);
    this.view = view;
    /** @type {HTMLElement | null} */
    const next = this.below.querySelector('.choice.hinted') ?? this.below.querySelector('.choice:not(:disabled)');
    next?.focus({ preventScroll: true });
  }

  /** @param {Position} p @param {Choice} c */
  choice(p, c) {
    const hinted = p.hint !== undefined && p.hint !== null && p.choices[p.hint] === c;
    return html('button', {
      type: 'button', class: `choice${hinted ? ' hinted' : ''}`, disabled: !c.allowed,
      click: () => { if (c.turn) { this.turns.push(c.turn); void this.play(false); } },
    }, html('span', { class: 'text' }, c.text), html('small', {}, `${hinted ? 'hint: this one. ' : ''}${c.why}`));
  }

  /** @param {Execution} x */
  save(x) {
    const text = JSON.stringify({ schema: 'ringsim/execution', version: 1, ...x }, null, 1);
    const link = /** @type {HTMLAnchorElement} */ (html('a', { href: URL.createObjectURL(new Blob([text], { type: 'application/json' })), download: 'run.json' }));
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

void (async () => {
  const root = /** @type {HTMLElement} */ (document.getElementById('app'));
  try {
    const app = new App(root, await ask('catalogue'));
    await app.judge();
  } catch (e) {
    root.textContent = `The server does not answer: ${/** @type {Error} */ (e).message}`;
  }
})();
