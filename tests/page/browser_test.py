#!/usr/bin/env python3
"""The page in a real browser: Chromium without a window, driven by ChromeDriver. Speaks TAP.

Needs Debian's packages chromium and chromium-driver. With the Node module axe-core, which
RINGSIM_NODE_MODULES names the place of, that checks the accessibility too.
RINGSIM_SCREENSHOTS names a directory for pictures of the pages in both themes and three widths.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

KEYS = {"ArrowRight": "\ue014", "ArrowLeft": "\ue012", "Home": "\ue011", "End": "\ue010",
        "Enter": "\ue007", "Tab": "\ue004"}
FRAME_MS = 16


class Failed(Exception):
    """Something on the page is not as it should be."""


def must(good, what):
    if not good:
        raise Failed(what)


class Report:
    """One line a test case, as TAP has it."""

    def __init__(self):
        self.number = self.failed = 0
        print("TAP version 13")

    def case(self, name, work):
        self.number += 1
        try:
            work()
            print(f"ok {self.number} {name}")
        except Exception as e:  # whatever it is, the other cases go on
            text = str(e) if isinstance(e, Failed) else traceback.format_exc()
            print("# " + text.replace("\n", "\n# "))
            print(f"not ok {self.number} {name}")
            self.failed += 1
        sys.stdout.flush()

    def skip(self, name, why):
        self.number += 1
        print(f"ok {self.number} {name} # SKIP {why}")


class Browser:
    """A session of ChromeDriver: W3C WebDriver, and Chromium's own commands."""

    def __init__(self, chromium, driver, directory):
        self.log = open(os.path.join(directory, "chromedriver.log"), "w", encoding="utf-8")
        self.process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE,
                                        stderr=self.log, text=True)
        self.session = ""
        for line in self.process.stdout:
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                self.url = f"http://127.0.0.1:{found[1]}/session"
                break
        options = {"binary": chromium, "args": [
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
            "--hide-scrollbars", "--window-size=1280,900",
            "--user-data-dir=" + os.path.join(directory, "profile")]}
        answer = self.ask("", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.session = "/" + answer["sessionId"]

    def ask(self, path, body=None, method="POST"):
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.url + self.session + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            raise Failed(f"{path}: {e.read().decode()[:400]}") from e

    def open(self, url):
        self.ask("/url", {"url": url})

    def js(self, script, *args):
        return self.ask("/execute/sync", {"script": script, "args": list(args)})

    def command(self, name, **parameters):
        return self.ask("/goog/cdp/execute", {"cmd": name, "params": parameters})

    def press(self, key):
        code = KEYS.get(key, key)
        self.ask("/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
            {"type": "keyDown", "value": code}, {"type": "keyUp", "value": code}]}]})

    def find(self, css):
        found = self.ask("/elements", {"using": "css selector", "value": css})
        must(found, f"there is no {css}")
        return next(iter(found[0].values()))

    def click(self, css):
        self.ask(f"/element/{self.find(css)}/click")

    def text(self, css):
        return self.js("return document.querySelector(arguments[0])?.innerText ?? ''", css)

    def count(self, css):
        return self.js("return document.querySelectorAll(arguments[0]).length", css)

    def choose(self, css, value):
        """Takes an option of a drop-down, as somebody at the keyboard would."""
        self.js("const e = document.querySelector(arguments[0]); e.value = arguments[1];"
                "e.dispatchEvent(new Event('change', {bubbles: true}))", css, value)

    def wait(self, script, *args, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.js("return " + script, *args)
            if found:
                return found
            time.sleep(0.05)
        raise Failed(f"waited {seconds} s in vain for {script} {args}")

    def resize(self, width, height):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=1, mobile=False)

    def theme(self, name):
        self.command("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": name}])

    def offline(self, on):
        self.command("Network.enable")
        self.command("Network.emulateNetworkConditions", offline=on, latency=0,
                     downloadThroughput=-1, uploadThroughput=-1)

    def problems(self):
        """What the page threw or could not load since the last time."""
        return [e["message"] for e in self.ask("/se/log", {"type": "browser"})
                if e["level"] == "SEVERE" and "favicon" not in e["message"]]

    def picture(self, file):
        """Of the whole page, as high as it is."""
        size = self.command("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 8000),
                "scale": 1}
        shot = self.command("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        with open(file, "wb") as out:
            out.write(base64.b64decode(shot["data"]))

    def close(self):
        try:
            if self.session:
                self.ask("", method="DELETE")
        finally:
            self.process.terminate()
            self.process.wait()
            self.process.stdout.close()
            self.log.close()


# Text that cannot be read against what is behind it: WCAG 2, 1.4.3. Transitions are over first.
CONTRAST = """
const channel = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const colour = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
const behind = (e) => {
  for (let at = e; at; at = at.parentElement) {
    const c = colour(getComputedStyle(at).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c;
  }
  return [255, 255, 255];
};
const bad = new Set();
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const e = walk.currentNode.parentElement;
  const style = getComputedStyle(e);
  if (!walk.currentNode.data.trim() || e.closest('svg, script, noscript, [disabled], .visually-hidden, caption')) continue;
  if (!e.checkVisibility()) continue;
  const [a, b] = [light(colour(style.color)), light(behind(e))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && Number(style.fontWeight) >= 700);
  if (ratio < (large ? 3 : 4.5)) bad.add(`${e.tagName}.${e.className}: ${ratio.toFixed(2)}: ${walk.currentNode.data.trim().slice(0, 30)}`);
}
return [...bad];
"""

NAMED_ROLES = {"button", "link", "slider", "combobox", "checkbox", "textbox", "image", "listbox"}


def find_axe():
    directory = os.environ.get("RINGSIM_NODE_MODULES", "")
    for place in (directory, os.path.join(directory, "node_modules")):
        file = os.path.join(place, "axe-core", "axe.min.js")
        if directory and os.path.exists(file):
            return file
    return None


def check_accessible(report, browser, name):
    def readable():
        for theme in ("light", "dark"):
            browser.theme(theme)
            time.sleep(0.3)
            bad = browser.js(CONTRAST)
            must(not bad, f"{theme}: " + "\n".join(bad[:10]))
        browser.theme("light")

    def named():
        nodes = browser.command("Accessibility.getFullAXTree")["nodes"]
        must(len(nodes) > 20, "there is a tree")
        for n in nodes:
            role = n.get("role", {}).get("value")
            if not n.get("ignored") and role in NAMED_ROLES:
                must(n.get("name", {}).get("value"), f"a {role} has no name")
        twice = browser.js("const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);"
                           "return ids.filter((id, i) => ids.indexOf(id) !== i)")
        must(not twice, f"ids are used twice: {twice}")

    def axe():
        with open(find_axe(), encoding="utf-8") as source:
            browser.js(source.read())
        found = browser.ask("/execute/async", {"script": """
            const done = arguments[0];
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']}).then((r) => done(
              r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3)}`)))
            """, "args": []})
        must(not found, "\n".join(found))

    report.case(f"{name}: its text is readable, light and dark", readable)
    report.case(f"{name}: what one can use or see has a name", named)
    if find_axe():
        report.case(f"{name}: axe-core finds nothing", axe)


def check_fits(browser):
    for width in (1280, 768, 360):
        browser.resize(width, 800)
        wide = browser.js("return document.documentElement.scrollWidth - innerWidth")
        must(wide <= 0, f"it is {wide} pixels wider than a screen of {width}")
    browser.resize(1280, 900)


def take_pictures(browser, name):
    directory = os.environ.get("RINGSIM_SCREENSHOTS")
    if not directory:
        return
    os.makedirs(directory, exist_ok=True)
    for theme in ("light", "dark"):
        browser.theme(theme)
        for width in (1280, 768, 360):
            browser.resize(width, 800)
            browser.js("scrollTo(0, 0)")
            time.sleep(0.3)
            browser.picture(os.path.join(directory, f"{name}-{theme}-{width}.png"))
    browser.theme("light")
    browser.resize(1280, 900)


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
        take_pictures(browser, "two")

    def long(self):
        browser = self.browser

        def fluent():
            with open(os.path.join(self.directory, "long.json"), "w", encoding="utf-8") as out:
                json.dump(long_execution(300), out)
            self.ringsim("show", "long.json", "--html", "long.html")
            self.open("long.html")
            spent = browser.js("""
                const times = [];
                for (let i = 0; i < 300; ++i) {
                  const begin = performance.now();
                  document.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
                  void document.body.offsetHeight;
                  times.push(performance.now() - begin);
                }
                return times.sort((a, b) => a - b);""")
            must(spent[150] < FRAME_MS, f"the middle one takes {spent[150]} ms")

        self.report.case(f"300 steps: the middle one takes less than a frame of {FRAME_MS} ms",
                         fluent)

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
        check_accessible(self.report, browser, "a program of the user's own")
        take_pictures(browser, "program")
        return None


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


class Served:
    """The page of `ringsim serve`."""

    VERDICT = ("document.querySelector(`.verdict-of[data-model='${arguments[0]}'] .word-of`)"
               "?.innerText.includes(arguments[1])")
    FENCE = "[id='site-consumer.recheck_fence']"

    def __init__(self, report, browser, program, source):
        self.report = report
        self.browser = browser
        test = os.path.join(source, "tests", "litmus", "SB+rlx+rlx.litmus")
        self.server = subprocess.Popen([program, "serve", "--port", "0", "--quiet", test],
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
            self.report.case("a litmus test of one's own is stepped through", self.play_file)
            self.report.case("nothing went wrong on the page", self.quiet)
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

    def play(self):
        self.browser.click(".tasks-box summary")
        self.browser.js("[...document.querySelectorAll('.tasks button')]"
                        ".find((b) => b.textContent === 'lose-the-wakeup').click()")
        self.browser.wait("document.querySelector('.play')")
        self.follow_hints()

    def play_file(self):
        browser = self.browser
        browser.choose(".files select", "x86-tso")
        browser.click(".files button")
        browser.wait("document.querySelector('.play .note')?.textContent.includes('SB+rlx+rlx')"
                     " && !document.querySelector('.ending')")
        self.follow_hints()

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
