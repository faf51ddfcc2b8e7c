"""Has Mooring write to a running Portainer: create, drift, plan, apply, stop, change while stopped, access, remove.

It makes one stack, whose name begins with a prefix that the caller names, in an environment that the caller names, and
refuses to begin if a stack of that name is there. Each step is asked of `mooring` as a user would type it, and read back
over Portainer's API. At the end the stack is gone, whatever came of the steps.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from break_by_hand import Api

COMPOSE = """\
services:
  web:
    image: %s
    command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait $$!; done"]
    environment: {COLOR: %s}
"""
MANIFEST = """\
apiVersion: mooring/v1
kind: Stack
metadata: {name: %s}
spec:
  environment: {id: %d}
  compose: {file: compose.yaml}
  state: %s
  access: %s
  env: {SIZE: {value: "%s"}}
%s"""
SCOPE = """\
apiVersion: mooring/v1
kind: Scope
metadata: {name: live}
spec:
  environment: {id: %d}
  prune: true
"""
CONFIG = """\
apiVersion: mooring/v1
kind: Agent
spec:
  servers:
    - name: live
      url: %s
      credential: {file: %s}
      apply: true
      limits: {pruneAfter: 1s, settle: 60s}
  manifests: %s
  ledger: %s
"""


class Scenario:
    def __init__(self, wishes):
        self.wishes = wishes
        self.name = wishes.prefix + "writes"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mooring-live-"))
        self.token_file = pathlib.Path(wishes.token_file).resolve()
        self.api = Api(wishes.url, self.token_file.read_text().strip())
        self.failures = 0
        (self.folder / "manifests").mkdir()
        (self.folder / "manifests/scope.yaml").write_text(SCOPE % wishes.environment)
        (self.folder / "mooring.yaml").write_text(
            CONFIG % (wishes.url, self.token_file, self.folder / "manifests", self.folder / "ledger.db"))

    def declare(self, color="red", size="1", state="running", access="administrators", allow=""):
        (self.folder / "manifests/compose.yaml").write_text(COMPOSE % (self.wishes.image, color))
        (self.folder / "manifests/stack.yaml").write_text(
            MANIFEST % (self.name, self.wishes.environment, state, access, size, f"  allow: [{allow}]\n" if allow else ""))

    def forget(self):
        (self.folder / "manifests/stack.yaml").unlink()
        (self.folder / "manifests/compose.yaml").unlink()

    def declare_another(self):
        """Nothing is removed by manifests that declare nothing."""
        (self.folder / "manifests/other.yaml").write_text(
            "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: %s}\nspec:\n  environment: {id: %d}\n"
            "  compose: {inline: 'services: {web: {image: %s}}'}\n  suspended: {reason: never made, owner: live, until: 2099-01-01}\n"
            % (self.name + "-other", self.wishes.environment, self.wishes.image))

    def mooring(self, *words):
        done = subprocess.run([self.wishes.mooring, *words, "--config", str(self.folder / "mooring.yaml")],
                              capture_output=True, text=True, timeout=600, check=False)
        return done.returncode, done.stdout + done.stderr

    def record(self):
        return next((one for one in self.api.call("GET", "/stacks") or [] if one["Name"] == self.name), None)

    def file(self):
        return self.api.call("GET", f"/stacks/{self.record()['Id']}/file")["StackFileContent"]

    def step(self, what, words, code, holds):
        """Types it, wants that exit code, and that what is there afterwards is as `holds` says."""
        got, said = self.mooring(*words)
        fine = got == code and holds()
        print(f"{'ok  ' if fine else 'FAIL'} {what}: mooring {' '.join(words)}: exit {got}")
        if not fine:
            self.failures += 1
            print("     " + said.replace("\n", "\n     ")[-3000:])

    def run(self):
        if self.record() is not None:
            sys.exit(f"live: a stack called {self.name} is there already; give another --prefix")
        apply = ("apply", self.name, "--yes", "--max-changes", "1")
        self.declare()
        self.step("a database that nothing pins is not written", apply, 3, lambda: self.record() is None)
        self.step("trust", ("trust", "live", "--yes"), 0, lambda: True)
        self.step("plan of a create", ("plan", self.name), 2, lambda: self.record() is None)
        self.step("create", apply, 0, lambda: self.record()["Status"] == 1)
        self.step("nothing is left to do", ("plan", self.name), 0, lambda: True)
        self.declare(color="blue")
        self.step("plan of an update", ("plan", self.name), 2, lambda: "COLOR: red" in self.file())
        self.step("update", apply, 0, lambda: "COLOR: blue" in self.file())
        self.declare(color="blue", size="2")
        self.step("a variable", apply, 0, lambda: self.record()["Env"] == [{"name": "SIZE", "value": "2"}])
        self.declare(color="blue", size="2", state="stopped")
        self.step("stop", apply, 0, lambda: self.record()["Status"] == 2)
        self.declare(color="green", size="2", state="stopped")
        self.step("a change would start it", apply, 3, lambda: self.record()["Status"] == 2 and "COLOR: blue" in self.file())
        self.declare(color="green", size="2", state="stopped", allow="start-to-change")
        self.step("a change while it is stopped", apply, 0,
                  lambda: self.record()["Status"] == 2 and "COLOR: green" in self.file())
        self.declare(color="green", size="2")
        self.step("start", apply, 0, lambda: self.record()["Status"] == 1)
        self.declare(color="green", size="2", access="public")
        self.step("access", apply, 0, lambda: self.record()["ResourceControl"]["Public"])
        self.forget()
        self.declare_another()
        for _ in range(2):
            self.mooring("check")
        self.step("nothing goes unless a number allows it", ("apply", "--yes"), 3, lambda: self.record() is not None)
        self.step("remove", ("apply", "--yes", "--max-removes", "1", "--max-changes", "1"), 0, lambda: self.record() is None)
        self.step("the log is whole", ("verify",), 0, lambda: True)

    def clean_up(self):
        left = self.record()
        if left is not None:
            self.api.call("DELETE", f"/stacks/{left['Id']}?endpointId={left['EndpointId']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mooring", required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--token-file", required=True)
    parser.add_argument("--environment", type=int, required=True, help="its id")
    parser.add_argument("--prefix", required=True, help="what the stack's name begins with")
    parser.add_argument("--image", default="busybox:stable")
    scenario = Scenario(parser.parse_args())
    try:
        scenario.run()
    finally:
        scenario.clean_up()
    print(json.dumps({"failures": scenario.failures}))
    sys.exit(1 if scenario.failures else 0)


if __name__ == "__main__":
    main()
