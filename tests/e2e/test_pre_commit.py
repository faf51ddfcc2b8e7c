"""The hook of .pre-commit-hooks.yaml, as pre-commit runs it before a commit."""
import os
import pathlib
import shutil
import subprocess
import unittest

from harness import MOORING, ROOT, Case

STACK = "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: shop}\nspec:\n  environment: production\n  compose: {file: shop/compose.yaml}\n"


@unittest.skipUnless(shutil.which("pre-commit") and shutil.which("git"), "pre-commit or git is not installed")
class PreCommit(Case):
    def setUp(self):
        super().setUp()
        self.environment = {**self.variables, "HOME": str(self.folder), "PRE_COMMIT_HOME": str(self.folder / "cache"), "GIT_CONFIG_NOSYSTEM": "1",
                            "PATH": f"{pathlib.Path(MOORING).parent}{os.pathsep}{os.environ['PATH']}"}
        self.write("hooks/.pre-commit-hooks.yaml", (ROOT / ".pre-commit-hooks.yaml").read_text())
        self.write("repository/manifests/shop.yaml", STACK)
        self.write("repository/manifests/shop/compose.yaml", "services:\n  web:\n    image: nginx:1.27\n")
        revision = self.commit("hooks").stdout.strip()
        self.write("repository/.pre-commit-config.yaml",
                   f"repos:\n  - repo: {self.folder}/hooks\n    rev: {revision}\n    hooks: [{{id: mooring-validate, args: [manifests]}}]\n")
        self.assertEqual(self.commit("repository").returncode, 0)
        self.assertEqual(self.run_in("repository", "pre-commit", "install").returncode, 0)

    def run_in(self, folder, *words):
        return subprocess.run(words, cwd=self.folder / folder, env=self.environment, capture_output=True, text=True, timeout=120)

    def commit(self, folder):
        """All that is there; without a repository, the first commit of a new one. Standard output ends with the commit's name."""
        if not (self.folder / folder / ".git").exists():
            self.run_in(folder, "git", "init", "-q")
        self.run_in(folder, "git", "add", "-A")
        done = self.run_in(folder, "git", "-c", "user.name=e2e", "-c", "user.email=e2e@example.org", "commit", "-q", "-m", "x")
        return done if done.returncode else self.run_in(folder, "git", "rev-parse", "HEAD")

    def test_a_manifest_with_a_mistake_is_not_committed_and_one_without_is(self):
        self.write("repository/manifests/shop.yaml", STACK.replace("compose:", "compsoe:"))
        refused = self.commit("repository")
        self.assertEqual(refused.returncode, 1, refused)
        self.assertIn("shop.yaml:6:3: ", refused.stderr)
        self.assertIn("did you mean `compose`?", refused.stderr)
        self.write("repository/manifests/shop.yaml", STACK + "  env: {TIER: gold}\n")
        accepted = self.commit("repository")
        self.assertEqual(accepted.returncode, 0, accepted)

    def test_a_compose_file_with_a_mistake_is_not_committed(self):
        self.write("repository/manifests/shop/compose.yaml", "services:\n  web:\n    image: nginx:1.27\n    depends_on: [db]\n")
        self.assertEqual(self.commit("repository").returncode, 1)


if __name__ == "__main__":
    unittest.main()
