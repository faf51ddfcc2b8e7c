"""Headless Chromium over its debugging pipe: no driver and no library needed."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import time

from harness import TIME_LIMIT

PROGRAM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


class Chromium:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mooring-chromium-")
        to_browser, self.requests = os.pipe()
        self.answers, from_browser = os.pipe()
        # The browser reads from descriptor 3 and writes to 4, which are free in a shell's child.
        command = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        words = ["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--no-first-run", "--disable-background-networking", "--hide-scrollbars", f"--user-data-dir={self.folder}", "about:blank"]
        self.process = subprocess.Popen(["bash", "-c", command, PROGRAM, *words], pass_fds=[to_browser, from_browser],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env={"PATH": os.environ["PATH"], "HOME": self.folder, "LANG": "C.UTF-8"})
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.count, self.events, self.session = b"", 0, [], None
        target = next(one for one in self.ask("Target.getTargets")["targetInfos"] if one["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log"]:
            self.ask(domain + ".enable")

    def read(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.answers, 65536)
            if not piece:
                raise AssertionError("Chromium ended")
            self.buffer += piece
        line, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(line)

    def ask(self, method, **parameters):
        self.count += 1
        request = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.requests, json.dumps(request).encode() + b"\0")
        deadline = time.monotonic() + TIME_LIMIT
        while time.monotonic() < deadline:
            message = self.read()
            if message.get("id") == self.count:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)
        raise AssertionError(f"{method}: no answer")

    def open(self, url, width, height=900, scheme="light", bypass_csp=False):
        self.ask("Page.setBypassCSP", enabled=bypass_csp)
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events.clear()
        self.ask("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.read())

    def headers(self, headers):
        self.ask("Network.enable")
        self.ask("Network.setExtraHTTPHeaders", headers=headers)

    def run(self, script):
        result = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise AssertionError(result["exceptionDetails"])
        return result["result"].get("value")

    def complaints(self):
        """Errors and warnings of the page's console since it was opened."""
        found = [event["params"]["entry"]["text"] for event in self.events
                 if event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] in ("error", "warning")]
        return found + [str(event["params"]) for event in self.events
                        if event.get("method") in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled")]

    def screenshot(self, path, most=None):
        """The whole page, or at most so much of it from its top."""
        height = self.run("document.documentElement.scrollHeight")
        height = min(height, most) if most else height
        width = self.run("innerWidth")
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.requests)
        os.close(self.answers)
        shutil.rmtree(self.folder, ignore_errors=True)
