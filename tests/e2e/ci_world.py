"""A repository with manifests and a stand-in Portainer, for what stands in deploy/ci."""
import os
import re
import subprocess

import yaml

from harness import MOORING, ROOT, SECRETS, TOKEN, WEB, Case, Double, manifest

CI = ROOT / "deploy" / "ci"
SEED = {
    "users": [{"username": "admin"}, {"username": "ci", "id": 2, "role": "user", "token": TOKEN}],
    "environments": [{"id": 1, "name": "production", "users": ["ci"]}],
    "stacks": [
        {"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": WEB, "access": "public"},
        {"id": 9, "name": "billing", "environment": "production", "type": "standalone", "file": WEB, "access": "administrators"},
    ],
}


class CiCase(Case):
    """Commands run in a shell in a repository, with `mooring` on the path and the stand-in as the server."""

    def setUp(self):
        super().setUp()
        self.double = Double(SEED, self.folder)
        self.addCleanup(self.double.close)
        self.write("bin/gh", '#!/bin/sh\nprintf "%s\\n" "$*" >> "$HOME/gh.log"\n', 0o755)
        os.symlink(MOORING, self.folder / "bin" / "mooring")
        self.variables["PATH"] = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        self.repository = self.folder / "repository"
        self.repository.mkdir()

    def use_server(self):
        self.variables |= {"PORTAINER_URL": self.double.url, "PORTAINER_API_KEY": TOKEN}

    def declare(self, *names, image="nginx:1.27"):
        for name in names:
            self.write(f"repository/manifests/{name}.yaml", manifest(name, file="shop/compose.yaml"))
        self.write("repository/manifests/shop/compose.yaml", WEB.replace("nginx:1.27", image))

    def shell(self, script, shell="bash"):
        """Runs a script as a CI runner does: any failing command ends it."""
        process = subprocess.Popen([shell, "-e"], cwd=self.repository, env=self.variables, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return self.finish(process, script)

    def assert_files(self, *names):
        for name in names:
            path = self.repository / name
            self.assertTrue(path.is_file() and path.stat().st_size, f"{name} was not written")
            for secret in SECRETS:
                self.assertNotIn(secret, path.read_text())


class ActionCase(CiCase):
    """Runs the steps of the composite action as GitHub would."""

    def setUp(self):
        super().setUp()
        self.action_text = (CI / "action" / "action.yml").read_text()
        self.action = yaml.safe_load(self.action_text)
        self.steps = self.action["runs"]["steps"]
        self.inputs = {name: one["default"] for name, one in self.action["inputs"].items()}
        self.variables |= {"GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"), "GITHUB_OUTPUT": str(self.folder / "output"),
                           "GITHUB_PATH": str(self.folder / "path"), "RUNNER_TEMP": str(self.folder / "runner"),
                           "GITHUB_REPOSITORY": "example/stacks", "PULL_REQUEST": "12"}

    def env_of(self, step):
        """The step's `env`, with inputs put in; what comes from the event stays as the test set it."""
        put = lambda text: re.sub(r"\$\{\{ inputs\.([a-z0-9-]+) \}\}", lambda found: self.inputs[found.group(1)], text)
        return {name: put(value) for name, value in step.get("env", {}).items() if "github." not in value}

    def wanted(self, step):
        condition = step.get("if", "")
        plans = self.inputs["command"] == "plan"
        return ("run" in step and not ("tarball" in condition and not self.inputs["tarball"])
                and not ("mooring.md" in condition and not (self.repository / "mooring.md").exists())
                and not ("command == 'plan'" in condition and not plans) and not ("command != 'plan'" in condition and plans))

    def run_steps(self):
        """Runs the `run` steps in order; returns the result of the check, or of the plan."""
        main = None
        for step in self.steps:
            if not self.wanted(step):
                continue
            before = dict(self.variables)
            self.variables |= self.env_of(step)
            result = self.shell(step["run"])
            self.variables = before
            if step.get("id") in ("check", "plan"):
                main = result
            else:
                self.check_exit(result, 0)
        return main
