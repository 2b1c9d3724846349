#!/usr/bin/env python3
"""The page in a real browser: Chromium without a window, driven by ChromeDriver. Speaks TAP.

Needs Debian's packages chromium and chromium-driver. With the Node module axe-core, which
RINGSIM_NODE_MODULES names the place of, that checks the accessibility too.
RINGSIM_SCREENSHOTS names a directory for pictures of the pages in both themes and three widths.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # nothing is written beside the sources

from browser import (Browser, Report, check_accessible, check_axe, check_fits,  # noqa: E402
                     must, take_pictures)

FRAME_MS = 16


class Alone:
    """Files that stand alone, from disk, without a network."""

    def __init__(self, report, browser, program, directory, source):
        self.report = report
        self.browser = browser
        self.directory = directory
        self.program = program
        self.source = source

    def ringsim(self, *words, status=0):
        done = subprocess.run([self.program, *words], cwd=self.directory, text=True,
                              capture_output=True, check=False)
        must(done.returncode == status, f"{words}: {done.returncode}: {done.stderr}")
        return done.stdout

    def open(self, file):
        self.browser.open(f"file://{self.directory}/{file}")

    def run(self):
        self.browser.offline(True)
        self.finding()
        self.two()
        self.long()
        self.user_program()
        self.two_rings()
        self.course()
        self.browser.offline(False)

    def finding(self):
        browser, case = self.browser, self.report.case
        self.ringsim("explore", "lost-wakeup", "--engine", "graph", "--model", "x86-tso", "--out",
                     ".", "--quiet")
        finding = next(f for f in os.listdir(self.directory) if f.startswith("lost-wakeup-"))
        self.ringsim("show", finding, "--html", "lost.html", "--no-fix")
        self.open("lost.html")

        def keyboard():
            steps = browser.count(".trace tbody tr") - 1
            for i in range(1, steps + 1):
                browser.press("ArrowRight")
                now = browser.text("tr.current th")
                must(now.startswith(str(i)), f"step {i} is not current, but {now}")
            must("sleeps" in browser.text(".detail"), "the last step is told")
            browser.press("Home")
            must("at the start" in browser.text(".detail").lower(), "Home goes to the start")
            asked = browser.js("return performance.getEntriesByType('resource').map((r) => r.name)")
            must(not asked, f"it asks for {asked}")

        def stale():
            browser.click("tr.stale")
            must(browser.count(".word.asked .store.read") == 1, "one store is marked as read")
            must(browser.count(".word.asked .store.readable") == 1, "one more is readable")
            must(browser.count(".store.waiting") >= 1, "a store waits in its buffer")
            now = browser.text(".machine li.current")
            must("load B.len" in now, f"a machine does it too: {now}")
            must(browser.count(".machine li.drains") >= 1, "the store reaches memory later")

        def ring():
            label = browser.js("return document.querySelector('svg.strip').getAttribute('aria-label')")
            must(re.search("ring of 64 bytes.*consumer_pos", label), label)

        case("a file is stepped through by the keyboard, without a network", keyboard)
        case("the stale read shows what it could have read", stale)
        case("the ring is drawn, and told in words", ring)
        browser.js("for (const c of document.querySelectorAll('.kinds input'))"
                   " if (!c.disabled && !c.checked) c.click();"
                   "for (const d of document.querySelectorAll('details')) d.open = true")
        case("axe-core: a stale read, every relation, folded",
             lambda: check_axe(browser, "a stale read"))
        self.open("lost.html")
        check_accessible(self.report, browser, "a page that stands alone")
        case("it fits each screen", lambda: check_fits(browser))
        take_pictures(browser, "lost")

    def two(self):
        browser = self.browser
        def compare():
            program = os.path.join(self.source, "tests/programs/peterson.c")
            for name, execution in (("one", "1"), ("other", "2")):
                self.ringsim("check", program, "--model", "x86-tso", "--replay", execution,
                             "--save", name + ".json", "--quiet")
            self.ringsim("show", "one.json", "other.json", "--html", "two.html")
            self.open("two.html")
            must(browser.count(".panel") == 2, "two panels")
            must(browser.count("tr.differs") == 2, "their first difference is marked in both")
            browser.press("ArrowRight")
            must(browser.count("tr.current") == 2, "both go on together")
            browser.js("document.querySelector('[aria-label^=\"first difference\"]').click()")
            must(browser.count("tr.differs.current") == 2, "a button goes to it")

        self.report.case("two executions are stepped through together", compare)
        self.report.case("axe-core: two executions", lambda: check_axe(browser, "two executions"))
        take_pictures(browser, "two")

    def long(self):
        browser = self.browser

        # What a frame costs in the browser's own measure: processor time of its thread for the
        # program, styles and layout, so that a busy machine does not slow the page down.
        def spent(step):
            names = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")

            def now():
                metrics = browser.command("Performance.getMetrics")["metrics"]
                return sum(m["value"] for m in metrics if m["name"] in names)

            press = ("document.body.dispatchEvent(new KeyboardEvent('keydown',"
                     " {key: arguments[0], bubbles: true})); void document.body.offsetHeight")
            begin = now()
            browser.js(press, "ArrowRight")
            cost = 1000 * (now() - begin)
            must(browser.text(".number") == f"{step} / 300", f"step {step} is shown")
            if cost >= FRAME_MS:  # the garbage of other steps may have been collected: once more
                browser.js(press, "ArrowLeft")
                begin = now()
                browser.js(press, "ArrowRight")
                cost = min(cost, 1000 * (now() - begin))
            return cost

        def fluent(execution):
            with open(os.path.join(self.directory, "long.json"), "w", encoding="utf-8") as out:
                json.dump(execution, out)
            self.ringsim("show", "long.json", "--html", "long.html", "--force")
            self.open("long.html")
            browser.js("for (const c of document.querySelectorAll('.kinds .kind input'))"
                       " if (!c.disabled && !c.checked) c.click()")
            browser.command("Performance.enable", timeDomain="threadTicks")
            worst = max((spent(i), i) for i in range(1, 301))
            must(worst[0] < FRAME_MS, f"step {worst[1]} takes {worst[0]:.1f} ms")

        for name, execution in (("one word", long_execution(300)), ("many words", wide_execution(300))):
            self.report.case(f"300 steps, {name}: each takes less than a frame of {FRAME_MS} ms",
                             lambda e=execution: fluent(e))

    def user_program(self):
        browser = self.browser
        program = os.path.join(self.source, "tests/programs/message.c")
        done = subprocess.run([self.program, "show", program, "--html", "message.html"],
                              cwd=self.directory, text=True, capture_output=True, check=False)
        if done.returncode == 77 or shutil.which("cc") is None:
            return self.report.skip("a program of the user's own", "check is not possible here")

        def lit():
            must(done.returncode == 0, done.stderr)
            self.open("message.html")
            browser.press("End")
            must("message == 42" in browser.text("tr.current td.code"), "its own line is lit")
            must("RACE" in browser.text("tr.current"), "what is wrong is told")

        self.report.case("a program of the user's own, with its lines", lit)
        self.report.case("however long its path is, it fits each screen", lambda: check_fits(browser))
        check_accessible(self.report, browser, "a program of the user's own")
        take_pictures(browser, "program")
        return None


    def two_rings(self):
        browser = self.browser
        self.ringsim("explore", "merged-rings-race", "--orders", "seq_cst consumer=libpman",
                     "--engine", "graph", "--model", "rc11", "--out", "rings", "--quiet")
        finding = os.path.join("rings", os.listdir(os.path.join(self.directory, "rings"))[0])
        self.ringsim("show", finding, "--html", "rings.html", "--no-fix")
        self.open("rings.html")

        def drawn():
            must(browser.count("svg.strip") == 2, "each ring has its bytes")
            before = browser.js("return [...document.querySelectorAll('svg.strip')]"
                                ".map((s) => s.getAttribute('aria-label'))")
            browser.press("End")
            behind = browser.js("return [...document.querySelectorAll('svg.strip')]"
                                ".map((s) => s.getAttribute('aria-label'))")
            must(before[0] != behind[0] and before[1] != behind[1], f"both change: {behind}")

        self.report.case("of two rings each has its bytes", drawn)
        self.report.case("axe-core: two rings", lambda: check_axe(browser, "two rings"))
        take_pictures(browser, "rings")

    def course(self):
        self.ringsim("teach", "--html", "course", "--quiet")

        def lessons():
            for file in sorted(os.listdir(os.path.join(self.directory, "course"))):
                self.open("course/" + file)
                fonts = self.browser.js("return ['main', 'code'].map((tag) => document.querySelector(tag))"
                                        ".filter(Boolean).map((e) => getComputedStyle(e).fontFamily)")
                must(len(set(fonts)) == len(fonts), "code does not look like text")
                check_axe(self.browser, file)
                check_fits(self.browser)

        self.report.case("every lesson fits each screen, and axe-core finds nothing", lessons)
        take_pictures(self.browser, "lesson")


def long_execution(steps):
    """Two threads that take turns with one word."""
    made = []
    for i in range(steps):
        store = i % 2 == 0
        made.append({
            "thread": i % 2, "kind": "store" if store else "load",
            "text": f"store x rlx := {i}" if store else f"load x rlx -> {i - 1}",
            "order": "relaxed", "function": "f", "place": "f.c:1", "source": "x = 1;", "site": "",
            "remark": "", "word": 1, "read": "" if store else str(i - 1),
            "written": str(i) if store else "", "reads": not store, "writes": store,
            "reads_from": 0 if store else i, "coherence": i // 2 + 1 if store else 0, "missed": 0,
            "told": True, "candidates": [], "ring": None})
    return {"schema": "ringsim/execution", "version": 1, "front_end": "check", "title": "long",
            "claim": "", "verdict": "AN EXECUTION", "what": "", "model": "x86-tso", "facts": [],
            "command": "", "threads": [{"name": "a", "calls": ""}, {"name": "b", "calls": ""}],
            "setup": [], "start": "", "words": [{"name": "x", "initial": "0"}], "steps": made,
            "at_step": 0, "races_with": 0, "why": "", "cycle": [], "fixes": [], "ring": None,
            "candidates_by": ""}


def wide_execution(steps):
    """Four threads and forty words; each load could read every store of its word."""
    made = long_execution(steps)
    stores = [[] for _ in range(41)]
    for i, s in enumerate(made["steps"]):
        word = i * 7 % 40 + 1
        mine = stores[word]
        store = not mine or i % 3 == 0
        s.update(thread=i % 4, word=word, kind="store" if store else "load", reads=not store,
                 writes=store, read="" if store else "r", written=str(i) if store else "",
                 text=f"store w{word} rlx := {i}" if store else f"load w{word} rlx -> r",
                 coherence=len(mine) + 1 if store else 0,
                 reads_from=0 if store else mine[i % len(mine)],
                 candidates=[] if store else [{"store": m, "readable": True, "why": ""} for m in mine])
        if store:
            mine.append(i + 1)
    made.update(model="rc11", threads=[{"name": n, "calls": ""} for n in "abcd"],
                words=[{"name": f"w{i + 1}", "initial": "0"} for i in range(40)])
    return made


class Served:
    """The page of `ringsim serve`."""

    VERDICT = ("document.querySelector(`.verdict-of[data-model='${arguments[0]}'] .word-of`)"
               "?.innerText.includes(arguments[1])")
    FENCE = "[id='site-consumer.recheck_fence']"

    def __init__(self, report, browser, program, source):
        self.report = report
        self.browser = browser
        test = os.path.join(source, "tests", "litmus", "SB+rlx+rlx.litmus")
        file = os.path.join(source, "tests", "programs", "message.c")
        self.server = subprocess.Popen([program, "serve", "--port", "0", "--quiet", test, file],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def run(self):
        url = self.server.stdout.readline().strip()
        try:
            if not url:
                return self.report.skip("serve", "this build has no HTTP server")
            self.browser.problems()
            self.browser.open(url)
            self.report.case("an order is changed, and the verdict changes", self.change)
            check_accessible(self.report, self.browser, "the served page")
            self.report.case("the served page fits each screen", lambda: check_fits(self.browser))
            take_pictures(self.browser, "serve")
            self.report.case("the lost wakeup is played", self.play)
            take_pictures(self.browser, "play")
            self.report.case("load buffering is played", self.play_ahead)
            take_pictures(self.browser, "play-ahead")
            self.report.case("a litmus test of one's own is stepped through", self.play_file)
            if shutil.which("cc"):
                self.report.case("a program of one's own is stepped through", self.play_program)
                take_pictures(self.browser, "play-program")
            self.report.case("axe-core: in each state", self.accessible_states)
            self.report.case("nothing went wrong on the page", self.quiet)
            self.report.case("a server that is gone is told of", self.gone)
        finally:
            self.server.terminate()
            self.server.wait()
            self.server.stdout.close()
        return None

    def change(self):
        browser = self.browser
        browser.wait(self.VERDICT, "x86-tso", "VIOLATED")
        browser.choose(self.FENCE, "seq_cst")
        browser.wait(self.VERDICT, "x86-tso", "HOLDS")
        browser.choose(self.FENCE, "none")
        browser.wait(self.VERDICT, "x86-tso", "VIOLATED")
        browser.wait("document.querySelectorAll('.panel').length === 1")
        rows = browser.js("return new Set([...document.querySelectorAll('.verdict-of')]"
                          ".map((e) => e.offsetTop)).size")
        must(rows == 1, f"the verdicts stand in {rows} rows")

    def play(self):
        self.browser.click(".tasks-box summary")
        self.browser.js("[...document.querySelectorAll('.tasks button')]"
                        ".find((b) => b.textContent === 'lose-the-wakeup').click()")
        self.browser.wait("document.querySelector('.play')")
        self.follow_hints()

    def play_ahead(self):
        browser = self.browser
        browser.js("[...document.querySelectorAll('.tasks button')]"
                   ".find((b) => b.textContent === 'both-read-1').click()")
        ahead = ("[...document.querySelectorAll('.choice')]"
                 ".find((b) => b.innerText.includes('AHEAD: P1 is still'))")
        browser.wait(ahead)
        browser.js(ahead + ".click()")
        browser.wait("document.querySelector('.trace .remark')")
        must("AHEAD: P1 is still to store it" in browser.text(".trace .remark"), "it is told")
        browser.js("[...document.querySelectorAll('.play button')]"
                   ".find((b) => b.textContent === 'undo').click()")
        browser.wait("!document.querySelector('.trace .remark') && " + ahead)
        browser.js(ahead + ".click()")
        browser.wait("document.querySelector('.trace .remark')")
        self.follow_hints()
        must(browser.text(".trace .remark").startswith("AHEAD: step "), "the store has come")

    def play_file(self):
        browser = self.browser
        browser.choose(".files select", "x86-tso")
        browser.click(".files button")
        browser.wait("document.querySelector('.play .note')?.textContent.includes('SB+rlx+rlx')"
                     " && !document.querySelector('.ending')")
        self.follow_hints()

    def play_program(self):
        browser = self.browser
        browser.js("[...document.querySelectorAll('.files button')]"
                   ".find((b) => b.textContent.endsWith('message.c')).click()")
        browser.wait("document.querySelector('.play .note')?.textContent.includes('message.c')"
                     " && !document.querySelector('.ending')", seconds=60)
        self.follow_hints()
        must("data race" in browser.text(".ending"), "what is wrong is told")
        hidden = browser.js("const s = document.querySelector('.scroll'); return s.scrollWidth - s.clientWidth")
        must(hidden <= 0, f"{hidden} pixels of its lines are out of sight")
        must(browser.count("td.code .source") > 0, "its own lines are beside the steps")

    def accessible_states(self):
        browser = self.browser
        browser.js("for (const d of document.querySelectorAll('details')) d.open = true")
        check_axe(browser, "a run that is over")
        browser.choose("#choose-orders", "fenced")
        browser.wait("!document.querySelector('.panel')")
        check_axe(browser, "nothing is violated")
        browser.choose("#choose-orders", "libbpf")
        browser.wait("document.querySelector('.panel') && !document.querySelector('.play')")
        check_axe(browser, "a counterexample")
        browser.js("document.querySelector('.schedule').click()")
        browser.wait("document.querySelector('.play')")
        for _ in range(40):
            if browser.count(".choice:disabled") or browser.count(".ending"):
                break
            before = browser.count(".trace tbody tr")
            browser.js("document.querySelector('.choice:not(:disabled)').click()")
            browser.wait("document.querySelectorAll('.trace tbody tr').length > arguments[0]"
                         " || document.querySelector('.ending')", before)
        must("acyclic(" in browser.text(".choice:disabled"), "what forbids a choice is told")
        check_axe(browser, "a choice that is not allowed")

    def gone(self):
        self.server.terminate()
        self.server.wait()
        self.browser.choose("#choose-orders", "fenced")
        self.browser.wait("document.querySelector('.status.bad')")
        check_axe(self.browser, "no server")

    def follow_hints(self):
        browser = self.browser
        for _ in range(40):
            if browser.count(".ending"):
                break
            before = browser.count(".trace tbody tr")
            browser.js("[...document.querySelectorAll('.play button')]"
                       ".find((b) => b.textContent === 'hint').click()")
            browser.wait("document.querySelector('.choice.hinted')")
            # The hint has the focus: the keyboard is enough.
            browser.press("Enter")
            browser.wait("document.querySelectorAll('.trace tbody tr').length > arguments[0]"
                         " || document.querySelector('.ending')", before)
        must("SOLVED" in browser.text(".ending"), "it is solved")

    def quiet(self):
        problems = self.browser.problems()
        must(not problems, "\n".join(problems))


def skip_all(why):
    print(f"TAP version 13\n1..0 # SKIP {why}")
    sys.exit(0)


def main():
    program = os.environ.get("RINGSIM_PROGRAM")
    source = os.environ.get("RINGSIM_SOURCE_ROOT")
    if not program or not source:
        skip_all("RINGSIM_PROGRAM and RINGSIM_SOURCE_ROOT are not set; meson test sets them")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        skip_all("Debian's packages chromium and chromium-driver are not installed")
    report = Report()
    with tempfile.TemporaryDirectory(prefix="ringsim-page-",
                                     ignore_cleanup_errors=True) as directory:
        browser = Browser(chromium, driver, directory)
        try:
            Alone(report, browser, program, directory, source).run()
            Served(report, browser, program, source).run()
        finally:
            browser.close()
    print(f"1..{report.number}")
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
