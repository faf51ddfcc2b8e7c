"""Every example of every command's help is run, as it stands, in a shell against the stand-in Portainer."""
import datetime
import json
import os
import re
import subprocess
import threading
import unittest
import urllib.request

from harness import DOUBLE, MOORING, ROOT, TIME_LIMIT, TOKEN, Case, Double

WEB = "services:\n  web:\n    image: nginx:1.27\n"
SEED = {
    "users": [{"username": "admin", "token": TOKEN}],
    "environments": [{"id": 1, "name": "production"}],
    "stacks": [{"id": id, "name": name, "environment": "production", "type": "standalone", "file": WEB, "access": "public"}
                   for id, name in ((7, "shop"), (8, "blog"), (9, "billing"))],
}
STACK = "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: shop, labels: {team: web}}\nspec: {environment: production, compose: {file: web/compose.yaml}}\n"
# What a command may end with beside 0: these compare, and the examples' files differ.
# adopt and trust ask, and there is no terminal.
ALSO = {"check": {2, 3, 4}, "diff": {2}, "observe": {2, 3, 4}, "adopt": {7}, "trust": {7}}

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "nginx:%s"}]}
"""


def commands():
    text = subprocess.run([MOORING, "--help"], capture_output=True, text=True, timeout=TIME_LIMIT, check=True).stdout
    return re.findall(r"^  ([a-z]+) ", text[text.index("Commands:"):text.index("Options:")], re.M)


def examples_of(command):
    text = subprocess.run([MOORING, command, "--help"], capture_output=True, text=True, timeout=TIME_LIMIT, check=True).stdout
    block = text[text.index("Examples:"):].split("\n\n")[0]
    return [line.strip() for line in block.splitlines()[1:] if "mooring" in line and not line.strip().startswith("#")]


@unittest.skipUnless(DOUBLE, "portainer-double is not built")
class Examples(Case):
    def setUp(self):
        super().setUp()
        double = Double(SEED, self.folder)
        self.addCleanup(double.close)
        self.url = double.url
        os.symlink(MOORING, self.write("bin/docker", "#!/bin/sh\ncat compose.yaml\n", 0o755).parent / "mooring")
        self.variables |= {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        self.write("manifests/shop.yaml", STACK)
        for name in ("blog", "billing"):
            self.write(f"manifests/{name}.yaml", STACK.replace("name: shop", f"name: {name}"))
        for name in ("manifests/web/compose.yaml", "stacks/shop/compose.yaml", "compose.yaml"):
            self.write(name, WEB)
        self.write("deployed.yaml", WEB.replace("1.27", "1.25"))
        for folder, tag in (("new", "1.27"), ("old", "1.25")):
            self.write(f"{folder}/shop.yaml", POD % tag)
        self.write("pairs.jsonl", '{"id": "a", "desired": "services: {}", "actual": "services: {}"}\n')
        self.write("token", TOKEN + "\n", 0o600)
        self.configure()
        self.check_exit(self.run_mooring("observe", "-o", "snapshot.json"), 0)
        self.keep_a_ledger()
        self.keep_a_backup()

    def keep_a_backup(self):
        """Of `shop` as it is, in the folder that the examples of restore name."""
        def get(path):
            request = urllib.request.Request(self.url + path, headers={"X-API-Key": TOKEN})
            with urllib.request.urlopen(request, timeout=TIME_LIMIT) as answer:
                return json.load(answer)

        record = next(stack for stack in get("/api/stacks") if stack["Name"] == "shop")
        created = datetime.datetime.fromtimestamp(record["CreationDate"], datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        backup = {"apiVersion": "mooring/v1", "kind": "Backup", "at": created, "server": "main", "instanceId": get("/api/status")["InstanceID"],
                  "id": record["Id"], "name": "shop", "type": "standalone", "environment": 1, "createdAt": created, "updatedAt": None, "status": 1,
                  "env": [], "access": {"public": True, "administratorsOnly": False, "users": [], "teams": []}, "git": None,
                  "autoUpdate": None, "additionalFiles": [], "lacks": []}
        self.write("state/backups/main/shop-7/20261129T101500Z/record.json", json.dumps(backup))
        self.write("state/backups/main/shop-7/20261129T101500Z/compose.yaml", WEB)

    def keep_a_ledger(self):
        """A ledger with one run, a report of it, an older memory and a mapping of controls: what those commands start from."""
        self.check_exit(self.run_mooring("check", "--remember", "memory.json"), 0)
        self.variables["MOORING_LEDGER"] = "ledger.db"
        self.check_exit(self.run_mooring("check"), 0)
        report = self.run_mooring("report", "--from", "2026-01-01", "--to", "2100-01-01", "--format", "json")
        self.write("compliance.json", self.check_exit(report, 0).out)
        self.write("controls.yaml", (ROOT / "deploy/controls/nist-800-53.yaml").read_bytes())

    def configure(self):
        self.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec:\n  servers:\n"
                                   f"  - {{name: main, url: '{self.url}', credential: {{file: token}}}}\n"
                                   "  agent: {listen: '127.0.0.1:0'}\n")

    def run_example(self, line, command):
        """`mooring.yaml` names the stand-in, and so does the address of the examples."""
        if command == "init":
            (self.folder / "mooring.yaml").unlink()
        if "ledger import" in line:
            (self.folder / "ledger.db").unlink()  # a memory is taken over by a new ledger
        line = re.sub(r"https://portainer\.example\.org(:\d+)?", self.url, line)
        line = re.sub(r"/(var/lib|etc)/mooring/", "", line)
        process = subprocess.Popen(["bash", "-o", "pipefail", "-c", f"exec {line}" if command == "agent" else line], cwd=self.folder, env=self.variables,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if command == "agent":
            self.stop_once_it_watches(process)
        return self.finish(process)

    def stop_once_it_watches(self, process):
        """The agent runs until it is told to end."""
        killer = threading.Timer(TIME_LIMIT, process.kill)
        killer.start()
        for line in process.stderr:
            if b"watching" in line:
                break
        killer.cancel()
        process.terminate()

    def test_every_example_does_what_it_says(self):
        names = commands()
        self.assertGreater(len(names), 8)
        for command in names:
            lines = examples_of(command)
            self.assertGreaterEqual(len(lines), 2, command)
            for line in lines:
                with self.subTest(line):
                    self.configure()
                    result = self.run_example(line, command)
                    self.assertIn(result.code, {0} | ALSO.get(command, set()), result)
                    self.assertTrue(result.out or command == "agent" or re.search(r">|source| -o |--output-dir|jq '\.diag", line), f"it printed nothing: {line}")


if __name__ == "__main__":
    unittest.main()
