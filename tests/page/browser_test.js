// The page in a real browser: Chromium without a window, driven by playwright-core. Speaks TAP.
//
// Needs `chromium` (Debian's package) and the Node module playwright-core; with axe-core the
// accessibility is checked too. RINGSIM_NODE_MODULES says where the modules are, if Node does not
// find them by itself: npm install --prefix DIR playwright-core axe-core.
'use strict';

const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const program = process.env.RINGSIM_PROGRAM;
const tests = process.env.RINGSIM_SOURCE_ROOT && path.join(process.env.RINGSIM_SOURCE_ROOT, 'tests');

function find(name) {
  const places = [process.env.RINGSIM_NODE_MODULES, process.cwd(), ...(process.env.NODE_PATH ?? '').split(':')];
  try {
    return require.resolve(name, { paths: places.filter(Boolean) });
  } catch {
    return null;
  }
}

function onPath(name) {
  return (process.env.PATH ?? '').split(':').map((d) => path.join(d, name)).find((f) => fs.existsSync(f));
}

let number = 0;
let failed = 0;
function report(good, name, more = '') {
  console.log(`${good ? 'ok' : 'not ok'} ${++number} ${name}${more}`);
  if (!good) ++failed;
}
function skipAll(why) {
  console.log(`TAP version 13\n1..0 # SKIP ${why}`);
  process.exit(0);
}
async function check(name, work) {
  try {
    await work();
    report(true, name);
  } catch (e) {
    console.log(`# ${String(e.message).split('\n').join('\n# ')}`);
    report(false, name);
  }
}
function must(good, what) {
  if (!good) throw new Error(what);
}

// An execution of so many steps: two threads that take turns with one word.
function long(steps) {
  const list = [];
  for (let i = 0; i < steps; ++i) {
    const store = i % 2 === 0;
    list.push({
      thread: i % 2, kind: store ? 'store' : 'load', text: store ? `store x rlx := ${i}` : `load x rlx -> ${i - 1}`,
      order: 'relaxed', function: 'f', place: 'f.c:1', source: 'x = 1;', site: '', remark: '', word: 1,
      read: store ? '' : String(i - 1), written: store ? String(i) : '', reads: !store, writes: store,
      reads_from: store ? 0 : i, coherence: store ? i / 2 + 1 : 0, missed: 0, told: true, candidates: [], ring: null,
    });
  }
  return {
    schema: 'ringsim/execution', version: 1, front_end: 'check', title: 'long', claim: '', verdict: 'AN EXECUTION',
    what: '', model: 'x86-tso', facts: [], command: '', threads: [{ name: 'a', calls: '' }, { name: 'b', calls: '' }],
    setup: [], start: '', words: [{ name: 'x', initial: '0' }], steps: list, at_step: 0, races_with: 0, why: '',
    cycle: [], fixes: [], ring: null, candidates_by: '',
  };
}

async function accessible(page, axe, name) {
  if (!axe) return report(true, `accessibility of ${name}`, ' # SKIP axe-core is not installed');
  await check(`accessibility of ${name}`, async () => {
    await page.evaluate(fs.readFileSync(axe, 'utf8'));
    const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] }));
    const text = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')}`);
    must(text.length === 0, text.join('\n'));
  });
}

async function alone(browser, directory, axe) {
  const ringsim = (...words) => execFileSync(program, words, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  ringsim('explore', 'lost-wakeup', '--engine', 'graph', '--model', 'x86-tso', '--out', '.', '--quiet');
  const finding = fs.readdirSync(directory).find((f) => f.startsWith('lost-wakeup-'));
  ringsim('show', finding, '--html', 'lost.html', '--no-fix');
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (e) => problems.push(e.message));
  page.on('request', (r) => { if (!r.url().startsWith('file:')) problems.push(r.url()); });
  await page.goto(`file://${directory}/lost.html`);

  await check('a file is stepped through by the keyboard, without a network', async () => {
    const steps = await page.locator('.trace tbody tr').count() - 1;
    for (let i = 1; i <= steps; ++i) {
      await page.keyboard.press('ArrowRight');
      must(await page.locator('tr.current th').innerText() === String(i), `step ${i} is not current`);
    }
    must(/sleeps/.test(await page.locator('.detail').innerText()), 'the last step is told');
    await page.keyboard.press('Home');
    must(/at the start/i.test(await page.locator('.detail').innerText()), 'Home goes to the start');
    must(problems.length === 0, problems.join('\n'));
  });
  await check('the stale read shows what it could have read', async () => {
    await page.locator('tr.stale').click();
    must(await page.locator('.word.asked .store.read').count() === 1, 'one store is marked as read');
    must(await page.locator('.word.asked .store.readable').count() === 1, 'one more is readable');
    must(await page.locator('.store.waiting').count() >= 1, 'a store is not yet seen');
  });
  await check('the ring is drawn, and told in words', async () => {
    must(/ring of 64 bytes.*consumer_pos/.test(await page.locator('svg.strip').getAttribute('aria-label')), 'its label');
  });
  await accessible(page, axe, 'a page that stands alone');
  await check('it fits a narrow screen', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    must(wide <= 0, `it is ${wide} pixels wider than the screen`);
  });

  fs.writeFileSync(path.join(directory, 'long.json'), JSON.stringify(long(300)));
  ringsim('show', 'long.json', '--html', 'long.html');
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`file://${directory}/long.html`);
  await check('300 steps: the middle one of all takes less than a frame of 16 ms', async () => {
    const spent = await page.evaluate(() => {
      const times = [];
      for (let i = 0; i < 300; ++i) {
        const begin = performance.now();
        document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
        void document.body.offsetHeight;
        times.push(performance.now() - begin);
      }
      return times.sort((a, b) => a - b);
    });
    must(spent[150] < 16, `it takes ${spent[150]} ms`);
  });
  await context.close();
}

async function served(browser, axe) {
  const server = spawn(program, ['serve', '--port', '0', '--quiet'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await new Promise((resolve) => {
    server.stdout.once('data', (d) => resolve(String(d).trim()));
    server.once('exit', () => resolve(''));
  });
  if (url === '') return report(true, 'serve', ' # SKIP this build has no HTTP server');
  const page = await browser.newPage();
  const problems = [];
  page.on('pageerror', (e) => problems.push(e.message));
  try {
    await page.goto(url);
    const verdict = (model) => page.locator(`.verdict-of[data-model="${model}"] .word-of`);
    await check('an order is changed, and the verdict changes', async () => {
      await verdict('x86-tso').filter({ hasText: 'VIOLATED' }).waitFor();
      await page.locator('[id="site-consumer.recheck_fence"]').selectOption('seq_cst');
      await verdict('x86-tso').filter({ hasText: 'HOLDS' }).waitFor();
      await page.locator('[id="site-consumer.recheck_fence"]').selectOption('none');
      await verdict('x86-tso').filter({ hasText: 'VIOLATED' }).waitFor();
      must(await page.locator('.panel').count() === 1, 'a counterexample is shown');
    });
    await accessible(page, axe, 'the served page');
    await check('the lost wakeup is played', async () => {
      await page.locator('summary', { hasText: 'Challenges' }).click();
      await page.locator('button', { hasText: 'lose-the-wakeup' }).click();
      for (let i = 0; i < 40; ++i) {
        await page.locator('.play').waitFor();
        if (await page.locator('.ending').count() > 0) break;
        const before = await page.locator('.trace tbody tr').count();
        await page.locator('button', { hasText: /^hint$/ }).evaluate((e) => /** @type {HTMLElement} */ (e).click());
        await page.locator('.choice.hinted').evaluate((e) => /** @type {HTMLElement} */ (e).click());
        await page.waitForFunction((n) => document.querySelectorAll('.trace tbody tr').length > n || document.querySelector('.ending'), before);
      }
      must(/SOLVED/.test(await page.locator('.ending').innerText()), 'it is solved');
    });
    await check('nothing went wrong on the page', async () => must(problems.length === 0, problems.join('\n')));
  } finally {
    server.kill('SIGINT');
    await page.close();
  }
}

async function main() {
  if (!program || !tests) skipAll('RINGSIM_PROGRAM and RINGSIM_SOURCE_ROOT are not set; meson test sets them');
  const chromium = onPath('chromium');
  if (!chromium) skipAll('chromium is not installed');
  const playwright = find('playwright-core');
  if (!playwright) skipAll('the Node module playwright-core is not installed (npm); RINGSIM_NODE_MODULES may say where');
  console.log('TAP version 13');
  const axe = find('axe-core');
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ringsim-page-'));
  const browser = await require(playwright).chromium.launch({ executablePath: chromium, args: ['--no-sandbox'] });
  try {
    await alone(browser, directory, axe);
    await served(browser, axe);
  } finally {
    await browser.close();
    fs.rmSync(directory, { recursive: true });
  }
  console.log(`1..${number}`);
  process.exit(failed > 0 ? 1 : 0);
}

void main();
