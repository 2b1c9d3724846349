"""Chromium without a window, driven by ChromeDriver, and what is asked of any page in it."""

import base64
import json
import os
import re
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request

KEYS = {"ArrowRight": "\ue014", "ArrowLeft": "\ue012", "Home": "\ue011", "End": "\ue010",
        "Enter": "\ue007", "Tab": "\ue004"}


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

    report.case(f"{name}: its text is readable, light and dark", readable)
    report.case(f"{name}: what one can use or see has a name", named)
    if find_axe():
        report.case(f"{name}: axe-core finds nothing", lambda: check_axe(browser, name))


def check_axe(browser, state):
    """Whatever state the page is in, in both themes, wide and narrow."""
    if not find_axe():
        return
    with open(find_axe(), encoding="utf-8") as source:
        browser.js(source.read())
    for theme in ("light", "dark"):
        browser.theme(theme)
        for width in (1280, 360):
            browser.resize(width, 800)
            time.sleep(0.3)
            found = browser.ask("/execute/async", {"script": """
                const done = arguments[0];
                axe.run(document).then((r) => done(
                  r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3)}`)))
                """, "args": []})
            must(not found, f"{state}, {theme}, {width} wide: " + "\n".join(found))
    browser.theme("light")
    browser.resize(1280, 900)


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
