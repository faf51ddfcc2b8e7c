"""The transcripts of a page: blocks that begin with `$ mooring ...`, run against the demonstration shop.

usage: transcripts.py PAGE...    writes the present output into the pages (MOORING and PORTAINER_DOUBLE name the programs)
"""
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

from harness import DOUBLE, MOORING, ROOT, TIME_LIMIT, DoubleProcess

BLOCK = re.compile(r"^```\n(\$ mooring [^\n]*)\n(.*?)^```$", re.M | re.S)
DEMO = ROOT / "manifests" / "demo"
SHOWN_ADDRESS = "127.0.0.1:9000"
# What is another one in each run: its id and its time.
NOISE = [(re.compile(r"run [0-9a-f]{16}, \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "run 8b1f0c6de2a94735, 2026-11-25T20:00:00Z")]


class Shop:
    """The demonstration shop as deploy/quickstart.sh sets it up: a stand-in server, a configuration, a memory."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.double = DoubleProcess(DEMO / "seed.json")
        shutil.copytree(DEMO, self.folder / "demo")
        shutil.copy(DEMO / "memory.json", self.folder / "memory.json")
        for token in ("token", "admin-token"):
            self.secret(token, (DEMO / "secrets" / token).read_bytes())
        self.secret("memory.json.key", bytes(range(32)))
        text = (DEMO / "mooring.yaml.in").read_text()
        for name, value in [("@URL@", self.double.url), ("@FOLDER@", "demo"), ("@WORK@/", "")]:
            text = text.replace(name, value)
        (self.folder / "mooring.yaml").write_text(text)

    def secret(self, name, data):
        path = self.folder / name
        path.touch(0o600)
        path.write_bytes(data)

    def run(self, command):
        """What `$ mooring ...` prints, with the address and the figures that the page shows."""
        words = shlex.split(command.removeprefix("$ mooring"))
        done = subprocess.run([MOORING, *words], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=TIME_LIMIT, env={"HOME": str(self.folder), "LANG": "C.UTF-8"})
        text = (done.stdout + done.stderr).decode().replace(self.double.url.removeprefix("http://"), SHOWN_ADDRESS)
        for pattern, put in NOISE:
            text = pattern.sub(put, text)
        return text


def of_page(text):
    """[(command, output)] of a page's text."""
    return BLOCK.findall(text)


def output_of(command):
    """In a shop of its own, so that no transcript depends on another one."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(folder)
        try:
            return shop.run(command)
        finally:
            shop.double.close()


def rewritten(text):
    return BLOCK.sub(lambda found: f"```\n{found.group(1)}\n{output_of(found.group(1))}```", text)


if __name__ == "__main__":
    if not DOUBLE or len(sys.argv) < 2:
        sys.exit(__doc__)
    for page in map(pathlib.Path, sys.argv[1:]):
        page.write_text(rewritten(page.read_text()))
