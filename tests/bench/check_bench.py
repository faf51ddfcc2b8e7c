#!/usr/bin/env python3
"""A full check beside a bare loader, as whole processes in turn. Prints rows of a Markdown table.

usage: check_bench.py BIN_FOLDER STACKS [RUNS]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

CONCURRENCY = 8
ENVIRONMENTS = 4
TOKEN = "ptr_benchTokenThatIsNoSecretAtAll000000000000000AB="


def measured(command, cwd=None):
    """Runs it; wall and CPU seconds, peak resident MiB, exit code, standard output."""
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=cwd)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        out.seek(0)
        text = out.read().decode()
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss / 1024,
            "code": os.waitstatus_to_exitcode(status), "out": text}


class Double:
    def __init__(self, folder, stacks):
        seed = folder / "seed.json"
        seed.write_text(json.dumps({
            "users": [{"username": "admin", "token": TOKEN}],
            "generate": {"stacks": stacks, "bytes": 4096, "environments": ENVIRONMENTS}}))
        self.process = subprocess.Popen([str(BIN / "portainer-double"), "--listen", "127.0.0.1:0", "--seed", str(seed)],
                                        stdout=subprocess.PIPE, text=True)
        line = json.loads(self.process.stdout.readline())
        self.url, self.control = line["url"], line["control"]

    def get(self, path):
        request = urllib.request.Request(self.url + path, headers={"X-API-Key": TOKEN})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def write_manifests(folder, double):
    """One manifest and one compose file a stack, as the server has them."""
    names = {e["Id"]: e["Name"] for e in double.get("/api/endpoints?excludeSnapshots=true")}
    for stack in double.get("/api/stacks"):
        text = double.get(f"/api/stacks/{stack['Id']}/file")["StackFileContent"]
        name = stack["Name"]
        (folder / f"{name}.compose.yaml").write_text(text)
        (folder / f"{name}.yaml").write_text(
            f"apiVersion: mooring/v1\nkind: Stack\nmetadata: {{name: {name}}}\n"
            f"spec:\n  environment: {names[stack['EndpointId']]}\n  compose: {{file: {name}.compose.yaml}}\n"
            f"  env:\n    TOKEN: {{value: {stack['Env'][0]['value']}}}\n  state: running\n")


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def report(label, check, loader, stacks):
    ratios = [(c["wall"] / l["wall"], c["cpu"] / l["cpu"]) for c, l in zip(check, loader)]
    print(f"| full check of {stacks} stacks, {label} | {median(check, 'wall'):.2f} s wall, {median(check, 'cpu'):.2f} s CPU, "
          f"{median(check, 'rss'):.0f} MiB | {statistics.median(r[0] for r in ratios):.2f} × wall, "
          f"{statistics.median(r[1] for r in ratios):.2f} × CPU of the bare loader |")


def main():
    stacks = int(sys.argv[2])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with Double(folder, stacks) as double:
            manifests = folder / "manifests"
            manifests.mkdir()
            write_manifests(manifests, double)
            token = folder / "token"
            token.write_text(TOKEN)
            token.chmod(0o600)
            (folder / "mooring.yaml").write_text(
                f"apiVersion: mooring/v1\nkind: Agent\nspec:\n  servers:\n    - name: main\n      url: {double.url}\n"
                f"      credential: {{file: {token}}}\n      limits: {{list: 64MiB}}\n  manifests: {manifests}\n")
            address = double.url.removeprefix("http://")
            host, port = address.rsplit(":", 1)
            load = [str(BIN / "bare-loader"), host, port, TOKEN, str(stacks), str(ENVIRONMENTS), str(CONCURRENCY)]
            check = [str(BIN / "mooring"), "check", "--config", str(folder / "mooring.yaml"), "--quiet"]
            measured(load), measured(check)
            checks, loads = [], []
            for _ in range(runs):
                checks.append(measured(check))
                loads.append(measured(load))
            if any(row["code"] for row in checks):
                sys.exit("the check did not end in sync:\n" + checks[0]["out"][:2000])
            report("files read", checks, loads, stacks)
            remember = check + ["--remember", str(folder / "memory.json")]
            measured(remember)
            again = [measured(remember) for _ in range(runs)]
            report("nothing changed", again, loads, stacks)


BIN = pathlib.Path(sys.argv[1])
main()
