#!/usr/bin/env python3
"""Types the README, from top to bottom, in a fresh root that has the package and nothing else: every line of a block without a language, as it
stands. The demonstration's stand-in server is in no package, so that it is put beside.

  MOORING=... PORTAINER_DOUBLE=... tests/packages/readme.py ROOT DEB
"""
import os
import pathlib
import re
import shutil
import sys
import time
import types

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/e2e"))
from terminal import Terminal  # noqa: E402
from test_quickstart import BLOCK, answer  # noqa: E402

# What is not typed, and why.
LEFT_OUT = {r"^\./deploy/packages/release\.sh": "compiles; the package is what it makes", r"^\./tests/run\.sh": "compiles",
            r"/etc/mooring/mooring\.yaml": "needs systemd: systemd.sh types it", r"^\./deploy/quickstart\.sh agent": "runs until Ctrl-C: e2e.quickstart"}
# What shows drift ends with 2, 3 or 4; 69: the shop's second server is down on purpose.
FINE = (0, 2, 3, 4, 69)


def typed_lines(page):
    """Without remarks and without what the program answers: a block that begins with `$ ` is a transcript."""
    for language, block in BLOCK.findall(page):
        if not language and not block.startswith("$ ") and "PORTAINER_URL" not in block:  # one's own server: e2e.quickstart
            yield from (re.sub(r"\s+#.*", "", line) for line in block.splitlines() if line)


def main(root, deb):
    root = pathlib.Path(root)
    clone, programs = root / "root/clone", root / "opt/demonstration"
    shutil.rmtree(clone, ignore_errors=True)
    for part in ("deploy", "manifests"):
        shutil.copytree(SOURCE / part, clone / part)
    (clone / "dist").mkdir()
    shutil.copy(deb, clone / "dist")
    programs.mkdir(parents=True, exist_ok=True)
    shutil.copy(os.environ["PORTAINER_DOUBLE"], programs / "portainer-double")
    (programs / "mooring").unlink(missing_ok=True)
    (programs / "mooring").symlink_to("/usr/bin/mooring")
    variables = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb",
                 "QUICKSTART_BIN": "/opt/demonstration", "DEBIAN_FRONTEND": "noninteractive"}
    shell = types.SimpleNamespace(folder="/", variables=variables)
    answers, exports, typed, failed, began = {"agreed": "y"}, "cd /root/clone", 0, 0, time.monotonic()
    for line in typed_lines((SOURCE / "README.md").read_text()):
        if any(re.search(what, line) for what in LEFT_OUT):
            continue
        line = re.sub(r"^apt-get install \./dist/\S+", f"apt-get install --no-install-recommends ./dist/{pathlib.Path(deb).name}", line)
        kept = exports
        if line.startswith("eval "):  # the shell goes on with what it set
            line, kept = f"{exports}; {line} && echo READY && export -p | grep -E 'MOORING_CONFIG|PATH' && pwd", ""
        terminal = Terminal(shell, str(root), "/bin/bash", "-c", f"{kept}\n{line}\n", program="/usr/sbin/chroot", term="dumb")
        code, text = answer(terminal, answers)
        typed += 1
        if code not in FINE:
            failed += 1
            print(f"FAILED: exit {code}: {line}\n{text}")
        if "READY" in text:
            shop = re.search(r'MOORING_CONFIG="?([^"\s]+)/demo\.yaml', text).group(1)
            exports = f"cd {shop}; export MOORING_CONFIG={shop}/demo.yaml"
            answers = {"url": re.search(r"url: (\S+)", (root / shop[1:] / "demo.yaml").read_text()).group(1), "token": f"{shop}/token", "agreed": "y"}
            double = int(re.search(r"kill (\d+)", text).group(1))
    os.kill(double, 15)
    print(f"{'OK' if not failed else 'FAILED'}: {typed} lines of the README typed, {failed} failed, {time.monotonic() - began:.0f} s")
    return 1 if failed or typed < 20 else 0


sys.exit(main(*sys.argv[1:]))
