"""What the benchmarks of whole processes share: a double of generated stacks, the manifests that say the same, figures."""
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time
import urllib.request

ENVIRONMENTS = 4
VARIED = not os.environ.get("MOORING_BENCH_PLAIN")  # files as people write them: anchors, block scalars, text beyond ASCII
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


def median(rows, key):
    return statistics.median(row[key] for row in rows)


class Double:
    def __init__(self, programs, folder, stacks):
        seed = folder / "seed.json"
        seed.write_text(json.dumps({
            "users": [{"username": "admin", "token": TOKEN}],
            "generate": {"stacks": stacks, "bytes": 4096, "environments": ENVIRONMENTS, "varied": VARIED}}))
        self.process = subprocess.Popen([str(programs / "portainer-double"), "--listen", "127.0.0.1:0", "--seed", str(seed)],
                                        stdout=subprocess.PIPE, text=True)
        line = json.loads(self.process.stdout.readline())
        self.url, self.control = line["url"], line["control"]

    def get(self, path):
        request = urllib.request.Request(self.url + path, headers={"X-API-Key": TOKEN})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def requests(self):
        """How many requests it got so far, by route."""
        with urllib.request.urlopen(self.control + "/requests") as answer:
            return json.load(answer)["routes"]

    def slow_down(self, milliseconds):
        """Every answer takes so long from now on."""
        fault = json.dumps({"kind": "latency", "milliseconds": milliseconds, "times": -1}).encode()
        urllib.request.urlopen(self.control + "/faults", fault).close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class World:
    """A double, and a folder with manifests, token and configuration for it."""

    def __init__(self, programs, folder, stacks, more=""):
        self.programs, self.folder, self.stacks, self.more = programs, pathlib.Path(folder), stacks, more

    def __enter__(self):
        self.double = Double(self.programs, self.folder, self.stacks)
        (self.folder / "manifests").mkdir()
        self.write_manifests()
        self.write("token", TOKEN, 0o600)
        self.write("mooring.yaml",
                   f"apiVersion: mooring/v1\nkind: Agent\nspec:\n  servers:\n    - name: main\n      url: {self.double.url}\n"
                   f"      credential: {{file: {self.folder / 'token'}}}\n      limits: {{list: 64MiB}}\n"
                   f"  manifests: {self.folder / 'manifests'}\n{self.more}")
        return self

    def __exit__(self, *_):
        self.double.__exit__()

    def write(self, name, text, mode=0o644):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)

    def write_manifests(self):
        """One manifest and one compose file a stack, as the server has them."""
        names = {e["Id"]: e["Name"] for e in self.double.get("/api/endpoints?excludeSnapshots=true")}
        for stack in self.double.get("/api/stacks"):
            text = self.double.get(f"/api/stacks/{stack['Id']}/file")["StackFileContent"]
            name = stack["Name"]
            self.write(f"manifests/{name}.compose.yaml", text)
            self.write(f"manifests/{name}.yaml",
                       f"apiVersion: mooring/v1\nkind: Stack\nmetadata: {{name: {name}}}\n"
                       f"spec:\n  environment: {names[stack['EndpointId']]}\n  compose: {{file: {name}.compose.yaml}}\n"
                       f"  env:\n    TOKEN: {{value: {stack['Env'][0]['value']}}}\n  state: running\n")

    def check(self, *words):
        return [str(self.programs / "mooring"), "check", "--config", str(self.folder / "mooring.yaml"), "--quiet", *words]
