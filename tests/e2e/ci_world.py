"""A repository with manifests and a stand-in Portainer, for what stands in deploy/ci."""
import os
import subprocess

from harness import MOORING, ROOT, SECRETS, TIME_LIMIT, TOKEN, Case, Double, Result

CI = ROOT / "deploy" / "ci"
WEB = "services:\n  web:\n    image: nginx:1.27\n"
SEED = {
    "users": [{"username": "admin"}, {"username": "ci", "id": 2, "role": "user", "token": TOKEN}],
    "environments": [{"id": 1, "name": "production", "users": ["ci"]}],
    "stacks": [
        {"id": 7, "name": "shop", "environment": "production", "type": "standalone", "file": WEB, "access": "public"},
        {"id": 9, "name": "billing", "environment": "production", "type": "standalone", "file": WEB, "access": "administrators"},
    ],
}
STACK = """\
apiVersion: mooring/v1
kind: Stack
metadata: {{name: {name}}}
spec:
  environment: production
  compose: {{file: shop/compose.yaml}}
"""


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
            self.write(f"repository/manifests/{name}.yaml", STACK.format(name=name))
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
